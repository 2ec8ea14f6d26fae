"""The Pod's row as `kubectl get pods -o wide` prints it, plus its QoS class."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.presenters.pieces import Json
from simulator.kubectl.duration import parse_time
from simulator.kubectl.pods import pod_cells


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the row. With `since_ms` the browser lets the age grow between messages."""

    key: str
    heading: str
    value: str
    since_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PodRow:
    name: str
    cells: tuple[Cell, ...]

    def value(self, key: str) -> str:
        return next((cell.value for cell in self.cells if cell.key == key), "")


HEADINGS = ("NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE")
WIDE = (*HEADINGS, "NOMINATED NODE", "READINESS GATES")


def pod_row(pod: Json, now_epoch_ms: int, start_epoch_ms: int, origin_ms: int) -> PodRow:
    """`origin_ms`: when the Pod was made, on the cluster's clock, which starts at `start_epoch_ms`."""
    row = _row(pod, now_epoch_ms, start_epoch_ms + origin_ms, HEADINGS)
    qos = Cell("qos", "QOS", str(pod.get("status", {}).get("qosClass", "<none>")))
    return PodRow(row.name, (*row.cells, qos))


def wide_row(pod: Json, now_epoch_ms: int, start_epoch_ms: int) -> PodRow:
    """To the letter as kubectl prints it."""
    return _row(pod, now_epoch_ms, start_epoch_ms, WIDE)


def _row(pod: Json, now_epoch_ms: int, start_epoch_ms: int, headings: tuple[str, ...]) -> PodRow:
    values = pod_cells(pod, now_epoch_ms)
    made = parse_time(pod.get("metadata", {}).get("creationTimestamp"))
    cells = []
    for heading, value in zip(headings[1:], values[1:], strict=False):
        since = made - start_epoch_ms if heading == "AGE" and made is not None else None
        cells.append(Cell(heading.lower(), heading, value, since))
    return PodRow(str(values[0]), tuple(cells))
