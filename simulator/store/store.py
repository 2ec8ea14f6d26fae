"""API objects by kind, namespace and name; every change is a revision in the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.engine import Engine, Randoms
from simulator.history import History, Json, Verb


@dataclass(slots=True)
class Change:
    """What a watch sends. `old` is the version before, None for a new object."""

    verb: Verb
    kind: str
    object: Json
    old: Json | None


Watcher = Callable[[Change], object]
Key = tuple[str, str]


def key_of(obj: Json) -> Key:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


def _is_over(obj: Json) -> bool:
    """Whether the object is being deleted and has no time left."""
    return bool(obj["metadata"].get("deletionGracePeriodSeconds") == 0)


class Store:
    """Objects are never changed in place: a new version is a new dict that may share parts with the old."""

    def __init__(self, engine: Engine, history: History, randoms: Randoms) -> None:
        self._engine = engine
        self._history = history
        self._uids = randoms("uids")
        self._objects: defaultdict[str, dict[Key, Json]] = defaultdict(dict)
        self._watchers: defaultdict[str, list[Watcher]] = defaultdict(list)

    def watch(self, kind: str, watcher: Watcher) -> None:
        """Call `watcher` at every change of `kind` (a plural), with the engine's cause set to its revision."""
        self._watchers[kind].append(watcher)

    def unwatch(self, kind: str, watcher: Watcher) -> None:
        self._watchers[kind].remove(watcher)

    def get(self, kind: str, namespace: str, name: str) -> Json | None:
        return self._objects[kind].get((namespace, name))

    def list(self, kind: str, namespace: str | None = None) -> Iterator[Json]:
        """In the order of creation; None for all namespaces."""
        objects = self._objects[kind]
        if namespace is None:
            return iter(list(objects.values()))
        return iter([obj for (where, _), obj in objects.items() if where == namespace])

    def new_uid(self) -> str:
        bits = f"{self._uids.getrandbits(128):032x}"
        variant = "89ab"[int(bits[16], 16) % 4]
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-{variant}{bits[17:20]}-{bits[20:]}"

    def create(self, kind: str, obj: Json) -> Json:
        """Keep a new object. Its name must be free: the API in front has checked it."""
        return self._write("ADDED", kind, obj, None)

    def update(self, kind: str, obj: Json) -> Json:
        """Keep a new version; nothing happens, and no revision is written, if it equals the old one.

        The last finalizer of what is being deleted goes together with the object.
        """
        old = self._objects[kind][key_of(obj)]
        if old == obj:
            return old
        if old["metadata"].get("finalizers") and not obj["metadata"].get("finalizers") and _is_over(obj):
            self._remove(kind, old)
            return obj
        return self._write("MODIFIED", kind, obj, old)

    def delete(self, kind: str, obj: Json) -> None:
        """Forget the object for good, unless a finalizer holds it."""
        if not obj["metadata"].get("finalizers"):
            self._remove(kind, obj)

    def _remove(self, kind: str, obj: Json) -> None:
        self._write("DELETED", kind, obj, self._objects[kind].pop(key_of(obj)))

    def _write(self, verb: Verb, kind: str, obj: Json, old: Json | None) -> Json:
        number = len(self._history) + 1
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(number)}}
        if verb != "DELETED":
            self._objects[kind][key_of(obj)] = obj
        engine, cause = self._engine, self._engine.cause
        self._history.revision(verb, kind, obj)
        if watchers := self._watchers.get(kind):
            change = Change(verb, kind, obj, old)
            engine.cause = number
            try:
                for watcher in tuple(watchers):
                    watcher(change)
            finally:
                engine.cause = cause
        return obj
