"""The presenter's page: a Pod's page that is read from the last row. Five lanes at most, those in trouble first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from django.utils.translation import gettext as _

from dashboard.presenters.brief import brief
from dashboard.presenters.causes import chain
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.explain import lane_of
from dashboard.presenters.page import PodPage
from dashboard.presenters.pieces import Lane
from dashboard.presenters.timeline import Timeline
from simulator.history import Fact

MOST_LANES = 5
MOST_STEPS = 5  # done and to come
MOST_COMING = 2


@dataclass(frozen=True, slots=True)
class Beat:
    """A step in a few words. `number` is 0 for one that is still to come."""

    index: int
    text: str
    number: int = 0
    at_ms: int = 0
    lane: str = ""


@dataclass(frozen=True, slots=True)
class StagePage(PodPage):
    """All that `present.html` shows."""

    @property
    def timeline(self) -> Timeline:
        """With every lane, so that the page can be kept up to date; what is not shown is marked."""
        whole = super(StagePage, self).timeline  # slots make another class of this one: super() alone is lost
        shown = self._chosen(whole)
        groups = tuple(
            replace(group, lanes=tuple(replace(lane, off=lane.id not in shown) for lane in group.lanes))
            for group in whole.groups
        )
        return replace(whole, groups=groups)

    @property
    def lanes(self) -> str:
        """The lanes that are shown, the most telling first: the page's script folds the last ones if room is short."""
        return " ".join(self._chosen(super(StagePage, self).timeline))

    @property
    def track(self) -> ContainerTrack | None:
        """The container that the sentence speaks of, else one in trouble, else the first main one."""
        tracks = self.story.containers
        entry = self.story.entries.get(self.sentence.number)
        if isinstance(entry, Fact) and entry.container in tracks:
            return tracks[entry.container]
        return min(tracks.values(), key=_calm, default=None)

    def _chosen(self, whole: Timeline) -> list[str]:
        track = self.track
        if track is None:
            return ["status", "ready"]
        names = [f"c-{name}" for name in ("PodScheduled", "Ready")]
        order = sorted(whole.lanes, key=lambda lane: _rank(lane, track.name, names))
        return [lane.id for lane in order[:MOST_LANES] if _rank(lane, track.name, names) < LAST]

    @property
    def done(self) -> tuple[Beat, ...]:
        steps = [(entry, text) for entry in chain(self.story, self._newest) if (text := brief(entry))]
        kept = steps[-(MOST_STEPS - len(self._due())) :]
        return tuple(
            Beat(index, text, entry.number, self.story.at(entry), lane_of(entry))
            for index, (entry, text) in enumerate(kept, 1)
        )

    @property
    def _newest(self) -> int:
        """What the chain ends with: while a container is being stopped, the newest signal."""
        track, number = self.track, self.sentence.number
        signals = track.signals.pieces if track is not None else []
        newest = max((piece.number for piece in signals if piece.kind in ("term", "kill")), default=0)
        return newest if newest > number and self.sentence.tone == "stop" else number

    @property
    def coming(self) -> tuple[Beat, ...]:
        return tuple(Beat(index, text) for index, text in enumerate(self._due(), len(self.done) + 1))

    def _due(self) -> list[str]:
        track = self.track
        if track is None or self.story.gone is not None or self.sentence.tone in ("ready", "done"):
            return []
        return list(_coming(track, self.story.deleting_ms is not None, self._restarts()))[:MOST_COMING]

    def _restarts(self) -> bool:
        return str(self.story.pod.get("spec", {}).get("restartPolicy", "Always")) == "Always"


def stage(page: PodPage) -> StagePage:
    return StagePage(**{field.name: getattr(page, field.name) for field in fields(page)})


LAST = 90


def _rank(lane: Lane, container: str, conditions: list[str]) -> int:
    """What is shown first. Other containers' probes and what events say is not shown at all."""
    if lane.id == "status":
        return 0
    if lane.id == container:
        return 1
    if lane.id.startswith(f"{container}-") and lane.under:
        kinds = {"signals": 3, "probe-liveness": 4, "probe-startup": 5, "process": 6, "probe-readiness": 7}
        return 2 if lane.trouble else kinds.get(lane.kind, LAST)
    if lane.kind == "container":
        return 10
    return 11 if lane.id == "ready" else 12 if lane.id in conditions else LAST


def _calm(track: ContainerTrack) -> tuple[int, int]:
    """Containers in trouble come first, then main ones."""
    state = track.state
    order = {"stop": 0, "back": 1, "wait": 2, "unready": 3}
    return order.get(state.kind if state is not None and state.end_ms is None else "", 9), track.role != "main"


def _coming(track: ContainerTrack, deleting: bool, restarts: bool) -> Iterator[str]:
    """What follows from where the container is, if nobody interferes."""
    state = track.state
    kind = state.kind if state is not None and state.end_ms is None else ""
    failing = [
        probe
        for name in ("startup", "liveness")
        if (probe := track.probes.get(name)) and probe.latest and probe.latest.kind == "failure"
    ]
    if kind == "stop":
        yield from _after_stop(track)
        yield _("Pod gone") if deleting else _("restart") if restarts else _("stays ended")
    elif kind == "back":
        yield _("pull again") if state and state.word == "ImagePullBackOff" else _("restart")
    elif failing and track.running:
        of = failing[0].threshold
        yield _("%(count)s of %(of)s failed") % {"count": of, "of": of}
        yield _("restart")
    elif kind == "wait":
        yield _("%(app)s started") % {"app": track.name}
    elif kind == "unready":
        yield _("ready")


def _after_stop(track: ContainerTrack) -> Iterator[str]:
    signals = [piece for piece in track.signals.pieces if piece.kind in ("term", "kill")]
    state = track.state
    sent = [piece for piece in signals if state is not None and piece.at_ms >= state.at_ms]
    if not sent:
        yield "SIGTERM"
    elif sent[-1].detail == "ignored":
        yield _("SIGKILL, exit %(code)s") % {"code": 137}
    else:
        yield _("exit")
