"""Static Pods: manifests in a folder of the node that the kubelet runs by itself, and their mirrors in the API.

Models pkg/kubelet/config/{file,common}.go and pkg/kubelet/pod/mirror_client.go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from simulator.calendar import Calendar
from simulator.containers import Dependencies, Machine, read_folder
from simulator.engine import Engine
from simulator.history import Json
from simulator.objects import decode, default_object, prioritize, qos_class, read_manifest
from simulator.store import Store

FOLDER = "/etc/kubernetes/manifests"
NOTICE_MS = 4
HASH = "kubernetes.io/config.hash"
MIRROR = "kubernetes.io/config.mirror"
SOURCE = "kubernetes.io/config.source"


class StaticPodSource:
    """Tells of the Pods in the folder: `on_add` with a new one, `on_remove` with the UID of one that is gone."""

    def __init__(
        self,
        engine: Engine,
        machine: Machine,
        calendar: Calendar,
        node: str,
        on_add: Callable[[Json], object],
        on_remove: Callable[[str], object],
    ) -> None:
        self._engine = engine
        self._machine = machine
        self._calendar = calendar
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
        self._engine.after(NOTICE_MS, self._look)

    def _read(self, found: dict[str, Json]) -> Dependencies:
        contents, seen = read_folder(self._machine, FOLDER)
        for name, content in contents.items():
            pod = None if name.startswith(".") else self._parse(content.decode(errors="replace"), f"{FOLDER}/{name}")
            if pod is not None:
                found[name] = pod
        return seen

    def _parse(self, text: str, path: str) -> Json | None:
        """The Pod in a manifest; one that cannot be read is only logged. Models applyDefaults."""
        manifest = read_manifest(text, filename=path)
        if manifest.problems or not manifest.documents or manifest.documents[0].kind != "Pod":
            return None
        document = manifest.documents[0]
        decoded, _ = decode(document.given, "Pod")
        pod: Json = {"kind": "Pod", "apiVersion": "v1"} | dict(decoded)
        default_object(pod)
        uid = hashlib.md5(f"{self._node}{path}{text}".encode(), usedforsecurity=False).hexdigest()
        meta = pod["metadata"]
        annotations = meta.get("annotations", {}) | {
            HASH: uid,
            "kubernetes.io/config.seen": self._calendar.micro(self._engine.now),
            SOURCE: "file",
        }
        name = f"{meta['name']}-{self._node}"
        pod["metadata"] = {**meta, "name": name, "uid": uid, "annotations": annotations, "generation": 0}
        pod["metadata"].setdefault("namespace", document.namespace or "default")
        pod["spec"]["nodeName"] = self._node
        pod["spec"]["tolerations"] = [{"operator": "Exists", "effect": "NoExecute"}]
        pod["status"] = {"phase": "Pending"}
        return pod


class MirrorClient:
    """The copies of static Pods that the API shows."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar

    def create(self, pod: Json) -> None:
        """Make the mirror unless it is there."""
        meta = pod["metadata"]
        if self._store.get("pods", meta["namespace"], meta["name"]) is not None:
            return
        node = self._store.get("nodes", "", pod["spec"]["nodeName"])
        assert node is not None
        owner = {"apiVersion": "v1", "kind": "Node", "name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
        mirror = {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "uid": self._store.new_uid(),
            "resourceVersion": "",
            "generation": 1,
            "creationTimestamp": self._calendar.second(self._engine.now),
        }
        if meta.get("labels"):
            mirror["labels"] = meta["labels"]
        mirror["annotations"] = meta["annotations"] | {MIRROR: meta["annotations"][HASH]}
        mirror["ownerReferences"] = [owner | {"controller": True}]
        spec = dict(pod["spec"])
        if prioritize(spec, list(self._store.list("priorityclasses"))):
            return  # the API server refuses it; the static Pod runs all the same
        status = {"phase": "Pending", "qosClass": qos_class(pod)}
        cause = self._engine.cause
        self._store.create(
            "pods", {"kind": "Pod", "apiVersion": "v1", "metadata": mirror, "spec": spec, "status": status}
        )
        self._engine.cause = cause

    def delete(self, mirror: Json) -> None:
        """At once, with no grace."""
        now = self._calendar.second(self._engine.now)
        meta = mirror["metadata"]
        generation = meta["generation"] + ("deletionTimestamp" not in meta)
        ending = {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0, "generation": generation}
        last = self._store.update("pods", {**mirror, "metadata": {**meta, **ending}})
        self._store.delete("pods", last)


def mirrored_uid(pod: Json) -> str | None:
    """The UID of the static Pod that this is the mirror of, if it is one."""
    uid = pod["metadata"].get("annotations", {}).get(MIRROR)
    return None if uid is None else str(uid)
