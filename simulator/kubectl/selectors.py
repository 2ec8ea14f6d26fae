"""Label and field selectors: how they are matched and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.history import Json

NONE = "<none>"


class SelectorError(ValueError):
    """A selector that kubectl would not take."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One term: `key`, operator (`=`, `!=`, `in`, `notin`, `exists`, `!`) and values."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        present, value = self.key in labels, labels.get(self.key)
        match self.operator:
            case "exists":
                return present
            case "!":
                return not present
            case "=" | "in":
                return present and value in self.values
            case "<" | ">":
                return self._compares(value or "")
            case _:
                return not present or value not in self.values

    def _compares(self, value: str) -> bool:
        """As whole numbers; what is none compares with nothing."""
        try:
            return int(value) < int(self.values[0]) if self.operator == "<" else int(value) > int(self.values[0])
        except ValueError:
            return False

    def __str__(self) -> str:
        match self.operator:
            case "exists":
                return self.key
            case "!":
                return "!" + self.key
            case "in" | "notin":
                return f"{self.key} {self.operator} ({','.join(sorted(self.values))})"
            case _:
                return f"{self.key}{self.operator}{self.values[0]}"


def matches_labels(selector: tuple[Requirement, ...], obj: Json) -> bool:
    """Whether an object's labels meet all requirements."""
    labels = obj.get("metadata", {}).get("labels") or {}
    return all(requirement.matches(labels) for requirement in selector)


def matches_fields(selector: tuple[Requirement, ...], obj: Json) -> bool:
    """Whether the fields at the requirements' paths have those values, a missing field counting as empty."""
    return all(requirement.matches({requirement.key: _field(obj, requirement.key)}) for requirement in selector)


# What the server selects by, where it is not simply a field: by kind and the selector's name for it.
_SELECTABLE = {
    ("Job", "status.successful"): ("status.succeeded", "0"),
    ("ReplicaSet", "status.replicas"): ("status.replicas", "0"),
    ("Node", "spec.unschedulable"): ("spec.unschedulable", "false"),
    ("Pod", "spec.hostNetwork"): ("spec.hostNetwork", "false"),
}


_INVOLVED = "kind namespace name uid apiVersion resourceVersion fieldPath".split()
_KNOWN: dict[str, tuple[str, ...]] = {
    "pods": (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ),
    "nodes": ("spec.unschedulable",),
    "replicationcontrollers": ("status.replicas",),
    "events": (*(f"involvedObject.{name}" for name in _INVOLVED), "reason", "reportingComponent", "source", "type"),
    "namespaces": ("status.phase",),
    "secrets": ("type",),
    "services": ("spec.clusterIP", "spec.type"),
    "jobs": ("status.successful",),
    "replicasets": ("status.replicas",),
}  # fmt: skip
_OWN_WORDS = {"jobs": "Job", "replicasets": "ReplicaSet"}


def unknown_field(plural: str, selector: tuple[Requirement, ...]) -> str:
    """What the server says of a field it cannot select by. Models pkg/apis/{core,apps,batch}/v1/conversion.go."""
    for key in (requirement.key for requirement in selector):
        if key in ("metadata.name", "metadata.namespace") or key in _KNOWN.get(plural, ()):
            continue
        if plural in _OWN_WORDS:
            return f'field label "{key}" not supported for {_OWN_WORDS[plural]}'
        if plural in _KNOWN:
            return f"field label not supported: {key}"
        return f'"{key}" is not a known field selector: only "metadata.name", "metadata.namespace"'
    return ""


def _field(obj: Json, path: str) -> str:
    """Models the SelectableFields of pkg/registry."""
    place, missing = _SELECTABLE.get((str(obj.get("kind")), path), (path, ""))
    value: object = obj
    for key in place.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return str(value).lower()
    return missing if value is None else str(value)


def format_labels(labels: Mapping[str, str] | None) -> str:
    """`a=1,b=2` or `<none>`. Models apimachinery pkg/labels FormatLabels."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def format_label_selector(selector: Json | None) -> str:
    """An object's `spec.selector` as text. Models apimachinery pkg/apis/meta/v1 FormatLabelSelector."""
    return ",".join(str(r) for r in selector_of(selector)) or NONE


_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def selector_of(selector: Json | None) -> tuple[Requirement, ...]:
    """The requirements of an object's `spec.selector`, sorted by key."""
    selector = selector or {}
    found = [Requirement(key, "=", (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    for term in selector.get("matchExpressions") or []:
        found.append(Requirement(term["key"], _OPERATORS[term["operator"]], tuple(term.get("values") or ())))
    return tuple(sorted(found, key=lambda requirement: requirement.key))
