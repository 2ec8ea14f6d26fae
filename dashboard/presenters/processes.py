"""The process lane of a container: its current command, and the files that changed, from `process` and `file` facts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Lane, Piece, Strip, point
from dashboard.presenters.timescale import Window, clock, opening
from simulator.history import Fact

CHANGES = {"created": _("%(path)s created"), "changed": _("%(path)s changed"), "removed": _("%(path)s removed")}


class ProcessTrack:
    """The commands a container runs one after the other, and points where a file changed."""

    def __init__(self) -> None:
        self.commands = Strip()
        self.files: list[Piece] = []
        self._own: set[int] = set()  # entries of the container's own processes
        self.pid = 0
        self.main = ""
        self.main_pid = 1
        self.present: dict[str, Piece] = {}  # files that are there now, by path

    def process(self, fact: Fact, at_ms: int, *, first: bool) -> None:
        """`first`: it came with the container's start. What neither did nor follows from one that did runs aside:
        somebody's `kubectl exec`, a hook.
        """
        if not first and fact.cause not in self._own:
            return
        self._own.add(fact.number)
        data = fact.data
        if data.get("phase") == "start":
            word = command_of(fact)
            self.pid = int(data.get("pid", 0))
            if first:
                self.main, self.main_pid = word, self.pid
            self.commands.begin(fact.number, at_ms, "loop" if data.get("repeats") else "command", word)
        elif int(data.get("pid", 0)) == self.pid:
            self.commands.end(fact.number, at_ms)

    def file(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        if fact.cause in self._own:
            self._own.add(fact.number)
        path, change = str(data.get("path", "")), str(data.get("change", "changed"))
        piece = point(fact.number, at_ms, change, path, detail=str(data.get("by", "")))
        self.files.append(piece)
        self.present[path] = piece

    def end(self, number: int, at_ms: int) -> None:
        self.commands.end(number, at_ms)


def command_of(fact: Fact) -> str:
    data = fact.data
    argv = data.get("argv")
    return " ".join(map(str, argv)) if argv else str(data.get("command", ""))


def lane(track: ProcessTrack, container: str, window: Window, now_ms: int) -> Lane:
    items: list[Item] = []
    born = min(pieces[0].number for pieces in (track.commands.pieces, track.files) if pieces)
    for cluster in merge.bars(merge.in_view(track.commands.pieces, window, now_ms), window, now_ms):
        items.append(_command(container, cluster))
    for cluster in merge.points(merge.in_view(track.files, window, now_ms), window):
        items.append(_file(container, cluster))
    name = _name(track)
    return Lane(
        f"{container}-process",
        "process",
        str(name),
        items=tuple(items),
        born=born,
        under=True,
        title=str(_("%(container)s, process") % {"container": container}),
    )


def _name(track: ProcessTrack) -> Promise | str:
    """In a process namespace of its own the main process is number 1; in one that is shared, somebody else is."""
    if not track.main:
        return _("process 1")
    template = _("process 1, %(name)s") if track.main_pid == 1 else _("main process, %(name)s")
    return template % {"name": _program(track.main)}


def _program(command: str) -> str:
    return command.split(" ", 1)[0].rsplit("/", 1)[-1].rstrip(":")


def _command(container: str, cluster: list[Piece]) -> Item:
    first, last = cluster[0], cluster[-1]
    ident = f"{container}-process-{first.number}"
    if len(cluster) > 1:
        text = _("%(container)s, %(count)s commands from %(at)s on") % {
            "container": container,
            "count": len(cluster),
            "at": clock(first.at_ms),
        }
        touched = max(piece.touched for piece in cluster)
        shape = "command many" if last.end_ms and last.end_ms - first.at_ms > 1000 else "command brief"
        opens = opening(first.at_ms, last.end_ms or last.at_ms)
        return Item(ident, last.number, touched, shape, first.at_ms, last.end_ms, "", text, last.word, opens=opens)
    word = f"… {first.word}" if first.kind == "loop" else first.word
    text = _("%(container)s ran %(command)s at %(at)s") % {
        "container": container,
        "command": first.word,
        "at": clock(first.at_ms),
    }
    gone = first.end_ms == first.at_ms
    return Item(
        ident,
        first.number,
        first.touched,
        "command",
        first.at_ms,
        first.end_ms,
        word,
        text,
        first.word,
        gone=gone,
        mono=True,
    )


def _file(container: str, cluster: list[Piece]) -> Item:
    piece = cluster[-1]
    what = CHANGES.get(piece.kind, CHANGES["changed"]) % {"path": piece.word}
    by = f" ({piece.detail})" if piece.detail else ""
    text = f"{container}, {what}{by}, {clock(piece.at_ms)}"
    return Item(
        f"{container}-file-{cluster[0].number}",
        piece.number,
        piece.touched,
        "file",
        piece.at_ms,
        piece.at_ms,
        "",
        text,
        piece.detail,
    )
