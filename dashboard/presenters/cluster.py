"""The cluster page: its Pods as `kubectl get pods -o wide` lists them, each with its history as a strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from dashboard.presenters import timescale
from dashboard.presenters.page import SPEEDS, Speed
from dashboard.presenters.row import PodRow, pod_row
from dashboard.presenters.status import status_kind
from dashboard.presenters.story import Story
from dashboard.presenters.timeline import OverviewBar, overview
from simulator.history import Entry, Revision

if TYPE_CHECKING:
    from dashboard.state import ClusterState


@dataclass(frozen=True, slots=True)
class PodLine:
    namespace: str
    name: str
    row: PodRow
    strip: tuple[OverviewBar, ...]
    trouble: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class ClusterPage:
    state: ClusterState
    pods: tuple[PodLine, ...]
    style: str
    number: int

    @property
    def clock(self) -> str:
        return timescale.clock(self.state.now_ms)

    @property
    def now_seconds(self) -> str:
        return timescale.seconds(self.state.now_ms)

    @property
    def origin_ms(self) -> int:
        return 0

    @property
    def speeds(self) -> tuple[Speed, ...]:
        return tuple(Speed(value, str(label), value == self.state.speed) for value, label in SPEEDS)


def cluster_page(state: ClusterState, entries: Sequence[Entry]) -> ClusterPage:
    stories: dict[tuple[str, str], Story] = {}
    for entry in entries:
        if isinstance(entry, Revision) and entry.kind == "pods" and entry.verb == "ADDED":
            meta = entry.object.get("metadata", {})
            key = (str(meta.get("namespace", "default")), str(meta.get("name", "")))
            stories.setdefault(key, Story(*key))
    window = timescale.fit(state.now_ms)
    lines = tuple(_line(state, story.read(entries), window) for story in stories.values())
    style = f"{window.style};--now:{timescale.seconds(state.now_ms)}"
    return ClusterPage(state, lines, style, entries[-1].number if entries else 0)


def _line(state: ClusterState, story: Story, window: timescale.Window) -> PodLine:
    start = round(state.start.astimezone(UTC).timestamp() * 1000)
    origin = story.origin_ms or 0
    row = pod_row(story.pod, start + state.now_ms, start, 0)
    bars = overview(story, window, max(0, state.now_ms - origin), origin)
    trouble = status_kind(row.value("status")) == "fail"
    return PodLine(story.namespace, story.name, row, bars, trouble, story.gone is not None)
