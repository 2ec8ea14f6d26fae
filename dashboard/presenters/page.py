"""Everything the Pod page shows, made when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import events as event_lane
from dashboard.presenters import timeline as lanes
from dashboard.presenters import timescale
from dashboard.presenters.console import Outcome, outcomes
from dashboard.presenters.explain import Explanation, explain
from dashboard.presenters.inside import Inside, inside
from dashboard.presenters.logs import Log, logs
from dashboard.presenters.notes import Note, of_pod
from dashboard.presenters.row import PodRow, pod_row
from dashboard.presenters.sentence import Sentence, sentence
from dashboard.presenters.source import CodeLine, Source, code, source_for
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import Window
from simulator.kubectl.describe import describe_pod

if TYPE_CHECKING:
    from dashboard.state import ClusterState

SPEEDS = ((1, "1×"), (10, "10×"), (60, "60×"), (600, "600×"), (0, _("max")))
TABS = {
    "events": _("Events"),
    "describe": "describe",
    "logs": _("Logs"),
    "yaml": "YAML",
    "inside": _("Inside"),
    "run": _("Run"),
}


@dataclass(frozen=True, slots=True)
class Speed:
    value: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PodPage:
    """One Pod at one moment. Its parts are made only if they are shown."""

    state: ClusterState
    story: Story
    window: Window
    live: bool  # shown at the live edge, not at a moment of the past
    selected: int = 0
    tab: str = "events"

    @property
    def namespace(self) -> str:
        return self.story.namespace

    @property
    def name(self) -> str:
        return self.story.name

    @property
    def number(self) -> int:
        return self.story.number

    @property
    def exists(self) -> bool:
        return self.story.origin_ms is not None

    @property
    def origin_ms(self) -> int:
        return self.story.origin_ms or 0

    @property
    def now_ms(self) -> int:
        """Since the Pod was made."""
        return max(0, self.state.now_ms - self.origin_ms)

    @property
    def now_seconds(self) -> str:
        return timescale.seconds(self.now_ms)

    @property
    def clock(self) -> str:
        return timescale.clock(self.now_ms)

    @property
    def start_epoch_ms(self) -> int:
        return round(self.state.start.astimezone(UTC).timestamp() * 1000)

    @property
    def now_epoch_ms(self) -> int:
        return self.start_epoch_ms + self.state.now_ms

    @property
    def whole(self) -> Window:
        return timescale.fit(self.now_ms)

    @property
    def sentence(self) -> Sentence:
        return sentence(self.story, self.now_ms)

    @property
    def row(self) -> PodRow:
        return pod_row(self.story.pod, self.now_epoch_ms, self.start_epoch_ms, self.origin_ms)

    @property
    def timeline(self) -> lanes.Timeline:
        return lanes.timeline(self.story, self.window, self.now_ms, self.whole, live=self.live)

    @property
    def overview(self) -> tuple[lanes.OverviewBar, ...]:
        return lanes.overview(self.story, self.whole, self.now_ms)

    @property
    def source(self) -> Source:
        return source_for(self.state.manifest, self.story.pod)

    @property
    def why(self) -> Explanation:
        return explain(self.story, self.selected, self.source) if self.selected else Explanation()

    @property
    def steps(self) -> dict[int, tuple[int, ...]]:
        return {line.number: line.steps for line in self.why.code if line.steps}

    @property
    def manifest(self) -> tuple[CodeLine, ...]:
        return code(self.state.manifest, self.steps)

    @property
    def events(self) -> tuple[event_lane.EventRow, ...]:
        return event_lane.rows(self.story.events, self.now_epoch_ms)

    @property
    def dropped(self) -> tuple[event_lane.EventRow, ...]:
        return event_lane.dropped_rows(self.story.events)

    @property
    def event_count(self) -> int:
        return len(self.story.events.pieces)

    @property
    def dropped_count(self) -> int:
        return len(self.story.events.dropped)

    @property
    def describe(self) -> str:
        if not self.story.pod:
            return ""
        own = [revision.object for revision in self.story.events.objects.values()]
        return describe_pod(self.story.pod, own, self.now_epoch_ms)

    @property
    def logs(self) -> tuple[Log, ...]:
        return logs(self.story)

    @property
    def inside(self) -> Inside:
        return inside(self.story)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return outcomes(self.story)

    @property
    def speeds(self) -> tuple[Speed, ...]:
        return tuple(Speed(value, str(label), value == self.state.speed) for value, label in SPEEDS)

    @property
    def tabs(self) -> tuple[Tab, ...]:
        return tuple(Tab(key, str(title), key == self.tab) for key, title in TABS.items())

    @property
    def running_containers(self) -> tuple[str, ...]:
        order = sorted(self.story.containers.values(), key=lambda track: (not track.running, track.role != "main"))
        return tuple(track.name for track in order)

    @property
    def notes(self) -> tuple[Note, ...]:
        return of_pod(self.story, lambda: self.source)
