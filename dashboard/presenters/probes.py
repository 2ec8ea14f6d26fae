"""A lane per probe: every attempt and its count against the threshold, read from `probe` facts."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Json, Lane, Piece
from dashboard.presenters.timescale import Window, clock, duration, opening
from simulator.history import Fact

LETTERS = {"startup": "S", "liveness": "L", "readiness": "R"}
SLIM = 12  # pixels in which two attempts are drawn as one
APART = 40  # attempts in the window that opens from a band of them
FIELDS = {"startup": "startupProbe", "liveness": "livenessProbe", "readiness": "readinessProbe"}
CONSEQUENCE = {"startup": _("restart"), "liveness": _("restart"), "readiness": _("no traffic")}


class ProbeTrack:
    """All attempts of one container's probe. An attempt that repeats (`every_ms`) is one open piece."""

    def __init__(self, kind: str, spec: Json) -> None:
        self.kind = kind
        self.spec = spec
        self.attempts: list[Piece] = []
        self.result = ""  # the stored result, which crossing a threshold changes
        self._before = 0  # how many attempts earlier instances of the container had

    def restart(self) -> None:
        """A new instance of the container starts: nothing is known of it yet."""
        self.result = ""
        self._before = len(self.attempts)

    @property
    def latest(self) -> Piece | None:
        """The newest attempt on the container's newest instance."""
        return self.attempts[-1] if len(self.attempts) > self._before else None

    def read(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        self._end_streak(fact.number, at_ms)
        every = int(data.get("every_ms") or 0)
        self.attempts.append(
            Piece(
                fact.number,
                fact.number,
                str(data.get("result", "unknown")),
                at_ms,
                None if every else at_ms,
                detail=str(data.get("output", "")).rstrip("\n"),
                count=int(data.get("count", 0)),
                of=int(data.get("threshold", 1)),
                every_ms=every,
                changed=bool(data.get("changed")),
            )
        )
        if data.get("changed"):
            self.result = str(data.get("result"))

    def rest(self, fact: Fact, at_ms: int) -> None:
        self._end_streak(fact.number, at_ms)
        if fact.data.get("reason") == "passed" and self.attempts:
            self.attempts.append(Piece(fact.number, fact.number, "rest", at_ms, at_ms))

    def _end_streak(self, number: int, at_ms: int) -> None:
        if self.attempts and self.attempts[-1].end_ms is None:
            self.attempts[-1] = replace(self.attempts[-1], end_ms=at_ms, touched=number)

    @property
    def threshold(self) -> int:
        return int(self.spec.get("failureThreshold", 3))

    @property
    def period_s(self) -> int:
        return int(self.spec.get("periodSeconds", 10))


def times(piece: Piece, now_ms: int) -> int:
    """How many attempts a piece stands for by `now_ms`. A streak's end is the next fact's time, not its own."""
    if not piece.every_ms:
        return 1
    last = now_ms if piece.end_ms is None else max(piece.at_ms, piece.end_ms - 1)
    return (max(last, piece.at_ms) - piece.at_ms) // piece.every_ms + 1


def handler(spec: Json) -> str:
    """What the probe does, in a few words: `cat /tmp/healthy`, `GET :8080/healthz`."""
    if "exec" in spec:
        return " ".join(spec["exec"].get("command", []))
    if "httpGet" in spec:
        get = spec["httpGet"]
        return f"GET :{get.get('port', '')}{get.get('path', '/')}"
    if "tcpSocket" in spec:
        return f"tcp :{spec['tcpSocket'].get('port', '')}"
    if "grpc" in spec:
        return f"grpc :{spec['grpc'].get('port', '')}"
    return ""


def lane(track: ProbeTrack, container: str, born: int, window: Window, now_ms: int) -> Lane:
    template = ngettext_lazy(
        "%(period)s s · %(fails)s fail → %(what)s", "%(period)s s · %(fails)s fails → %(what)s", "fails"
    )
    note = template % {"period": track.period_s, "fails": track.threshold, "what": CONSEQUENCE[track.kind]}
    items: list[Item] = []
    pieces = merge.in_view(track.attempts, window, now_ms)
    for cluster in merge.points(pieces, window, _same):
        items.extend(_items(track, container, cluster, window, now_ms))
    last = track.attempts[-1] if track.attempts else None
    return Lane(
        f"{container}-{track.kind}",
        f"probe-{track.kind}",
        track.kind,
        note,
        letter=LETTERS[track.kind],
        items=tuple(items),
        born=born,
        under=True,
        title=f"{container}, {track.kind}",
        trouble=last is not None and last.kind == "failure",
    )


def _same(piece: Piece) -> object:
    # A streak stands for itself; it never hides in a band.
    return piece.number if piece.every_ms or piece.kind == "rest" else piece.kind


def _items(track: ProbeTrack, container: str, cluster: list[Piece], window: Window, now_ms: int) -> list[Item]:
    piece = cluster[0]
    ident = f"{container}-{track.kind}-{piece.number}"
    if len(cluster) > 1:
        return [_together(_band(ident, track, container, cluster, now_ms), track, container, cluster, window)]
    if piece.kind == "rest":
        return [Item(ident, piece.number, piece.touched, "rest", piece.at_ms, None, str(_("passed, at rest")))]
    if not piece.every_ms:
        return [_attempt(ident, track, container, piece)]
    return _streak(ident, track, container, piece, window, now_ms)


def _attempt(ident: str, track: ProbeTrack, container: str, piece: Piece) -> Item:
    past = piece.kind == "failure" and (piece.count > piece.of)
    shape = {"success": "pass", "warning": "pass", "failure": "fail", "unknown": "unknown"}.get(piece.kind, "unknown")
    shape += " ring" if piece.changed and shape == "pass" else ""
    level = min(piece.count / max(piece.of, 1), 1.0) if shape == "fail" else 0.0
    shape += " past" if past else " low" if 0 < level < 0.5 else ""
    label = str(piece.count) if level and not past else "?" if shape == "unknown" else ""
    return Item(
        ident,
        piece.number,
        piece.touched,
        f"attempt {shape}",
        piece.at_ms,
        piece.at_ms,
        label,
        _attempt_text(track, container, piece),
        piece.detail,
        level,
    )


def _attempt_text(track: ProbeTrack, container: str, piece: Piece) -> str:
    result = {
        "success": _("passed"),
        "warning": _("passed with a warning"),
        "failure": _("failed"),
        "unknown": _("errored"),
    }.get(piece.kind, piece.kind)
    return _("%(container)s, %(probe)s, attempt at %(at)s, %(result)s, %(count)s of %(of)s") % {
        "container": container,
        "probe": track.kind,
        "at": clock(piece.at_ms),
        "result": result,
        "count": piece.count,
        "of": piece.of,
    }


def _streak(ident: str, track: ProbeTrack, container: str, piece: Piece, window: Window, now_ms: int) -> list[Item]:
    """The first attempt, if it stands out, and then the ones like it: drawn by the style sheet from one element."""
    stands_out = piece.changed or (piece.kind == "failure" and piece.count <= piece.of)
    items = [_attempt(ident, track, container, piece)] if stands_out else []
    first = piece.at_ms + piece.every_ms if stands_out else piece.at_ms
    count = times(piece, now_ms)
    if piece.end_ms is not None and count == 1 and stands_out:
        return items
    shape = "attempt streak pass" if piece.kind in ("success", "warning") else "attempt streak fail past"
    if piece.kind == "unknown":
        shape = "attempt streak unknown"
    dense = piece.every_ms < merge.near(window)
    shape += " dense" if dense else ""
    result = _("passed") if "pass" in shape.split() else _("failed") if "fail" in shape else _("errored")
    text = _("%(container)s, %(probe)s, %(result)s %(count)s times, every %(every)s from %(at)s on") % {
        "container": container,
        "probe": track.kind,
        "result": result,
        "count": count,
        "every": duration(piece.every_ms),
        "at": clock(piece.at_ms),
    }
    end = None if piece.end_ms is None else piece.end_ms - 1
    items.append(
        Item(
            f"{ident}-s",
            piece.number,
            piece.touched,
            shape,
            first,
            end,
            f"×{count}" if dense else "",
            text,
            piece.detail,
            every_ms=piece.every_ms,
            opens=opening(first, first + APART * piece.every_ms) if dense else None,
        )
    )
    return items


def _together(band: Item, track: ProbeTrack, container: str, cluster: list[Piece], window: Window) -> Item:
    """Two attempts in the room of one mark look like the one that matters more; what is said is both."""
    if len(cluster) > 2 or (band.end_ms or band.at_ms) - band.at_ms > int(SLIM / window.width_of):
        return band
    first = next((p for p in cluster if p.changed), next((p for p in cluster if 0 < p.count <= p.of), cluster[0]))
    mark = _attempt(band.id, track, container, first)
    return replace(mark, number=band.number, touched=band.touched, text=band.text, opens=band.opens)


def _band(ident: str, track: ProbeTrack, container: str, cluster: list[Piece], now_ms: int) -> Item:
    first, last = cluster[0], cluster[-1]
    kinds = {piece.kind for piece in cluster}
    kind = "fail" if "failure" in kinds else "pass" if kinds & {"success", "warning"} else "unknown"
    count = sum(times(piece, now_ms) for piece in cluster if piece.kind != "rest")
    text = _("%(container)s, %(probe)s, %(count)s attempts from %(at)s to %(end)s, too close to draw each") % {
        "container": container,
        "probe": track.kind,
        "count": count,
        "at": clock(first.at_ms),
        "end": clock(last.at_ms),
    }
    worst = max(cluster, key=lambda piece: (piece.kind == "failure", piece.count))
    level = min(worst.count / max(worst.of, 1), 1.0) if kind == "fail" else 0.0
    return Item(
        ident,
        worst.number,
        max(piece.touched for piece in cluster),
        f"attempt band {kind}",
        first.at_ms,
        max(last.until(now_ms), last.at_ms + 1),
        f"×{count}" if len(cluster) > 2 else "",
        text,
        worst.detail,
        level,
        opens=opening(first.at_ms, last.until(now_ms)),
    )
