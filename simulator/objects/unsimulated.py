"""Fields that are accepted, as the API server accepts them, but that change nothing in the simulation.

The list is data: a path pattern, in which `[*]` is any item, and what to tell the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Kinds that the API server knows and this simulator does not.
KINDS: frozenset[str] = frozenset(
    """APIService Binding CertificateSigningRequest ClusterRole ClusterRoleBinding ConfigMapList ControllerRevision
    CSIDriver CSINode CustomResourceDefinition DeviceClass Endpoints EndpointSlice Event FlowSchema
    HorizontalPodAutoscaler Ingress IngressClass IPAddress Lease LimitRange MutatingWebhookConfiguration NetworkPolicy
    Node PersistentVolume PodDisruptionBudget PodTemplate PriorityClass ReplicationController ResourceClaim
    ResourceClaimTemplate ResourceQuota ResourceSlice Role RoleBinding RuntimeClass ServiceCIDR StorageClass
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment
    VolumeAttributesClass""".split()
)

_DISK = "This kind of volume is simulated as an empty directory on the node."
_POD: tuple[tuple[str, str], ...] = (
    ("affinity.podAffinity", "There is one node: where other Pods run makes no difference."),
    ("affinity.podAntiAffinity", "There is one node: where other Pods run makes no difference."),
    ("topologySpreadConstraints", "There is one node: Pods cannot be spread."),
    ("priorityClassName", "Priorities are not simulated: no Pod is removed to make room for another."),
    ("preemptionPolicy", "Priorities are not simulated: no Pod is removed to make room for another."),
    ("runtimeClassName", "Every container runs in the same simulated runtime."),
    ("resourceClaims", "Devices are not simulated: the claim is neither allocated nor waited for."),
    ("resources", "Resources of a whole Pod count for its QoS class only."),
    ("imagePullSecrets", "The simulated registry asks for no password."),
    ("dnsPolicy", "Names are resolved by the simulated network; /etc/resolv.conf does not matter."),
    ("dnsConfig", "Names are resolved by the simulated network; /etc/resolv.conf does not matter."),
    ("hostPID", "The processes of the node are not shown inside the container."),
    ("hostIPC", "Shared memory is not simulated."),
    ("hostUsers", "User namespaces are not simulated."),
    ("setHostnameAsFQDN", "The host name stays short."),
    ("os", "Every container runs Linux."),
    ("overhead", "The overhead counts when the Pod is scheduled; nothing uses it up."),
    ("workloadRef", "This release ignores the field unless a feature gate is switched on."),
    ("volumes[*].persistentVolumeClaim", "The claim is bound at once; the volume is an empty directory on the node."),
    *((f"volumes[*].{kind}", _DISK) for kind in (
        "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume",
        "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
        "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos", "csi", "ephemeral", "image",
    )),
    *((f"securityContext.{field}", message) for field, message in (
        ("seLinuxOptions", "SELinux is not simulated."),
        ("seLinuxChangePolicy", "SELinux is not simulated."),
        ("seccompProfile", "System calls are not filtered."),
        ("appArmorProfile", "AppArmor is not simulated."),
        ("sysctls", "Kernel parameters are not simulated."),
        ("fsGroup", "The owner of a volume's files is not changed."),
        ("windowsOptions", "Every container runs Linux."),
    )),
)  # fmt: skip
_CONTAINER: tuple[tuple[str, str], ...] = (
    ("volumeDevices", "Raw block devices are not simulated."),
    ("resizePolicy", "Containers are not resized in place."),
    ("resources.claims", "Devices are not simulated: the claim is neither allocated nor waited for."),
    ("securityContext.privileged", "A privileged container can do no more than another here."),
    ("securityContext.capabilities", "Capabilities are not simulated."),
    ("securityContext.allowPrivilegeEscalation", "Privilege escalation is not simulated."),
    ("securityContext.seLinuxOptions", "SELinux is not simulated."),
    ("securityContext.seccompProfile", "System calls are not filtered."),
    ("securityContext.appArmorProfile", "AppArmor is not simulated."),
    ("securityContext.procMount", "The container sees the usual /proc."),
    ("securityContext.windowsOptions", "Every container runs Linux."),
    ("lifecycle.stopSignal", "This release ignores the field unless a feature gate is switched on."),
)  # fmt: skip
_ORDINARY = {"preemptionPolicy": "PreemptLowerPriority", "dnsPolicy": ("ClusterFirst", "Default")}
_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def _by_field(table: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[str, str]]]:
    """The patterns by their first field: only those are tried whose field is there."""
    indexed: dict[str, list[tuple[str, str]]] = {}
    for pattern, message in table:
        indexed.setdefault(re.split(r"[.\[]", pattern)[0], []).append((pattern, message))
    return indexed


_POD_FIELDS, _CONTAINER_FIELDS = _by_field(_POD), _by_field(_CONTAINER)


def unsimulated(pod: Json) -> list[tuple[str, str]]:
    """The fields of a Pod that the simulation passes over, with what to say of each. Also takes a Pod template."""
    spec = pod.get("spec") or {}
    found = list(_in(spec, _POD_FIELDS, "spec"))
    if spec.get("schedulerName", "default-scheduler") != "default-scheduler":
        found.append(("spec.schedulerName", "There is no other scheduler: nothing will assign the Pod to a node."))
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for number, container in enumerate(spec.get(kind) or ()):
            at = f"spec.{kind}[{number}]"
            found.extend(_in(container, _CONTAINER_FIELDS, at))
            found.extend(_unknown_resources(container, at))
    return found


def _in(value: Json, fields: dict[str, list[tuple[str, str]]], at: str) -> Iterator[tuple[str, str]]:
    for field in value:
        for pattern, message in fields.get(field, ()):
            for path, given in _matches(value, pattern, at):
                if not _ordinary(pattern, given):
                    yield path, message


def _unknown_resources(container: Json, at: str) -> Iterator[tuple[str, str]]:
    for which in ("limits", "requests"):
        for name in (container.get("resources") or {}).get(which) or {}:
            if name not in _RESOURCES:
                yield f"{at}.resources.{which}[{name}]", f"The node has no {name}: the Pod will not be scheduled."


def _ordinary(pattern: str, value: Any) -> bool:
    """Whether the value is the default, which asks for nothing special."""
    default = _ORDINARY.get(pattern, ())
    return value in default if isinstance(default, tuple) else value == default


def _matches(value: Any, pattern: str, at: str) -> Iterator[tuple[str, Any]]:
    """The places below `value` that a pattern names and that hold something."""
    name, _, rest = pattern.partition(".")
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
