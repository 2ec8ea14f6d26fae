"""Everything the Pod page shows, made when a template asks for it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import events as event_lane
from dashboard.presenters import timeline as lanes
from dashboard.presenters import timescale
from dashboard.presenters.answers import Shown
from dashboard.presenters.before import Before, of_entry, of_story
from dashboard.presenters.console import Outcome, outcomes
from dashboard.presenters.debugging import Debugger, Typable, debuggers, typable
from dashboard.presenters.edge import LIVE, OVER, EdgeWords
from dashboard.presenters.explain import Explanation, explain
from dashboard.presenters.inside import Inside, inside
from dashboard.presenters.keys import Row, keys
from dashboard.presenters.logs import Log, logs
from dashboard.presenters.moments import Stop, moments
from dashboard.presenters.narrative import Narrative, narrative
from dashboard.presenters.notes import Note, of_pod
from dashboard.presenters.row import PodRow, pod_row
from dashboard.presenters.sentences import Sentence, sentence
from dashboard.presenters.source import CodeLine, Source, code, source_for
from dashboard.presenters.speeds import Speed, label, speeds
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import Window
from simulator.history import Entry
from simulator.kubectl.describe import describe_pod

if TYPE_CHECKING:
    from dashboard.state import ClusterState

TABS = {
    "events": _("Events"),
    "describe": "describe",
    "logs": _("Logs"),
    "yaml": "YAML",
    "inside": _("Inside"),
    "text": _("As text"),
    "run": _("Run"),
}


LONGEST_MS = 400 * 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody asks to see of a Pod's page."""

    at_ms: int | None = None  # the moment, on the cluster's clock; None: the live edge
    window: tuple[int, int] | None = None  # from and span, in ms since the Pod was made
    follow: bool = False  # the window is moved on if the live edge has left it
    wide: bool = False  # more is drawn than the window shows
    selected: int = 0  # an entry's number
    tab: str = ""


AS_OPENED = Look()


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
    moment_ms: int | None = None  # on the cluster's clock; None: the live edge. `story` is as of then
    history: Story | None = None  # all that is known by now, if that is another one
    wide: bool = False  # the timeline is drawn beyond the window

    @property
    def whole_story(self) -> Story:
        return self.history or self.story

    @property
    def namespace(self) -> str:
        return self.story.namespace

    @property
    def name(self) -> str:
        return self.story.name

    @property
    def number(self) -> int:
        """The newest entry that is known, whatever moment is shown."""
        return self.whole_story.number

    @property
    def exists(self) -> bool:
        return self.story.origin_ms is not None

    @property
    def origin_ms(self) -> int:
        return self.whole_story.origin_ms or 0

    @property
    def edge_ms(self) -> int:
        """The live edge, since the Pod was made."""
        return max(0, self.state.now_ms - self.origin_ms)

    @property
    def edge_seconds(self) -> str:
        return timescale.seconds(self.edge_ms)

    @property
    def cluster_ms(self) -> int:
        """The moment that is shown, on the cluster's clock."""
        return self.state.now_ms if self.moment_ms is None else self.moment_ms

    @property
    def now_ms(self) -> int:
        """The moment that is shown, since the Pod was made."""
        return max(0, self.cluster_ms - self.origin_ms)

    @property
    def at(self) -> str:
        """What an address on this page ends in, to stay at its moment."""
        return "" if self.moment_ms is None else f"&at={self.moment_ms}"

    @property
    def edge_label(self) -> str:
        """What the button to the live edge says. In the browser travel.js says it."""
        words = self.edge_words
        if self.moment_ms is None:
            return str(words.here if self.live else words.away)
        return str(words.behind).format(time=timescale.duration(self.edge_ms - self.now_ms))

    @property
    def edge_words(self) -> EdgeWords:
        return OVER if self.state.kind == "recorded" else LIVE

    @property
    def moments(self) -> tuple[Stop, ...]:
        return moments(self.whole_story, self.now_ms)

    @property
    def keys(self) -> tuple[Row, ...]:
        return keys()

    @property
    def knob(self) -> str:
        """Where the moment that is shown is in the overview, in percent."""
        return f"{100 * self.now_ms / self.whole.span_ms:.2f}"

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
        return self.start_epoch_ms + self.cluster_ms

    @property
    def whole(self) -> Window:
        return timescale.fit(self.edge_ms)

    @property
    def whole_ticks(self) -> tuple[timescale.Tick, ...]:
        return tuple(tick for tick in timescale.ticks(self.whole, 6) if tick.at_ms < 0.95 * self.whole.span_ms)

    @property
    def sentence(self) -> Sentence:
        return sentence(self.story, self.now_ms)

    @property
    def row(self) -> PodRow:
        return pod_row(self.story.pod, self.now_epoch_ms, self.start_epoch_ms, self.origin_ms)

    @property
    def timeline(self) -> lanes.Timeline:
        pivot = self.now_ms
        story, edge = self.whole_story, self.edge_ms
        return lanes.timeline(story, self.window, edge, self.whole, live=self.live, wide=self.wide, pivot_ms=pivot)

    @property
    def overview(self) -> tuple[lanes.OverviewBar, ...]:
        return lanes.overview(self.whole_story, self.whole, self.edge_ms)

    @property
    def source(self) -> Source:
        return source_for(self.state.manifest, self.story.pod)

    @property
    def why(self) -> Explanation:
        return explain(self.whole_story, self.selected, self.source) if self.selected else Explanation()

    @property
    def related(self) -> Shown | None:
        """What the manifest alone says about the selected entry."""
        return of_entry(self.story, self.source, self.selected)

    @property
    def before(self) -> Before | None:
        return of_story(self.story, self.source, self.now_ms)

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
        return inside(self.story, self.now_ms, self.state.speed)

    @property
    def narrative(self) -> Narrative:
        return narrative(self.story)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return outcomes(self.story)

    @property
    def speeds(self) -> tuple[Speed, ...]:
        return speeds(self.state.speed)

    @property
    def pace(self) -> str:
        return label(self.state.speed)

    @property
    def tabs(self) -> tuple[Tab, ...]:
        return tuple(Tab(key, str(title), key == self.tab) for key, title in TABS.items())

    @property
    def typable(self) -> tuple[Typable, ...]:
        return typable(self.story)

    @property
    def debuggers(self) -> tuple[Debugger, ...]:
        return debuggers(self.story)

    @property
    def notes(self) -> tuple[Note, ...]:
        return of_pod(self.story, lambda: self.source)


def pod_page(
    state: ClusterState,
    entries: Sequence[Entry],
    namespace: str,
    name: str,
    look: Look = AS_OPENED,
    *,
    story: Story | None = None,
    past: Callable[[Sequence[Entry]], Story] | None = None,
) -> PodPage:
    """`entries`: all of the cluster, entry n at index n-1. `story`: one that already read the first of them, so that
    only the later ones are read now. `past`: tells the story as of the last of the entries it is given, where that
    needs no reading from the start."""
    told = (story or Story(namespace, name)).read(entries)
    moment = None if look.at_ms is None or look.at_ms >= state.now_ms else look.at_ms
    tell = past or Story(namespace, name).read
    then = told if moment is None else tell(entries[: bisect_right(entries, moment, key=lambda entry: entry.at_ms)])
    origin = told.origin_ms or 0
    now = max(0, state.now_ms - origin)
    window = _window(look, now, now if moment is None else max(0, moment - origin))
    live = moment is None and window.shows(now, now)
    tab = look.tab if look.tab in TABS else "events"
    return PodPage(state, then, window, live, look.selected, tab, moment, told, look.wide)


def _window(look: Look, now_ms: int, shown_ms: int) -> Window:
    if look.window is None:
        return timescale.holding(timescale.live(now_ms), shown_ms)
    start, span = look.window
    start = min(max(0, start), LONGEST_MS)
    window = Window(start, start + min(max(1000, span), LONGEST_MS))
    return timescale.following(window, now_ms) if look.follow else window
