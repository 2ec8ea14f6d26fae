"""The Pod's conditions, a thin bar each: filled while True, hollow while False."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.pieces import Item, Json, Lane, Strip
from dashboard.presenters.timescale import Window, clock, opening

KINDS = {"True": "true", "False": "false"}
ORDER = ("PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")


class ConditionTracks:
    """One strip per type of condition, in the order in which they come true."""

    def __init__(self) -> None:
        self.strips: dict[str, Strip] = {}
        self.born: dict[str, int] = {}
        self._newest: dict[str, Json] = {}

    def read(self, number: int, at_ms: int, pod: Json) -> None:
        conditions = pod.get("status", {}).get("conditions") or []
        for name in self._newest.keys() - {str(condition.get("type")) for condition in conditions}:
            del self._newest[name]  # taken back, as PodResizeInProgress is once the resize is done
            self.strips[name].end(number, at_ms)
        for condition in conditions:
            name = str(condition.get("type"))
            if self._newest.get(name) == condition:
                continue
            self._newest[name] = condition
            strip = self.strips.get(name)
            if strip is None:
                strip = self.strips[name] = Strip()
                self.born[name] = number
            kind = KINDS.get(str(condition.get("status")), "unknown")
            if not strip.says(kind):
                strip.begin(number, at_ms, kind, detail=self.detail(name))

    def end(self, number: int, at_ms: int) -> None:
        self._newest.clear()
        for strip in self.strips.values():
            strip.end(number, at_ms)

    def value(self, name: str) -> str:
        strip = self.strips.get(name)
        return strip.pieces[-1].kind if strip and strip.pieces else ""

    def detail(self, name: str) -> str:
        """The newest reason and message of a condition that the Pod has."""
        condition = self._newest.get(name, {})
        return ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))


def lanes(tracks: ConditionTracks, window: Window, now_ms: int) -> tuple[Lane, ...]:
    known = [name for name in ORDER if name in tracks.strips]
    names = known + [name for name in tracks.strips if name not in ORDER]
    result = [_lane(name, tracks.strips[name], tracks.born[name], window, now_ms) for name in names]
    return tuple([replace(result[0], heading=str(_("Conditions"))), *result[1:]] if result else ())


def _lane(name: str, strip: Strip, born: int, window: Window, now_ms: int) -> Lane:
    items: list[Item] = []
    for cluster in merge.bars(merge.in_view(strip.pieces, window, now_ms), window, now_ms):
        piece = cluster[0]
        value = {"true": "True", "false": "False"}.get(piece.kind, "Unknown")
        text = _("%(condition)s is %(value)s from %(at)s") % {
            "condition": name,
            "value": value,
            "at": clock(piece.at_ms),
        }
        many = len(cluster) > 1
        items.append(
            Item(
                f"c-{name}-{piece.number}",
                piece.number,
                max(p.touched for p in cluster),
                "many" if many else piece.kind,
                piece.at_ms,
                cluster[-1].end_ms,
                "",
                f"{name} ×{len(cluster)}" if many else text,
                piece.detail,
                gone=piece.end_ms == piece.at_ms,
                opens=opening(piece.at_ms, cluster[-1].until(now_ms)) if many else None,
            )
        )
    return Lane(f"c-{name}", "condition", name, items=tuple(items), born=born, under=True, title=name)


def condition_of(obj: Json, kind: str) -> Json:
    """Of any object's status; empty if it has none of that kind."""
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return next((condition for condition in conditions if condition["type"] == kind), {})
