"""Static Pods: manifests in a folder of the node that the kubelet runs by itself. Models pkg/kubelet/config/file.go."""

from __future__ import annotations

from collections.abc import Callable

from simulator.containers import Dependencies, read_folder
from simulator.history import Json
from simulator.kubelet.node import Node
from simulator.kubelet.static_manifests import RefusedManifestError, read_static_pod
from simulator.objects import go_quote

FOLDER = "/etc/kubernetes/manifests"
NOTICE_MS = 4


class StaticPodSource:
    """Tells of the Pods in the node's folder: `on_add` with a new one, `on_remove` with the UID of one that is gone."""

    def __init__(self, node: Node, on_add: Callable[[Json], object], on_remove: Callable[[str], object]) -> None:
        self._node = node
        self._on_add = on_add
        self._on_remove = on_remove
        self._known: dict[str, str] = {}  # file -> Pod UID
        self._look()

    def _look(self) -> None:
        """Read the folder, and look again when something in it changes."""
        found: dict[str, Json] = {}
        seen = self._read(found)
        for path, uid in list(self._known.items()):
            if path not in found or found[path]["metadata"]["uid"] != uid:
                del self._known[path]
                self._on_remove(uid)
        for path, pod in found.items():
            if path not in self._known:
                self._known[path] = pod["metadata"]["uid"]
                self._on_add(pod)
        seen.watch(self._notice)

    def _notice(self) -> None:
        self._node.engine.after(NOTICE_MS, self._look)

    def _read(self, found: dict[str, Json]) -> Dependencies:
        contents, seen = read_folder(self._node.machine, FOLDER)
        for name, content in contents.items():
            pod = None if name.startswith(".") else self._parse(content.decode(errors="replace"), f"{FOLDER}/{name}")
            if pod is not None:
                found[name] = pod
        return seen

    def _parse(self, text: str, path: str) -> Json | None:
        """The Pod in a manifest; of one that is refused only the kubelet's log tells."""
        node = self._node
        try:
            return read_static_pod(text, path, node.name, node.calendar.micro(node.engine.now))
        except RefusedManifestError as error:
            words = f'"Could not process manifest file" err={go_quote(str(error))} path={go_quote(path)}'
            node.journal.error(node.engine.now, "file.go:188", words)
            return None
