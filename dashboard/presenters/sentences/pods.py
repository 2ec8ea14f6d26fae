"""What becomes of the Pod as a whole."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboard.presenters.rich import Rich, bold, code, due, join, say
from dashboard.presenters.sentences.containers import ignored
from dashboard.presenters.sentences.said import Sentence
from dashboard.presenters.steps import collected
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock

# Reasons of events after which the kubelet tries again instead of going on.
OBSTACLES = frozenset(
    {"FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox", "NetworkNotReady"}
)


def gone(story: Story, now_ms: int) -> Sentence | None:
    if story.origin_ms is None:
        return Sentence("wait", str(_("Nothing yet")), say(_("This Pod has not been made yet.")))
    if story.gone is None:
        return None
    at = clock(story.at(story.gone))
    text = join(
        say(_("{pod} was deleted at {at}. Its history is kept."), pod=bold(story.name), at=at), _collected(story)
    )
    return Sentence("done", str(_("Deleted")), text, story.gone.number)


def _collected(story: Story) -> Rich:
    return collected(story.collected) if story.collected else ()


def deleting(story: Story, now_ms: int) -> Sentence | None:
    if story.deleting_ms is None:
        return None
    left = [track for track in story.containers.values() if track.state and track.state.kind == "stop"]
    text = join(say(_("{pod} is being deleted."), pod=bold(story.name)), _collected(story))
    if left:
        track = left[0]
        state = track.state
        text = join(text, say(_("{app} has until the end of its grace."), app=bold(track.name)), ignored(track))
        if state is not None and state.due_ms is not None and state.due_ms > now_ms:
            text = join(text, say(_("SIGKILL in {left}."), left=due(state.due_ms, now_ms)))
    elif finalizers := story.pod["metadata"].get("finalizers"):
        names = code(", ".join(finalizers))
        text = join(text, say(_("It stays until whoever put the finalizer {names} there takes it away."), names=names))
    return Sentence("stop", str(_("Deleting")), text, left[0].state.number if left and left[0].state else 0)


def ended(story: Story, now_ms: int) -> Sentence | None:
    """All main containers ended, or the Pod failed before they began."""
    phase = str(story.pod.get("status", {}).get("phase", ""))
    mains = [track for track in story.containers.values() if track.role == "main"]
    over = [track for track in mains if track.state and track.state.kind == "ended"]
    if not over and phase == "Failed":
        over = [track for track in story.containers.values() if track.exits and track.state]
    elif not mains or len(over) < len(mains):
        return None
    failed = next((track for track in over if track.state and track.state.count), None)
    if not over:
        text = say(_("{pod} failed before anything ran in it."), pod=bold(story.name))
    elif failed is not None and failed.state is not None:
        text = say(_("{app} ended with exit code {code}."), app=bold(failed.name), code=bold(failed.state.count))
    else:
        text = say(_("{pod} is done: all its containers ended with exit code 0."), pod=bold(story.name))
    if phase in ("Succeeded", "Failed"):
        text = join(text, _fate(story), say(_("The Pod stays {phase}; nothing starts it again."), phase=code(phase)))
    number = max((track.state.number for track in over if track.state), default=story.revisions[-1])
    return Sentence("err" if failed or not over else "done", str(_("Ended")), text, number)


def _fate(story: Story) -> Rich:
    """Why the Pod ended, where that was not up to its containers, as its status says."""
    status = story.pod.get("status", {})
    told = ": ".join(filter(None, (status.get("reason"), str(status.get("message", "")).strip())))
    return say("{told}" if told.endswith(".") else "{told}.", told=code(told)) if told else ()


def unscheduled(story: Story, now_ms: int) -> Sentence | None:
    if story.conditions.value("PodScheduled") == "true" or any(track.from_facts for track in story.containers.values()):
        return None
    strip = story.conditions.strips.get("PodScheduled")
    if strip is None or not strip.pieces:
        return None
    message = strip.pieces[-1].detail
    text = say(_("{pod} waits for a node."), pod=bold(story.name))
    return Sentence("wait", "Pending", join(text, say("{m}", m=code(message))), strip.pieces[-1].number)


def unclaimed(story: Story, now_ms: int) -> Sentence | None:
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


def held_up(story: Story, now_ms: int) -> Sentence | None:
    """Nothing has run yet, and the newest event tells what is in the way."""
    newest = story.events.pieces[-1] if story.events.pieces else None
    ran = any(track.exits or track.running for track in story.containers.values())
    if ran or newest is None or newest.word not in OBSTACLES or _is_over(story):
        return None
    text = say(_("{pod} cannot be set up: {reason}."), pod=bold(story.name), reason=code(newest.word))
    return Sentence("err", str(_("Waiting")), join(text, say("{m}", m=code(newest.detail))), newest.number)


def _is_over(story: Story) -> bool:
    return story.pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def not_ready(story: Story, now_ms: int) -> Sentence | None:
    """The column READY counts containers; traffic goes by the Pod's condition."""
    full = story.status.ready.last
    if full is None or full.kind != "full" or story.conditions.value("Ready") in ("true", "") or _is_over(story):
        return None
    why = story.conditions.detail("Ready")
    node = code(story.pod.get("spec", {}).get("nodeName", ""))
    text = join(
        say(_("All containers of {pod} are ready, but the Pod is not, and gets no traffic."), pod=bold(story.name)),
        say("{why}", why=code(why)) if why else say(_("Nothing is heard of {node}."), node=node),
    )
    strip = story.conditions.strips["Ready"]
    return Sentence("wait", str(_("Not ready")), text, strip.pieces[-1].number)


def ready(story: Story, now_ms: int) -> Sentence | None:
    ready = story.status.ready.last
    if ready is None or ready.kind != "full" or ready.end_ms is not None:
        return None
    text = say(_("{pod} runs and is ready since {at}."), pod=bold(story.name), at=clock(ready.at_ms))
    restarted = [track for track in story.containers.values() if track.restart]
    if restarted:
        names, restarts = ", ".join(track.name for track in restarted), sum(track.restart for track in restarted)
        tail = ngettext_lazy("{names}: {count} restart so far.", "{names}: {count} restarts so far.", restarts)
        text = join(text, say(tail, names=names, count=bold(restarts)))
    text = join(text, _resizing(story))
    return Sentence("ready", str(_("Ready")), text, ready.number)


def _resizing(story: Story) -> Rich:
    for name in ("PodResizePending", "PodResizeInProgress"):
        if why := story.conditions.detail(name):
            return say(_("Its resize waits: {why}"), why=code(why))
    return ()


def starting(story: Story, now_ms: int) -> Sentence | None:
    status = story.status.status.last
    if status is None:
        return None
    again = next((track for track in story.containers.values() if track.running and track.restart), None)
    if again is not None:
        template = _("{app} runs again. kubectl still says {status}: the kubelet tells the API a moment later.")
        text = say(template, app=bold(again.name), status=code(status.word))
    else:
        text = say(_("{pod} is being set up: kubectl says {status}."), pod=bold(story.name), status=code(status.word))
    return Sentence("wait", str(_("Starting")), text, status.number)
