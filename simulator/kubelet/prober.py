"""Probe workers: when a container is probed, and what consecutive results come to.

Models pkg/kubelet/prober/worker.go. A worker ticks every period from its own start. Where a
tick would do nothing, or only repeat a success that cannot change, none is scheduled: the worker sleeps until
the status or something the attempt looked at changes, and wakes at the tick that follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from simulator.engine import Task, Timer
from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import is_sidecar, should_restart
from simulator.kubelet.probe import WARNING, Attempt, handler_of, run_probe
from simulator.kubelet.results import FAILURE, SUCCESS, UNKNOWN
from simulator.kubelet.status_manager import TERMINAL

Kind = Literal["startup", "readiness", "liveness"]
KINDS: tuple[Kind, ...] = ("startup", "readiness", "liveness")
INITIAL = {"startup": UNKNOWN, "readiness": FAILURE, "liveness": SUCCESS}
ERRORED_TRIES = 3
RESTART_GRACE_MS = 10_000
Next = Literal["stop", "tick", "idle", "probe"]
OnResult = Callable[[str, Kind, str, str], object]  # the Pod's uid, kind, container ID, new result


def find_status(status: Json, name: str) -> Json | None:
    for key in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(key, ()):
            if container["name"] == name and container.get("containerID"):
                found: Json = container
                return found
    return None


def ran_before(kubelet_started_at: int, started_at: int | None) -> bool:
    """Whether a container runs since well before the kubelet. Models prober_manager.go kubeletRestartGracePeriod."""
    return started_at is not None and started_at < kubelet_started_at - RESTART_GRACE_MS


@dataclass(slots=True)
class _Streak:
    """A success that repeats by itself: since when, and what ends it."""

    since: int
    watch: Any
    log: Any = None


class ProbeWorker:
    """Probes one container in one way."""

    def __init__(self, agent: PodAgent, kind: Kind, container: Json, on_result: OnResult) -> None:
        self.agent = agent
        self.kind = kind
        self.container = container
        self.probe: Json = container[f"{kind}Probe"]
        self._on_result = on_result
        self._engine = agent.node.engine
        self._period: int = self.probe["periodSeconds"] * 1000
        # Upstream's worker keeps the Pod it was made for: of a deletion that comes later it is not told.
        self._deleting = agent.deleting
        self._ticker = self._engine.now  # when the ticker was started or reset
        self._timer: Timer | None = None
        self._busy = False
        self._began = 0
        self._poked = False
        self._stopped = False  # told to stop, which an attempt under way does not hear
        self._left = False
        self._streak: _Streak | None = None
        self._resting = True  # no attempts at present
        self.container_id = ""
        self._on_hold = False
        self._last = ""
        self._run = 0
        self._begin()

    def _begin(self) -> None:
        """A kubelet that has just started does not begin all its probes at once. Models the start of run."""
        node = self.agent.node
        if self._period > self._engine.now - node.started_at:
            self._busy = True
            self._engine.after(int(self._period * node.random.random()), self._wake)
        else:
            self._turn()

    def _wake(self) -> None:
        self._busy = False
        if self._stopped:
            self.leave()
        else:
            self._ticker = self._engine.now
            self._turn()

    # ---- the loop -----------------------------------------------------------
    def poke(self) -> None:
        """A status computation found the container not ready: probe now, and count the period from here."""
        if self._stopped:
            return
        if self._busy:
            self._poked = True
            return
        self._ticker = self._engine.now
        self._end_streak()
        self._turn()

    def status_changed(self) -> None:
        """What the last look found may have changed: look again at the next tick."""
        if not self._busy and not self._stopped and self._streak is None:
            self._schedule(self._next_tick(self._engine.now))

    def stop(self) -> None:
        """An attempt that is under way is made to its end, and told of."""
        self._stopped = True
        if not self._busy:
            self.leave()

    def leave(self) -> None:
        if self._left:
            return
        self._stopped = self._left = True
        self._end_streak()
        self._rest("removed")
        self._cancel()
        self.agent.results.remove(self.kind, self.container_id)
        self.agent.probes.forget(self)

    def _turn(self) -> None:
        self._cancel()
        step = self._look()
        if step == "stop":
            self.stop()
        elif step == "probe":
            self._busy = True
            self._began = self._engine.now
            Task(self._engine, self._attempt()).then(self._done)
        elif step == "tick":
            self._schedule(self._next_tick(self._engine.now))

    def _next_tick(self, after: int) -> int:
        return self._ticker + ((after - self._ticker) // self._period + 1) * self._period

    def _schedule(self, when: int) -> None:
        self._cancel()
        self._timer = self._engine.at(when, self._turn)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # ---- one look: doProbe up to the attempt --------------------------------
    def _look(self) -> Next:
        status = self.agent.status.get(self.agent.uid)
        if status is None:
            return "idle"
        if status["phase"] in TERMINAL:
            return "stop"
        current = find_status(status, self.container["name"])
        if current is None:
            return "idle"
        self._meet(current["containerID"].removeprefix("containerd://"), started=bool(current.get("started")))
        if self._on_hold:
            return "idle"
        if "running" not in current["state"]:
            return self._not_running(current)
        if self._deleting and self.kind != "readiness":
            self._set(SUCCESS)
            return "stop"
        return self._when_running(current)

    def _meet(self, container_id: str, *, started: bool) -> None:
        """A new container: forget the old one's result."""
        if container_id == self.container_id:
            return
        self.agent.results.remove(self.kind, self.container_id)
        self.container_id = container_id
        instance = self._instance()
        if instance is None or not ran_before(self.agent.node.started_at, instance.started_at):
            self._set(INITIAL[self.kind])
        elif started and self.kind == "startup" and is_sidecar(self.container):
            self._set(SUCCESS)
        self._on_hold = False

    def _not_running(self, current: Json) -> Next:
        self._set(FAILURE)
        self._rest("ended")
        ended = current["state"].get("terminated")
        if ended is None or is_sidecar(self.container):
            return "idle"
        again = should_restart(self.container, self.agent.pod["spec"], ended["exitCode"])
        return "idle" if again else "stop"

    def _when_running(self, current: Json) -> Next:
        instance = next((c for c in self.agent.runtime.containers if c.id == self.container_id), None)
        if instance is not None and instance.started_at is not None:
            # The API's start time is cut to whole seconds, and so is what has passed since.
            since = self._engine.now - self.agent.node.calendar.floor(instance.started_at)
            delay = self.probe.get("initialDelaySeconds", 0)
            if since // 1000 < delay:
                self._schedule_after_delay(delay * 1000 - since)
                return "idle"
        if bool(current.get("started")) == (self.kind == "startup"):
            return "idle"
        return "probe"

    def _schedule_after_delay(self, left: int) -> None:
        self._schedule(self._next_tick(self._engine.now + left - 1))

    # ---- the attempt and its count ------------------------------------------
    def _attempt(self) -> Any:
        outcome: Attempt = yield from run_probe(self.agent, self.container, self.container_id, self.probe)
        for _ in range(ERRORED_TRIES - 1):
            if outcome.result != UNKNOWN:
                break
            outcome = yield from run_probe(self.agent, self.container, self.container_id, self.probe)
        return outcome

    def _done(self, outcome: Attempt) -> None:
        self._busy = False
        if self._left:
            return
        self._judge(outcome)
        if self._stopped:
            self.leave()
        elif self._poked:
            self._poked = False
            self.poke()
        elif self._streak is None and not self._on_hold:
            # A tick that came while the attempt was under way is taken up at once.
            self._schedule(self._next_tick(self._began))

    def _judge(self, outcome: Attempt) -> None:
        """Models worker.go doProbe from the result on."""
        result = SUCCESS if outcome.result == WARNING else outcome.result
        self._resting = False
        if result == UNKNOWN:
            self._note(outcome, 0, changed=False, steady=False)
            return
        if result == self._last:
            self._run += 1
        else:
            self._last, self._run = result, 1
        threshold = self._threshold(result)
        stored = self.agent.results.get(self.kind, self.container_id)
        reached = self._run >= threshold
        changed = reached and (stored is None or stored.value != result)
        steady = self._is_steady(outcome, reached=reached)
        number = self._note(outcome, self._run, changed=changed, steady=steady)
        if steady:
            self._begin_streak(outcome)
        if not reached:
            return
        with self.agent.node.history.because(number):
            self._set(result, number)
        if self.kind == "startup" or (self.kind == "liveness" and result == FAILURE):
            self._on_hold = True
            self._run = 0
            self._rest("passed" if result == SUCCESS else "failed")

    def _is_steady(self, outcome: Attempt, *, reached: bool) -> bool:
        """Whether attempts from now on do nothing new; a warning is told each time."""
        again = self.kind != "startup" and not self._stopped
        return again and reached and outcome.result == SUCCESS and outcome.seen is not None

    def _threshold(self, result: str) -> int:
        return int(self.probe["failureThreshold"] if result == FAILURE else self.probe.get("successThreshold", 1))

    def _set(self, value: str, cause: int = 0) -> None:
        if self.agent.results.set(self.kind, self.container_id, value, cause):
            self._on_result(self.agent.uid, self.kind, self.container_id, value)

    # ---- what is written down -----------------------------------------------
    def _note(self, outcome: Attempt, count: int, *, changed: bool, steady: bool) -> int:
        agent, name, kind = self.agent, self.container["name"], f"{self.kind}Probe"
        handler = handler_of(self.probe)
        data = {
            "probe": self.kind,
            "handler": handler,
            "result": outcome.result,
            "output": outcome.output,
            "count": count,
            "threshold": self._threshold(outcome.result),
            "changed": changed,
            "restart": self._restart(),
            "every_ms": self._period if steady else None,
        }
        fields: tuple[str, ...] = (f"{kind}.{handler}", f"{kind}.periodSeconds")
        if outcome.result == FAILURE:
            fields += (f"{kind}.failureThreshold",)
        seen = outcome.seen.cause if outcome.seen is not None else 0
        with agent.node.history.because(seen or self._started_by()):
            number = agent.fact("probe", name, data, *fields)
        with agent.node.history.because(number):
            self._event(outcome)
        return number

    def _event(self, outcome: Attempt) -> None:
        name, title = self.container["name"], self.kind.capitalize()
        if outcome.result == UNKNOWN:
            message = f"{title} probe errored and resulted in {outcome.state} state: {outcome.output}"
            self.agent.event("Warning", "Unhealthy", message, name)
        elif outcome.result == FAILURE:
            self.agent.event("Warning", "Unhealthy", f"{title} probe failed: {outcome.output}", name)
        elif outcome.result == WARNING:
            self.agent.event("Warning", "ProbeWarning", f"{title} probe warning: {outcome.output}", name)

    def _instance(self) -> Any:
        return next((c for c in self.agent.runtime.containers if c.id == self.container_id), None)

    def _restart(self) -> int:
        instance = self._instance()
        return instance.restart_count if instance else 0

    def _started_by(self) -> int:
        instance = self._instance()
        return instance.changed_by if instance else 0

    def _rest(self, reason: str) -> None:
        if not self._resting:
            self._resting = True
            self._end_streak()
            self.agent.fact("probe.rest", self.container["name"], {"probe": self.kind, "reason": reason})

    # ---- successes that repeat ----------------------------------------------
    def _begin_streak(self, outcome: Attempt) -> None:
        assert outcome.seen is not None
        streak = _Streak(self._engine.now, None)
        if outcome.repeat_log is not None:
            inside = self.agent.runtime.insides[self.container_id]
            streak.log = inside.log.repeat(outcome.repeat_log, self._engine.now + self._period, self._period)
        self._streak = streak
        streak.watch = outcome.seen.watch(self._woken)

    def _end_streak(self) -> None:
        streak, self._streak = self._streak, None
        if streak is None:
            return
        streak.watch.cancel()
        if streak.log is not None:
            streak.log.stop(self._engine.now)
        self._run += (self._engine.now - streak.since) // self._period

    def _woken(self) -> None:
        """Something that the attempt looked at has changed."""
        if self._streak is not None and not self._stopped:
            self._end_streak()
            self._schedule(self._next_tick(self._engine.now))

    def interrupt(self) -> None:
        """The container, or the Pod's fate, changed: a streak cannot be taken for granted any more."""
        if self._streak is not None:
            self._woken()
        else:
            self.status_changed()
