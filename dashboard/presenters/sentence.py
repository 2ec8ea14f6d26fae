"""The one sentence of a page: what matters now, in plain words. Rules from the most to the least urgent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.probes import times
from dashboard.presenters.rich import Rich, bold, code, due, join, plain, say
from dashboard.presenters.status import WAITING
from dashboard.presenters.steps import collected
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock, duration


@dataclass(frozen=True, slots=True)
class Sentence:
    tone: str  # ready, wait, stop, back, done, err
    tag: str  # a word for the tone
    text: Rich
    number: int = 0  # the entry it speaks of

    @property
    def plain(self) -> str:
        return plain(self.text)

    @property
    def alarming(self) -> bool:
        return self.tone in ("stop", "back", "err")


Rule = Callable[[Story, int], "Sentence | None"]


def sentence(story: Story, now_ms: int) -> Sentence:
    for rule in RULES:
        found = rule(story, now_ms)
        if found is not None:
            return found
    return Sentence("wait", str(_("Starting")), say(_("{pod} has just been made."), pod=bold(story.name)))


def ordinal(count: int) -> str:
    """1st, 2nd, 3rd, 4th in English; a translation may drop the ending."""
    endings = {1: _("%sst"), 2: _("%snd"), 3: _("%srd")}
    ending = _("%sth") if count % 100 in (11, 12, 13) else endings.get(count % 10, _("%sth"))
    return str(ending % count)


def _gone(story: Story, now_ms: int) -> Sentence | None:
    if story.origin_ms is None:
        return Sentence("wait", str(_("Nothing yet")), say(_("This Pod has not been made yet.")))
    if story.gone is None:
        return None
    at = clock(story.at(story.gone))
    text = join(
        say(_("{pod} was deleted at {at}. Its history is kept."), pod=bold(story.name), at=at), _collected(story)
    )
    return Sentence("done", str(_("Deleted")), text, story.gone.number)


def _deleting(story: Story, now_ms: int) -> Sentence | None:
    if story.deleting_ms is None:
        return None
    left = [track for track in story.containers.values() if track.state and track.state.kind == "stop"]
    text = join(say(_("{pod} is being deleted."), pod=bold(story.name)), _collected(story))
    if left:
        track = left[0]
        state = track.state
        text = join(text, say(_("{app} has until the end of its grace."), app=bold(track.name)), _ignored(track))
        if state is not None and state.due_ms is not None and state.due_ms > now_ms:
            text = join(text, say(_("SIGKILL in {left}."), left=due(state.due_ms, now_ms)))
    return Sentence("stop", str(_("Deleting")), text, left[0].state.number if left and left[0].state else 0)


def _collected(story: Story) -> Rich:
    return collected(story.collected) if story.collected else ()


def _stopping(story: Story, now_ms: int) -> Sentence | None:
    for track in story.containers.values():
        state = track.state
        if state is None or state.kind != "stop" or state.end_ms is not None:
            continue
        why = _stop_reason(track)
        first = (
            say(_("{app} is being stopped"), app=bold(track.name))
            if track.stops < 2
            else say(_("{app} is being stopped for the {nth} time"), app=bold(track.name), nth=ordinal(track.stops))
        )
        text = say(_("{what}: {why}."), what=first, why=why) if why else say(_("{what}."), what=first)
        text = join(text, _ignored(track))
        if state.due_ms is not None and state.due_ms > now_ms:
            text = join(text, say(_("SIGKILL in {left}."), left=due(state.due_ms, now_ms)))
        return Sentence("stop", str(_("Stopping")), text, state.number)
    return None


def _stop_reason(track: ContainerTrack) -> Rich:
    """Which probe it was. The message of the Killing event is the last resort."""
    for kind in ("liveness", "startup"):
        probe = track.probes.get(kind)
        if probe and probe.attempts:
            last = next((piece for piece in reversed(probe.attempts) if piece.kind == "failure"), None)
            if last is not None and probe.result == "failure":
                template = ngettext_lazy(
                    "its {probe} probe failed", "its {probe} probe failed {count} times in a row", last.of
                )
                return say(template, probe=kind, count=bold(last.of))
    state = track.state
    return say(_("“{message}”"), message=state.detail) if state and state.detail else ()


def _ignored(track: ContainerTrack) -> Rich:
    last = next((piece for piece in reversed(track.signals.pieces) if piece.kind in ("term", "kill")), None)
    state = track.state
    if last is None or state is None or last.at_ms < state.at_ms or last.detail != "ignored":
        return ()
    program = (track.signals.command or "process 1").split(" ", 1)[0].rsplit("/", 1)[-1]
    return say(_("{program} ignored SIGTERM."), program=code(program))


def _backing_off(story: Story, now_ms: int) -> Sentence | None:
    for track in story.containers.values():
        state = track.state
        if state is None or state.kind != "back" or state.end_ms is not None:
            continue
        app, wait = bold(track.name), bold(duration(state.count)) if state.count else code(state.word)
        if state.word == "ImagePullBackOff":
            text = say(_("{app} waits: its image {image} cannot be pulled."), app=app, image=code(track.image))
            tail = _("Next try in {left}.")
        else:
            text = say(
                _("{app} is down and waits: it ended {count} times, and its back-off is {wait}."),
                app=app,
                count=bold(len(track.exits) or track.restart),
                wait=wait,
            )
            tail = _("Next start in {left}.")
        if state.due_ms is not None and state.due_ms > now_ms:
            text = join(text, say(tail, left=due(state.due_ms, now_ms)))
        return Sentence("back", str(_("Back-off")), text, state.number)
    return None


def _waiting_on_error(story: Story, now_ms: int) -> Sentence | None:
    for track in story.containers.values():
        state = track.state
        if state and state.kind == "wait" and state.end_ms is None and state.word and state.word not in WAITING:
            if state.word == "Pulling":
                text = say(_("{app} waits for its image {image}."), app=bold(track.name), image=code(track.image))
                return Sentence("wait", str(_("Starting")), text, state.number)
            text = say(_("{app} cannot start: {reason}."), app=bold(track.name), reason=code(state.word))
            if state.detail:
                text = join(text, say("{message}", message=code(state.detail)))
            return Sentence("err", str(_("Waiting")), text, state.number)
    return None


def _failing(story: Story, now_ms: int) -> Sentence | None:
    """A probe that has begun to fail and whose consequence is still to come."""
    for track in story.containers.values():
        for kind in ("liveness", "startup"):
            probe = track.probes.get(kind)
            last = probe.latest if probe else None
            if last is None or last.kind != "failure" or not track.running:
                continue
            count = min(last.count + times(last, now_ms) - 1, last.of)
            text = say(
                _("{app} runs, but its {probe} probe failed {count} of {of}. At {of} it is restarted."),
                app=bold(track.name),
                probe=kind,
                count=bold(count),
                of=last.of,
            )
            return Sentence("err" if kind == "liveness" else "wait", str(_("Failing")), text, last.number)
    return None


def _unready(story: Story, now_ms: int) -> Sentence | None:
    for track in story.containers.values():
        state = track.state
        if state is None or state.kind != "unready" or state.end_ms is not None:
            continue
        app = bold(track.name)
        startup, readiness = track.probes.get("startup"), track.probes.get("readiness")
        if startup and startup.result != "success":
            text = say(_("{app} runs and is starting up: its startup probe has not passed yet."), app=app)
        elif readiness and readiness.latest and readiness.latest.kind == "failure":
            text = say(_("{app} runs but is not ready: its readiness probe fails, so it gets no traffic."), app=app)
        else:
            text = say(_("{app} runs but is not ready yet."), app=app)
        return Sentence("wait", str(_("Not ready")), text, state.number)
    return None


def _initialising(story: Story, now_ms: int) -> Sentence | None:
    inits = [track for track in story.containers.values() if track.role == "init"]
    for index, track in enumerate(inits):
        state = track.state
        if state and state.kind == "plain" and state.end_ms is None:
            text = say(
                _("{app} runs, init container {index} of {count}. The next one starts when it ends with exit 0."),
                app=bold(track.name),
                index=index + 1,
                count=len(inits),
            )
            return Sentence("wait", str(_("Initialising")), text, state.number)
    return None


def _ended(story: Story, now_ms: int) -> Sentence | None:
    mains = [track for track in story.containers.values() if track.role == "main"]
    states = [track.state for track in mains]
    if not mains or any(state is None or state.kind != "ended" for state in states):
        return None
    phase = str(story.pod.get("status", {}).get("phase", ""))
    last = max((state for state in states if state), key=lambda state: state.at_ms)
    failed = next((track for track in mains if track.state and track.state.count), None)
    if failed is not None and failed.state is not None:
        text = say(_("{app} ended with exit code {code}."), app=bold(failed.name), code=bold(failed.state.count))
    else:
        text = say(_("{pod} is done: all its containers ended with exit code 0."), pod=bold(story.name))
    if phase in ("Succeeded", "Failed"):
        text = join(text, say(_("The Pod stays {phase}; nothing starts it again."), phase=code(phase)))
    return Sentence("err" if failed else "done", str(_("Ended")), text, last.number)


def _unscheduled(story: Story, now_ms: int) -> Sentence | None:
    if story.conditions.value("PodScheduled") == "true" or any(track.from_facts for track in story.containers.values()):
        return None
    strip = story.conditions.strips.get("PodScheduled")
    if strip is None or not strip.pieces:
        return None
    message = strip.pieces[-1].detail
    text = say(_("{pod} waits for a node."), pod=bold(story.name))
    return Sentence("wait", "Pending", join(text, say("{m}", m=code(message))), strip.pieces[-1].number)


def _unclaimed(story: Story, now_ms: int) -> Sentence | None:
    """The manifest named a node by itself, and no kubelet has taken the Pod up."""
    node = story.pod.get("spec", {}).get("nodeName")
    if not node or story.pod.get("status", {}).get("startTime") or story.conditions.value("PodScheduled") == "true":
        return None
    text = join(
        say(
            _("{pod} waits for the kubelet of {node}, the node that its manifest names."),
            pod=bold(story.name),
            node=code(node),
        ),
        say(_("If there is no such node, the Pod is deleted within about a minute.")),
    )
    return Sentence("wait", "Pending", text, story.revisions[-1])


def _ready(story: Story, now_ms: int) -> Sentence | None:
    ready = story.status.ready.last
    if ready is None or ready.kind != "full" or ready.end_ms is not None:
        return None
    text = say(_("{pod} runs and is ready since {at}."), pod=bold(story.name), at=clock(ready.at_ms))
    restarted = [track for track in story.containers.values() if track.restart]
    if restarted:
        names, restarts = ", ".join(track.name for track in restarted), sum(track.restart for track in restarted)
        tail = ngettext_lazy("{names}: {count} restart so far.", "{names}: {count} restarts so far.", restarts)
        text = join(text, say(tail, names=names, count=bold(restarts)))
    return Sentence("ready", str(_("Ready")), text, ready.number)


def _partly_ended(story: Story, now_ms: int) -> Sentence | None:
    mains = [track for track in story.containers.values() if track.role == "main"]
    ended = [track for track in mains if track.state and track.state.kind == "ended" and track.state.end_ms is None]
    if not ended or len(ended) == len(mains):
        return None
    first = max(ended, key=lambda track: track.state.count if track.state else 0)
    state = first.state
    if state is None:
        return None
    text = join(
        say(_("{app} ended with exit code {code}."), app=bold(first.name), code=bold(state.count)),
        say(_("{n} of {of} containers run."), n=bold(sum(track.running for track in mains)), of=len(mains)),
    )
    return Sentence("err" if state.count else "done", str(_("Ended")), text, state.number)


def _starting(story: Story, now_ms: int) -> Sentence | None:
    status = story.status.status.last
    if status is None:
        return None
    text = say(_("{pod} is being set up: kubectl says {status}."), pod=bold(story.name), status=code(status.word))
    return Sentence("wait", str(_("Starting")), text, status.number)


RULES: tuple[Rule, ...] = (
    _gone,
    _deleting,
    _stopping,
    _backing_off,
    _waiting_on_error,
    _failing,
    _unscheduled,
    _unclaimed,
    _initialising,
    _unready,
    _ended,
    _ready,
    _partly_ended,
    _starting,
)
