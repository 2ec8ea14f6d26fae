"""The nodes of a scenario's cluster, as its header describes them: a number, or a list of names and what they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from simulator.objects.quantity import QuantityFault, parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.scheduling import EFFECTS
from simulator.text import Text
from simulator.text import translatable as _

Json = dict[str, Any]
Wrong = Callable[[str, Text], object]  # told the path of a field, and what is wrong with it

FIRST = "node1"
MAX_NODES = 10
RESOURCES = frozenset(("cpu", "memory", "pods", "ephemeral-storage"))
_FIELDS = frozenset(("name", "labels", "taints", "capacity"))
_TAINT = re.compile(r"([^=:]+)(?:=([^=:]*))?:(\w+)")


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """What is said of a node; all else is as it is everywhere."""

    name: str = FIRST
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[Json, ...] = ()
    capacity: Mapping[str, str] = field(default_factory=dict)


def read_nodes(value: Any, wrong: Wrong) -> tuple[NodeSpec, ...]:
    """The nodes that the field `nodes` asks for; what is wrong with it is told."""
    if value is None:
        return (NodeSpec(),)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_NODES:
        return tuple(NodeSpec(f"node{number}") for number in range(1, value + 1))
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_NODES:
        wrong("nodes", _("nodes: must be a number from 1 to %(most)s, or a list of so many nodes", most=MAX_NODES))
        return (NodeSpec(),)
    nodes: list[NodeSpec] = []
    for index, item in enumerate(value):
        nodes.append(_node(item, f"nodes[{index}]", f"node{index + 1}", [node.name for node in nodes], wrong))
    return tuple(nodes)


def read_node(value: Json, taken: Collection[str]) -> NodeSpec:
    """One more node, beside the first and those whose names are taken. Raises ValueError with a Text."""
    taken = [FIRST, *(name for name in taken if name != FIRST)]
    if len(taken) >= MAX_NODES:
        raise ValueError(_("there may be %(most)s nodes, and they are there", most=MAX_NODES))
    given = {"name": next(name for name in _names() if name not in taken)} | value
    if given["name"] in taken:
        raise ValueError(_("a node called %(name)s is there already", name=given["name"]))
    if formats.is_dns1123_label(given["name"]):
        raise ValueError(_("%(name)s is no name for a node: small letters, digits and - only", name=given["name"]))
    problems: list[Text] = []
    spec = _node(given, "node", "", taken, lambda _path, words: problems.append(words))
    if problems:
        raise ValueError(problems[0])
    return spec


def _names() -> Iterator[str]:
    return (f"node{number}" for number in count(1))


def _node(item: Any, path: str, default: str, taken: list[str], wrong: Wrong) -> NodeSpec:
    given = {"name": item} if isinstance(item, str) else item
    if not isinstance(given, dict) or given.keys() - _FIELDS:
        wrong(path, _("%(path)s: must be a name, or hold name, labels, taints and capacity", path=path))
        return NodeSpec(default)
    name = given.get("name", default)
    good = isinstance(name, str) and not formats.is_dns1123_label(name) and name not in taken
    if not good or (not taken and name != FIRST):
        words = _("%(path)s: the first node is called node1; the others have names of their own", path=f"{path}.name")
        wrong(f"{path}.name" if given is item else path, words)
        name = default
    return NodeSpec(
        name,
        _labels(given.get("labels"), f"{path}.labels", wrong),
        _taints(given.get("taints"), f"{path}.taints", wrong),
        _capacity(given.get("capacity"), f"{path}.capacity", wrong),
    )


def _labels(value: Any, path: str, wrong: Wrong) -> dict[str, str]:
    labels = value if isinstance(value, dict) else {}
    good = value is None or isinstance(value, dict)
    for key, text in labels.items():
        good = good and isinstance(key, str) and isinstance(text, str)
        good = good and not formats.is_label_key(key) and not formats.is_label_value(text)
    if not good:
        wrong(path, _("%(path)s: must be labels, names with a text each", path=path))
    return labels if good else {}


def _taints(value: Any, path: str, wrong: Wrong) -> tuple[Json, ...]:
    found = []
    for taint in value if isinstance(value, list) else [] if value is None else [value]:
        match = _TAINT.fullmatch(taint) if isinstance(taint, str) else None
        if match is None or match[3] not in EFFECTS:
            wrong(path, _("%(path)s: a taint is key=value:effect, with an effect such as NoSchedule", path=path))
            return ()
        found.append({"key": match[1]} | ({"value": match[2]} if match[2] else {}) | {"effect": match[3]})
    return tuple(found)


def _capacity(value: Any, path: str, wrong: Wrong) -> dict[str, str]:
    if value is None:
        return {}
    try:
        if not isinstance(value, dict) or value.keys() - RESOURCES:
            raise QuantityFault
        amounts = {name: parse_quantity(str(amount)) for name, amount in value.items()}
        if any(amount.nano <= 0 for amount in amounts.values()):
            raise QuantityFault
    except QuantityFault:
        wrong(path, _("%(path)s: must be amounts of cpu, memory, pods or ephemeral-storage", path=path))
        return {}
    return {name: str(amount) for name, amount in amounts.items()}
