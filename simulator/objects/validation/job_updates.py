"""Rules for changing a Job and its status. Models pkg/apis/batch/validation/validation.go."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

from simulator.objects.validation.field import OMITTED, Field, FieldError, go_struct
from simulator.objects.validation.internal_form import internal_template
from simulator.objects.validation.rules import Errors, Json

IMMUTABLE = "field is immutable"
_STAYS = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
_STRUCTS = {"podFailurePolicy": "PodFailurePolicy", "successPolicy": "SuccessPolicy"}
_DIRECTIVES = ("nodeSelector", "tolerations", "schedulingGates")


def job_update(new: Json, old: Json) -> list[FieldError]:
    """Why a Job's spec may not become `new`, but for its selector (ValidateJobSpecUpdate)."""
    at, spec, before = Field("spec"), new["spec"], old["spec"]
    errors = [*_completions(spec, before, at)]
    if spec["template"] != _comparable(spec["template"], old):
        errors.append(at.invalid("template", internal_template(spec["template"]), IMMUTABLE))
    changed = [field for field in _STAYS if spec.get(field) != before.get(field)]
    return errors + [at.invalid(field, _shown(spec.get(field), field), IMMUTABLE) for field in changed]


def _shown(value: Any, field: str) -> Any:
    return go_struct(value, _STRUCTS[field]) if field in _STRUCTS and value is not None else value


def _completions(spec: Json, before: Json, at: Field) -> Errors:
    """Models validateCompletions: an Indexed Job may grow and shrink."""
    completions = spec.get("completions")
    if completions == before.get("completions"):
        return
    if spec.get("completionMode") != "Indexed":
        yield at.invalid("completions", completions, IMMUTABLE)
    elif completions is not None and completions != spec.get("parallelism"):
        yield at.invalid("completions", completions, "can only be modified in tandem with spec.parallelism")


def _comparable(template: Json, old: Json) -> Json:
    """The old template; where a suspended Job has never started, with what may change of the new one."""
    before: Json = deepcopy(old["spec"]["template"])
    if not old["spec"].get("suspend") or old["status"].get("startTime") is not None:
        return before
    for part, given, fields in (
        (before["spec"], template["spec"], _DIRECTIVES),
        (before["metadata"], template["metadata"], ("labels", "annotations")),
    ):
        for field in fields:
            part.pop(field, None)
        part |= {field: given[field] for field in fields if field in given}
    _take_node_affinity(before["spec"], template["spec"])
    return before


def _take_node_affinity(before: Json, given: Json) -> None:
    wanted = (given.get("affinity") or {}).get("nodeAffinity")
    others = {key: value for key, value in (before.pop("affinity", None) or {}).items() if key != "nodeAffinity"}
    affinity = others | ({"nodeAffinity": wanted} if wanted is not None else {})
    if affinity or given.get("affinity") == {}:
        before["affinity"] = affinity


def job_status_update(new: Json, old: Json) -> list[FieldError]:
    """Why a Job's status may not become that of `new` (ValidateJobStatusUpdate)."""
    return [*_counts(new, old["status"]), *_ends(new["status"], old["status"])]


def _counts(job: Json, old: Json) -> Iterator[FieldError]:
    at, spec, status = Field("status"), job["spec"], job["status"]
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    for field in ("failed",) if elastic else ("failed", "succeeded"):
        if status.get(field, 0) < old.get(field, 0):
            yield at.invalid(field, status.get(field, 0), f"cannot decrease the {field} counter")
    ready, active = status.get("ready"), status.get("active", 0)
    changed = ready != old.get("ready") or active != old.get("active", 0)
    if changed and ready is not None and ready > active:
        yield at.invalid("ready", ready, "cannot set more ready pods than active")


def _ends(status: Json, old: Json) -> Iterator[FieldError]:
    """A Job ends once, one way, and with nothing left to do."""
    at, now, before = Field("status"), _true(status), _true(old)
    for kind in ("Failed", "Complete", "FailureTarget", "SuccessCriteriaMet"):
        if kind in before - now:
            terminal = "" if kind == "SuccessCriteriaMet" else "terminal "
            yield at.invalid("conditions", OMITTED, f"cannot disable the {terminal}{kind}=True condition")
    for one, other in product(("Complete", "SuccessCriteriaMet"), ("Failed", "FailureTarget")):
        if {one, other} <= now:
            yield at.invalid("conditions", OMITTED, f"cannot set {one}=True and {other}=true conditions")
    if now & {"Complete", "Failed"}:
        for field in ("active", "terminating"):
            if status.get(field, 0) > 0:
                yield at.invalid(field, status[field], f"{field}>0 is invalid for finished job")


def _true(status: Json) -> set[str]:
    return {condition["type"] for condition in status.get("conditions") or () if condition["status"] == "True"}
