"""How long the kubelet takes to see, to act and to start, and when a container is ready."""

from __future__ import annotations

from simulator.answers.parts import Answer, Part, Question, Span, What, total
from simulator.answers.probing import CUT_MS, Probe
from simulator.history import Json
from simulator.kubelet.latency import (
    CREATE_MS,
    IMAGE_CHECK_MS,
    KILLED_MS,
    PULL_MS,
    RELIST_MS,
    SETUP_MS,
    SIGNAL_MS,
    START_MS,
    STATUS_PATCH_MS,
    STATUS_WAKE_MS,
)
from simulator.kubelet.pleg import INSPECT_MS
from simulator.kubelet.probe_manager import POKE_MS

LOOK_MS = RELIST_MS + INSPECT_MS  # a relist at the latest, from any moment on
# At once, or after the sync that is under way and the relist that must follow it.
SYNC = Part(What.SYNC, Span(SETUP_MS, 2 * SETUP_MS + LOOK_MS))
NOTICE = Part(What.NOTICE, Span(0, LOOK_MS))
# A patch that is under way takes what came meanwhile along in the next.
STATUS = Part(What.STATUS, Span(STATUS_PATCH_MS, STATUS_WAKE_MS + 2 * STATUS_PATCH_MS + 1))


def start(container: Json, path: str) -> Part:
    """From the decision to the start, of an image that is on the node."""
    work = IMAGE_CHECK_MS + CREATE_MS + START_MS
    if container.get("imagePullPolicy") != "Always":
        return Part(What.START, Span(work, work))
    return Part(What.START, Span(work + PULL_MS[0], work + PULL_MS[1]), (f"{path}.imagePullPolicy",))


def start_again(container: Json, path: str) -> Part:
    """The same after the container was stopped in the same sync: the runtime first reports its end."""
    anew = start(container, path)
    stop = SIGNAL_MS + KILLED_MS
    return Part(anew.what, anew.span + Span(stop, stop), anew.fields)


def post_start(container: Json, path: str) -> tuple[Part, ...]:
    """The hook holds up the sync; only a sleep says how long."""
    hook = container.get("lifecycle", {}).get("postStart")
    if hook is None:
        return ()
    if "sleep" in hook:
        took = int(hook["sleep"]["seconds"]) * 1000
        return (Part(What.POST_START, Span(took, took), (f"{path}.lifecycle.postStart.sleep.seconds",)),)
    return (Part(What.POST_START, Span(0, None), (f"{path}.lifecycle.postStart",)),)


def seen_running(container: Json, path: str) -> tuple[Part, ...]:
    """From the start to the sync that finds the container running."""
    return (*post_start(container, path), NOTICE, Part(What.SYNC, Span(0, SETUP_MS + LOOK_MS)))


def ready(container: Json, path: str) -> Answer:
    """Every probe passes at its first attempt, or its first attempts if it needs several."""
    parts = [*seen_running(container, path)]
    startup, readiness = Probe.of(container, path, "startup"), Probe.of(container, path, "readiness")
    if startup is not None:
        parts += [startup.first_tick(total(parts)), startup.answer()]
        parts.append(Part(What.SYNC, Span(0, SETUP_MS + LOOK_MS)))
    if readiness is not None:
        parts += [_asked_at_once(readiness, total(parts)), *_more_successes(readiness), readiness.answer()]
    return Answer(Question.READY, (*parts, STATUS))


def _asked_at_once(probe: Probe, sofar: Span) -> Part:
    """Each sync that finds the container not ready has it probed, whatever the period. A delay of up to a second is
    over by the second sync; after a longer one the ticks decide."""
    fields = (probe.field("initialDelaySeconds"),)
    least = max(0, probe.delay - CUT_MS - sofar.least)
    if probe.delay <= 1000:
        poked = POKE_MS if not probe.delay else POKE_MS + SETUP_MS + LOOK_MS
        return Part(What.FIRST_ATTEMPT, Span(least, poked), fields)
    poked = POKE_MS + SETUP_MS + LOOK_MS
    if sofar.greatest is None:
        return Part(What.FIRST_ATTEMPT, Span(least, None), fields)
    ticked = probe.delay + probe.period - sofar.greatest
    return Part(What.FIRST_ATTEMPT, Span(least, max(poked, ticked)), (*fields, probe.field("periodSeconds")))


def _more_successes(probe: Probe) -> tuple[Part, ...]:
    more = probe.successes - 1
    if not more:
        return ()
    fields = (probe.field("successThreshold"), probe.field("periodSeconds"))
    span = Span(0, more * probe.apart)  # a sync that comes while one attempt is under way has the next follow at once
    return (Part(What.MORE_ATTEMPTS, span, fields, more, probe.period),)


def budget(container: Json, path: str) -> Answer:
    """From the start to the Killing event, if the probe that guards it never passes."""
    probe = Probe.of(container, path, "startup") or Probe.of(container, path, "liveness")
    if probe is None:
        return Answer(Question.BUDGET, never=f"{path}.startupProbe")
    seen = seen_running(container, path)
    parts = (*seen, probe.first_tick(total(seen)), probe.more_failures(), probe.answer(), SYNC)
    return Answer(Question.BUDGET, parts)
