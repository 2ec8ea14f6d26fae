"""The Pod that `exec`, `attach` and `logs` mean when they are given a Deployment or the like."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.pods import condition_is_true
from simulator.kubectl.resources import resource_of
from simulator.kubectl.selectors import Requirement, matches_labels, selector_of


def pod_of(call: Call, text: str) -> Routine[Json]:
    """`p` is the Pod p; `deploy/web` is one of its Pods, ready ones first."""
    target = call.named("pods", text)
    if target.resource.plural == "pods":
        return target.object
    pods = pods_of(call, target.object)
    if not pods:
        raise CommandError(f"timed out waiting for the condition: no Pods of {target.title}")
    pods.sort(key=lambda pod: (not condition_is_true(pod.get("status", {}), "Ready"), pod["metadata"]["name"]))
    if call.verb == "logs" and len(pods) > 1:
        yield from call.err(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return pods[0]


def pods_of(call: Call, obj: Json) -> list[Json]:
    """The Pods that an object's selector selects, in the order of their names."""
    selector = obj.get("spec", {}).get("selector")
    if not selector:
        raise CommandError(f"cannot attach to {obj.get('kind')}: selector is missing")
    plain = "matchLabels" not in selector and "matchExpressions" not in selector  # a Service's is a simple map
    wanted = (
        tuple(Requirement(key, "=", (value,)) for key, value in selector.items()) if plain else selector_of(selector)
    )
    found = call.api.list(resource_of("pods").plural, obj["metadata"].get("namespace", ""))
    return sorted((pod for pod in found if matches_labels(wanted, pod)), key=lambda pod: str(pod["metadata"]["name"]))
