"""Rules for security contexts. Models pkg/apis/core/validation/validation.go."""

from __future__ import annotations

import re

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.rules import Errors, Json, Rule, Rules, Scope, nested, one_of_if_set

_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SYSCTL = r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL_LIMIT = 253
_NET_PREFIXES = ("net.",)
_IPC_PREFIXES = ("kernel.shm", "kernel.msg", "fs.mqueue.")
_IPC_NAMES = ("kernel.sem",)


def numeric_id(name: str) -> Rule:
    """A user's or a group's number (IsValidUserID, IsValidGroupID)."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        number = value.get(name)
        return () if number is None else at.each_invalid(name, number, formats.is_id(number))

    return check


def _local_path(path: str, at: Field, name: str) -> Errors:
    """Models validateLocalDescendingPath."""
    if path.startswith("/"):
        yield at.invalid(name, path, "must be a relative path")
    if ".." in path.split("/"):
        yield at.invalid(name, path, "must not contain '..'")


def _seccomp(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateSeccompProfileField."""
    kind, profile = value.get("type", ""), value.get("localhostProfile")
    if not kind:
        yield at.required("type", "type is required when seccompProfile is set")
    elif kind not in _PROFILES:
        yield at.not_supported("type", kind, _PROFILES)
    if kind != "Localhost":
        if profile is not None:
            shown = go_struct(value, "SeccompProfile")
            yield at.invalid("localhostProfile", shown, "can only be set when seccomp type is Localhost")
    elif profile is None:
        yield at.required("localhostProfile", "must be set when seccomp type is Localhost")
    else:
        yield from _local_path(profile, at, "localhostProfile")


def _app_armor(value: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateAppArmorProfileField."""
    kind, profile = value.get("type", ""), value.get("localhostProfile")
    if not kind:
        yield at.required("type", "type is required when appArmorProfile is set")
    elif kind not in _PROFILES:
        yield at.not_supported("type", kind, _PROFILES)
    elif kind != "Localhost":
        if profile is not None:
            yield at.invalid("localhostProfile", profile, "can only be set when AppArmor type is Localhost")
    elif profile is None or not profile:
        yield at.required("localhostProfile", "must be set when AppArmor type is Localhost")
    elif profile != profile.strip():
        yield at.invalid("localhostProfile", profile, "must not be padded with whitespace")


def _proc_mount(value: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateProcMountType."""
    kind = value.get("procMount")
    if kind is None:
        return
    if kind not in ("Default", "Unmasked"):
        yield at.not_supported("procMount", kind, ("Default", "Unmasked"))
    if kind == "Unmasked" and scope.host_users:
        yield at.invalid("procMount", kind, "`hostUsers` must be false to use `Unmasked`")


def _escalation(value: Json, at: Field, scope: Scope) -> Errors:
    """Part of ValidateSecurityContext."""
    if value.get("allowPrivilegeEscalation") is not False:
        return
    if value.get("privileged"):
        yield at.invalid(
            "",
            go_struct(value, "SecurityContext"),
            "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
        )
    for capability in (value.get("capabilities") or {}).get("add", ()):
        if capability == "CAP_SYS_ADMIN":
            detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            yield at.invalid("", go_struct(value, "SecurityContext"), detail)


CONTAINER_SECURITY: Rules = (  # ValidateSecurityContext
    nested(
        "securityContext",
        (
            numeric_id("runAsUser"),
            numeric_id("runAsGroup"),
            _proc_mount,
            nested("seccompProfile", (_seccomp,)),
            _escalation,
            nested("appArmorProfile", (_app_armor,)),
        ),
    ),
)


def _supplemental_groups(value: Json, at: Field, scope: Scope) -> Errors:
    for number, group in enumerate(value.get("supplementalGroups", ())):
        yield from at.each_invalid(f"supplementalGroups[{number}]", group, formats.is_id(group))


def _shared_processes(value: Json, at: Field, scope: Scope) -> Errors:
    if scope.spec.get("shareProcessNamespace") and scope.spec.get("hostPID"):
        yield at.invalid("shareProcessNamespace", True, "ShareProcessNamespace and HostPID cannot both be enabled")


def _sysctls(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateSysctls and ValidateHostSysctl."""
    seen: set[str] = set()
    for number, sysctl in enumerate(value.get("sysctls", ())):
        here, name = at.child("sysctls").index(number), sysctl["name"]
        if not name:
            yield here.required("name")
        elif len(name) > _SYSCTL_LIMIT or not re.fullmatch(_SYSCTL, name):
            yield here.invalid(
                "name", name, f"must have at most {_SYSCTL_LIMIT} characters and match regex ^{_SYSCTL}$"
            )
        elif name in seen:
            yield here.duplicate("name", name)
        seen.add(name)
        dotted = name.replace("/", ".")
        if scope.spec.get("hostNetwork") and dotted.startswith(_NET_PREFIXES):
            yield here.invalid("name", name, "may not be specified when 'hostNetwork' is true")
        elif scope.spec.get("hostIPC") and (dotted.startswith(_IPC_PREFIXES) or dotted in _IPC_NAMES):
            yield here.invalid("name", name, "may not be specified when 'hostIPC' is true")


POD_SECURITY: Rules = (  # validatePodSpecSecurityContext
    nested(
        "securityContext",
        (
            numeric_id("fsGroup"),
            numeric_id("runAsUser"),
            numeric_id("runAsGroup"),
            _supplemental_groups,
            _shared_processes,
            _sysctls,
            one_of_if_set("fsGroupChangePolicy", ("Always", "OnRootMismatch")),
            nested("seccompProfile", (_seccomp,)),
            nested("appArmorProfile", (_app_armor,)),
            one_of_if_set("supplementalGroupsPolicy", ("Merge", "Strict")),
            one_of_if_set("seLinuxChangePolicy", ("Recursive",)),
        ),
    ),
)


def host_users(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateHostUsers."""
    if scope.host_users:
        return
    for field, spelled in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
        if spec.get(field):
            yield at.forbidden(spelled, "when `hostUsers` is false")
    for kind in ("initContainers", "containers"):
        for number, container in enumerate(spec.get(kind) or ()):
            if container.get("volumeDevices"):
                yield at.child(kind).index(number).forbidden("volumeDevices", "when `hostUsers` is false")
