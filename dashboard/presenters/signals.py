"""Hooks and signals of a container: preStop and postStart boxes, SIGTERM and SIGKILL, and the grace between them."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Lane, Piece, point
from dashboard.presenters.timescale import Window, clock, duration
from simulator.history import Fact

EFFECTS = {
    "killed": _("it ended"),
    "ignored": _("ignored"),
    "handled": _("handled"),
    "stopped": _("it was stopped"),
    "continued": _("it goes on"),
    "pending": _("it waits until the process goes on"),
}
PHASES = {"done": _("done"), "failed": _("failed"), "abandoned": _("abandoned")}


ROOM = 84  # pixels that two labels need between two signals
ALONE = 54  # and one label


class SignalTrack:
    """What the kubelet, a process or a person sent to the container's main process."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.command = ""  # of the process that got the last signal

    def signal(self, fact: Fact, at_ms: int, deadline_ms: int | None) -> None:
        data = fact.data
        name = str(data.get("signal", "SIGTERM"))
        kind = "kill" if name == "SIGKILL" else "term"
        self._end("grace", fact.number, at_ms)
        detail = str(data.get("effect", ""))
        self.pieces.append(point(fact.number, at_ms, kind, name.removeprefix("SIG"), detail=detail))
        self.command = str(data.get("command", ""))
        grace = int(data.get("grace_ms") or 0)
        if kind == "term" and data.get("by", "kubelet") == "kubelet" and detail != "killed":
            due = at_ms + grace if grace else deadline_ms
            self.pieces.append(Piece(fact.number, fact.number, "grace", at_ms, None, due_ms=due))

    def hook(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        name = str(data.get("hook", "preStop"))
        if data.get("phase") == "start":
            detail = str(data.get("handler", ""))
            self.pieces.append(Piece(fact.number, fact.number, "hook", at_ms, None, name, detail=detail))
        else:
            self._end("hook", fact.number, at_ms, str(data.get("message", "") or data.get("phase", "")))

    def end(self, number: int, at_ms: int) -> None:
        for kind in ("grace", "hook"):
            self._end(kind, number, at_ms)

    def _end(self, kind: str, number: int, at_ms: int, detail: str = "") -> None:
        for index in range(len(self.pieces) - 1, max(-1, len(self.pieces) - 6), -1):
            piece = self.pieces[index]
            if piece.kind == kind and piece.end_ms is None:
                self.pieces[index] = replace(piece, end_ms=at_ms, touched=number, detail=detail or piece.detail)


def lane(track: SignalTrack, container: str, born: int, window: Window, now_ms: int) -> Lane:
    pieces = merge.in_view(track.pieces, window, now_ms)
    items: list[Item] = []
    room, alone = int(ROOM / window.width_of), int(ALONE / window.width_of)
    clusters = merge.points([piece for piece in pieces if piece.kind in ("term", "kill")], window, _kind)
    times = [-room, *(cluster[0].at_ms for cluster in clusters), now_ms + room]
    for index, cluster in enumerate(clusters, 1):
        beside = times[index + 1] if cluster[0].kind == "term" else 2 * times[index] - times[index - 1]
        needs = alone if cluster[0].kind == "term" else room
        items.append(_signal(container, cluster, roomy=beside - times[index] >= needs))
    for piece in pieces:
        if piece.until(now_ms) - piece.at_ms < merge.near(window) and piece.end_ms is not None:
            continue  # too narrow to see
        if piece.kind == "hook":
            before = max((at for at in times if at < piece.at_ms), default=-room)
            items.append(_hook(container, piece, roomy=piece.at_ms - before >= room))
        elif piece.kind == "grace":
            items.extend(_grace(container, piece, now_ms))
    items.sort(key=lambda item: item.at_ms)
    return Lane(
        f"{container}-signals",
        "signals",
        str(_("hooks and signals")),
        items=tuple(items),
        born=born,
        under=True,
        title=str(_("%(container)s, hooks and signals") % {"container": container}),
    )


def _kind(piece: Piece) -> object:
    return piece.kind


def _signal(container: str, cluster: list[Piece], *, roomy: bool) -> Item:
    piece = cluster[0]
    text = _("%(container)s, SIG%(signal)s at %(at)s, %(effect)s") % {
        "container": container,
        "signal": piece.word,
        "at": clock(piece.at_ms),
        "effect": EFFECTS.get(piece.detail, piece.detail),
    }
    label = "" if not roomy else piece.word if len(cluster) == 1 else f"×{len(cluster)}"
    return Item(
        f"{container}-signals-{piece.number}",
        cluster[-1].number,
        max(p.touched for p in cluster),
        piece.kind,
        piece.at_ms,
        piece.at_ms,
        label,
        text,
    )


def _hook(container: str, piece: Piece, *, roomy: bool) -> Item:
    detail = str(PHASES.get(piece.detail, piece.detail))
    text = _("%(container)s, %(hook)s from %(at)s: %(detail)s") % {
        "container": container,
        "hook": piece.word,
        "at": clock(piece.at_ms),
        "detail": detail,
    }
    return Item(
        f"{container}-hook-{piece.number}",
        piece.number,
        piece.touched,
        "hook",
        piece.at_ms,
        piece.end_ms,
        piece.word if roomy else "",
        text,
        detail,
    )


def _grace(container: str, piece: Piece, now_ms: int) -> list[Item]:
    """Dots from SIGTERM to the exit and, while it lasts, a dashed triangle where SIGKILL is due."""
    ident = f"{container}-grace-{piece.number}"
    text = _("%(container)s, grace from %(at)s") % {"container": container, "at": clock(piece.at_ms)}
    items = [Item(ident, piece.number, piece.touched, "grace", piece.at_ms, piece.end_ms, "", text)]
    if piece.due_ms is not None:
        over = piece.end_ms is not None or piece.due_ms <= now_ms
        due = _("SIGKILL is due at %(at)s") % {"at": clock(piece.due_ms)}
        items.append(
            Item(
                f"{ident}-due",
                piece.number,
                piece.touched,
                "due-kill",
                piece.due_ms,
                piece.due_ms,
                "",
                str(due),
                duration(piece.due_ms - piece.at_ms),
                gone=over,
            )
        )
    return items
