"""A controller's own way to the API server: every call takes its time, and too many at once have to wait.

Models staging/src/k8s.io/client-go/rest and util/flowcontrol, with the limits that kube-controller-manager sets.
A call is a generator: `pod = yield from client.create(pod)` in a sync that a WorkQueue runs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

from simulator.engine import Engine
from simulator.history import Json
from simulator.objects.errors import ApiError

CALL_MS = 5  # from a controller's decision to the write
TOKEN_MS = 50  # --kube-api-qps 20
BURST = 30  # --kube-api-burst

T = TypeVar("T")
Call = Generator[int, None, T]


class Api(Protocol):
    """What controllers ask of the API server. All of it may raise ApiError."""

    def get(self, kind: str, namespace: str, name: str) -> Json:
        """The object as it is now."""

    def create(self, obj: Json) -> Json:
        """Default, validate and keep a new object."""

    def replace(self, obj: Json, *, subresource: str = "") -> Json:
        """Put a changed object in place of the version it was made from."""

    def delete(
        self, kind: str, namespace: str, name: str, *, grace_seconds: int | None = None, propagation: str = ""
    ) -> None:
        """Begin to delete."""


class Client:
    """One a controller, as kube-controller-manager makes them: the limits of one do not slow another."""

    def __init__(self, engine: Engine, api: Api, token_ms: int = TOKEN_MS) -> None:
        self._engine = engine
        self._api = api
        self._token_ms = token_ms
        self._spent_until = 0  # when the bucket of tokens is full again, ms

    def turn(self) -> int:
        """How long the next call takes, with waiting for its turn."""
        now = self._engine.now
        self._spent_until = max(self._spent_until, now) + self._token_ms
        return CALL_MS + max(0, self._spent_until - now - BURST * self._token_ms)

    def create(self, obj: Json) -> Call[Json]:
        yield self.turn()
        return self._api.create(obj)

    def update(self, obj: Json) -> Call[Json]:
        """Everything but the status. Raises ApiError (Conflict) if the object has changed since it was read."""
        yield self.turn()
        return self._api.replace(obj)

    def update_status(self, obj: Json) -> Call[Json]:
        """The status alone; as `update` otherwise."""
        yield self.turn()
        return self._api.replace(obj, subresource="status")

    def patch(self, kind: str, obj: Json, change: Callable[[Json], Json]) -> Call[Json]:
        """Change the object as it is now, whatever happened to it since it was read."""
        yield self.turn()
        return self._api.replace(change(self._fresh(kind, obj)))

    def delete(self, kind: str, obj: Json, *, propagation: str = "", grace_seconds: int | None = None) -> Call[None]:
        yield self.turn()
        meta = self._fresh(kind, obj)["metadata"]
        namespace = meta.get("namespace", "")
        self._api.delete(kind, namespace, meta["name"], propagation=propagation, grace_seconds=grace_seconds)

    def find(self, kind: str, namespace: str, name: str) -> Call[Json]:
        """The object with that name. Raises ApiError (NotFound) if there is none."""
        yield self.turn()
        return self._api.get(kind, namespace, name)

    def get(self, kind: str, obj: Json) -> Call[Json]:
        """The object as it is now. Raises ApiError (NotFound) if it is gone or another has its name."""
        yield self.turn()
        return self._fresh(kind, obj)

    def _fresh(self, kind: str, obj: Json) -> Json:
        meta = obj["metadata"]
        found = self._api.get(kind, meta.get("namespace", ""), meta["name"])
        if found["metadata"]["uid"] != meta["uid"]:
            raise ApiError(404, "NotFound", f'{kind} "{meta["name"]}" not found', kind=kind, name=meta["name"])
        return found


def together(calls: Iterable[Call[T]]) -> Call[list[T | ApiError]]:
    """Several calls at the same time: what each gave, or how it was refused. Each yields once."""
    begun = sorted(((next(call), number, call) for number, call in enumerate(calls)), key=lambda each: each[:2])
    results: list[T | ApiError] = []
    passed = 0
    for wait, _number, call in begun:
        if wait > passed:
            yield wait - passed
            passed = wait
        try:
            next(call)
        except StopIteration as ended:
            results.append(ended.value)
        except ApiError as error:
            results.append(error)
    return results
