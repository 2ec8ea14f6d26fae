"""The cluster page: its Pods as `kubectl get pods -o wide` lists them, under the workloads that own them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import timescale
from dashboard.presenters.cluster_story import ClusterStory, Key
from dashboard.presenters.console import Outcome, typed
from dashboard.presenters.page import SPEEDS, Speed
from dashboard.presenters.pieces import Json
from dashboard.presenters.row import PodRow, wide_row
from dashboard.presenters.services import ServiceCard, services
from dashboard.presenters.status import status_kind
from dashboard.presenters.story import Story
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
APART = ("pods", "events", "endpointslices", "controllerrevisions", "leases", *KINDS)


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


@dataclass(frozen=True, slots=True)
class ClusterPage:
    state: ClusterState
    story: ClusterStory
    show: str = "workloads"

    @property
    def number(self) -> int:
        return self.story.number

    @property
    def clock(self) -> str:
        return timescale.clock(self.state.now_ms)

    @property
    def edge_seconds(self) -> str:
        return timescale.seconds(self.state.now_ms)

    @property
    def origin_ms(self) -> int:
        return 0

    @property
    def speeds(self) -> tuple[Speed, ...]:
        return tuple(Speed(value, str(label), value == self.state.speed) for value, label in SPEEDS)

    @property
    def shows(self) -> tuple[Choice, ...]:
        return tuple(Choice(key, str(title), key == self.show) for key, title in SHOWS.items())

    # ---- the table -----------------------------------------------------------------
    @property
    def window(self) -> Window:
        return Window(self.state.now_ms - SHOWN_MS, self.state.now_ms)

    @property
    def style(self) -> str:
        return f"{self.window.style};--now:{self.edge_seconds}"

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

    @property
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

    def _workload(self, workload: Workload, level: int, newest: int) -> Iterator[Head | PodLine]:
        now = self.start_ms + self.state.now_ms
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
        row = wide_row(story.pod, self.start_ms + self.state.now_ms, self.start_ms)
        origin = story.origin_ms or 0
        bars = overview(story, self.window, max(0, self.state.now_ms - origin), origin)
        trouble = status_kind(row.value("status")) == "fail"
        return PodLine(story.namespace, story.name, row, bars, trouble, story.gone is not None, level)

    @property
    def others(self) -> tuple[Head, ...]:
        """The objects of all other kinds."""
        now = self.start_ms + self.state.now_ms
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
    def nodes(self) -> tuple[str, ...]:
        return tuple(name for _namespace, name in self.story.objects.get("nodes", {}))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return typed(self.story.typed, self.story.results)


def cluster_page(
    state: ClusterState, entries: Sequence[Entry], *, show: str = "", story: ClusterStory | None = None
) -> ClusterPage:
    """`story`: one that already read the first of these entries, so that only the later ones are read now."""
    read = (story or ClusterStory()).read(entries)
    return ClusterPage(state, read, show if show in SHOWS else "workloads")


def _key(pod: Json) -> Key:
    return str(pod["metadata"].get("namespace", "")), str(pod["metadata"]["name"])
