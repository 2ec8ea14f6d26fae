"""The traffic lane: when others connect to the Pod, and through which Service."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Lane, Piece
from dashboard.presenters.timescale import Window, clock, opening
from simulator.history import Fact


class TrafficTrack:
    """Spells of connections, as the history tells their beginnings and ends."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._open: dict[str, int] = {}  # by Service: the place of its piece

    def read(self, fact: Fact, at_ms: int, origin_ms: int) -> None:
        service = str(fact.data.get("service", ""))
        if fact.data.get("phase") == "start":
            self._open[service] = len(self.pieces)
            client = str(fact.data.get("from", ""))
            self.pieces.append(Piece(fact.number, fact.number, "traffic", at_ms, None, _short(service), detail=client))
        elif (place := self._open.pop(service, None)) is not None:
            last = int(fact.data.get("last_ms") or 0) - origin_ms
            count = int(fact.data.get("count") or 1)
            self.pieces[place] = replace(self.pieces[place], touched=fact.number, end_ms=last, count=count)


def _short(service: str) -> str:
    return service.rpartition("/")[2]


def lane(track: TrafficTrack, window: Window, now_ms: int) -> Lane:
    pieces = merge.in_view(track.pieces, window, now_ms)
    items = tuple(_item(cluster) for cluster in merge.bars(pieces, window, now_ms))
    name = str(_("Traffic"))
    return Lane("traffic", "traffic", name, items=items, born=track.pieces[0].number, title=name)


def _item(cluster: list[Piece]) -> Item:
    first, last = cluster[0], cluster[-1]
    several = len(cluster) > 1
    # A single connection takes no time, and is still to be seen.
    end = last.end_ms if last.end_ms is None else max(last.end_ms, first.at_ms + 1)
    return Item(
        f"traffic-{first.number}",
        last.number,
        max(piece.touched for piece in cluster),
        "traffic",
        first.at_ms,
        end,
        f"×{len(cluster)}" if several else first.word or str(_("direct")),
        _many(cluster) if several else _one(first),
        opens=opening(first.at_ms, last.end_ms or last.at_ms) if several else None,
    )


def _one(piece: Piece) -> str:
    words = {"service": piece.word, "client": piece.detail or str(_("the node")), "at": clock(piece.at_ms)}
    if piece.word:
        text = _("Connections by Service %(service)s from %(at)s on, first from %(client)s") % words
    else:
        text = _("Direct connections from %(at)s on, first from %(client)s") % words
    if piece.end_ms is None:
        return text
    return _("%(text)s; %(count)s until %(end)s") % {"text": text, "count": piece.count, "end": clock(piece.end_ms)}


def _many(cluster: list[Piece]) -> str:
    return _("%(count)s spells of traffic from %(at)s on") % {"count": len(cluster), "at": clock(cluster[0].at_ms)}
