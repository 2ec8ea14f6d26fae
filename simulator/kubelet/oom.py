"""Whom the kernel is to kill first when the node has no memory left. Models pkg/kubelet/qos/policy.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.kubelet.policy import is_sidecar
from simulator.objects import parse_quantity, qos_class
from simulator.objects.defaults.pod_resources import aggregate

GUARANTEED, BEST_EFFORT = -997, 1000
NODE_CRITICAL = 2_000_001_000


def oom_score_adjust(pod: Json, container: Json, capacity: int) -> int:
    """Models GetContainerOOMScoreAdjust; `capacity` is the node's memory in bytes."""
    quality = qos_class(pod)
    if int(pod["spec"].get("priority") or 0) >= NODE_CRITICAL or quality == "Guaranteed":
        return GUARANTEED
    if quality == "BestEffort":
        return BEST_EFFORT
    request = memory_request(container)
    if is_sidecar(container):
        request = max(request, min(map(memory_request, pod["spec"]["containers"])))
    request += _share_of_the_rest(pod["spec"])
    adjust = 1000 - 1000 * request // capacity
    return min(max(adjust, 1000 + GUARANTEED), BEST_EFFORT - 1)


def _share_of_the_rest(spec: Json) -> int:
    """Of what the Pod asks for as a whole and no container does. Models remainingPodMemReqPerContainer."""
    whole = memory_request(spec)
    inits, mains = spec.get("initContainers", ()), spec["containers"]
    asked = aggregate(spec, "requests").get("memory")
    return (whole - (asked.value if asked else 0)) // (len(inits) + len(mains)) if whole else 0


def memory_request(container: Json) -> int:
    """In bytes."""
    asked = ((container.get("resources") or {}).get("requests") or {}).get("memory")
    return parse_quantity(asked).value if asked else 0
