"""Static Pods: manifests in a folder of the node that the kubelet runs by itself.

Models pkg/kubelet/config/file.go and file_linux.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.containers import read_folder
from simulator.history import Json
from simulator.kubelet.node import Node
from simulator.kubelet.static_manifests import RefusedManifestError, read_static_pod
from simulator.objects import go_quote
from simulator.store import Key, key_of

FOLDER = "/etc/kubernetes/manifests"
NOTICE_MS = 4


class StaticPodSource:
    """Tells of the Pods in the node's folder: `on_add` with a new one, `on_remove` with the UID of one that is gone.

    A file that changes is read at once. Every now and then the whole folder is: only that tells that the Pod of a file
    which cannot be read any more is gone, and that another file has a Pod of the same name.
    """

    def __init__(self, node: Node, on_add: Callable[[Json], object], on_remove: Callable[[str], object]) -> None:
        self._node = node
        self._on_add = on_add
        self._on_remove = on_remove
        self._contents: dict[str, bytes] = {}  # by file
        self._keys: dict[str, Key] = {}  # by file, of the Pod that was last in it
        self._pods: dict[Key, Json] = {}
        self._told: dict[str, None] = {}  # the UIDs of the Pods that were told of
        self._list_is_due = False
        self._read()
        self._list()

    def _read(self) -> dict[str, bytes]:
        """What was in the files until now. They are looked at again when something in the folder changes."""
        before = self._contents
        contents, seen = read_folder(self._node.machine, FOLDER)
        self._contents = {name: content for name, content in contents.items() if not name.startswith(".")}
        seen.watch(self._notice)
        return before

    def _notice(self) -> None:
        self._node.engine.after(NOTICE_MS, self._look)

    def _look(self) -> None:
        """Models consumeWatchEvent."""
        before = self._read()
        for name in before:
            if name not in self._contents:
                self._pods.pop(self._keys.pop(name, ("", "")), None)
        for name, content in self._contents.items():
            if before.get(name) != content:
                self._take(name)
        self._tell(self._pods)
        if not self._list_is_due:
            self._list_is_due = True
            self._node.engine.at(self._node.beats.manifests.after(self._node.engine.now), self._list)

    def _take(self, name: str) -> None:
        try:
            pod = self._parsed(name)
        except RefusedManifestError as error:
            words = f"can't process config file {go_quote(_path(name))}: {error}"
            self._log("file.go:109", f'"Unable to process watch event" err={go_quote(words)}')
        else:
            self._pods[self._keys[name]] = pod

    def _list(self) -> None:
        """Models listConfig: without a Pod in the folder there is none, but what was known is not forgotten."""
        self._list_is_due = False
        found: dict[Key, Json] = {}
        for name in sorted(self._contents):
            try:
                pod = self._parsed(name)
            except RefusedManifestError as error:
                words = f"err={go_quote(str(error))} path={go_quote(_path(name))}"
                self._log("file.go:188", f'"Could not process manifest file" {words}')
            else:
                found[self._keys[name]] = pod
        self._pods = found or self._pods
        self._tell(found)

    def _parsed(self, name: str) -> Json:
        """The Pod in a manifest. Raises RefusedManifestError."""
        node, text = self._node, self._contents[name].decode(errors="replace")
        pod = read_static_pod(text, _path(name), node.name, node.calendar.micro(node.engine.now))
        self._keys[name] = key_of(pod)
        return pod

    def _tell(self, pods: Mapping[Key, Json]) -> None:
        """Models pkg/kubelet/config/config.go: what is gone is told first."""
        told, new = self._told, {pod["metadata"]["uid"]: pod for pod in pods.values()}
        self._told = dict.fromkeys(new)
        for uid in told:
            if uid not in new:
                self._on_remove(uid)
        for uid, pod in new.items():
            if uid not in told:
                self._on_add(pod)

    def _log(self, place: str, words: str) -> None:
        """Of a manifest that is refused only the kubelet's log tells."""
        self._node.journal.error(self._node.engine.now, place, words)


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"
