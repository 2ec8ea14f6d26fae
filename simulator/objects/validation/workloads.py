"""Rules for Deployments, ReplicaSets, StatefulSets and DaemonSets. Models pkg/apis/apps/validation/validation.go."""

from __future__ import annotations

from typing import Any

from simulator.objects.validation import formats
from simulator.objects.validation.configuration import claim_spec
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.metadata import label_selector, object_meta, selector_matches
from simulator.objects.validation.pods import pod_template
from simulator.objects.validation.rules import NEGATIVE, Errors, Json, Rule, Rules, Scope, nonnegative

MISMATCH = "`selector` does not match template `labels`"


def in_spec(*rules: Rule) -> Rules:
    """Rules for what stands under `spec`."""

    def lift(rule: Rule) -> Rule:
        return lambda obj, at, scope: rule(obj["spec"], at.child("spec"), scope)

    return tuple(lift(rule) for rule in rules)


def not_a_selector(given: Json | None) -> bool:
    """Whether nothing can be selected by this at all. Models LabelSelectorAsSelector."""
    return any(label_selector(given, Field()))


def selector(kind: str, *, needed: bool = True) -> Rule:
    """A selector that selects something."""

    def check(spec: Json, at: Field, scope: Scope) -> Errors:
        given = spec.get("selector")
        if given is None:
            if needed:
                yield at.required("selector")
            return
        yield from label_selector(given, at.child("selector"))
        if not given.get("matchLabels") and not given.get("matchExpressions"):
            shown = go_struct(given, "LabelSelector", internal=False)
            yield at.invalid("selector", shown, f"empty selector is invalid for {kind}")

    return check


def template(unreadable: str) -> Rule:
    """The Pod template, which the selector must select. Models ValidatePodTemplateSpecForReplicaSet."""

    def check(spec: Json, at: Field, scope: Scope) -> Errors:
        given = spec.get("selector")
        here, labels = at.child("template"), spec["template"]["metadata"].get("labels", {})
        if not_a_selector(given):
            yield at.invalid("selector", go_struct(given, "LabelSelector", internal=False), unreadable)
            return
        if given is None or selector_matches(given, labels) is False:  # no selector at all selects nothing
            yield here.invalid("metadata.labels", labels or None, MISMATCH)
        yield from pod_template(spec["template"], here)

    return check


def always_restarts(kind: str) -> Rule:
    """The Pods of a workload that never ends restart for ever."""

    def check(spec: Json, at: Field, scope: Scope) -> Errors:
        pod = spec["template"]["spec"]
        if kind == "ReplicaSet" and not_a_selector(spec.get("selector")):
            return  # nor is the template looked at
        if pod.get("restartPolicy") != "Always":
            yield at.not_supported("template.spec.restartPolicy", pod.get("restartPolicy", ""), ("Always",))
        if pod.get("activeDeadlineSeconds") is not None:
            detail = f"activeDeadlineSeconds in {kind} is not Supported"
            yield at.forbidden("template.spec.activeDeadlineSeconds", detail)

    return check


def number_or_percent(value: Any, at: Field, name: str) -> Errors:
    """Models ValidatePositiveIntOrPercent."""
    if isinstance(value, str):
        yield from at.each_invalid(name, value, formats.is_percent(value))
    elif value < 0:
        yield at.invalid(name, value, NEGATIVE)


def at_most_all(value: Any, at: Field, name: str) -> Errors:
    """Models IsNotMoreThan100Percent."""
    if isinstance(value, str) and not formats.is_percent(value) and _amount(value) > 100:
        yield at.invalid(name, value, "must not be greater than 100%")


def _amount(value: Any) -> int:
    """Models getIntOrPercentValue."""
    if not isinstance(value, str):
        return int(value)
    return 0 if formats.is_percent(value) else int(value[:-1][:9] or 0)


def _rolling_deployment(rolling: Json, at: Field) -> Errors:
    """Models ValidateRollingUpdateDeployment."""
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    yield from number_or_percent(unavailable, at, "maxUnavailable")
    yield from number_or_percent(surge, at, "maxSurge")
    if not _amount(unavailable) and not _amount(surge):
        yield at.invalid("maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
    yield from at_most_all(unavailable, at, "maxUnavailable")


def _deployment_strategy(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateDeploymentStrategy."""
    strategy, here = spec["strategy"], at.child("strategy")
    kind, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if kind == "Recreate":
        if rolling is not None:
            yield here.forbidden("rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
    elif kind == "RollingUpdate":
        yield from _rolling_deployment(rolling or {}, here.child("rollingUpdate"))
    else:
        shown = go_struct(strategy, "DeploymentStrategy")
        yield here.not_supported("", shown, ("Recreate", "RollingUpdate"))


def _progress_deadline(spec: Json, at: Field, scope: Scope) -> Errors:
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is None:
        return
    if deadline < 0:
        yield at.invalid("progressDeadlineSeconds", deadline, NEGATIVE)
    if deadline <= spec.get("minReadySeconds", 0):
        yield at.invalid("progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _daemon_strategy(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateDaemonSetUpdateStrategy and ValidateRollingUpdateDaemonSet."""
    strategy, here = spec["updateStrategy"], at.child("updateStrategy")
    kind = strategy.get("type", "")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        shown = go_struct(strategy, "DaemonSetUpdateStrategy")
        yield here.not_supported("", shown, ("RollingUpdate", "OnDelete"))
        return
    rolling, place = strategy.get("rollingUpdate") or {}, here.child("rollingUpdate")
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    for check in (number_or_percent, at_most_all):
        yield from check(unavailable, place, "maxUnavailable")
        yield from check(surge, place, "maxSurge")
    if _amount(unavailable) and _amount(surge):
        yield place.invalid("maxSurge", surge, "may not be set when maxUnavailable is non-zero")
    elif not _amount(unavailable) and not _amount(surge):
        yield place.required("maxUnavailable", "cannot be 0 when maxSurge is 0")


def _stateful_strategy(spec: Json, at: Field, scope: Scope) -> Errors:
    """The first part of ValidateStatefulSetSpec."""
    management = spec.get("podManagementPolicy", "")
    if management not in ("OrderedReady", "Parallel"):
        yield at.invalid("podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'")
    strategy = spec["updateStrategy"]
    kind, rolling, here = strategy.get("type", ""), strategy.get("rollingUpdate"), at.child("updateStrategy")
    if kind == "OnDelete":
        if rolling is not None:
            shown = go_struct(rolling, "RollingUpdateStatefulSetStrategy")
            yield here.invalid("rollingUpdate", shown, "only allowed for updateStrategy 'RollingUpdate'")
    elif kind != "RollingUpdate":
        shown = go_struct(strategy, "StatefulSetUpdateStrategy")
        yield here.invalid("", shown, "must be 'RollingUpdate' or 'OnDelete'")
    elif rolling is not None:
        yield from _rolling_stateful(rolling, here.child("rollingUpdate"))


def _rolling_stateful(rolling: Json, at: Field) -> Errors:
    """Models validateRollingUpdateStatefulSet; maxUnavailable has been dropped before."""
    partition = rolling.get("partition", 0)
    if partition < 0:
        yield at.invalid("partition", partition, NEGATIVE)


def _retention(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidatePersistentVolumeClaimRetentionPolicy."""
    policy = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    for field in ("whenDeleted", "whenScaled"):
        if policy.get(field) not in ("Retain", "Delete"):
            place = at.child("persistentVolumeClaimRetentionPolicy")
            yield place.not_supported(field, policy.get(field, ""), ("Retain", "Delete"))


def _claim_templates(spec: Json, at: Field, scope: Scope) -> Errors:
    for number, claim in enumerate(spec.get("volumeClaimTemplates", ())):
        yield from claim_spec(claim["spec"], at.child("volumeClaimTemplates").index(number).child("spec"))


def _ordinals(spec: Json, at: Field, scope: Scope) -> Errors:
    start = (spec.get("ordinals") or {}).get("start", 0)
    return (at.invalid("ordinals.start", start, NEGATIVE),) if start < 0 else ()


def _service_name(spec: Json, at: Field, scope: Scope) -> Errors:
    name = spec.get("serviceName")
    return at.each_invalid("serviceName", name, formats.is_dns1123_label(name)) if name else ()


def _stateful_template(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidatePodTemplateSpecForStatefulSet: claims become volumes, names are the controller's to give."""
    claims = [claim["metadata"].get("name", "") for claim in spec.get("volumeClaimTemplates", ())]
    pod = {name: value for name, value in spec["template"]["spec"].items() if name not in ("subdomain", "hostname")}
    if claims:
        made = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
        pod["volumes"] = made + [volume for volume in pod.get("volumes", ()) if volume["name"] not in claims]
    shown = {**spec, "template": {**spec["template"], "spec": pod}}
    return template(unreadable="")(shown, at, scope)


def _daemon_template(spec: Json, at: Field, scope: Scope) -> Errors:
    """Part of ValidateDaemonSetSpec, which asks for its parts in an order of its own."""
    given = spec.get("selector")
    labels = spec["template"]["metadata"].get("labels", {})
    yield from label_selector(given, at.child("selector"))
    if given is None or (not not_a_selector(given) and selector_matches(given, labels) is False):
        yield at.invalid("template.metadata.labels", labels or None, MISMATCH)
    if given is not None and not given.get("matchLabels") and not given.get("matchExpressions"):
        shown = go_struct(given, "LabelSelector", internal=False)
        yield at.invalid("selector", shown, "empty selector is invalid for daemonset")
    yield from pod_template(spec["template"], at.child("template"))


def _revision_data(obj: Json, at: Field, scope: Scope) -> Errors:
    if obj.get("data") is None:
        yield at.required("data", "data is mandatory")
    elif not isinstance(obj["data"], dict):
        yield at.required("data", "data must be a valid JSON object")


CONTROLLER_REVISION: Rules = (  # ValidateControllerRevisionCreate
    object_meta(formats.is_dns1123_subdomain),
    nonnegative("revision"),
    _revision_data,
)
DEPLOYMENT: Rules = (  # ValidateDeployment
    object_meta(formats.is_dns1123_subdomain),
    *in_spec(
        nonnegative("replicas"),
        selector("deployment"),
        template("invalid label selector"),
        always_restarts("ReplicaSet"),
        _deployment_strategy,
        nonnegative("minReadySeconds", "revisionHistoryLimit"),
        _progress_deadline,
    ),
)
REPLICA_SET: Rules = (  # ValidateReplicaSet
    object_meta(formats.is_dns1123_subdomain),
    *in_spec(
        nonnegative("replicas", "minReadySeconds"),
        selector("deployment"),
        template("invalid label selector"),
        always_restarts("ReplicaSet"),
    ),
)
STATEFUL_SET: Rules = (  # ValidateStatefulSet
    object_meta(formats.is_dns1123_label),
    *in_spec(
        _stateful_strategy,
        _retention,
        _claim_templates,
        nonnegative("replicas", "minReadySeconds"),
        _ordinals,
        _service_name,
        selector("statefulset"),
        _stateful_template,
        always_restarts("StatefulSet"),
    ),
)
DAEMON_SET: Rules = (  # ValidateDaemonSet
    object_meta(formats.is_dns1123_subdomain),
    *in_spec(
        _daemon_template,
        always_restarts("DaemonSet"),
        nonnegative("minReadySeconds"),
        _daemon_strategy,
        nonnegative("revisionHistoryLimit"),
    ),
)
