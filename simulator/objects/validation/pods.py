"""Rules for Pods and Pod templates. Models pkg/apis/core/validation/validation.go ValidatePodCreate."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.objects.labels import MIRROR
from simulator.objects.validation import formats
from simulator.objects.validation.containers import (
    ephemeral_containers,
    init_containers,
    main_containers,
    no_padding,
)
from simulator.objects.validation.environment import file_key_volumes
from simulator.objects.validation.field import Field, FieldError, go_struct
from simulator.objects.validation.metadata import annotation_map, labels, object_meta
from simulator.objects.validation.resources import CONTAINER_REQUIREMENTS, pod_resources
from simulator.objects.validation.rules import (
    Errors,
    Json,
    Rules,
    Scope,
    each,
    one_of,
    one_of_if_set,
    run,
    text,
    within,
)
from simulator.objects.validation.scheduling import (
    AFFINITY,
    TOLERATIONS,
    node_selector,
    readiness_gates,
    scheduling_gates,
    topology_spread,
)
from simulator.objects.validation.security import POD_SECURITY, host_users
from simulator.objects.validation.volumes import VOLUMES

DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def _resource_claims(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodResourceClaims."""
    names: set[str] = set()
    for number, claim in enumerate(spec.get("resourceClaims", ())):
        here, name = at.child("resourceClaims").index(number), claim["name"]
        if not name:
            yield here.required("name")
        elif name in names:
            yield here.duplicate("name", name)
        else:
            yield from here.each_invalid("name", name, formats.is_dns1123_label(name))
        names.add(name)
        sources = [claim.get(source) for source in ("resourceClaimName", "resourceClaimTemplateName")]
        shown = go_struct(claim, "PodResourceClaim")
        if None not in sources:
            detail = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            yield here.invalid("", shown, detail)
        elif sources == [None, None]:
            yield here.invalid("", shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
        for source in ("resourceClaimName", "resourceClaimTemplateName"):
            if (given := claim.get(source)) is not None:
                yield from here.each_invalid(source, given, formats.is_dns1123_subdomain(given))


def _host_network_ports(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodHostNetworkDeps."""
    if not spec.get("hostNetwork"):
        return
    for number, container in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(container.get("ports", ())):
            outside, inside = port.get("hostPort", 0), port.get("containerPort", 0)
            if (scope.pod or outside) and outside != inside:
                here = at.child("containers").index(number)
                detail = "must match `containerPort` when `hostNetwork` is true"
                yield here.invalid(f"ports[{position}].hostPort", outside, detail)


def _dns_config(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodDNSConfig."""
    config, here = spec.get("dnsConfig"), at.child("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            yield here.required("", "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not config.get("nameservers"):
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            yield here.required("nameservers", detail)
            return
    if config is None:
        return
    servers, searches = config.get("nameservers", []), config.get("searches", [])
    if len(servers) > 3:
        yield here.invalid("nameservers", servers, "must not have more than 3 nameservers")
    for number, server in enumerate(servers):
        yield from here.each_invalid(f"nameservers[{number}]", server, formats.is_ip(server))
    yield from _searches(searches, here)
    for number, option in enumerate(config.get("options", ())):
        if not option.get("name"):
            yield here.required(f"options[{number}]", "must not be empty")


def _searches(searches: list[str], at: Field) -> Errors:
    if len(searches) > 32:
        yield at.invalid("searches", searches, "must not have more than 32 search paths")
    if len(" ".join(searches)) > 2048:
        detail = "must not have more than 2048 characters (including spaces) in the search list"
        yield at.invalid("searches", searches, detail)
    for number, search in enumerate(searches):
        bare = search.removesuffix(".")
        if search != ".":
            details = formats.is_dns1123_subdomain_with_underscore(bare)
            yield from at.each_invalid(f"searches[{number}]", bare, details)


def _hostname_override(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodHostName."""
    name = spec.get("hostnameOverride")
    if name is None:
        return
    if spec.get("setHostnameAsFQDN"):
        yield at.forbidden("hostnameOverride", "may not be specified when setHostnameAsFQDN is true")
    if spec.get("hostNetwork"):
        yield at.forbidden("hostnameOverride", "may not be specified when hostNetwork is true")
    if len(name.encode("utf-8", "replace")) > 64:
        yield at.too_long("hostnameOverride", 64)
    yield from at.each_invalid("hostnameOverride", name, formats.is_dns1123_subdomain(name))


def _host_alias(value: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateHostAliases."""
    yield from at.each_invalid("ip", value["ip"], formats.is_ip(value["ip"]))
    for number, name in enumerate(value.get("hostnames", ())):
        yield from at.each_invalid(f"hostnames[{number}]", name, formats.is_dns1123_subdomain(name))


def _overhead(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateOverhead."""
    if "overhead" in spec:
        return CONTAINER_REQUIREMENTS({"limits": spec["overhead"]}, at.child("overhead"), scope)
    return ()


def _os(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateOS."""
    if "os" not in spec:
        return
    if not scope.os:
        yield at.required("os.name")
    elif scope.os not in ("linux", "windows"):
        yield at.not_supported("os", scope.os, ("linux", "windows"))


POD_SPEC: Rules = (  # ValidatePodSpec, in its order
    *VOLUMES,
    _resource_claims,
    main_containers,
    init_containers,
    ephemeral_containers,
    pod_resources,
    _host_network_ports,
    one_of("restartPolicy", ("Always", "OnFailure", "Never")),
    one_of("dnsPolicy", DNS_POLICIES),
    node_selector,
    *POD_SECURITY,
    *AFFINITY,
    _dns_config,
    readiness_gates,
    scheduling_gates,
    topology_spread,
    host_users,
    _hostname_override,
    text("serviceAccountName", formats.is_dns1123_subdomain),
    text("nodeName", formats.is_dns1123_subdomain),
    within("activeDeadlineSeconds", 1, 2**31 - 1),
    text("hostname", formats.is_dns1123_label),
    text("subdomain", formats.is_dns1123_label),
    *TOLERATIONS,
    each("hostAliases", (_host_alias,)),
    text("priorityClassName", formats.is_dns1123_subdomain),
    text("runtimeClassName", formats.is_dns1123_subdomain),
    one_of_if_set("preemptionPolicy", ("PreemptLowerPriority", "Never")),
    _overhead,
    _os,
    file_key_volumes,
)


def pod_annotations(given: dict[str, str], spec: Json, at: Field) -> Errors:
    """Models ValidatePodSpecificAnnotations, without the deprecated ones of AppArmor and seccomp."""
    if MIRROR in given and not spec.get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        yield at.key(MIRROR).invalid("", given[MIRROR], detail)
    cost = given.get(DELETION_COST)
    if cost is not None and not _is_cost(cost):
        yield at.key(DELETION_COST).invalid("", cost, "must be a 32bit integer")


def _is_cost(text_: str) -> bool:
    digits = text_.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or (digits.startswith("0") and text_ != "0") or len(digits) > 10:
        return False
    return -(2**31) <= int(text_) < 2**31


def _annotations(pod: Json, at: Field, scope: Scope) -> Errors:
    return pod_annotations(pod["metadata"].get("annotations", {}), pod["spec"], at.child("metadata.annotations"))


def _spec(pod: Json, at: Field, scope: Scope) -> Errors:
    return run(POD_SPEC, pod["spec"], at.child("spec"), scope)


def _only_for_pods(pod: Json, at: Field, scope: Scope) -> Errors:
    """Part of validatePodMetadataAndSpec: what is not asked of templates."""
    for kind in ("containers", "initContainers"):
        for number, container in enumerate(pod["spec"].get(kind) or ()):
            yield from no_padding(container, at.child(f"spec.{kind}").index(number), scope)


def _only_on_create(pod: Json, at: Field, scope: Scope) -> Errors:
    """Part of ValidatePodCreate."""
    spec = pod["spec"]
    if spec.get("ephemeralContainers"):
        yield at.forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        yield at.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")


METADATA_AND_SPEC: Rules = (  # validatePodMetadataAndSpec
    object_meta(formats.is_dns1123_subdomain),
    _annotations,
    _spec,
    _only_for_pods,
)
POD: Rules = (*METADATA_AND_SPEC, _only_on_create)  # ValidatePodCreate


def pod_scope(pod: Json) -> Scope:
    metadata = pod["metadata"]
    return Scope(pod=True, metadata=metadata, annotations=metadata.get("annotations", {}), spec=pod["spec"])


def validate_pod(pod: Json) -> Iterator[FieldError]:
    """Models ValidatePodCreate."""
    return run(POD, pod, Field(), pod_scope(pod))


def pod_template(template: Json, at: Field) -> Errors:
    """Models ValidatePodTemplateSpec."""
    metadata, spec = template["metadata"], template["spec"]
    given = metadata.get("annotations", {})
    yield from labels(metadata.get("labels", {}), at.child("labels"))
    yield from annotation_map(given, at.child("annotations"))
    yield from pod_annotations(given, spec, at.child("annotations"))
    yield from run(POD_SPEC, spec, at.child("spec"), Scope(annotations=given, spec=spec))
    if spec.get("ephemeralContainers"):
        yield at.forbidden("spec.ephemeralContainers", "ephemeral containers not allowed in pod template")
