"""What an environment variable's fieldRef and resourceFieldRef come to, as far as kubectl works it out itself."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

from simulator.history import Json

_FIELD_LABELS = ("metadata.name", "metadata.namespace")


def pod_field(pod: Json, path: str) -> str:
    """The name and namespace; all else stays empty, as kubectl's scheme knows no other field label of a Pod.

    Models EnvValueRetriever of kubectl pkg/describe/describe.go and DefaultMetaV1FieldSelectorConversion of
    apimachinery pkg/runtime/converter.go.
    """
    return str(pod["metadata"].get(path.removeprefix("metadata."), "")) if path in _FIELD_LABELS else ""


def container_resource(container: Json, reference: Json) -> str:
    """A limit or request in units of the divisor, rounded up. Models ExtractContainerResourceValue."""
    group, _, name = str(reference["resource"]).partition(".")
    amount = quantity(((container.get("resources") or {}).get(group) or {}).get(name, "0"))
    divisor = quantity(reference.get("divisor") or "1") or Decimal(1)
    return str((amount / divisor).to_integral_value(ROUND_CEILING))


_SUFFIXES = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}
_QUANTITY = re.compile(r"^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$")


def quantity(value: object) -> Decimal:
    """The number that a Kubernetes quantity stands for; what is none counts as zero."""
    found = _QUANTITY.match(str(value))
    if found is None or found[2] not in _SUFFIXES:
        return Decimal(0)
    return Decimal(found[1]) * _SUFFIXES[found[2]]
