"""The events lane and the Events tab: what the kubelet sent, and what its spam filter kept from the API."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Json, Lane, Piece, point
from dashboard.presenters.timescale import Window, clock
from simulator.history import Fact, Revision
from simulator.kubectl.duration import parse_time, since

COUNT = 22  # pixels that a count beside its mark needs


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the Events table, as `kubectl describe` prints it."""

    number: int
    type: str
    reason: str
    age: str
    source: str
    message: str
    count: int = 1
    container: str = ""

    @property
    def warning(self) -> bool:
        return self.type == "Warning"


class EventTrack:
    """Every write of an Event, as points, and the newest version of each Event object."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.objects: dict[str, Revision] = {}
        self.dropped: list[Piece] = []

    def read(self, revision: Revision, at_ms: int) -> None:
        event = revision.object
        name = str(event.get("metadata", {}).get("name", revision.number))
        if revision.verb == "DELETED":
            self.objects.pop(name, None)
            return
        self.objects[name] = revision
        kind = "warning" if event.get("type") == "Warning" else "normal"
        detail = message_of(event)
        self.pieces.append(point(revision.number, at_ms, kind, str(event.get("reason", "")), detail=detail))

    def drop(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        warning = data.get("type", "Warning" if data.get("reason") in _WARNINGS else "Normal") == "Warning"
        piece = point(
            fact.number,
            at_ms,
            "warning dropped" if warning else "normal dropped",
            str(data.get("reason", "")),
            detail=str(data.get("message", "")),
            count=int(data.get("count") or 1),
        )
        self.pieces.append(piece)
        self.dropped.append(piece)


_WARNINGS = frozenset(
    {
        "Unhealthy",
        "BackOff",
        "Failed",
        "FailedMount",
        "FailedScheduling",
        "FailedPreStopHook",
        "FailedPostStartHook",
        "ProbeWarning",
        "InspectFailed",
        "FailedCreatePodSandBox",
    }
)


def message_of(event: Json) -> str:
    return str(event.get("message") or event.get("note") or "").strip()


def container_of(event: Json) -> str:
    path = str((event.get("involvedObject") or event.get("regarding") or {}).get("fieldPath", ""))
    return path.partition("{")[2].rstrip("}")


def rows(track: EventTrack, now_epoch_ms: int) -> tuple[EventRow, ...]:
    """The table of `kubectl describe`: oldest last seen first, those without that time before all."""
    revisions = sorted(track.objects.values(), key=lambda r: (parse_time(r.object.get("lastTimestamp")) or 0, r.number))
    return tuple(_row(revision, now_epoch_ms) for revision in revisions)


def _row(revision: Revision, now_epoch_ms: int) -> EventRow:
    event = revision.object
    count = int(event.get("count") or 1)
    first = event.get("firstTimestamp") or event.get("eventTime")
    last = event.get("lastTimestamp") or first
    age = since(last, now_epoch_ms)
    if count > 1:
        age = f"{age} (x{count} over {since(first, now_epoch_ms)})"
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
    path = str((event.get("involvedObject") or event.get("regarding") or {}).get("fieldPath", ""))
    message = f"{path}: {message_of(event)}" if path else message_of(event)
    return EventRow(
        revision.number,
        str(event.get("type", "")),
        str(event.get("reason", "")),
        age,
        str(source),
        message,
        count,
        container_of(event),
    )


def dropped_rows(track: EventTrack) -> tuple[EventRow, ...]:
    """What never reached the API, one line per reason and message."""
    grouped: dict[tuple[str, str], list[Piece]] = {}
    for piece in track.dropped:
        grouped.setdefault((piece.word, piece.detail), []).append(piece)
    return tuple(
        EventRow(
            pieces[-1].number,
            "Warning" if "warning" in pieces[0].kind else "Normal",
            reason,
            f"×{len(pieces)}",
            "kubelet",
            message,
            len(pieces),
        )
        for (reason, message), pieces in grouped.items()
    )


def lane(track: EventTrack, window: Window, now_ms: int) -> Lane:
    items: list[Item] = []
    pieces = merge.in_view(track.pieces, window, now_ms)
    for kind in ("warning", "normal"):
        own = [piece for piece in pieces if piece.kind.split()[0] == kind]
        clusters = merge.points(own, window, lambda piece: piece.kind)
        starts = [cluster[0].at_ms for cluster in clusters[1:]]
        room = int(COUNT / window.width_of)
        for cluster, following in zip_longest(clusters, starts):
            items.append(_item(cluster, roomy=following is None or following - cluster[0].at_ms >= room))
    items.sort(key=lambda item: (item.at_ms, item.number))
    note = _("hollow: never shown") if track.dropped else ""
    return Lane("events", "events", str(_("Events")), str(note), items=tuple(items), title=str(_("Events")))


def _item(cluster: list[Piece], *, roomy: bool) -> Item:
    first, last = cluster[0], cluster[-1]
    text = _("%(type)s event %(reason)s at %(at)s") % {
        "type": "Warning" if "warning" in first.kind else "Normal",
        "reason": first.word,
        "at": clock(first.at_ms),
    }
    if len(cluster) > 1:
        reasons = ", ".join(dict.fromkeys(piece.word for piece in cluster))
        text = _("%(count)s events from %(at)s: %(reasons)s") % {
            "count": len(cluster),
            "at": clock(first.at_ms),
            "reasons": reasons,
        }
    return Item(
        f"events-{first.number}",
        last.number,
        max(piece.touched for piece in cluster),
        first.kind,
        first.at_ms,
        first.at_ms,
        str(len(cluster)) if len(cluster) > 1 and roomy else "",
        text,
        last.detail,
    )
