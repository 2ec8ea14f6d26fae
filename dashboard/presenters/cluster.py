"""The cluster page: its Pods as `kubectl get pods -o wide` lists them, under the workloads that own them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import cluster_time, timescale
from dashboard.presenters.cluster_story import ClusterStory, Key
from dashboard.presenters.console import Outcome, typed
from dashboard.presenters.edge import LIVE, OVER, EdgeWords
from dashboard.presenters.moments import Stop
from dashboard.presenters.nodes import NodeBoard, node_board
from dashboard.presenters.pieces import Json
from dashboard.presenters.row import PodRow, wide_row
from dashboard.presenters.services import ServiceCard, services
from dashboard.presenters.speeds import Speed, label, speeds
from dashboard.presenters.status import status_kind
from dashboard.presenters.story import Story
from dashboard.presenters.tally import tally
from dashboard.presenters.timeline import OverviewBar, overview
from dashboard.presenters.timescale import Window
from dashboard.presenters.workloads import KINDS, Head, Workload, columns, head, revision_of, trees
from simulator.history import Entry
from simulator.objects.resources import resource_of

if TYPE_CHECKING:
    from dashboard.state import ClusterState

SHOWN_MS = 600_000  # how much of the past the strips show
MOST_GONE = 20  # Pods that are no more, listed while their strip still shows
SHOWS = {"all": _("All kinds"), "workloads": _("Workloads"), "pods": _("Pods only")}
APART = ("pods", "nodes", "events", "endpointslices", "controllerrevisions", "leases", *KINDS)


@dataclass(frozen=True, slots=True)
class PodLine:
    namespace: str
    name: str
    row: PodRow
    strip: tuple[OverviewBar, ...]
    trouble: bool
    gone: bool
    level: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class ClusterPage:
    """A cluster at one moment."""

    state: ClusterState
    story: ClusterStory  # as of the moment
    show: str = "workloads"
    moment_ms: int | None = None  # None: the live edge
    history: ClusterStory | None = None  # all that is known by now, if that is another one

    @property
    def whole_story(self) -> ClusterStory:
        return self.history or self.story

    @property
    def number(self) -> int:
        """The newest entry that is known, whatever moment is shown."""
        return self.whole_story.number

    # ---- time ----------------------------------------------------------------------
    @property
    def now_ms(self) -> int:
        """The moment that is shown."""
        return self.state.now_ms if self.moment_ms is None else self.moment_ms

    @property
    def now_seconds(self) -> str:
        return timescale.seconds(self.now_ms)

    @property
    def clock(self) -> str:
        return timescale.clock(self.now_ms)

    @property
    def edge_seconds(self) -> str:
        return timescale.seconds(self.state.now_ms)

    @property
    def origin_ms(self) -> int:
        return 0

    @property
    def at(self) -> str:
        """What an address on this page ends in, to stay at its moment."""
        return "" if self.moment_ms is None else f"&at={self.moment_ms}"

    @property
    def place(self) -> str:
        """What this page's address ends in: without it one with a single Pod leads to that Pod."""
        return f"?list&show={self.show}"

    @property
    def live(self) -> bool:
        return self.moment_ms is None

    @property
    def edge_words(self) -> EdgeWords:
        return OVER if self.state.kind == "recorded" else LIVE

    @property
    def edge_label(self) -> str:
        words = self.edge_words
        late = timescale.duration(self.state.now_ms - self.now_ms)
        return str(words.here) if self.live else str(words.behind).format(time=late)

    @property
    def whole(self) -> Window:
        return timescale.fit(self.state.now_ms)

    @property
    def whole_ticks(self) -> tuple[timescale.Tick, ...]:
        return tuple(tick for tick in timescale.ticks(self.whole, 6) if tick.at_ms < 0.95 * self.whole.span_ms)

    @property
    def knob(self) -> str:
        """Where the moment that is shown is in the overview, in percent."""
        return f"{100 * self.now_ms / self.whole.span_ms:.2f}"

    @property
    def overview(self) -> tuple[OverviewBar, ...]:
        return cluster_time.strip(self.whole_story.pods.values(), self.whole, self.state.now_ms)

    @property
    def moments(self) -> tuple[Stop, ...]:
        return cluster_time.stops(self.whole_story.pods.values(), self.now_ms)

    @property
    def speeds(self) -> tuple[Speed, ...]:
        return speeds(self.state.speed)

    @property
    def pace(self) -> str:
        return label(self.state.speed)

    @property
    def shows(self) -> tuple[Choice, ...]:
        return tuple(Choice(key, str(title), key == self.show) for key, title in SHOWS.items())

    # ---- the table -----------------------------------------------------------------
    @property
    def window(self) -> Window:
        return Window(self.now_ms - SHOWN_MS, self.now_ms)

    @property
    def style(self) -> str:
        return f"{self.window.style};--now:{self.now_seconds}"

    @property
    def start_ms(self) -> int:
        """The cluster's start, in ms since 1970."""
        return round(self.state.start.astimezone(UTC).timestamp() * 1000)

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(cell.heading for cell in wide_row({}, 0, 0).cells)

    @property
    def pods(self) -> tuple[PodLine, ...]:
        return tuple(row for row in self.rows if isinstance(row, PodLine))

    @cached_property
    def rows(self) -> tuple[Head | PodLine, ...]:
        """Every workload's head above its Pods, then the Pods of none, then those that are no more."""
        alive = {key: story for key, story in self.story.pods.items() if story.gone is None and story.pod}
        roots = trees(self.story.objects, [story.pod for story in alive.values()])
        lines = [row for root in roots for row in self._workload(root, 0, 0)]
        owned = {_key(pod) for root in roots for pod in root.all_pods()}
        single = [self._line(story, 0) for key, story in alive.items() if key not in owned]
        if lines and single:
            lines.append(Head(0, "", str(_("Pods without a controller")), "", ()))
        return (*lines, *single, *self._gone())

    @property
    def tally(self) -> str:
        heads = [row for row in self.rows if isinstance(row, Head)]
        return tally([pod for pod in self.pods if not pod.gone], heads)

    def _workload(self, workload: Workload, level: int, newest: int) -> Iterator[Head | PodLine]:
        now = self.start_ms + self.now_ms
        yield head(workload, level, newest, now, self.start_ms)
        for owned in workload.owned:
            yield from self._workload(owned, level + 1, revision_of(workload))
        for pod in workload.pods:
            yield self._line(self.story.pods[_key(pod)], level + 1)

    def _gone(self) -> list[Head | PodLine]:
        ended = [s for s in self.story.pods.values() if s.gone is not None and s.gone.at_ms >= self.window.from_ms]
        if not ended:
            return []
        ended.sort(key=lambda story: -(story.gone.at_ms if story.gone else 0))
        title = Head(0, "", str(_("Pods that are no more")), "", ())
        return [title, *(self._line(story, 0) for story in ended[:MOST_GONE])]

    def _line(self, story: Story, level: int) -> PodLine:
        row = wide_row(story.pod, self.start_ms + self.now_ms, self.start_ms)
        origin = story.origin_ms or 0
        bars = overview(story, self.window, max(0, self.now_ms - origin), origin)
        trouble = status_kind(row.value("status")) == "fail"
        return PodLine(story.namespace, story.name, row, bars, trouble, story.gone is not None, level)

    @property
    def others(self) -> tuple[Head, ...]:
        """The objects of all other kinds."""
        now = self.start_ms + self.now_ms
        return tuple(
            Head(0, resource_of(plural).kind, key[1], "", columns(plural, obj, now, self.start_ms))
            for plural, objects in self.story.objects.items()
            if plural not in APART
            for key, obj in objects.items()
        )

    # ---- beside the table ------------------------------------------------------------
    @property
    def services(self) -> tuple[ServiceCard, ...]:
        return services(self.story.objects)

    @property
    def first_node(self) -> str:
        """Whose shell one types into."""
        return next(iter(self.story.nodes), "")

    @property
    def nodes(self) -> NodeBoard:
        pods = [story.pod for story in self.story.pods.values() if story.gone is None and story.pod]
        return node_board(self.story.nodes, pods, self.story.open_actions, self.window, self.start_ms)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return typed(self.story.typed, self.story.results)


def cluster_page(
    state: ClusterState,
    entries: Sequence[Entry],
    *,
    show: str = "",
    story: ClusterStory | None = None,
    at_ms: int | None = None,
) -> ClusterPage:
    """`story`: one that already read the first of these entries, so that only the later ones are read now. `at_ms`:
    the moment that is shown; without it, the live edge."""
    whole = (story or ClusterStory()).read(entries)
    chosen = show if show in SHOWS else "workloads"
    if at_ms is None or at_ms >= state.now_ms:
        return ClusterPage(state, whole, chosen)
    then = ClusterStory().read(entries[: bisect_right(entries, at_ms, key=lambda entry: entry.at_ms)])
    return ClusterPage(state, then, chosen, at_ms, whole)


def _key(pod: Json) -> Key:
    return str(pod["metadata"].get("namespace", "")), str(pod["metadata"]["name"])
