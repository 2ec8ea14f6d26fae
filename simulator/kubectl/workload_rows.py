"""Cells of Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs and CronJobs."""

from __future__ import annotations

from simulator.history import Json
from simulator.kubectl.duration import human_duration, parse_time, since
from simulator.kubectl.pods import NONE, condition_is_true
from simulator.kubectl.selectors import format_label_selector, format_labels

Cells = tuple[object, ...]


def deployment_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printDeployment."""
    status = obj.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{_replicas(obj)}"
    counts = (status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    return (_name(obj), ready, *counts, _age(obj, now), *_containers(obj["spec"]), _selector(obj))


def replica_set_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printReplicaSet."""
    status = obj.get("status", {})
    counts = (_replicas(obj), status.get("replicas", 0), status.get("readyReplicas", 0))
    return (_name(obj), *counts, _age(obj, now), *_containers(obj["spec"]), _selector(obj))


def stateful_set_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printStatefulSet."""
    ready = f"{obj.get('status', {}).get('readyReplicas', 0)}/{_replicas(obj)}"
    return (_name(obj), ready, _age(obj, now), *_containers(obj["spec"]))


def daemon_set_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printDaemonSet."""
    status, spec = obj.get("status", {}), obj["spec"]
    counts = (
        status.get("desiredNumberScheduled", 0),
        status.get("currentNumberScheduled", 0),
        status.get("numberReady", 0),
        status.get("updatedNumberScheduled", 0),
        status.get("numberAvailable", 0),
    )
    node_selector = format_labels(spec["template"]["spec"].get("nodeSelector"))
    return (_name(obj), *counts, node_selector, _age(obj, now), *_containers(spec), _selector(obj))


def controller_revision_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printControllerRevision."""
    owner = next((each for each in obj["metadata"].get("ownerReferences") or () if each.get("controller")), None)
    controller = NONE
    if owner is not None:
        group = owner["apiVersion"].rpartition("/")[0]
        controller = f"{owner['kind']}{'.' if group else ''}{group}".lower() + f"/{owner['name']}"
    return (_name(obj), controller, obj.get("revision", 0), _age(obj, now))


def job_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printJob."""
    status, spec = obj.get("status", {}), obj["spec"]
    cells = (_name(obj), job_status(obj), _completions(spec, status), _duration(status, now), _age(obj, now))
    return (*cells, *_containers(spec), _selector(obj))


def cron_job_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printCronJob."""
    status, spec = obj.get("status", {}), obj["spec"]
    last = since(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else NONE
    suspend = {None: "<unset>", True: "True", False: "False"}[spec.get("suspend")]
    job = spec["jobTemplate"]["spec"]
    cells = (_name(obj), spec["schedule"], spec.get("timeZone") or NONE, suspend, len(status.get("active") or []))
    return (*cells, last, _age(obj, now), *_containers(job), format_label_selector(job.get("selector")))


def disruption_budget_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printPodDisruptionBudget."""
    spec, allowed = obj["spec"], obj.get("status", {}).get("disruptionsAllowed", 0)
    return (_name(obj), spec.get("minAvailable", "N/A"), spec.get("maxUnavailable", "N/A"), allowed, _age(obj, now))


def job_status(obj: Json) -> str:
    """The STATUS of a Job: the first of these that holds."""
    status = obj.get("status", {})
    if condition_is_true(status, "Complete"):
        return "Complete"
    if condition_is_true(status, "Failed"):
        return "Failed"
    if obj["metadata"].get("deletionTimestamp"):
        return "Terminating"
    kinds = {"Suspended": "Suspended", "FailureTarget": "FailureTarget", "SuccessCriteriaMet": "SuccessCriteriaMet"}
    return next((word for kind, word in kinds.items() if condition_is_true(status, kind)), "Running")


def _completions(spec: Json, status: Json) -> str:
    succeeded = status.get("succeeded", 0)
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(status: Json, now: int) -> str:
    start, end = parse_time(status.get("startTime")), parse_time(status.get("completionTime"))
    return "" if start is None else human_duration((now if end is None else end) - start)


def _name(obj: Json) -> str:
    return str(obj["metadata"]["name"])


def _age(obj: Json, now: int) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def _replicas(obj: Json) -> int:
    return int(obj["spec"].get("replicas", 0))


def _selector(obj: Json) -> str:
    selector = obj["spec"].get("selector")
    if obj.get("kind") == "ReplicationController":  # the only one whose selector is a plain map
        return format_labels(selector)
    return format_label_selector(selector)


def _containers(spec: Json) -> tuple[str, str]:
    containers = spec.get("template", {}).get("spec", {}).get("containers", [])
    return ",".join(c["name"] for c in containers), ",".join(c.get("image", "") for c in containers)
