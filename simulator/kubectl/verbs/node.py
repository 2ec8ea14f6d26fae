"""`kubectl cordon`, `uncordon` and `drain`. Models kubectl pkg/cmd/drain and pkg/drain."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.api import ApiError
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError, raise_all
from simulator.kubectl.events import MIRROR
from simulator.kubectl.resources import resource_of
from simulator.kubectl.verbs.delete import wait_until_gone

FLAGS = (
    "ignore-daemonsets:bool delete-emptydir-data:bool force:bool grace-period:int=-1 timeout=0s disable-eviction:bool "
    "pod-selector dry-run=none skip-wait-for-delete-timeout:int=0"
)


def cordon(call: Call) -> Routine[int]:
    """No new Pods on the node."""
    yield from _mark(call, _nodes(call), wanted=True)
    return 0


def uncordon(call: Call) -> Routine[int]:
    """New Pods again."""
    yield from _mark(call, _nodes(call), wanted=False)
    return 0


def _nodes(call: Call) -> list[Target]:
    names, resource = call.arguments.args, resource_of("nodes")
    if names and call.arguments.text("selector"):
        raise UsageError(call.verb, "error: cannot specify both a node name and a --selector option")
    if not names and not call.arguments.text("selector"):
        raise UsageError(call.verb, f"USAGE: {call.verb} NODE [flags]")
    if not names:
        return [Target(resource, "", obj["metadata"]["name"], obj) for obj in call.objects(resource)]
    return [call.fetch(resource, name.removeprefix("node/").removeprefix("nodes/")) for name in names]


def _mark(call: Call, nodes: Sequence[Target], *, wanted: bool) -> Routine[None]:
    word = "cordoned" if wanted else "uncordoned"
    for node in nodes:
        spec = {key: value for key, value in (node.object.get("spec") or {}).items() if key != "unschedulable"}
        if bool((node.object.get("spec") or {}).get("unschedulable")) == wanted:
            yield from call.report(node, f"already {word}")
            continue
        if not call.dry:
            call.api.replace({**node.object, "spec": {**spec, **({"unschedulable": True} if wanted else {})}})
        yield from call.report(node, word)


def drain(call: Call) -> Routine[int]:
    """Cordon, then evict what may be evicted, and wait until it is gone."""
    nodes = _nodes(call)
    yield from _mark(call, nodes, wanted=True)
    left: list[str] = []
    errors: list[Exception] = []
    for node in nodes:
        try:
            yield from _drain_one(call, node)
        except CommandError as error:
            yield from call.err(
                f'error: unable to drain node "{node.name}" due to error: {error.message}, continuing command...\n'
            )
            left.append(node.name)
            errors.append(error)
    if left:
        yield from call.err("There are pending nodes to be drained:\n" + "".join(f" {name}\n" for name in left))
    raise_all(errors)
    return 0


def _drain_one(call: Call, node: Target) -> Routine[None]:
    pods = [pod for pod in call.api.list("pods", None) if pod["spec"].get("nodeName") == node.name]
    pods.sort(key=lambda pod: (pod["metadata"]["namespace"], pod["metadata"]["name"]))
    chosen: list[Target] = []
    refused: dict[str, list[str]] = {}
    warned: dict[str, list[str]] = {}
    for pod in pods:
        meta = pod["metadata"]
        delete, refusal, warning = _judge(call, pod)
        where = f"{meta['namespace']}/{meta['name']}"
        if refusal:
            refused.setdefault(refusal, []).append(where)
        elif warning:
            warned.setdefault(warning, []).append(where)
        if delete:
            chosen.append(Target(resource_of("pods"), meta["namespace"], meta["name"], pod))
    if refused:
        problems = [f"cannot delete {why}: {', '.join(names)}" for why, names in refused.items()]
        raise CommandError(problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")
    if warned:
        yield from call.err("Warning: " + "; ".join(f"{why}: {', '.join(n)}" for why, n in warned.items()) + "\n")
    if not call.dry:
        yield from _evict(call, chosen)
    yield from call.report(node, "drained")


def _judge(call: Call, pod: Json) -> tuple[bool, str, str]:
    """(evict it?, why not, what to warn of): the filters of pkg/drain/filters.go, the last one with a word wins."""
    arguments, meta = call.arguments, pod["metadata"]
    finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    controller = next((o for o in meta.get("ownerReferences") or [] if o.get("controller")), None)
    if controller and controller["kind"] == "DaemonSet" and not finished:
        if arguments.truth("ignore-daemonsets"):
            return False, "", "ignoring DaemonSet-managed Pods"
        return False, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", ""
    if MIRROR in (meta.get("annotations") or {}):
        return False, "", ""
    if finished:
        return True, "", ""
    warning = ""
    if any("emptyDir" in volume for volume in pod["spec"].get("volumes") or []):
        if not arguments.truth("delete-emptydir-data"):
            return False, "Pods with local storage (use --delete-emptydir-data to override)", ""
        warning = "deleting Pods with local storage"
    if controller is None:
        if not arguments.truth("force"):
            return False, "Pods that declare no controller (use --force to override)", ""
        warning = "deleting Pods that declare no controller"
    return True, "", warning


def _evict(call: Call, pods: Sequence[Target]) -> Routine[None]:
    for pod in pods:
        yield from call.out(f"evicting pod {pod.namespace}/{pod.name}\n")
        try:
            call.api.evict(pod.namespace, pod.name)
        except ApiError as error:
            raise CommandError(f'error when evicting pods/"{pod.name}" -n "{pod.namespace}": {error.message}') from None
    for pod in pods:
        yield from wait_until_gone(call, [(pod, str(pod.object["metadata"].get("uid", "")))])
        yield from call.report(pod, "evicted")
