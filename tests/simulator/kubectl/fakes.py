"""A node with a real shell, and an API server that only remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulator.containers import Completed, Machine
from simulator.containers.files.open import OpenFile
from simulator.engine import Engine, Randoms
from simulator.history import History, Json, Verb
from simulator.kubectl.api import Cancel, Ended, OnChange, OnEnd, OnOutput, Parsed
from simulator.kubectl.program import kubectl_program
from simulator.objects.errors import ApiError, not_found
from simulator.objects.resources import resource_of, resource_of_object

EPOCH_MS = 1_795_409_351_000  # 2026-11-23T04:49:11Z


@dataclass
class FakeStream:
    """What was typed into a session."""

    typed: bytes = b""
    closed: bool = False
    cancelled: bool = False

    def write(self, data: bytes) -> None:
        self.typed += data

    def close(self) -> None:
        self.closed = True

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class FakeApi:
    """Objects by kind, namespace and name; sessions are driven by the test."""

    engine: Engine
    namespace: str = "demo"
    version: str = "v1.35.6"
    objects: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    refuse: ApiError | None = None
    texts: dict[str, str] = field(default_factory=dict)
    sessions: list[tuple[FakeStream, OnOutput, OnEnd]] = field(default_factory=list)
    answers: list[tuple[int, str, bytes, int]] = field(default_factory=list)
    watchers: list[tuple[str, str | None, OnChange]] = field(default_factory=list)

    def put(self, obj: Json, verb: Verb = "MODIFIED") -> Json:
        meta = {"namespace": self.namespace, "uid": f"uid-{len(self.calls)}", **obj["metadata"]}
        resource = resource_of_object(obj)
        if not resource.namespaced:
            meta["namespace"] = ""
        obj = {**obj, "metadata": meta}
        key = (resource.plural, meta["namespace"], meta["name"])
        if verb == "DELETED":
            self.objects.pop(key, None)
        else:
            self.objects[key] = obj
        for kind, where, on_change in list(self.watchers):
            if kind == resource.plural and where in (None, meta["namespace"]):
                on_change(verb, obj)
        return obj

    def get(self, kind: str, namespace: str, name: str) -> Json:
        if (kind, namespace, name) not in self.objects:
            raise not_found(resource_of(kind).plural_group, name)
        return self.objects[kind, namespace, name]

    def list(self, kind: str, namespace: str | None) -> list[Json]:
        return [obj for (k, where, _), obj in self.objects.items() if k == kind and namespace in (None, where)]

    def watch(self, kind: str, namespace: str | None, on_change: OnChange) -> Cancel:
        entry = (kind, namespace, on_change)
        self.watchers.append(entry)
        return lambda: self.watchers.remove(entry)

    def parse(self, text: str, filename: str) -> Sequence[Parsed]:
        if "\t" in text:
            return [Parsed(error=f"error: error parsing {filename}: found a tab\n")]
        return [Parsed(document) for document in yaml.safe_load_all(text) if document]

    def create(self, obj: Json, *, dry: bool = False) -> Json:
        if not dry:
            self.calls.append(("create", obj))
        if self.refuse is not None:
            raise self.refuse
        resource, meta = resource_of_object(obj), obj["metadata"]
        if (resource.plural, meta.get("namespace", ""), meta["name"]) in self.objects:
            raise ApiError(409, "AlreadyExists", f'{resource.plural_group} "{meta["name"]}" already exists')
        return obj if dry else self.put(obj, "ADDED")

    def replace(self, obj: Json, *, subresource: str = "", dry: bool = False) -> Json:
        if dry:
            return obj
        self.calls.append(("replace", obj, subresource))
        if self.refuse is not None:
            raise self.refuse
        return self.put(obj)

    def delete(
        self, kind: str, namespace: str, name: str, *, grace_seconds: int | None = None, propagation: str = ""
    ) -> None:
        assert propagation in ("", "Background", "Foreground", "Orphan")
        self.calls.append(("delete", kind, name, grace_seconds))
        obj = self.get(kind, namespace, name)
        self.engine.after(0 if grace_seconds == 0 else 2000, self.put, obj, "DELETED")

    def evict(self, namespace: str, name: str, *, grace_seconds: int | None = None) -> None:
        self.delete("pods", namespace, name, grace_seconds=grace_seconds)

    def logs(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, timestamps: bool = False
    ) -> str:
        text = self.texts.get(container, "")
        if not timestamps:
            return text
        return "".join(f"2026-11-23T04:49:1{n}.000000Z {line}" for n, line in enumerate(text.splitlines(keepends=True)))

    def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> FakeStream:
        self.calls.append(("exec", pod, container, list(argv), stdin))
        return self._session(on_output, on_end)

    def port_forward(self, namespace: str, pod: str, port: int) -> OpenFile:
        raise ApiError(500, "InternalError", f"nobody listens on port {port} of {pod}")

    def attach(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> FakeStream:
        self.calls.append(("attach", pod, container, stdin))
        return self._session(on_output, on_end)

    def _session(self, on_output: OnOutput, on_end: OnEnd) -> FakeStream:
        if self.refuse is not None:
            raise self.refuse
        stream = FakeStream()
        self.sessions.append((stream, on_output, on_end))
        if self.answers:
            ms, name, data, code = self.answers.pop(0)
            self.engine.after(ms, on_output, name, data)
            self.engine.after(ms, on_end, Ended(code))
        return stream


@dataclass
class Answer:
    """What a command line printed, its exit code, and when it ended (ms)."""

    out: str = ""
    err: str = ""
    code: int | None = None
    at_ms: int = 0


class Node:
    """Types command lines into a node's shell."""

    def __init__(self) -> None:
        self.engine = Engine()
        history, randoms = History(self.engine), Randoms(1)
        self.machine = Machine(self.engine, history, randoms, epoch_ms=EPOCH_MS, hostname="node1")
        self.api = FakeApi(self.engine)

    def begin(self, line: str) -> Answer:
        """Start a command line; the answer fills in when it ends."""
        answer = Answer()

        def done(completed: Completed) -> None:
            answer.out, answer.err = completed.stdout.decode(), completed.stderr.decode()
            answer.code, answer.at_ms = completed.exit.code, self.engine.now

        self.machine.run_on_node(line, done, programs={"kubectl": kubectl_program(self.api)})
        return answer

    def type(self, line: str, *, within_ms: int = 60_000) -> Answer:
        """Run a command line to its end."""
        answer, until = self.begin(line), self.engine.now + within_ms
        while answer.code is None and (due := self.engine.next_at()) is not None and due <= until:
            self.engine.step()
        assert answer.code is not None, f"{line} did not end"
        return answer

    def sent(self, verb: str) -> list[tuple[Any, ...]]:
        """The requests of that verb."""
        return [call for call in self.api.calls if call[0] == verb]


RUNNING: Json = {"running": {"startedAt": "2026-11-23T04:49:00Z"}}


def make_pod(name: str = "p", *containers: str, **meta: Any) -> Json:
    """A Pod that runs on node1."""
    names = containers or ("app",)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "creationTimestamp": "2026-11-23T04:49:00Z", **meta},
        "spec": {"nodeName": "node1", "containers": [{"name": c, "image": "nginx"} for c in names]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{"name": c, "ready": True, "restartCount": 0, "state": RUNNING} for c in names],
        },
    }
