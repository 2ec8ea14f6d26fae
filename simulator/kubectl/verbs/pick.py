"""The Pod that `exec`, `attach` and `logs` mean when they are given a Deployment or the like.

Models kubectl pkg/polymorphichelpers/helpers.go GetFirstPod and pkg/util/podutils/podutils.go.
"""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json, Verb
from simulator.kubectl.call import Call, milliseconds
from simulator.kubectl.duration import parse_time
from simulator.kubectl.errors import CommandError
from simulator.kubectl.selectors import Requirement, matches_labels, selector_of
from simulator.kubectl.waiting import Inbox
from simulator.objects.resources import resource_of

_PHASES = {"Running": 0, "Unknown": 1, "Pending": 2}


def pod_of(call: Call, text: str) -> Routine[Json]:
    """`p` is the Pod p; `deploy/web` is one of its Pods: the one that is furthest, or the first to come."""
    target = call.named("pods", text)
    if target.resource.plural == "pods":
        return target.object
    try:
        pods = pods_of(call, target.object)
    except CommandError as error:
        doing = "get the logs from" if call.verb == "logs" else "attach to"
        raise CommandError(f"cannot {doing} *{target.resource.version}.{target.resource.kind}: {error}") from None
    if not pods:
        return (yield from _first_to_come(call, target.object))
    pods.sort(key=_for_logs if call.verb == "logs" else _for_attaching)
    if call.verb == "logs" and len(pods) > 1:
        yield from call.err(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
    return pods[0]


def pods_of(call: Call, obj: Json) -> list[Json]:
    """The Pods that an object's selector selects, in the order of their names."""
    wanted = _selector(obj)
    found = call.api.list(resource_of("pods").plural, obj["metadata"].get("namespace", ""))
    return sorted((pod for pod in found if matches_labels(wanted, pod)), key=lambda pod: str(pod["metadata"]["name"]))


def _selector(obj: Json) -> tuple[Requirement, ...]:
    selector = obj.get("spec", {}).get("selector")
    if not selector and obj.get("kind") == "Service":
        raise CommandError(f"invalid service '{obj['metadata']['name']}': Service is defined without a selector")
    if not selector:
        version = str(obj.get("apiVersion")).rpartition("/")[2]
        raise CommandError(f"selector for *{version}.{obj.get('kind')} not implemented")
    if "matchLabels" in selector or "matchExpressions" in selector:
        return selector_of(selector)
    return tuple(Requirement(key, "=", (value,)) for key, value in selector.items())  # a Service's is a simple map


def _first_to_come(call: Call, obj: Json) -> Routine[Json]:
    changes: Inbox[Json] = Inbox()
    wanted = _selector(obj)

    def on_change(verb: Verb, pod: Json) -> None:
        if verb != "DELETED" and matches_labels(wanted, pod):
            changes.put(pod)

    cancel = call.api.watch("pods", obj["metadata"].get("namespace", ""), on_change)
    try:
        pod = yield from changes.take(milliseconds(call.arguments.text("pod-running-timeout")))
    finally:
        cancel()
    if pod is None:
        raise CommandError("timed out waiting for the condition")
    return pod


def _for_logs(pod: Json) -> tuple[object, ...]:
    """Those that run before those that wait, ready ones first, then those that restarted most (ByLogging)."""
    regular, side = _restarts(pod)
    return (*_progress(pod, ended=0), -regular, -side, _born(pod))


def _for_attaching(pod: Json) -> tuple[object, ...]:
    """Those that would be deleted last (ActivePods, reversed)."""
    return (*_progress(pod, ended=2), *_restarts(pod), _born(pod))


def _progress(pod: Json, ended: int) -> tuple[object, ...]:
    """Scheduled, running, ready and that for long; `ended` is where a phase that is none of the three stands."""
    status = pod.get("status", {})
    ready = next((c for c in status.get("conditions") or () if c["type"] == "Ready" and c["status"] == "True"), None)
    since = parse_time(ready.get("lastTransitionTime")) if ready is not None else None
    phase = _PHASES.get(status.get("phase", ""), ended)
    return not pod["spec"].get("nodeName"), phase, ready is None, since or 0


def _restarts(pod: Json) -> tuple[int, int]:
    """The most restarts of a container, and of a sidecar (maxContainerRestarts)."""
    status = pod.get("status", {})
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    regular = (each.get("restartCount", 0) for each in status.get("containerStatuses") or ())
    side = (
        each.get("restartCount", 0) for each in status.get("initContainerStatuses") or () if each["name"] in sidecars
    )
    return max(regular, default=0), max(side, default=0)


def _born(pod: Json) -> int:
    return parse_time(pod["metadata"].get("creationTimestamp")) or 0
