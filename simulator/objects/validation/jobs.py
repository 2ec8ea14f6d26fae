"""Rules for Jobs and CronJobs. Models pkg/apis/batch/validation/validation.go."""

from __future__ import annotations

from simulator.objects.cron import ScheduleFault, parse_schedule
from simulator.objects.validation import formats
from simulator.objects.validation.field import OMITTED, Field, go_struct
from simulator.objects.validation.job_indexes import MANY_INDEXES, many_completions, success_policy
from simulator.objects.validation.metadata import label_selector, object_meta, selector_matches
from simulator.objects.validation.pods import pod_template
from simulator.objects.validation.rules import Errors, Json, Rules, Scope, nonnegative, one_of, run
from simulator.objects.validation.workloads import MISMATCH, in_spec
from simulator.objects.zones import UnknownZoneError, load_location

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_MAX_MANAGED_BY = 63


def _numbers(spec: Json, at: Field, scope: Scope) -> Errors:
    """The first part of validateJobSpec."""
    fields = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    yield from nonnegative(*fields, "backoffLimitPerIndex", "maxFailedIndexes")(spec, at, scope)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        yield at.required("backoffLimitPerIndex", "when maxFailedIndexes is specified")


def _managed_by(spec: Json, at: Field, scope: Scope) -> Errors:
    """Another controller is named by a path with its domain. Models IsDomainPrefixedPath."""
    name = spec.get("managedBy")
    if name is None:
        return
    host, _, path = name.partition("/")
    if not name:
        yield at.required("managedBy")
    elif not host or not path:
        yield at.invalid("managedBy", name, 'must be a domain-prefixed path (such as "acme.io/foo")')
    else:
        yield from at.each_invalid("managedBy", host, formats.is_dns1123_subdomain(host))
    if len(name) > _MAX_MANAGED_BY:
        yield at.too_long("managedBy", _MAX_MANAGED_BY)


def _completion_mode(spec: Json, at: Field, scope: Scope) -> Errors:
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in ("NonIndexed", "Indexed"):
        yield at.not_supported("completionMode", mode, ("NonIndexed", "Indexed"))
    if mode == "Indexed":
        yield from _indexed(spec, at)
    elif mode == "NonIndexed":
        for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if spec.get(field) is not None:
                yield at.invalid(field, spec[field], "requires indexed completion mode")


def _indexed(spec: Json, at: Field) -> Errors:
    completions, parallelism, failed = (spec.get(field) for field in ("completions", "parallelism", "maxFailedIndexes"))
    if completions is None:
        yield at.required("completions", "when completion mode is Indexed")
    if parallelism is not None and parallelism > MANY_INDEXES:
        detail = f"must be less than or equal to {MANY_INDEXES} when completion mode is Indexed"
        yield at.invalid("parallelism", parallelism, detail)
    if completions is not None and failed is not None and failed > completions:
        yield at.invalid("maxFailedIndexes", failed, "must be less than or equal to completions")
    if failed is not None and failed > MANY_INDEXES:
        yield at.invalid("maxFailedIndexes", failed, f"must be less than or equal to {MANY_INDEXES}")
    yield from many_completions(spec, at)


def _failure_policy(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodFailurePolicy."""
    policy = spec.get("podFailurePolicy")
    if policy is None:
        return
    rules, here = policy.get("rules") or [], at.child("podFailurePolicy.rules")
    if len(rules) > 20:
        yield here.too_many("", len(rules), 20)
    pod = spec["template"]["spec"]
    names = {item["name"] for kind in ("containers", "initContainers") for item in pod.get(kind) or ()}
    for number, rule in enumerate(rules):
        yield from _failure_rule(rule, here.index(number), names, spec)


def _failure_rule(rule: Json, at: Field, names: set[str], spec: Json) -> Errors:
    """Models validatePodFailurePolicyRule."""
    action = rule.get("action", "")
    if not action:
        yield at.required("action", f"valid values: {_listed(_ACTIONS)}")
    elif action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        yield at.invalid("action", action, "requires the backoffLimitPerIndex to be set")
    elif action not in _ACTIONS:
        yield at.not_supported("action", action, _ACTIONS)
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or []
    if codes is not None:
        yield from _exit_codes(codes, at.child("onExitCodes"), names)
    if len(conditions) > 20:
        yield at.too_many("onPodConditions", len(conditions), 20)
    for number, pattern in enumerate(conditions):
        here = at.child("onPodConditions").index(number)
        yield from here.each_invalid("type", pattern.get("type", ""), formats.is_label_key(pattern.get("type", "")))
        yield from one_of("status", ("False", "True", "Unknown"))(pattern, here, Scope())
    if codes is not None and conditions:
        yield at.invalid("", OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported")
    if codes is None and not conditions:
        yield at.invalid("", OMITTED, "specifying one of OnExitCodes and OnPodConditions is required")


def _listed(words: tuple[str, ...]) -> str:
    return f"[{' '.join(f'{chr(34)}{word}{chr(34)}' for word in words)}]"


def _exit_codes(codes: Json, at: Field, names: set[str]) -> Errors:
    """Models validatePodFailurePolicyRuleOnExitCodes."""
    operator, values = codes.get("operator", ""), codes.get("values") or []
    if not operator:
        yield at.required("operator", f"valid values: {_listed(('In', 'NotIn'))}")
    elif operator not in ("In", "NotIn"):
        yield at.not_supported("operator", operator, ("In", "NotIn"))
    name = codes.get("containerName")
    if name is not None and name not in names:
        detail = "must be one of the container or initContainer names in the pod template"
        yield at.invalid("containerName", name, detail)
    if not values:
        yield at.invalid("values", codes.get("values"), "at least one value is required")
    elif len(values) > 255:
        yield at.too_many("values", len(values), 255)
    seen: set[int] = set()
    for number, value in enumerate(values):
        if operator == "In" and value == 0:
            yield at.invalid(f"values[{number}]", value, "must not be 0 for the In operator")
        if value in seen:
            yield at.duplicate(f"values[{number}]", value)
        seen.add(value)
    if values != sorted(values):
        yield at.invalid("values", values, "must be ordered")


def _replacement_policy(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodReplacementPolicy."""
    policy = spec.get("podReplacementPolicy")
    choices = ("Failed",) if spec.get("podFailurePolicy") else ("Failed", "TerminatingOrFailed")
    if policy is not None and policy not in choices:
        yield at.not_supported("podReplacementPolicy", policy, choices)


def _template(spec: Json, at: Field, scope: Scope) -> Errors:
    """The last part of validateJobSpec: Pods of a Job must be able to end."""
    yield from pod_template(spec["template"], at.child("template"))
    policy, place = spec["template"]["spec"].get("restartPolicy", ""), "template.spec.restartPolicy"
    if policy in ("", "Always"):
        yield at.required(place, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield at.not_supported(place, policy, ("OnFailure", "Never"))
    elif spec.get("podFailurePolicy") and policy != "Never":
        yield at.invalid(place, policy, 'only "Never" is supported when podFailurePolicy is specified')


JOB_SPEC: Rules = (  # validateJobSpec
    _numbers,
    _managed_by,
    _completion_mode,
    _failure_policy,
    success_policy,
    _replacement_policy,
    _template,
)


def _selector(spec: Json, at: Field, scope: Scope) -> Errors:
    """The selector is made by the API server unless `manualSelector` says that the person did."""
    given = spec.get("selector")
    if given is None:
        if spec.get("manualSelector"):
            yield at.required("selector")
        return
    yield from label_selector(given, at.child("selector"))
    labels = spec["template"]["metadata"].get("labels", {})
    if selector_matches(given, labels) is False:
        yield at.invalid("template.metadata.labels", labels or None, MISMATCH)


def _generated(job: Json, at: Field, scope: Scope) -> Errors:
    """Models validateGeneratedSelector: labels of the server's own making are the Job's own, too."""
    spec, uid, given = job["spec"], job["metadata"].get("uid"), job["spec"].get("selector")
    if spec.get("manualSelector") or given is None or uid is None:
        return
    labels = spec["template"]["metadata"].get("labels") or {}
    name, place = job["metadata"].get("name", ""), at.child("spec.template.metadata.labels")
    expected = {"controller-uid": uid, "job-name": name}
    expected |= {f"batch.kubernetes.io/{key}": value for key, value in expected.items()}
    for key, value in expected.items():
        if key not in labels:
            yield place.key(key).required("", f"must be '{value}'")
        elif labels[key] != value:
            yield place.key(key).invalid("", labels, f"must be '{value}'")
    if selector_matches(given, expected) is False:
        shown = go_struct(given, "LabelSelector", internal=False)
        yield at.invalid("spec.selector", shown, "`selector` not auto-generated")


def _hostname(job: Json, at: Field, scope: Scope) -> Errors:
    """The last Pod of an indexed Job needs a host name."""
    spec, name = job["spec"], job["metadata"].get("name", "")
    if spec.get("completionMode") == "Indexed" and spec.get("completions", 0) > 0:
        last = f"{name}-{spec['completions'] - 1}"
        if formats.is_dns1123_label(last):
            yield at.invalid("metadata.name", name, f"will not able to create pod with invalid DNS label: {last}")


JOB: Rules = (  # ValidateJob
    object_meta(formats.is_dns1123_subdomain),
    _generated,
    *in_spec(*JOB_SPEC, _selector),
    _hostname,
)


def _schedule(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateScheduleFormat."""
    schedule = spec.get("schedule", "")
    if not schedule:
        yield at.required("schedule")
        return
    try:
        parse_schedule(schedule)
    except ScheduleFault as fault:
        yield at.invalid("schedule", schedule, str(fault))
    if "TZ" in schedule:
        detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        yield at.invalid("schedule", schedule, detail)


def _time_zone(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateTimeZone."""
    zone = spec.get("timeZone")
    if zone == "":
        yield at.invalid("timeZone", zone, "timeZone must be nil or non-empty string")
    if not zone:
        return
    if zone.lower() == "local":
        detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield at.invalid("timeZone", zone, detail)
    if zone != "Local":
        try:
            load_location(zone)
        except UnknownZoneError as unknown:
            yield at.invalid("timeZone", zone, str(unknown))


def _job_template(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateJobTemplateSpec."""
    job, here = spec["jobTemplate"]["spec"], at.child("jobTemplate.spec")
    yield from run(JOB_SPEC, job, here, scope)
    if job.get("selector") is not None:
        shown = go_struct(job["selector"], "LabelSelector", internal=False)
        yield here.invalid("selector", shown, "`selector` will be auto-generated")
    if job.get("manualSelector"):
        yield here.not_supported("manualSelector", True, ("nil", "false"))


def _name_length(obj: Json, at: Field, scope: Scope) -> Errors:
    name = obj["metadata"].get("name", "")
    if len(name.encode("utf-8", "replace")) > 52:
        yield at.invalid("metadata.name", name, "must be no more than 52 characters")


CRON_JOB: Rules = (  # ValidateCronJobCreate
    object_meta(formats.is_dns1123_subdomain),
    *in_spec(
        _schedule,
        nonnegative("startingDeadlineSeconds"),
        _time_zone,
        one_of("concurrencyPolicy", ("Allow", "Forbid", "Replace")),
        _job_template,
        nonnegative("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
    ),
    _name_length,
)
