"""The STATUS and READY lanes: what `kubectl get pods` would have said at each moment, from the Pod's revisions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Json, Lane, Piece, Strip
from dashboard.presenters.timescale import Window, clock, opening
from simulator.kubectl.pods import pod_row

WAITING = frozenset({"Pending", "ContainerCreating", "PodInitializing", "SchedulingGated"})
FINE = frozenset({"Running", "Completed", "Succeeded", "Terminating"})


class StatusTrack:
    """STATUS and READY as kubectl works them out. The row's ages do not matter here."""

    def __init__(self) -> None:
        self.status = Strip()
        self.ready = Strip()

    def read(self, number: int, at_ms: int, pod: Json) -> None:
        row = pod_row(pod, 0)
        self.status.become(number, at_ms, status_kind(row.status), row.status)
        count, _slash, total = row.ready.partition("/")
        self.ready.become(number, at_ms, "full" if count == total else "part", row.ready)

    def end(self, number: int, at_ms: int) -> None:
        self.status.end(number, at_ms)
        self.ready.end(number, at_ms)


def status_kind(word: str) -> str:
    if word in WAITING or (word.startswith("Init:") and "/" in word):
        return "wait"
    return "plain" if word in FINE else "fail"


def lanes(track: StatusTrack, window: Window, now_ms: int) -> tuple[Lane, Lane]:
    return (
        Lane("status", "status", "STATUS", items=_items("status", track.status, window, now_ms), title="STATUS"),
        Lane("ready", "ready", "READY", items=_items("ready", track.ready, window, now_ms), title="READY"),
    )


def _items(lane: str, strip: Strip, window: Window, now_ms: int) -> tuple[Item, ...]:
    pieces = merge.in_view(strip.pieces, window, now_ms)
    return tuple(_item(lane, cluster) for cluster in merge.bars(pieces, window, now_ms))


def _item(lane: str, cluster: list[Piece]) -> Item:
    first, last = cluster[0], cluster[-1]
    text = _("%(column)s %(word)s from %(at)s") % {
        "column": lane.upper(),
        "word": first.word,
        "at": clock(first.at_ms),
    }
    if len(cluster) > 1:
        text = _("%(column)s changed %(count)s times from %(at)s on") % {
            "column": lane.upper(),
            "count": len(cluster),
            "at": clock(first.at_ms),
        }
    shape = first.kind if len(cluster) == 1 else "many"
    return Item(
        f"{lane}-{first.number}",
        last.number if len(cluster) > 1 else first.number,
        max(piece.touched for piece in cluster),
        shape,
        first.at_ms,
        last.end_ms,
        first.word if len(cluster) == 1 else "",
        text,
        gone=first.end_ms == first.at_ms,
        mono=True,
        opens=opening(first.at_ms, last.end_ms or last.at_ms) if len(cluster) > 1 else None,
    )
