"""Chrome's trace events: a file that Perfetto (ui.perfetto.dev) and chrome://tracing open.

A Pod is a process, and each of its lanes a thread: containers, probes, hooks and signals, what kubectl sees. The format
is "Trace Event Format", its object form; times are microseconds since the cluster was made. Perfetto reads names as
text, so what Kubernetes wrote stays as it is, and our own words are English.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.pieces import Piece
from dashboard.presenters.probes import ProbeTrack, times
from dashboard.presenters.story import Story
from dashboard.presenters.timeline import ORDER

Json = dict[str, Any]
Lane = tuple[str, Iterable[Json]]
APART = 1000  # so far are process numbers apart: no thread has the number of another's
COLOURS = {"ready": "good", "stop": "terrible", "back": "bad", "wait": "yellow", "failure": "terrible", "fail": "bad"}
"""Names of the trace viewer's own palette; Perfetto chooses its colours by name and ignores them."""


def trace_json(stories: Sequence[Story], now_ms: int, about: Json) -> str:
    """`now_ms`: the cluster's clock, at which whatever goes on is cut off. `about`: what else is worth knowing."""
    events: list[Json] = []
    made = [story for story in stories if story.origin_ms is not None]
    for pid, story in zip(count(APART, APART), made, strict=False):
        events.append(_about("process_name", pid, pid, name=story.key))
        events.append(_about("process_sort_index", pid, pid, sort_index=pid))
        for tid, (name, drawn) in enumerate(_lanes(story, now_ms - (story.origin_ms or 0)), pid + 1):
            events.append(_about("thread_name", pid, tid, name=name))
            events.append(_about("thread_sort_index", pid, tid, sort_index=tid))
            events.extend(_placed(event, story, pid, tid) for event in drawn)
    whole = {"displayTimeUnit": "ms", "otherData": about, "traceEvents": events}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def _about(what: str, pid: int, tid: int, **args: str | int) -> Json:
    """A metadata event."""
    return {"name": what, "ph": "M", "pid": pid, "tid": tid, "args": args}


def _placed(event: Json, story: Story, pid: int, tid: int) -> Json:
    """A lane's times are since the Pod was made, and in milliseconds."""
    return {**event, "pid": pid, "tid": tid, "ts": (event["ts"] + (story.origin_ms or 0)) * 1000}


def _lanes(story: Story, now_ms: int) -> Iterator[Lane]:
    yield "STATUS", (_slice(piece, now_ms, piece.word) for piece in story.status.status.pieces)
    yield "READY", (_slice(piece, now_ms, piece.word) for piece in story.status.ready.pieces)
    for name, strip in story.conditions.strips.items():
        yield f"condition {name}", (_slice(piece, now_ms, piece.kind) for piece in strip.pieces)
    for track in sorted(story.containers.values(), key=lambda track: ORDER.get(track.role, 1)):
        yield from _container(track, now_ms)
    if story.events.pieces:
        yield "events", (_instant(piece, piece.word) for piece in story.events.pieces)
    if story.actions:
        yield "what you did", (_instant(piece, piece.word) for piece in story.actions)


def _container(track: ContainerTrack, now_ms: int) -> Iterator[Lane]:
    name = f"{track.name} ({track.role})"
    yield name, (_slice(piece, now_ms, _state(piece)) for piece in track.bars.pieces)
    if track.marks:
        yield f"{name} exits and restarts", (_instant(piece, _mark(piece)) for piece in track.marks)
    if track.processes.commands.pieces:
        yield f"{name} process", (_slice(piece, now_ms, piece.word) for piece in track.processes.commands.pieces)
    if track.processes.files:
        yield f"{name} files", (_instant(piece, f"{piece.word} {piece.kind}") for piece in track.processes.files)
    for kind, probe in track.probes.items():
        yield f"{name} {kind} probe", _attempts(probe, now_ms)
    for kind in ("hook", "grace"):
        if pieces := [piece for piece in track.signals.pieces if piece.kind == kind]:
            yield f"{name} {kind}", (_slice(piece, now_ms, piece.word or kind) for piece in pieces)
    if signals := [piece for piece in track.signals.pieces if piece.kind in ("term", "kill")]:
        yield f"{name} signals", (_instant(piece, f"SIG{piece.word} {piece.detail}".strip()) for piece in signals)


def _state(piece: Piece) -> str:
    words = {"ready": "running, ready", "unready": "running, not ready", "plain": "running"}
    if piece.kind == "ended":
        return f"exit {piece.count}" + (f" {piece.word}" if piece.word else "")
    return words.get(piece.kind) or piece.word or piece.kind


def _mark(piece: Piece) -> str:
    return f"restart {piece.word}" if piece.kind == "restart" else f"exit {piece.word} {piece.detail}".strip()


def _attempts(probe: ProbeTrack, now_ms: int) -> Iterator[Json]:
    """An attempt is an instant; equal ones that repeat are one slice from the first to the last."""
    for piece in probe.attempts:
        if piece.kind == "rest":
            yield _instant(piece, "at rest: passed")
        elif piece.every_ms and times(piece, now_ms) > 1:
            name = f"{piece.kind} ×{times(piece, now_ms)}"
            yield _slice(piece, now_ms, name, every_ms=piece.every_ms, attempts=times(piece, now_ms))
        else:
            yield _instant(piece, f"{piece.kind} {piece.count} of {piece.of}")


def _slice(piece: Piece, now_ms: int, name: str, **more: int) -> Json:
    """A complete event."""
    length = max(0, piece.until(now_ms) - piece.at_ms)
    return {"ph": "X", "ts": piece.at_ms, "dur": length * 1000, **_told(piece, name, **more)}


def _instant(piece: Piece, name: str) -> Json:
    return {"ph": "i", "s": "t", "ts": piece.at_ms, **_told(piece, name)}


def _told(piece: Piece, name: str, **more: int) -> Json:
    args: Json = {"entry": piece.number, **more}
    if piece.detail:
        args["detail"] = piece.detail
    if piece.end_ms is None:
        args["open"] = True
    colour = {"cname": COLOURS[piece.kind]} if piece.kind in COLOURS else {}
    return {"name": name or piece.kind, "cat": piece.kind, **colour, "args": args}
