"""How each kind of mark is drawn in an SVG: the grammar of static/css/bars.css and marks.css once more."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.exports.pen import HEAD, PLOT, Pen, width
from dashboard.presenters.pieces import Item, Lane

Draw = Callable[[Pen, Item, Lane, int], None]
BARS = {  # fill, border, dashes, ink
    "wait": ("url(#wait)", "wait-line", "4 3", "wait-ink"),
    "unready": ("surface", "ready-line", "", "ready-line"),
    "plain": ("surface", "ready-line", "", "ready-line"),
    "ready": ("ready", "ready-line", "", "ready-ink"),
    "stop": ("url(#stop)", "stop-line", "", "stop-ink"),
    "back": ("url(#back)", "wait-line", "", "wait-ink"),
    "ended": ("done", "done-line", "", "done-ink"),
    "many": ("url(#many)", "done-line", "", "ink"),
}
PLATES = {"wait": "wait", "stop": "stop", "back": "back", "many": "surface"}
CONDITIONS = {"true": "done-line", "false": "surface", "unknown": "url(#many)", "many": "url(#many)"}


def height(lane: Lane) -> int:
    flags = any("flag" in item.shape.split() for item in lane.shown)
    heights = {"status": 24, "ready": 22, "condition": 15, "container": 46 if flags else 32, "process": 24}
    heights |= {"probe-startup": 22, "probe-liveness": 40, "probe-readiness": 28, "signals": 24, "events": 38}
    return heights.get(lane.kind, 24)


def draw(pen: Pen, item: Item, lane: Lane, now_ms: int) -> None:
    """One mark, if it reaches into the window."""
    end = _end(item, now_ms)
    if end < pen.window.from_ms or item.at_ms > pen.window.to_ms:
        return
    shape = _strip if lane.kind in STRIPS else SHAPES.get(item.shape.split()[0])
    if shape is not None:
        shape(pen.group(item.text), item, lane, end)


def _end(item: Item, now_ms: int) -> int:
    return now_ms if item.end_ms is None else item.end_ms


def _label(pen: Pen, item: Item, x: float, w: float, y: float, ink: str, plate: str = "") -> None:
    size = 11 if item.mono else 12
    needs = width(item.label, size, item.mono)
    if not item.label or needs + 12 > w:
        return
    if plate:
        pen.rect(x + 4, y - 11, needs + 6, 15, fill=plate, rx=2)
    pen.text(item.label, x + 7, y, size=size, mono=item.mono, fill=ink)


def _strip(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x, w = pen.x(item.at_ms), pen.x(end) - pen.x(item.at_ms)
    if lane.kind == "condition":
        pen.rect(x, 4, w, 7, fill=CONDITIONS.get(item.shape, "surface"), stroke="ctl")
        return
    if lane.kind == "ready":
        full = item.shape == "full"
        fill, ink = ("ready", "ready-ink") if full else ("surface", "ready-line")
        pen.rect(x, 3, w, 15, fill=fill, stroke="ready-line", stroke_width=1.4, rx=3)
        _label(pen, item, x, w, 14.5, ink)
        return
    fill, line, dashes, ink = {"wait": BARS["wait"], "fail": BARS["back"], "many": BARS["many"]}.get(
        item.shape, ("sunken", "none", "", "ink")
    )
    pen.rect(x, 3, w, 17, fill=fill, stroke=line, stroke_dasharray=dashes or "none", rx=3)
    _label(pen, item, x, w, 15.5, ink, PLATES.get({"fail": "back"}.get(item.shape, item.shape), ""))


def _bar(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    kind = item.shape.split()[1]
    fill, line, dashes, ink = BARS.get(kind, BARS["plain"])
    x, w, top = pen.x(item.at_ms), pen.x(end) - pen.x(item.at_ms), height(lane) - 27
    low = kind == "ended"
    pen.rect(
        x,
        top + (8 if low else 0),
        w,
        14 if low else 22,
        fill=fill,
        stroke=line,
        stroke_dasharray=dashes or "none",
        rx=3,
    )
    _label(pen, item, x, w, top + (19 if low else 15.5), ink, PLATES.get(kind, ""))


def _due(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms)
    pen.rect(x, height(lane) - 27, pen.x(end) - x, 22, fill="none", stroke="ink-3", stroke_dasharray="4 3", rx=3)


def _flag(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x, restart = pen.x(item.at_ms), "restart" in item.shape
    colour = "ink" if restart else "err"
    pen.line(x, 2, x, height(lane) - 2, stroke=colour, stroke_width=2.5)
    label = f"↻{item.label}" if restart else item.label
    if item.label:
        w = width(label, 11) + 8
        pen.rect(x if restart else x - w, 2, w, 15, fill=colour, rx=2)
        ink = "surface" if restart else "err-ink"
        pen.text(label, x + 4 if restart else x - w + 4, 13.5, size=11, fill=ink, font_weight=650)


def _attempt(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    words, bottom = set(item.shape.split()), height(lane)
    if "streak" in words:
        _streak(pen, item, end, bottom, words)
    elif "band" in words:
        fail = "fail" in words
        tall = max(6.0, item.level * (bottom - 2)) if fail else 6.0
        x = pen.x(item.at_ms)
        pen.rect(x, bottom - tall, max(4.0, pen.x(end) - x), tall, fill="err" if fail else "ready-line", opacity=0.75)
    elif "fail" in words:
        _column(pen, item, bottom, past="past" in words)
    elif "pass" in words:
        ring = "ring" in words
        look = {"fill": "surface", "stroke": "ready-line", "stroke_width": 1.6} if ring else {"fill": "ready-line"}
        pen.disc(pen.x(item.at_ms), bottom - 5.5, 3.4 if ring else 2.5, **look)
    else:
        _unknown(pen, pen.x(item.at_ms), bottom - 9)


def _unknown(pen: Pen, x: float, y: float) -> None:
    pen.shape(
        f"{x:.2f},{y - 7} {x + 7:.2f},{y} {x:.2f},{y + 7} {x - 7:.2f},{y}",
        fill="unk-soft",
        stroke="unk",
        stroke_width=1.4,
    )
    pen.text("?", x, y + 4, size=10, fill="unk", text_anchor="middle", font_weight=650)


def _column(pen: Pen, item: Item, bottom: int, *, past: bool) -> None:
    x, room = pen.x(item.at_ms), bottom - 2
    tall = room * 0.55 if past else room * max(item.level, 0.12)
    look = {"fill": "err-soft", "stroke": "err", "stroke_width": 1.2} if past else {"fill": "err"}
    pen.rect(x - 4.5, bottom - tall, 9, tall, **look)
    if item.label and bottom > 22:
        inside = tall >= 13
        y = bottom - tall + 10 if inside else bottom - tall - 2
        ink = "err-ink" if inside else "err"
        pen.text(item.label, x, y, size=10, fill=ink, text_anchor="middle", font_weight=650)


def _streak(pen: Pen, item: Item, end: int, bottom: int, words: set[str]) -> None:
    """As many marks as there is room for; else a band."""
    x, apart = pen.x(item.at_ms), PLOT * item.every_ms / max(pen.window.span_ms, 1)
    fail = "fail" in words
    if apart < 5:
        tall = 12 if fail else 5
        pen.rect(x, bottom - 3 - tall, pen.x(end) - x, tall, fill="err" if fail else "ready-line")
        return
    at = item.at_ms + max(0, -(-(pen.window.from_ms - item.at_ms) // item.every_ms)) * item.every_ms
    while at <= min(end, pen.window.to_ms):
        if fail:
            pen.rect(pen.x(at) - 4, bottom * 0.45, 8, bottom * 0.55, fill="err-soft", stroke="err", stroke_width=1.2)
        elif "unknown" in words:
            _unknown(pen, pen.x(at), bottom - 9)
        else:
            pen.disc(pen.x(at), bottom - 5.5, 2.5, fill="ready-line")
        at += item.every_ms


def _rest(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms) + 10
    if x + width(item.label, 11) < HEAD + PLOT:
        pen.text(item.label, x, height(lane) - 5, size=11, fill="ink-3")


def _command(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x, w = pen.x(item.at_ms), pen.x(end) - pen.x(item.at_ms)
    pen.line(x, 18.5, x + w, 18.5, stroke="line-2", stroke_width=1.5)
    if item.label and width(item.label, 11, mono=True) + 4 < w:
        pen.text(item.label, x + 2, 13, size=11, mono=True, fill="ink-2")


def _file(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms)
    pen.shape(f"{x:.2f},12 {x + 5:.2f},17 {x:.2f},22 {x - 5:.2f},17", fill="ink")


def _hook(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms)
    pen.rect(x, 7, pen.x(end) - x, 10, fill="done", stroke="done-line", stroke_width=1.2, rx=2)
    if item.label:
        pen.text(item.label, x - 4, 15.5, size=11, fill="ink-2", text_anchor="end")


def _signal(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x, kill = pen.x(item.at_ms), "kill" in item.shape
    look = {"fill": "err"} if kill else {"fill": "surface", "stroke": "stop-line", "stroke_width": 1.5}
    pen.shape(f"{x - 6:.2f},6 {x + 6:.2f},6 {x:.2f},17", **look)
    if item.label:
        at, anchor, ink = (x - 9, "end", "err") if kill else (x + 9, "start", "stop-line")
        pen.text(item.label, at, 15.5, size=11, fill=ink, font_weight=600, text_anchor=anchor)


def _due_kill(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms)
    pen.shape(f"{x - 6:.2f},6 {x + 6:.2f},6 {x:.2f},17", fill="none", stroke="ink-3", stroke_dasharray="3 2")


def _grace(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    pen.line(pen.x(item.at_ms), 11.5, pen.x(end), 11.5, stroke="stop-line", stroke_width=2, stroke_dasharray="2 3")


def _event(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x, dropped = pen.x(item.at_ms), "dropped" in item.shape
    if "warning" in item.shape:
        look = {"fill": "surface", "stroke": "err"} if dropped else {"fill": "err"}
        pen.shape(f"{x:.2f},5 {x + 5:.2f},14 {x - 5:.2f},14", **look)
    else:
        look = {"fill": "none", "stroke": "done-line", "stroke_dasharray": "2 2"} if dropped else {"fill": "done-line"}
        pen.disc(x, 27, 3.5, **look)
    if item.label:
        pen.text(item.label, x + 7, 13 if "warning" in item.shape else 30, size=10, fill="ink-2")


def _action(pen: Pen, item: Item, lane: Lane, end: int) -> None:
    x = pen.x(item.at_ms)
    pen.shape(f"{x:.2f},20 {x - 5:.2f},11 {x:.2f},4 {x + 5:.2f},11", fill="accent")
    if item.label and x + 10 + width(item.label, 11, mono=True) < HEAD + PLOT:
        pen.text(item.label, x + 9, 15, size=11, mono=True, fill="accent")


STRIPS = frozenset({"status", "ready", "condition"})  # kinds of lanes
SHAPES: dict[str, Draw] = {  # by the first word of an item's shape
    "due": _due,
    "due-kill": _due_kill,
    "flag": _flag,
    "bar": _bar,
    "attempt": _attempt,
    "rest": _rest,
    "command": _command,
    "file": _file,
    "hook": _hook,
    "grace": _grace,
    "term": _signal,
    "kill": _signal,
    "warning": _event,
    "normal": _event,
    "action": _action,
}
