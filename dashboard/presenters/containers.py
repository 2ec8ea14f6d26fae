"""A container's life as bars: from facts, the truth of the node, or from the Pod's revisions where no facts are.

A recording or a live cluster has revisions only; then the bars show what the API server was told.
"""

from __future__ import annotations

from dashboard.presenters.pieces import Json, Piece, Strip, point
from dashboard.presenters.probes import FIELDS, ProbeTrack
from dashboard.presenters.processes import ProcessTrack
from dashboard.presenters.signals import SignalTrack
from simulator.history import Fact

RUNNING = frozenset({"ready", "unready", "plain"})
BACKOFF = frozenset({"CrashLoopBackOff", "ImagePullBackOff"})


class ContainerTrack:
    """Everything the history says about one container."""

    def __init__(self, name: str, role: str, spec: Json, born: int, path: str) -> None:
        self.name = name
        self.role = role
        self.spec = spec
        self.born = born
        self.path = path  # where the manifest defines it: spec.containers[0]
        self.from_facts = False
        self._bars = Strip()
        self._seen = Strip()
        self._marks: list[Piece] = []
        self._seen_marks: list[Piece] = []
        self.processes = ProcessTrack()
        self.signals = SignalTrack()
        self.probes = {kind: ProbeTrack(kind, spec[field]) for kind, field in FIELDS.items() if spec.get(field)}
        self.restart = 0
        self.stops = 0
        self.exits: list[Fact] = []
        self.stopping: Fact | None = None
        self.image = str(spec.get("image", ""))
        self._last_termination = ""

    @property
    def bars(self) -> Strip:
        return self._bars if self.from_facts else self._seen

    @property
    def marks(self) -> list[Piece]:
        return self._marks if self.from_facts else self._seen_marks

    @property
    def state(self) -> Piece | None:
        return self.bars.last

    @property
    def running(self) -> bool:
        return self.bars.open is not None and self.bars.open.kind in RUNNING

    # Facts: what happens on the node.

    def container(self, fact: Fact, at_ms: int) -> None:
        self.from_facts = True
        phase = fact.data.get("phase")
        if phase == "started":
            self.restart = int(fact.data.get("restart", 0))
            for probe in self.probes.values():
                probe.restart()
            self._bars.begin(fact.number, at_ms, self._running_kind())
            if self.restart:
                self._marks.append(point(fact.number, at_ms, "restart", str(self.restart), count=self.restart))

    def stop(self, fact: Fact, at_ms: int, origin_ms: int) -> None:
        self.from_facts = True
        self.stops += 1
        self.stopping = fact
        deadline = fact.data.get("deadline_ms")
        due = int(deadline) - origin_ms if deadline is not None else at_ms + int(fact.data.get("grace_ms") or 0)
        reason = str(fact.data.get("reason", ""))
        self._bars.begin(fact.number, at_ms, "stop", "stopping", detail=reason, due_ms=due, count=self.stops)

    def exit(self, fact: Fact, at_ms: int) -> None:
        self.from_facts = True
        self.exits.append(fact)
        self.stopping = None
        code = int(fact.data.get("code", 0))
        reason = str(fact.data.get("reason", ""))
        self._bars.begin(fact.number, at_ms, "ended", reason, count=code, detail=str(fact.data.get("signal") or ""))
        if code or self.role in ("main", "sidecar"):
            self._marks.append(point(fact.number, at_ms, "exit", str(code), detail=reason))
        self.processes.end(fact.number, at_ms)
        self.signals.end(fact.number, at_ms)

    def backoff(self, fact: Fact, at_ms: int, origin_ms: int) -> None:
        self.from_facts = self.from_facts or fact.data.get("what") == "image"
        until = int(fact.data.get("until_ms", 0)) - origin_ms
        word = "ImagePullBackOff" if fact.data.get("what") == "image" else "CrashLoopBackOff"
        wait = int(fact.data.get("wait_ms", 0))
        self._bars.begin(fact.number, at_ms, "back", word, due_ms=until, count=wait)

    def pull(self, fact: Fact, at_ms: int) -> None:
        self.from_facts = True
        phase = fact.data.get("phase")
        if phase == "start" and not self.running:
            self._bars.become(fact.number, at_ms, "wait", "Pulling", detail=self.image)
        elif phase == "failed":
            self._bars.become(fact.number, at_ms, "wait", "ErrImagePull", detail=str(fact.data.get("message", "")))
        elif phase == "done" and (seen := self._seen.open) is not None and seen.kind == "wait":
            self._bars.become(fact.number, at_ms, "wait", seen.word, detail=seen.detail)  # not for the image any more

    def probe(self, fact: Fact, at_ms: int) -> None:
        self.from_facts = True
        kind = str(fact.data.get("probe"))
        track = self.probes.setdefault(kind, ProbeTrack(kind, self.spec.get(FIELDS.get(kind, ""), {})))
        track.read(fact, at_ms)
        if fact.data.get("changed") and self.running:
            self._bars.become(fact.number, at_ms, self._running_kind())

    def _running_kind(self) -> str:
        """Models pkg/kubelet/prober/prober_manager.go UpdatePodStatus: started, and not held back by readiness."""
        if self.role in ("init", "ephemeral"):
            return "plain"
        startup, readiness = self.probes.get("startup"), self.probes.get("readiness")
        started = startup is None or startup.result in ("success", "warning")
        ready = readiness is None or readiness.result in ("success", "warning")
        return "ready" if started and ready else "unready"

    # Revisions: what the API server was told.

    def status(self, number: int, at_ms: int, status: Json) -> None:
        state = status.get("state") or {}
        waiting, running, terminated = state.get("waiting"), state.get("running"), state.get("terminated")
        self._see_restarts(number, at_ms, status)
        if waiting is not None:
            reason = str(waiting.get("reason", ""))
            kind = "back" if reason in BACKOFF else "wait"
            self._seen.become(number, at_ms, kind, reason, detail=str(waiting.get("message", "")))
            self._wait(number, at_ms, reason, str(waiting.get("message", "")))
        elif running is not None:
            kind = "plain" if self.role in ("init", "ephemeral") else "ready" if status.get("ready") else "unready"
            if not (self._seen.open and self._seen.open.kind == "stop"):
                self._seen.become(number, at_ms, kind)
        elif terminated is not None:
            self._seen.become(
                number, at_ms, "ended", str(terminated.get("reason", "")), count=int(terminated.get("exitCode", 0))
            )

    def _see_restarts(self, number: int, at_ms: int, status: Json) -> None:
        state = status.get("state") or {}
        ended = state.get("terminated") or (status.get("lastState") or {}).get("terminated")
        if ended and ended.get("containerID", ended.get("finishedAt")) != self._last_termination:
            self._last_termination = ended.get("containerID", ended.get("finishedAt"))
            code = int(ended.get("exitCode", 0))
            if code or self.role in ("main", "sidecar"):
                mark = point(number, at_ms, "exit", str(code), detail=str(ended.get("reason", "")))
                self._seen_marks.append(mark)
        restarts = int(status.get("restartCount", 0))
        if not self.from_facts and restarts > self.restart:
            self.restart = restarts
            self._seen.end(number, at_ms)
            self._seen_marks.append(point(number, at_ms, "restart", str(restarts), count=restarts))

    def _wait(self, number: int, at_ms: int, reason: str, message: str) -> None:
        """The node has no word for why a container waits; the status has."""
        waits = self._bars.open is None or self._bars.open.kind == "wait"
        if not self.exits and waits and reason not in BACKOFF:
            self._bars.become(number, at_ms, "wait", reason, detail=message)

    def killing(self, number: int, at_ms: int, message: str) -> None:
        """The event, where no `stop` fact says it."""
        if self._seen.open and self._seen.open.kind in RUNNING:
            self._seen.begin(number, at_ms, "stop", "stopping", detail=message)

    def end(self, number: int, at_ms: int) -> None:
        for strip in (self._bars, self._seen):
            strip.end(number, at_ms)
        self.processes.end(number, at_ms)
        self.signals.end(number, at_ms)
