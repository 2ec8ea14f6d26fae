"""What its containers make of the Pod, from the most to the least urgent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.probes import times
from dashboard.presenters.rich import Rich, bold, code, due, join, say
from dashboard.presenters.sentences.said import Sentence
from dashboard.presenters.status import WAITING
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import duration

ENDINGS = frozenset({"DeadlineExceeded", "Evicted", "Preempting", "TaintManagerEviction"})


def ordinal(count: int) -> str:
    """1st, 2nd, 3rd, 4th in English; a translation may drop the ending."""
    endings = {1: _("%sst"), 2: _("%snd"), 3: _("%srd")}
    ending = _("%sth") if count % 100 in (11, 12, 13) else endings.get(count % 10, _("%sth"))
    return str(ending % count)


def stopping(story: Story, now_ms: int) -> Sentence | None:
    for track in story.containers.values():
        state = track.state
        if state is None or state.kind != "stop" or state.end_ms is not None:
            continue
        why = _stop_reason(story, track)
        first = (
            say(_("{app} is being stopped"), app=bold(track.name))
            if track.stops < 2
            else say(_("{app} is being stopped for the {nth} time"), app=bold(track.name), nth=ordinal(track.stops))
        )
        text = say(_("{what}: {why}."), what=first, why=why) if why else say(_("{what}."), what=first)
        text = join(text, ignored(track))
        if state.due_ms is not None and state.due_ms > now_ms:
            text = join(text, say(_("SIGKILL in {left}."), left=due(state.due_ms, now_ms)))
        return Sentence("stop", str(_("Stopping")), text, state.number)
    return None


def _stop_reason(story: Story, track: ContainerTrack) -> Rich:
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
    detail = _ending(story) or (state.detail if state else "")
    return say(_("“{message}”"), message=detail) if detail else ()


def _ending(story: Story) -> str:
    """What the event says that tells why the whole Pod has to end."""
    return next((piece.detail for piece in reversed(story.events.pieces) if piece.word in ENDINGS), "")


def ignored(track: ContainerTrack) -> Rich:
    last = next((piece for piece in reversed(track.signals.pieces) if piece.kind in ("term", "kill")), None)
    state = track.state
    if last is None or state is None or last.at_ms < state.at_ms or last.detail != "ignored":
        return ()
    program = (track.signals.command or "process 1").split(" ", 1)[0].rsplit("/", 1)[-1]
    return say(_("{program} ignored SIGTERM."), program=code(program))


def backing_off(story: Story, now_ms: int) -> Sentence | None:
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


def hooking(story: Story, now_ms: int) -> Sentence | None:
    """The container runs, and the API is not told before its postStart hook has ended."""
    for track in story.containers.values():
        hooks = (piece for piece in track.signals.pieces if piece.kind == "hook" and piece.end_ms is None)
        hook = next((piece for piece in hooks if piece.word == "postStart"), None)
        if hook is not None and track.running:
            text = say(
                _("{app} runs its {hook} hook. Until that ends, it counts as not started, and nothing else is done."),
                app=bold(track.name),
                hook=code(hook.word),
            )
            return Sentence("wait", str(_("Starting")), text, hook.number)
    return None


def waiting_on_error(story: Story, now_ms: int) -> Sentence | None:
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


def failing(story: Story, now_ms: int) -> Sentence | None:
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


def unready(story: Story, now_ms: int) -> Sentence | None:
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


def initialising(story: Story, now_ms: int) -> Sentence | None:
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


def partly_ended(story: Story, now_ms: int) -> Sentence | None:
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


def starting_again(story: Story, now_ms: int) -> Sentence | None:
    """Between an end and what the kubelet makes of it, where no back-off holds it up."""
    over = [track for track in story.containers.values() if track.exits and not track.running]
    over = [track for track in over if track.role != "init" or track.exits[-1].data.get("code")]
    if not over:
        return None
    track = max(over, key=lambda each: each.exits[-1].number)
    exit_ = track.exits[-1]
    fields = {"app": bold(track.name), "code": bold(int(exit_.data.get("code", 0)))}
    if story.pod.get("spec", {}).get("restartPolicy") == "Never" and "restartPolicy" not in track.spec:
        return Sentence("err", str(_("Ended")), say(_("{app} ended with exit code {code}."), **fields), exit_.number)
    text = say(_("{app} ended with exit code {code} and is about to start again."), **fields)
    return Sentence("back", str(_("Restarting")), text, exit_.number)
