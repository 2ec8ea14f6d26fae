"""`kubectl drain`. Models kubectl pkg/cmd/drain/drain.go and pkg/drain/{drain,filters}.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target, is_missing, milliseconds
from simulator.kubectl.duration import parse_time
from simulator.kubectl.errors import CommandError
from simulator.kubectl.selector_text import parse_selector
from simulator.kubectl.selectors import Requirement, SelectorError, matches_labels
from simulator.kubectl.verbs.node import chosen_nodes, mark
from simulator.objects import MIRROR, go_duration
from simulator.objects.errors import ApiError
from simulator.objects.resources import resource_of

FLAGS = (
    "ignore-daemonsets:bool delete-emptydir-data:bool force:bool grace-period:int=-1 timeout=0s disable-eviction:bool "
    "pod-selector dry-run=none skip-wait-for-delete-timeout:int=0 chunk-size:int=500"
)
_RETRY_MS = 5000  # after a refusal by a budget
_POLL_MS = 1000
_LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
_DAEMONS = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
# Twice "cannot delete", as kubectl has it.
_UNMANAGED = "cannot delete Pods that declare no controller (use --force to override)"


def run(call: Call) -> Routine[int]:
    """Cordon, then evict what may be evicted, and wait until it is gone."""
    nodes = chosen_nodes(call)
    _pod_selector(call)
    yield from mark(call, nodes, wanted=True)
    left: list[str] = []
    errors: list[CommandError] = []
    for node in nodes:
        try:
            yield from _drain_one(call, node)
        except CommandError as error:
            why = f'error: unable to drain node "{node.name}" due to error: {error.message}, continuing command...\n'
            yield from call.err(why)
            left.append(node.name)
            errors.append(error)
        else:
            yield from call.report(node, "drained")
    if left:
        yield from call.err("There are pending nodes to be drained:\n" + "".join(f" {name}\n" for name in left))
    if errors:
        raise _aggregate([error.message for error in errors])
    return 0


def _aggregate(messages: Sequence[str]) -> CommandError:
    """Models apimachinery pkg/util/errors Aggregate."""
    several = list(dict.fromkeys(messages))
    return CommandError(several[0] if len(several) == 1 else f"[{', '.join(several)}]")


# ---- which Pods ------------------------------------------------------------------
@dataclass(slots=True)
class _Chosen:
    """Pods to evict; by reason, those that forbid it and those to warn of."""

    pods: list[Target] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    warned: dict[str, list[str]] = field(default_factory=dict)


def _choose(call: Call, node: Target) -> _Chosen:
    """Models GetPodsForDeletion."""
    selector, chosen = _pod_selector(call), _Chosen()
    pods = [pod for pod in call.api.list("pods", None) if pod["spec"].get("nodeName") == node.name]
    pods.sort(key=lambda pod: (pod["metadata"]["namespace"], pod["metadata"]["name"]))
    for pod in pods:
        if not matches_labels(selector, pod):
            continue
        meta = pod["metadata"]
        delete, refusal, warning = _judge(call, pod)
        where = f"{meta['namespace']}/{meta['name']}"
        if refusal:
            chosen.refused.setdefault(refusal, []).append(where)
        elif warning:
            chosen.warned.setdefault(warning, []).append(where)
        if delete:
            chosen.pods.append(Target(resource_of("pods"), meta["namespace"], meta["name"], pod))
    return chosen


def _pod_selector(call: Call) -> tuple[Requirement, ...]:
    try:
        return parse_selector(call.arguments.text("pod-selector"))
    except SelectorError:
        raise CommandError("--pod-selector=<pod_selector> must be a valid label selector") from None


def _judge(call: Call, pod: Json) -> tuple[bool, str, str]:
    """(evict it?, why not, what to warn of): the filters in their order, the last one with a word wins."""
    arguments, meta = call.arguments, pod["metadata"]
    finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    controller = next((o for o in meta.get("ownerReferences") or [] if o.get("controller")), None)
    if _deleted_long_ago(call, pod):
        return False, "", ""
    warning = ""
    if controller and controller["kind"] == "DaemonSet" and not finished:
        delete, refusal, warning = _judge_daemon(call, pod, controller)
        if not delete:
            return False, refusal, warning
    if MIRROR in (meta.get("annotations") or {}):
        return False, "", ""
    if finished:
        return True, "", ""
    if any("emptyDir" in volume for volume in pod["spec"].get("volumes") or []):
        if not arguments.truth("delete-emptydir-data"):
            return False, _LOCAL, ""
        warning = "deleting Pods with local storage"
    if controller is None:
        if not arguments.truth("force"):
            return False, _UNMANAGED, ""
        warning = "deleting Pods that declare no controller"
    return True, "", warning


def _judge_daemon(call: Call, pod: Json, controller: Json) -> tuple[bool, str, str]:
    """Models daemonSetFilter: a daemon stays, unless its DaemonSet is gone."""
    try:
        call.api.get("daemonsets", pod["metadata"]["namespace"], controller["name"])
    except ApiError as error:
        forced = is_missing(error) and call.arguments.truth("force")
        return forced, "" if forced else error.message, error.message if forced else ""
    if call.arguments.truth("ignore-daemonsets"):
        return False, "", "ignoring DaemonSet-managed Pods"
    return False, _DAEMONS, ""


def _deleted_long_ago(call: Call, pod: Json) -> bool:
    """Models shouldSkipPod."""
    limit, deleted = call.arguments.number("skip-wait-for-delete-timeout"), pod["metadata"].get("deletionTimestamp")
    since = parse_time(deleted)
    return limit > 0 and since is not None and call.now - since > limit * 1000


# ---- and away with them ----------------------------------------------------------
def _drain_one(call: Call, node: Target) -> Routine[None]:
    """Models deleteOrEvictPodsSimple."""
    chosen = _choose(call, node)
    if chosen.refused:
        raise _aggregate([f"cannot delete {why}: {', '.join(names)}" for why, names in chosen.refused.items()])
    if chosen.warned:
        warnings = "; ".join(f"{why}: {', '.join(names)}" for why, names in chosen.warned.items())
        yield from call.err(f"Warning: {warnings}\n")
    if call.dry:
        how = "server dry run" if call.arguments.text("dry-run") == "server" else "dry run"
        for pod in chosen.pods:
            yield from call.out(f"evicting pod {pod.namespace}/{pod.name} ({how})\n")
        return
    try:
        yield from _Removal(call).run(chosen.pods)
    except CommandError as error:
        pending = _choose(call, node).pods
        if pending:
            words = f'There are pending pods in node "{node.name}" when an error occurred: {error.message}\n'
            yield from call.err(words + "".join(f"pod/{pod.name}\n" for pod in pending))
        raise


@dataclass(slots=True)
class _Going:
    """One Pod: when (ms) to do the next thing, and what that is."""

    pod: Target
    due: int
    step: Callable[[_Going], Routine[bool]]  # whether the Pod is done with


class _Removal:
    """All Pods at the same time, each on its own: asked to go, asked again after a refusal, then waited for."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._grace = None if call.arguments.number("grace-period") < 0 else call.arguments.number("grace-period")
        self._evicting = not call.arguments.truth("disable-eviction")
        self._limit = milliseconds(call.arguments.text("timeout"))
        self._until = call.now + self._limit if self._limit else None
        self._errors: list[str] = []

    def run(self, pods: Sequence[Target]) -> Routine[None]:
        """Raises CommandError for what went wrong with any of them, once all are done with."""
        going = [_Going(pod, self._call.now, self._evict if self._evicting else self._delete) for pod in pods]
        while going:
            each = min(going, key=lambda one: one.due)
            yield from self._call.process.sleep(max(0, each.due - self._call.now))
            if (yield from each.step(each)):
                going.remove(each)
        if self._errors:
            raise _aggregate(self._errors)

    def _over(self) -> bool:
        return self._until is not None and self._call.now >= self._until

    def _evict(self, going: _Going) -> Routine[bool]:
        """Models evictPods."""
        call, pod = self._call, going.pod
        failed = f'error when evicting pods/"{pod.name}" -n "{pod.namespace}"'
        yield from call.out(f"evicting pod {pod.namespace}/{pod.name}\n")
        if self._over():
            self._errors.append(f"{failed}: global timeout reached: {go_duration(self._limit)}")
            return True
        try:
            call.api.evict(pod.namespace, pod.name, grace_seconds=self._grace)
        except ApiError as error:
            if error.code == 429:
                yield from call.err(f"{failed} (will retry after 5s): {error.message}\n")
                going.due = call.now + _RETRY_MS
                return False
            if not is_missing(error):
                self._errors.append(f"{failed}: {error.message}")
            return True
        going.step = self._wait
        return False

    def _delete(self, going: _Going) -> Routine[bool]:
        """Models deletePods."""
        try:
            self._call.api.delete("pods", going.pod.namespace, going.pod.name, grace_seconds=self._grace)
        except ApiError as error:
            if not is_missing(error):
                raise CommandError(error.message) from None
        going.step = self._wait
        yield from ()
        return False

    def _wait(self, going: _Going) -> Routine[bool]:
        """Models waitForDelete: a look each second."""
        call, pod = self._call, going.pod
        try:
            found: Json | None = call.api.get("pods", pod.namespace, pod.name)
        except ApiError:
            found = None
        if found is None or found["metadata"].get("uid") != pod.object["metadata"].get("uid"):
            yield from call.report(pod, "evicted" if self._evicting else "deleted")
            return True
        if _deleted_long_ago(call, found):
            seconds = call.arguments.number("skip-wait-for-delete-timeout")
            yield from call.out(f'pod "{pod.name}" has DeletionTimestamp older than {seconds} seconds, skipping\n')
            return True
        if self._over():
            waiting = f'error when waiting for pod "{pod.name}" in namespace "{pod.namespace}" to terminate'
            late = "context deadline exceeded"
            self._errors.append(f"{waiting}: {late}" if self._evicting else late)
            return True
        going.due = call.now + _POLL_MS if self._until is None else min(call.now + _POLL_MS, self._until)
        return False
