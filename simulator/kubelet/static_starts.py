"""Static Pods of one name run one after the other: an edited manifest waits until the Pod before it has ended.

Models pkg/kubelet/pod_workers.go allowStaticPodStart and pkg/kubelet/pod/pod_manager.go TranslatePodUID.
"""

from __future__ import annotations


class StaticStarts:
    """By namespace and name: the UIDs of the Pods, in the order in which they came."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {}

    def join(self, name: str, uid: str) -> None:
        self._lines.setdefault(name, []).append(uid)

    def leave(self, name: str, uid: str) -> None:
        """It has ended, or never began."""
        line = self._lines.get(name, [])
        if uid in line:
            line.remove(uid)

    def may_start(self, name: str, uid: str) -> bool:
        return self._lines[name][0] == uid

    def superseded(self, name: str, uid: str) -> bool:
        """Another one came after it: the mirror is that one's, whoever made it."""
        line = self._lines.get(name, [])
        return bool(line) and line[-1] != uid
