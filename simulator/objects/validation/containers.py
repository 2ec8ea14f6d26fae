"""Rules for containers of every sort. Models pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.objects.validation import formats
from simulator.objects.validation.environment import ENVIRONMENT
from simulator.objects.validation.field import Field
from simulator.objects.validation.mounts import MOUNTS
from simulator.objects.validation.probes import LIFECYCLE, PROBES, sidecar_or_plain
from simulator.objects.validation.resources import CONTAINER_REQUIREMENTS, resize_policy
from simulator.objects.validation.rules import Errors, Json, Rules, Scope, nested, one_of, required, run, text
from simulator.objects.validation.security import CONTAINER_SECURITY
from simulator.objects.validation.volumes import PULL_POLICIES

PROTOCOLS = ("SCTP", "TCP", "UDP")
RESTART_POLICIES = ("Always", "Never", "OnFailure")
_MAX_RULES, _MAX_EXIT_CODES = 20, 255


def _ports(container: Json, at: Field, scope: Scope) -> Errors:
    """Models validateContainerPorts."""
    names: set[str] = set()
    for number, port in enumerate(container.get("ports", ())):
        here, name = at.child("ports").index(number), port.get("name")
        if name and (details := formats.is_port_name(name)):
            yield from here.each_invalid("name", name, details)
        elif name in names:
            yield here.duplicate("name", name)
        elif name:
            names.add(name)
        inside, outside, protocol = port.get("containerPort", 0), port.get("hostPort", 0), port.get("protocol", "")
        if not inside:
            yield here.required("containerPort")
        else:
            yield from here.each_invalid("containerPort", inside, formats.is_port_number(inside))
        if outside:
            yield from here.each_invalid("hostPort", outside, formats.is_port_number(outside))
        if protocol not in PROTOCOLS:
            yield here.not_supported("protocol", protocol, PROTOCOLS) if protocol else here.required("protocol")


COMMON: Rules = (  # validateContainerCommon
    text("name", formats.is_dns1123_label, needed=True),
    required("image"),
    one_of("terminationMessagePolicy", ("File", "FallbackToLogsOnError")),
    _ports,
    *ENVIRONMENT,
    *MOUNTS,
    one_of("imagePullPolicy", PULL_POLICIES),
    nested("resources", (CONTAINER_REQUIREMENTS,)),
    resize_policy,
    *CONTAINER_SECURITY,
)


def _restart_policy(container: Json, at: Field, scope: Scope) -> Errors:
    """Models validateContainerRestartPolicy."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    if policy is None:
        if rules:
            yield at.required("restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy not in RESTART_POLICIES:
        yield at.not_supported("restartPolicy", policy, RESTART_POLICIES)
    if len(rules) > _MAX_RULES:
        yield at.too_long("restartPolicyRules", _MAX_RULES)
    for number, rule in enumerate(rules):
        yield from _restart_rule(rule, at.child("restartPolicyRules").index(number))


def _restart_rule(rule: Json, at: Field) -> Errors:
    if rule.get("action") != "Restart":
        yield at.not_supported("action", rule.get("action", ""), ("Restart",))
    codes = rule.get("exitCodes")
    if codes is None:
        yield at.required("exitCodes", "must be specified")
        return
    if codes.get("operator") not in ("In", "NotIn"):
        yield at.not_supported("exitCodes.operator", codes.get("operator", ""), ("In", "NotIn"))
    if len(codes.get("values", ())) > _MAX_EXIT_CODES:
        yield at.too_long("exitCodes.values", _MAX_EXIT_CODES)


def _init_restart_policy(container: Json, at: Field, scope: Scope) -> Errors:
    """Models validateInitContainerRestartPolicy."""
    if container.get("restartPolicy") == "Always":
        if container.get("restartPolicyRules"):
            detail = "restartPolicyRules are not allowed for init containers with restart policy Always"
            yield at.forbidden("restartPolicyRules", detail)
        return
    yield from _restart_policy(container, at, scope)


MAIN: Rules = (*LIFECYCLE, *PROBES, _restart_policy)


def main_containers(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateContainers."""
    containers, place = spec.get("containers"), at.child("containers")
    if not containers:
        yield place.required()
        return
    names: set[str] = set()
    for number, container in enumerate(containers):
        here = place.index(number)
        yield from run(COMMON, container, here, scope)
        if container["name"] in names:
            yield here.duplicate("name", container["name"])
        names.add(container["name"])
        yield from run(MAIN, container, here, scope)
    yield from host_port_conflicts(enumerate(containers), place)


def host_port_conflicts(containers: Iterable[tuple[int, Json]], at: Field) -> Errors:
    """Models checkHostPortConflicts."""
    taken: set[str] = set()
    for number, container in containers:
        for position, port in enumerate(container.get("ports", ())):
            if not port.get("hostPort"):
                continue
            shown = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if shown in taken:
                yield at.index(number).duplicate(f"ports[{position}].hostPort", shown)
            taken.add(shown)


def init_containers(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateInitContainers."""
    place = at.child("initContainers")
    names = {container["name"] for container in spec.get("containers") or ()}
    for number, container in enumerate(spec.get("initContainers", ())):
        here = place.index(number)
        yield from run((*COMMON, _init_restart_policy), container, here, scope)
        if container["name"] in names:
            yield here.duplicate("name", container["name"])
        elif container["name"]:
            names.add(container["name"])
        # Upstream looks at each alone, as if it were the first of the list.
        yield from host_port_conflicts(((0, container),), place)
        yield from sidecar_or_plain(container, here, scope)


# What an ephemeral container may not have (allowedEphemeralContainerFields), in the order of Go's struct.
_NOT_EPHEMERAL = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle",
)  # fmt: skip


def ephemeral_containers(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateEphemeralContainers."""
    others = {item["name"] for kind in ("containers", "initContainers") for item in spec.get(kind) or ()}
    names = set(others)
    for number, container in enumerate(spec.get("ephemeralContainers", ())):
        here = at.child("ephemeralContainers").index(number)
        yield from run((*COMMON, no_padding), container, here, scope)
        if container["name"] in names:
            yield here.duplicate("name", container["name"])
        names.add(container["name"])
        target = container.get("targetContainerName")
        if target and target not in others:
            yield here.not_found("targetContainerName", target, choices=others)
        for field in _NOT_EPHEMERAL:
            if container.get(field):
                yield here.forbidden(field, "cannot be set for an Ephemeral Container")
        for position, mount in enumerate(container.get("volumeMounts", ())):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    detail = "cannot be set for an Ephemeral Container"
                    yield here.forbidden(f"volumeMounts[{position}].{field}", detail)


def no_padding(container: Json, at: Field, scope: Scope) -> Errors:
    """Models validateContainerOnlyForPod."""
    image = container.get("image", "")
    if image != image.strip():
        yield at.invalid("image", image, "must not have leading or trailing whitespace")
