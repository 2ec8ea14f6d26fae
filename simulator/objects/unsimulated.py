"""Fields that are accepted, as the API server accepts them, but that change nothing in the simulation.

The list is data: a path pattern, in which `[*]` is any item, and what to tell the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from simulator.objects.kinds import KINDS as SIMULATED
from simulator.text import Text
from simulator.text import translatable as _

Json = dict[str, Any]

# Kinds that are kept and listed, with what to say of each (of its `kind`): nothing in the cluster acts on them.
_ACCESS = _("%(kind)s is kept and listed, but there are no access rules: everybody may do everything.", kind="It")
_INGRESS = _("%(kind)s is kept and listed, but there is no ingress controller: no traffic comes in by it.", kind="It")
INERT: dict[str, Text] = {
    "Role": _ACCESS,
    "RoleBinding": _ACCESS,
    "ClusterRole": _ACCESS,
    "ClusterRoleBinding": _ACCESS,
    "NetworkPolicy": _(
        "%(kind)s is kept and listed, but the network knows no policies: every Pod reaches every other.", kind="It"
    ),
    "Ingress": _INGRESS,
    "IngressClass": _INGRESS,
    "RuntimeClass": _(
        "%(kind)s is kept and listed, but every container runs in the same simulated runtime.", kind="It"
    ),
    "HorizontalPodAutoscaler": _(
        "%(kind)s is kept and listed, but there are no metrics: nothing is scaled by it.", kind="It"
    ),
}
# Kinds that the API server knows and this simulator does not.
KINDS: frozenset[str] = frozenset(
    """APIService Binding CertificateSigningRequest ConfigMapList CSIDriver CSINode
    CustomResourceDefinition DeviceClass Endpoints EndpointSlice Event FlowSchema HorizontalPodAutoscaler
    IPAddress Lease MutatingWebhookConfiguration Node
    PodTemplate ReplicationController ResourceClaim ResourceClaimTemplate ResourceSlice
    ServiceCIDR ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
    ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass""".split()
)

_DISK = _("This kind of volume is simulated as an empty directory on the node.")
_POD: tuple[tuple[str, Text], ...] = (
    ("runtimeClassName", _("Every container runs in the same simulated runtime.")),
    ("resourceClaims", _("Devices are not simulated: the claim is neither allocated nor waited for.")),
    ("imagePullSecrets", _("The simulated registry asks for no password.")),
    ("hostIPC", _("Shared memory is not simulated.")),
    ("overhead", _("The overhead counts when the Pod is scheduled; nothing uses it up.")),
    ("workloadRef", _("This release ignores the field unless a feature gate is switched on.")),
    *((f"volumes[*].{kind}", _DISK) for kind in (
        "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
        "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
        "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos", "csi",
    )),
    *((f"securityContext.{field}", message) for field, message in (
        ("seLinuxOptions", _("SELinux is not simulated.")),
        ("seLinuxChangePolicy", _("SELinux is not simulated.")),
        ("seccompProfile", _("System calls are not filtered.")),
        ("appArmorProfile", _("AppArmor is not simulated.")),
        ("sysctls", _("Kernel parameters are not simulated.")),
        ("windowsOptions", _("Every container runs Linux.")),
    )),
)  # fmt: skip
_CONTAINER: tuple[tuple[str, Text], ...] = (
    ("volumeDevices", _("Raw block devices are not simulated.")),
    ("resources.claims", _("Devices are not simulated: the claim is neither allocated nor waited for.")),
    ("securityContext.privileged", _("A privileged container can do no more than another here.")),
    ("securityContext.capabilities", _("Capabilities are not simulated.")),
    ("securityContext.allowPrivilegeEscalation", _("Privilege escalation is not simulated.")),
    ("securityContext.seLinuxOptions", _("SELinux is not simulated.")),
    ("securityContext.seccompProfile", _("System calls are not filtered.")),
    ("securityContext.appArmorProfile", _("AppArmor is not simulated.")),
    ("securityContext.procMount", _("The container sees the usual /proc.")),
    ("securityContext.windowsOptions", _("Every container runs Linux.")),
    ("lifecycle.stopSignal", _("This release ignores the field unless a feature gate is switched on.")),
)  # fmt: skip
_ORDINARY = {"dnsPolicy": ("ClusterFirst", "Default")}
_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def _by_field(table: tuple[tuple[str, Text], ...]) -> dict[str, list[tuple[str, Text]]]:
    """The patterns by their first field: only those are tried whose field is there."""
    indexed: dict[str, list[tuple[str, Text]]] = {}
    for pattern, message in table:
        indexed.setdefault(re.split(r"[.\[]", pattern)[0], []).append((pattern, message))
    return indexed


_POD_FIELDS, _CONTAINER_FIELDS = _by_field(_POD), _by_field(_CONTAINER)


def is_passed_over(api_version: str, kind: str) -> bool:
    """Whether an API server has such objects and this one does not: a manifest is applied without them."""
    return kind in KINDS and (api_version, kind) not in SIMULATED


def unsimulated(pod: Json) -> list[tuple[str, Text]]:
    """The fields of a Pod that the simulation passes over, with what to say of each. Also takes a Pod template."""
    spec = pod.get("spec") or {}
    found = list(_in(spec, _POD_FIELDS, "spec"))
    if spec.get("schedulerName", "default-scheduler") != "default-scheduler":
        found.append(("spec.schedulerName", _("There is no other scheduler: nothing will assign the Pod to a node.")))
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for number, container in enumerate(spec.get(kind) or ()):
            at = f"spec.{kind}[{number}]"
            found.extend(_in(container, _CONTAINER_FIELDS, at))
            found.extend(_unknown_resources(container, at))
    return found


def _in(value: Json, fields: dict[str, list[tuple[str, Text]]], at: str) -> Iterator[tuple[str, Text]]:
    for field in value:
        for pattern, message in fields.get(field, ()):
            for path, given in _matches(value, pattern, at):
                if not _ordinary(pattern, given):
                    yield path, message


def _unknown_resources(container: Json, at: str) -> Iterator[tuple[str, Text]]:
    for which in ("limits", "requests"):
        for name in (container.get("resources") or {}).get(which) or {}:
            if name not in _RESOURCES:
                advice = _("The node has no %(resource)s: the Pod will not be scheduled.", resource=name)
                yield f"{at}.resources.{which}[{name}]", advice


def _ordinary(pattern: str, value: Any) -> bool:
    """Whether the value is the default, which asks for nothing special."""
    return value in _ORDINARY.get(pattern, ())


def _matches(value: Any, pattern: str, at: str) -> Iterator[tuple[str, Any]]:
    """The places below `value` that a pattern names and that hold something."""
    name, _dot, rest = pattern.partition(".")
    inner = value.get(name.removesuffix("[*]")) if isinstance(value, dict) else None
    if inner is None or inner is False or inner in ([], {}):
        return
    place = f"{at}.{name.removesuffix('[*]')}"
    steps = [(f"{place}[{n}]", item) for n, item in enumerate(inner)] if name.endswith("[*]") else [(place, inner)]
    for path, item in steps:
        if rest:
            yield from _matches(item, rest, path)
        else:
            yield path, item
