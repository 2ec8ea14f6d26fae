"""Choosing what is compared: the Pods of the clusters that this browser opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_PODS = 60  # of a cluster


@dataclass(frozen=True, slots=True)
class Known:
    """A cluster that may be chosen from, with its Pods (namespace and name)."""

    slug: str
    title: str
    note: str  # what tells it from others of that title
    pods: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two lists."""

    name: str
    letter: str
    groups: tuple[Group, ...]


def sides(known: Sequence[Known], first: str, second: str) -> tuple[Side, Side]:
    """What is chosen: slug/namespace/name, or a slug alone for the cluster's first Pod. If the second is not, it is
    the first one that differs."""
    values = [_value(cluster, pod) for cluster in known for pod in cluster.pods]
    a = _chosen(known, first) or next(iter(values), "")
    b = _chosen(known, second) or next((value for value in values if value != a), "")
    return _side("A", known, a), _side("B", known, b)


def _value(cluster: Known, pod: tuple[str, str]) -> str:
    return f"{cluster.slug}/{pod[0]}/{pod[1]}"


def _chosen(known: Sequence[Known], text: str) -> str:
    return next((_value(cluster, pod) for cluster in known for pod in cluster.pods[:1] if cluster.slug == text), text)


def _side(letter: str, known: Sequence[Known], chosen: str) -> Side:
    return Side(letter.lower(), letter, tuple(_group(cluster, chosen) for cluster in known if cluster.pods))


def _group(cluster: Known, chosen: str) -> Group:
    title = f"{cluster.title} · {cluster.note}"
    choices = [(_value(cluster, pod), pod[1]) for pod in cluster.pods[:MOST_PODS]]
    return Group(title, tuple(Choice(value, f"{name} ({title})", value == chosen) for value, name in choices))
