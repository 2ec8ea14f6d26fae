"""`get --sort-by`. Models kubectl pkg/cmd/get/sorter.go."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from simulator.kubectl import jsonpath
from simulator.kubectl.call import Target
from simulator.kubectl.errors import CommandError
from simulator.kubectl.unstable import go_sorted
from simulator.objects import QuantityFault, parse_quantity


def sorted_by(targets: Iterable[Target], field: str) -> list[Target]:
    """Each kind by itself, by the first value at a path; those that have none come first."""
    path = jsonpath.relaxed(field)
    return [
        target
        for _, of_kind in groupby(targets, key=lambda target: target.resource)
        for target in _sorted(list(of_kind), path)
    ]


def _sorted(targets: list[Target], path: str) -> list[Target]:
    keys = {id(target): _Key(jsonpath.find(path, target.object)) for target in targets}
    if targets and not any(key.values for key in keys.values()):
        raise CommandError(f'couldn\'t find any field with path "{{{path}}}" in the list of objects')
    return go_sorted(targets, key=lambda target: keys[id(target)])


class _Key:
    """What is compared: amounts as amounts, other texts letter by letter (isLess)."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __lt__(self, other: _Key) -> bool:
        if not self.values or not other.values:
            return not self.values
        return _less(self.values[0], other.values[0])


def _less(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is None and other is not None
    if isinstance(one, str) and isinstance(other, str):
        try:
            return parse_quantity(one).nano < parse_quantity(other).nano
        except QuantityFault:
            return one < other
    try:
        return bool(one < other)
    except TypeError:
        return False
