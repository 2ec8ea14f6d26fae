"""What of a Pod's new version concerns the kubelet, and what is only the echo of its own status.

Models pkg/kubelet/config/config.go podsDifferSemantically and pkg/kubelet/kubelet.go HandlePodReconcile.
"""

from __future__ import annotations

from simulator.history import Json
from simulator.kubelet.status_manager import TERMINAL


def is_over(pod: Json) -> bool:
    """It has ended, and nobody waits for it to go."""
    return pod["status"].get("phase") in TERMINAL and "deletionTimestamp" not in pod["metadata"]


def asks_for_more(new: Json, old: Json) -> bool:
    """Its specification, labels or annotations changed."""
    return new["spec"] != old.get("spec") or _meta(new) != _meta(old)


def _meta(obj: Json) -> tuple[object, ...]:
    meta = obj.get("metadata", {})
    return meta.get("labels"), meta.get("annotations")


def given(obj: Json) -> list[Json]:
    """What the containers are known to have."""
    return [status.get("resources", {}) for status in obj.get("status", {}).get("containerStatuses", ())]
