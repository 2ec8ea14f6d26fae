"""What Pods ask for of a node, as the scheduler counts it: what a Pod asks for as a whole stands."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dashboard.presenters.pieces import Json
from simulator.kubectl.describe.fields import quantity


def requested_on(pods: Sequence[Json], name: str) -> Decimal:
    """What these Pods ask for of a resource together."""
    return sum((_of_pod(pod, name) for pod in pods), Decimal(0))


def _of_pod(pod: Json, name: str) -> Decimal:
    """The Pod's sum or, if larger, what its largest init container needs; sidecars count all along."""
    spec = pod["spec"]
    whole = ((spec.get("resources") or {}).get("requests") or {}).get(name)
    if whole is not None:
        return quantity(whole)

    def of(container: Json) -> Decimal:
        return quantity(((container.get("resources") or {}).get("requests") or {}).get(name, "0"))

    sidecars, largest = Decimal(0), Decimal(0)
    for container in spec.get("initContainers") or []:
        if container.get("restartPolicy") == "Always":
            sidecars += of(container)
            largest = max(largest, sidecars)
        else:
            largest = max(largest, sidecars + of(container))
    return max(largest, sidecars + sum((of(c) for c in spec.get("containers") or []), Decimal(0)))


def shown_quantity(amount: Decimal, name: str) -> str:
    """As Kubernetes writes quantities: 250m, 128Mi."""
    if name == "cpu":
        return str(int(amount)) if amount == int(amount) else f"{int(amount * 1000)}m"
    for power, unit in ((4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        if amount and amount % Decimal(1024) ** power == 0:
            return f"{int(amount / Decimal(1024) ** power)}{unit}"
    return str(int(amount))
