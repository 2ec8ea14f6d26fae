"""Pods of Indexed Jobs carry their index. Models pkg/controller/job/indexed_job_utils.go."""

from __future__ import annotations

from simulator.controllers.job.indexed_job_utils import has_backoff_limit_per_index
from simulator.controllers.job.pod_failure_policy import match_pod_failure_policy
from simulator.controllers.job.pods import (
    INDEX,
    INDEX_FAILURES,
    INDEX_IGNORED_FAILURES,
    failure_count,
    ignored_failure_count,
)
from simulator.history import Json

INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
_MAX_PREFIX = 58  # names.MaxGeneratedNameLength


def indexed_template(template: Json, job: Json, index: int, replaced: Json | None) -> None:
    """Give a Pod template its index, in place. `replaced` is the failed Pod of that index whose count it takes over."""
    meta = template["metadata"]
    meta.setdefault("annotations", {})[INDEX] = str(index)
    meta.setdefault("labels", {})[INDEX] = str(index)
    template["spec"]["hostname"] = f"{job['metadata']['name']}-{index}"
    for kind in ("initContainers", "containers"):
        for container in template["spec"].get(kind, ()):
            _add_variable(container)
    if has_backoff_limit_per_index(job):
        meta["annotations"] |= _failure_counts(job, replaced)


def _add_variable(container: Json) -> None:
    variables = container.setdefault("env", [])
    if all(variable["name"] != INDEX_VARIABLE for variable in variables):
        source = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
        variables.append({"name": INDEX_VARIABLE, "valueFrom": source})


def _failure_counts(job: Json, replaced: Json | None) -> dict[str, str]:
    """Models addIndexFailureCountAnnotation and getNewIndexFailureCounts."""
    if replaced is None:
        return {INDEX_FAILURES: "0"}
    counts = match_pod_failure_policy(job["spec"].get("podFailurePolicy"), replaced).counts
    ignored = ignored_failure_count(replaced) + (0 if counts else 1)
    failures = {INDEX_FAILURES: str(failure_count(replaced) + (1 if counts else 0))}
    return failures | ({INDEX_IGNORED_FAILURES: str(ignored)} if ignored else {})


def pod_name_prefix(job: Json, index: int) -> str:
    """Models podGenerateNameWithIndex: a long name gives way, the index stays."""
    name, ending = job["metadata"]["name"], f"-{index}-"
    return f"{name[: _MAX_PREFIX - len(ending)]}{ending}"
