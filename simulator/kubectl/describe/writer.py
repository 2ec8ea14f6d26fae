"""What all descriptions share: the indented writer, and the layout of labels, annotations, tolerations and events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from simulator.history import Json
from simulator.kubectl.duration import parse_time
from simulator.kubectl.events import component, interval
from simulator.kubectl.table import TabWriter
from simulator.kubectl.unstable import go_sorted

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

_LONGEST_ANNOTATION = 140


class Writer:
    """Collects lines with tabs; two spaces per level. Models kubectl pkg/describe/describe.go PrefixWriter."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def line(self, level: int, text: str) -> None:
        self._lines.append("  " * level + text)

    def field(self, level: int, name: str, value: object) -> None:
        """`Name:<tab>value`."""
        self.line(level, f"{name}:\t{value}")

    def block(self, title: str, values: Sequence[str]) -> None:
        """A title with its values below each other, `<none>` if there are none."""
        first, *rest = values or ["<none>"]
        self.line(0, f"{title}:\t{first}")
        for value in rest:
            self.line(0, f"\t{value}")

    def raw(self) -> str:
        """All of it, with its tabs."""
        return "".join(line + "\n" for line in self._lines)

    def text(self) -> str:
        """All of it, aligned."""
        return TabWriter(min_width=0, padding=2, remember=False).format(self.raw())


def write_labels(writer: Writer, title: str, values: Mapping[str, str] | None) -> None:
    """Models printLabelsMultiline."""
    writer.block(title, [f"{key}={value}" for key, value in sorted((values or {}).items())])


def write_annotations(writer: Writer, title: str, values: Mapping[str, str] | None) -> None:
    """What `apply` remembers stays hidden; long values go below their key. Models printAnnotationsMultiline."""
    lines: list[str] = []
    for key, given in sorted((values or {}).items()):
        if key == LAST_APPLIED:
            continue
        value = given.removesuffix("\n")
        if len(value) + len(key) + 2 <= _LONGEST_ANNOTATION and "\n" not in value:
            lines.append(f"{key}: {value}")
            continue
        lines.append(f"{key}:")
        lines += [f"  {_shorten(part)}" for part in value.split("\n")]
    writer.block(title, lines)


def _shorten(text: str) -> str:
    limit = _LONGEST_ANNOTATION - 2
    return text[:limit] + "..." if len(text) > limit else text


def write_tolerations(writer: Writer, title: str, values: Sequence[Json] | None) -> None:
    """Models printPodTolerationsMultiline."""
    writer.block(title, [_toleration(t) for t in go_sorted(list(values or []), lambda t: t.get("key", ""))])


def _toleration(toleration: Json) -> str:
    key, value, effect = toleration.get("key", ""), toleration.get("value", ""), toleration.get("effect", "")
    text = str(key) + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def write_events(writer: Writer, found: Collection[Json] | None, now: int) -> None:
    """The list at the end, by the time they last came; None leaves it out. Models DescribeEvents."""
    if found is None:
        return
    if not found:
        writer.field(0, "Events", "<none>")
        return
    writer.line(0, "Events:")
    writer.line(1, "Type\tReason\tAge\tFrom\tMessage")
    writer.line(1, "----\t------\t----\t----\t-------")
    for event in go_sorted(list(found), lambda e: _whole_second(e.get("lastTimestamp"))):
        message = str(event.get("message", "")).strip()
        field_path = event.get("involvedObject", {}).get("fieldPath")
        if field_path:
            message = f"{field_path}: {message}"
        cells = (event.get("type", ""), event.get("reason", ""), interval(event, now), component(event), message)
        writer.line(1, "\t".join(cells))


def _whole_second(timestamp: str | None) -> int:
    return (parse_time(timestamp) or 0) // 1000


def write_controller(writer: Writer, obj: Json) -> None:
    """The line that names the controller, if there is one. Models printController."""
    for reference in obj["metadata"].get("ownerReferences") or []:
        if reference.get("controller"):
            writer.field(0, "Controlled By", f"{reference['kind']}/{reference['name']}")
            return
