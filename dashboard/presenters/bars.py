"""Draws a container's bars and flags from its track."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboard.presenters import merge, rich
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.pieces import Item, Lane, Piece
from dashboard.presenters.timescale import Window, clock, duration, opening

ROLES = {
    "init": pgettext_lazy("role of a container", "init"),
    "sidecar": pgettext_lazy("role of a container", "sidecar"),
    "main": pgettext_lazy("role of a container", "main"),
    "ephemeral": pgettext_lazy("role of a container", "ephemeral"),
}
SHORT = {"ready": _("ready"), "unready": _("not ready")}
STATES = {
    "ready": _("running, ready"),
    "unready": _("running, not ready"),
    "plain": _("running"),
    "stop": _("stopping"),
}
FLAG = 52  # pixels that an exit flag and a restart flag need side by side


def label(piece: Piece) -> str:
    """What stands in a bar: our word for a state, or Kubernetes' own reason."""
    if piece.kind == "ended":
        text = str(_("exit %(code)s") % {"code": piece.count})
        return f"{text} · {piece.word}" if piece.word else text
    if piece.kind == "back":
        return str(_("waits %(time)s") % {"time": duration(piece.count)}) if piece.count else piece.word
    return str(STATES.get(piece.kind, piece.word))


def lane(track: ContainerTrack, window: Window, now_ms: int) -> Lane:
    items: list[Item] = []
    for cluster in merge.bars(merge.in_view(track.bars.pieces, window, now_ms), window, now_ms):
        items.extend(_band(track, cluster) if len(cluster) > 1 else _bar(track, cluster[0], now_ms))
    items.extend(_flags(track, window, now_ms))
    items.sort(key=lambda item: item.at_ms)
    state = track.state
    return Lane(
        f"{track.name}",
        "container",
        track.name,
        role=str(ROLES.get(track.role, track.role)),
        items=tuple(items),
        born=track.born,
        trouble=state is not None and state.kind not in ("ready", "plain", "ended"),
        flagged=bool(track.marks),
        title=track.name,
        rest=track.role,
    )


def _bar(track: ContainerTrack, piece: Piece, now_ms: int) -> list[Item]:
    ident = f"{track.name}-bar-{piece.number}"
    word = label(piece)
    end = _("so far") if piece.end_ms is None else clock(piece.end_ms)
    text = _("%(container)s, %(state)s, from %(from)s to %(end)s") % {
        "container": track.name,
        "state": word,
        "from": clock(piece.at_ms),
        "end": end,
    }
    mono = piece.kind in ("wait", "ended")
    gone = piece.end_ms == piece.at_ms
    items = [
        Item(
            ident,
            piece.number,
            piece.touched,
            f"bar {piece.kind}",
            piece.at_ms,
            piece.end_ms,
            word,
            text,
            piece.detail,
            gone=gone,
            mono=mono,
            early=_early(piece, word),
            short=str(SHORT.get(piece.kind, "")),
        )
    ]
    if piece.due_ms is not None and piece.kind in ("stop", "back"):
        items.insert(0, _due(f"{ident}-due", piece, piece.due_ms, now_ms))
    return items


def _early(piece: Piece, word: str) -> str:
    """What a state that has been for long says at the edge of the window."""
    if piece.kind != "ended" or piece.end_ms is not None:
        return ""
    return str(_("◂ ended %(at)s · %(how)s") % {"at": clock(piece.at_ms, tenths=False), "how": word})


def _due(ident: str, piece: Piece, due_ms: int, now_ms: int) -> Item:
    """The dashed outline of what must happen, as long as it has not."""
    over = piece.end_ms is not None or due_ms <= now_ms
    what = _("SIGKILL at the latest") if piece.kind == "stop" else _("next start at the earliest")
    left = rich.due(due_ms, now_ms).text
    text = f"{what}, {clock(due_ms)}"
    return Item(ident, piece.number, piece.touched, "due", piece.at_ms, due_ms, left, text, gone=over)


def _band(track: ContainerTrack, cluster: list[Piece]) -> list[Item]:
    first, last = cluster[0], cluster[-1]
    exits = sum(piece.kind == "ended" for piece in cluster)
    text = _(
        "%(container)s, %(count)s changes and %(exits)s exits from %(from)s to %(end)s, too close to draw each"
    ) % {
        "container": track.name,
        "count": len(cluster),
        "exits": exits,
        "from": clock(first.at_ms),
        "end": clock(last.end_ms or last.at_ms),
    }
    return [
        Item(
            f"{track.name}-bar-{first.number}",
            last.number,
            max(piece.touched for piece in cluster),
            "bar many",
            first.at_ms,
            last.end_ms,
            f"×{exits}" if exits else "",
            text,
            opens=opening(first.at_ms, last.end_ms or last.at_ms),
        )
    ]


def _flags(track: ContainerTrack, window: Window, now_ms: int) -> list[Item]:
    """A stem for every exit and restart that can be told apart; a flag on it where there is room."""
    items: list[Item] = []
    shown: dict[str, int] = {}
    room = int(FLAG / window.width_of)
    for cluster in merge.points(merge.in_view(track.marks, window, now_ms), window, lambda piece: piece.kind):
        piece = cluster[-1]
        free = cluster[0].at_ms - shown.get(piece.kind, -(10**12)) >= room
        if free:
            shown[piece.kind] = piece.at_ms
        text = _exit_text(track, piece) if piece.kind == "exit" else _restart_text(track, piece)
        shape = f"flag {piece.kind}" if free else f"flag {piece.kind} stem"
        items.append(
            Item(
                f"{track.name}-{piece.kind}-{cluster[0].number}",
                piece.number,
                max(p.touched for p in cluster),
                shape,
                piece.at_ms,
                piece.at_ms,
                piece.word if free else "",
                text,
                piece.detail,
            )
        )
    return items


def _exit_text(track: ContainerTrack, piece: Piece) -> str:
    return _("%(container)s ended at %(at)s, exit code %(code)s, %(reason)s") % {
        "container": track.name,
        "at": clock(piece.at_ms),
        "code": piece.word,
        "reason": piece.detail,
    }


def _restart_text(track: ContainerTrack, piece: Piece) -> str:
    return _("%(container)s started again at %(at)s, restart %(number)s") % {
        "container": track.name,
        "at": clock(piece.at_ms),
        "number": piece.word,
    }
