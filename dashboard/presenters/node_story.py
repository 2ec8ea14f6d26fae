"""One node's history: its states as bars, what was last said of it, and whether it, its runtime and its kubelet run."""

from __future__ import annotations

from dashboard.presenters.conditions import condition_of
from dashboard.presenters.pieces import Json, Piece, Strip, point
from simulator.history import Fact, Revision

MOST = 5  # things said of it that are kept


class NodeStory:
    """Times are on the cluster's clock."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.born = 0  # the newest entry that made or removed it
        self.touched = 0  # the newest entry that changed what can be done with it
        self.object: Json = {}
        self.states = Strip()
        self.said: list[Piece] = []  # its newest events, the last one last
        self.stopped: Piece | None = None  # its kubelet does not run, since then
        self.started: Piece | None = None  # its kubelet was started anew, then
        self.blind: Piece | None = None  # its container runtime does not run, since then
        self.down: Piece | None = None  # it is down, since then
        self.turns: list[Piece] = []  # when any of them stopped or came back

    @property
    def exists(self) -> bool:
        return bool(self.object)

    def revision(self, entry: Revision) -> None:
        if entry.verb != "MODIFIED":
            self.born = entry.number
        self.object = {} if entry.verb == "DELETED" else entry.object
        kind, word = _state(self.object)
        if not self.exists:
            self.states.end(entry.number, entry.at_ms)
        elif not self.states.says(kind, word):
            self.states.begin(entry.number, entry.at_ms, kind, word)
        else:
            return
        self.touched = entry.number

    def turn(self, fact: Fact) -> None:
        """Its kubelet, its container runtime or the machine itself stopped or came back."""
        self.touched = fact.number
        piece = point(fact.number, fact.at_ms, str(fact.data.get("phase")))
        away = piece if piece.kind in ("stopped", "down") else None
        match fact.kind:
            case "kubelet":
                self.stopped, self.started = away, None if away else piece
            case "runtime":
                self.blind = away
            case "machine":
                self.down = away
        self.turns.append(piece)

    def event(self, entry: Revision) -> None:
        if entry.verb == "DELETED":
            return
        event = entry.object
        reason, message = str(event.get("reason", "")), str(event.get("message", ""))
        said = point(entry.number, entry.at_ms, str(event.get("type")), reason, detail=message)
        self.said = [*self.said, said][-MOST:]


def _state(node: Json) -> tuple[str, str]:
    """How its bar is drawn, and what it says."""
    cordoned = bool(node.get("spec", {}).get("unschedulable"))
    if condition_of(node, "Ready").get("status") != "True":
        return "stop", "NotReady"
    return ("unready", "SchedulingDisabled") if cordoned else ("ready", "Ready")
