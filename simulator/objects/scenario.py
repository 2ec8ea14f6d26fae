"""Scenario files: a header that says when and what happens, then the manifests that are applied at 0 s.

A plain manifest is a scenario without a header.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeGuard

from simulator.objects.documents import Chunk, split_documents
from simulator.objects.lines import Lines
from simulator.objects.problem import Problem
from simulator.objects.scenario_nodes import NodeSpec, read_nodes
from simulator.objects.yaml_reader import MAX_BYTES, YamlFault, read_yaml
from simulator.text import Text
from simulator.text import translatable as _

DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULT_DURATION = 300
MAX_DURATION = 7 * 24 * 3600
MAX_ACTIONS = 500
HOST_ROOT = "/node/host"
_FIELDS = frozenset(("name", "start", "duration", "missingImages", "nodes", "actions", "title", "description"))
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to simulate. `manifests` starts at line `first_line` of the text that was read."""

    name: str
    start: datetime
    duration: int  # seconds
    missing_images: tuple[str, ...]
    actions: tuple[tuple[float, str], ...]  # (seconds, a line typed into a shell on the node)
    manifests: str
    first_line: int
    problems: tuple[Problem, ...] = ()
    nodes: tuple[NodeSpec, ...] = (NodeSpec(),)

    @property
    def host_directory(self) -> str:
        """The folder on the node that the word HOSTDIR in a manifest stands for."""
        return f"{HOST_ROOT}/{self.name}"


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """Put in what `$NS`, `$NODE`, `$HOSTDIR` and the bare word HOSTDIR stand for. Lines stay where they are."""
    for name in sorted(variables, key=len, reverse=True):
        text = text.replace(f"${name}", variables[name])
    if "HOSTDIR" in variables:
        text = text.replace("HOSTDIR", variables["HOSTDIR"])
    return text


def read_scenario(text: str, *, name: str = "pod") -> Scenario:
    """The scenario in `text`. Never raises: what is wrong with the header is in `problems`."""
    chunks = split_documents(text) if len(text) <= MAX_BYTES else []
    header = _Header(name)
    if not chunks or not header.read(chunks[0]):
        return header.scenario(text, 1)
    rest = chunks[1].first_line if len(chunks) > 1 else text.count("\n") + 2
    return header.scenario("\n".join(text.split("\n")[rest - 1 :]), rest)


class _Header:
    """The header's fields as they are read, and what is wrong with them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._start = DEFAULT_START
        self._duration = DEFAULT_DURATION
        self._missing: tuple[str, ...] = ()
        self._actions: tuple[tuple[float, str], ...] = ()
        self._nodes: tuple[NodeSpec, ...] = (NodeSpec(),)
        self._problems: list[Problem] = []
        self._lines: Lines | None = None

    def scenario(self, manifests: str, first_line: int) -> Scenario:
        return Scenario(
            self._name,
            self._start,
            self._duration,
            self._missing,
            self._actions,
            manifests,
            first_line,
            tuple(self._problems),
            self._nodes,
        )

    def read(self, chunk: Chunk) -> bool:
        """Whether the document is a header; if so its fields are taken over."""
        try:
            value, mark, _nodes = read_yaml(chunk.text, chunk.first_line)
        except YamlFault:
            return False  # the manifest's reader reports it
        if not isinstance(value, dict) or "kind" in value or "apiVersion" in value or not (_FIELDS & value.keys()):
            return False
        self._lines = Lines(mark)
        for field in value:
            if field not in _FIELDS:
                self._wrong(field, _('unknown field "%(field)s" in the header of a scenario', field=field))
        self._read_name(value.get("name"))
        self._read_start(value.get("start"))
        self._read_duration(value.get("duration"))
        self._read_missing(value.get("missingImages"))
        self._nodes = read_nodes(value.get("nodes"), self._wrong)
        self._read_actions(value.get("actions"))
        return True

    def _wrong(self, path: str, message: Text) -> None:
        line, column = self._lines.position(path) if self._lines else (1, 1)
        self._problems.append(Problem("decode", path, line, column, str(message), message, 0, None, "scenario"))

    def _read_name(self, name: Any) -> None:
        if isinstance(name, str) and _NAME.fullmatch(name):
            self._name = name
        elif name is not None:
            self._wrong("name", _("name: must be lower case letters, digits and dashes"))

    def _read_start(self, start: Any) -> None:
        if start is None:
            return
        try:
            moment = datetime.fromisoformat(str(start))
            self._start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self._wrong("start", _('start: must be a time such as "2026-11-23T04:34:14Z"'))

    def _read_duration(self, duration: Any) -> None:
        if _is_number(duration) and 0 < duration <= MAX_DURATION:
            self._duration = int(duration)
        elif duration is not None:
            self._wrong("duration", _("duration: must be a number of seconds, at most %(most)s", most=MAX_DURATION))

    def _read_missing(self, images: Any) -> None:
        if images is None:
            return
        if isinstance(images, list) and all(isinstance(image, str) for image in images):
            self._missing = tuple(images)
        else:
            self._wrong("missingImages", _("missingImages: must be a list of images"))

    def _read_actions(self, actions: Any) -> None:
        if actions is None:
            return
        if not isinstance(actions, list) or len(actions) > MAX_ACTIONS:
            self._wrong("actions", _("actions: must be a list, of at most %(most)s", most=MAX_ACTIONS))
            return
        read = []
        for index, action in enumerate(actions):
            at, run = (action.get("at"), action.get("run")) if isinstance(action, dict) else (None, None)
            if _is_number(at) and 0 <= at <= MAX_DURATION and isinstance(run, str):
                read.append((float(at), run))
            else:
                path = f"actions[{index}]"
                self._wrong(path, _("%(path)s: must say `at`, in seconds, and `run`, a shell line", path=path))
        self._actions = tuple(sorted(read, key=lambda item: item[0]))


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
