"""The timeline: all lanes of a Pod in a window, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import bars, conditions, events, merge, probes, processes, signals, status, traffic
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.kin import related
from dashboard.presenters.pieces import Group, Item, Lane, Piece
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import Tick, Window, clock, seconds, step, ticks, zoomed

TICK = 48  # pixels that the number of a restart needs in the overview
ORDER = {"init": 0, "sidecar": 0, "main": 1, "ephemeral": 2}


@dataclass(frozen=True, slots=True)
class OverviewBar:
    kind: str
    style: str
    label: str = ""
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """What `_timeline.html` draws."""

    window: Window
    now_ms: int
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]
    structure: int
    live: bool
    wider: Window
    narrower: Window
    whole: Window
    drawn: Window  # what is drawn besides, for a pan

    @property
    def style(self) -> str:
        return f"{self.window.style};--now:{seconds(self.now_ms)};--step:{seconds(step(self.window))}"

    @property
    def range(self) -> str:
        return f"{clock(self.window.from_ms, tenths=False)} – {clock(self.window.to_ms, tenths=False)}"

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(lane for group in self.groups for lane in group.lanes)


def timeline(
    story: Story,
    shown: Window,
    now_ms: int,
    whole: Window,
    *,
    live: bool,
    wide: bool = False,
    pivot_ms: int | None = None,
) -> Timeline:
    """`wide`: draw more than is shown, for a pan. `pivot_ms`: what stays where it is when one zooms."""
    window = shown.widened() if wide else shown
    pivot = now_ms if pivot_ms is None else pivot_ms
    top = [*status.lanes(story.status, window, now_ms), *conditions.lanes(story.conditions, window, now_ms)]
    groups = [Group("g-kubectl", str(_("What kubectl sees")), tuple(top))]
    if story.actions:
        groups.insert(0, Group("g-you", "", (_actions(story.actions, window, now_ms),)))
    for index, track in enumerate(sorted(story.containers.values(), key=lambda track: ORDER.get(track.role, 1))):
        title = str(_("What happens on the node")) if index == 0 else ""
        groups.append(Group(f"g-{track.name}", title, container(track, window, now_ms)))
    if story.traffic.pieces:
        groups.append(Group("g-traffic", "", (traffic.lane(story.traffic, window, now_ms),)))
    groups.append(Group("g-events", "", (events.lane(story.events, window, now_ms),)))
    structure = max(lane.born for group in groups for lane in group.lanes)
    return Timeline(
        shown,
        now_ms,
        related(story, groups),
        ticks(shown),
        structure,
        live,
        zoomed(shown, 2, pivot),
        zoomed(shown, 0.5, pivot),
        whole,
        window,
    )


def container(track: ContainerTrack, window: Window, now_ms: int) -> tuple[Lane, ...]:
    lanes = [bars.lane(track, window, now_ms)]
    if track.processes.commands.pieces or track.processes.files:
        lanes.append(processes.lane(track.processes, track.name, window, now_ms))
    for kind in ("startup", "liveness", "readiness"):
        if probe := track.probes.get(kind):
            lanes.append(probes.lane(probe, track.name, track.born, window, now_ms))
    if track.signals.pieces:
        lanes.append(signals.lane(track.signals, track.name, track.signals.pieces[0].number, window, now_ms))
    return tuple(lanes)


def _actions(pieces: list[Piece], window: Window, now_ms: int) -> Lane:
    items = []
    for cluster in merge.points(merge.in_view(pieces, window, now_ms), window):
        first = cluster[0]
        text = _("You, at %(at)s: %(command)s") % {
            "at": clock(first.at_ms),
            "command": "; ".join(piece.word for piece in cluster),
        }
        label = first.word if len(cluster) == 1 else f"×{len(cluster)}"
        items.append(
            Item(
                f"you-{first.number}",
                cluster[-1].number,
                cluster[-1].touched,
                "action",
                first.at_ms,
                first.at_ms,
                label,
                text,
                mono=True,
                short=_verb(first.word) if len(cluster) == 1 else "",
            )
        )
    name = str(_("What you did"))
    return Lane("you", "actions", name, items=tuple(items), born=pieces[0].number, title=name)


def _verb(command: str) -> str:
    """The word of a command that says most: `exec` of `kubectl exec app -- ls`."""
    words = command.split()
    return words[1] if words[:1] == ["kubectl"] and len(words) > 1 else words[0] if words else ""


def overview(story: Story, whole: Window, now_ms: int, shift_ms: int = 0) -> tuple[OverviewBar, ...]:
    """The bars of the most eventful container over the whole history, at most some hundred.

    `shift_ms`: what to add to times since the Pod was made, to get times of the window.
    """
    tracks = [track for track in story.containers.values() if track.role in ("main", "sidecar")]
    if not tracks:
        return ()
    track = max(tracks, key=lambda track: (len(track.bars.pieces), track.role == "main"))
    result = []
    for cluster in merge.bars(track.bars.pieces, whole, now_ms):
        kind = "many" if len(cluster) > 1 else cluster[0].kind
        end = cluster[-1].end_ms
        style = f"--t:{seconds(cluster[0].at_ms + shift_ms)}" + (
            "" if end is None else f";--e:{seconds(end + shift_ms)}"
        )
        result.append(OverviewBar(kind, style, lasts=end is None))
    result.extend(_restart_ticks(track, whole, shift_ms))
    return tuple(result)


def _restart_ticks(track: ContainerTrack, whole: Window, shift_ms: int) -> Iterator[OverviewBar]:
    """A tick for each restart that can be told apart, and its number where there is room."""
    room, free = int(TICK / whole.width_of), 0
    for cluster in merge.points([mark for mark in track.marks if mark.kind == "restart"], whole):
        at = cluster[0].at_ms
        label = cluster[-1].word if at >= free else ""
        free = at + room if label else free
        yield OverviewBar("tick", f"--t:{seconds(at + shift_ms)}", label)
