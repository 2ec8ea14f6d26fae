"""What admission adds to a new Pod. Models plugin/pkg/admission/{serviceaccount,defaulttolerationseconds,priority}."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from simulator.objects.labels import MIRROR
from simulator.objects.names import generate_name

Json = dict[str, Any]

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_VOLUME = "kube-api-access-"
PREEMPT = "PreemptLowerPriority"
SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_NOT_READY, _UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
# Shared by all Pods that they are added to: objects are not changed once they are admitted.
TOKEN_SOURCE: Json = {
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ],
    "defaultMode": 420,
}
_LOST_NODE: tuple[Json, ...] = tuple(
    {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for key in (_NOT_READY, _UNREACHABLE)
)


def admit_pod(pod: Json, random: Random, *, account: Json | None = None) -> None:
    """Service account, its token's volume, tolerations of a lost node, and priority.

    `account` is the ServiceAccount object, if there is one: it may forbid the token or name pull secrets. A priority
    class other than the system's is looked up by `prioritize`, before this.
    """
    spec = pod["spec"]
    if MIRROR not in pod["metadata"].get("annotations", {}):
        _service_account(spec, random, account or {})
    _tolerations(spec)
    spec.setdefault("priority", SYSTEM_PRIORITIES.get(spec.get("priorityClassName", ""), 0))
    spec.setdefault("preemptionPolicy", PREEMPT)


def prioritize(spec: Json, classes: Iterable[Json]) -> str:
    """Give a new Pod the priority of its class, or of the default one; why it may not be created, or "".

    Models plugin/pkg/admission/priority/admission.go admitPod.
    """
    name = spec.get("priorityClassName", "")
    if name:
        found = next((each for each in classes if each["metadata"]["name"] == name), None)
        if found is None:
            return f"no PriorityClass with name {name} was found"
    else:
        defaults = [each for each in classes if each.get("globalDefault")]
        found = min(defaults, key=lambda each: int(each["value"]), default=None)
        if found is not None:
            spec["priorityClassName"] = found["metadata"]["name"]
    priority, policy = (found["value"], found["preemptionPolicy"]) if found is not None else (0, PREEMPT)
    if spec.setdefault("priority", priority) != priority:
        return _contradicted("integer value of priority", spec["priority"], priority)
    if spec.setdefault("preemptionPolicy", policy) != policy:
        return _contradicted("string value of PreemptionPolicy", spec["preemptionPolicy"], policy)
    return ""


def _contradicted(what: str, given: object, computed: object) -> str:
    return (
        f"the {what} ({given}) must not be provided in pod spec; priority admission controller computed {computed} "
        "from the given PriorityClass name"
    )


def second_default(obj: Json, classes: Iterable[Json]) -> str:
    """Why a PriorityClass may not be the default one, or "". Models admission.go validatePriorityClass."""
    if not obj.get("globalDefault"):
        return ""
    defaults = [each for each in classes if each.get("globalDefault")]
    name = min(defaults, key=lambda each: int(each["value"]), default=obj)["metadata"]["name"]
    if name == obj["metadata"]["name"]:
        return ""
    return f"PriorityClass {name} is already marked as default. Only one default can exist"


def admit_pod_update(pod: Json, old: Json) -> None:
    """What admission does with a changed Pod: it gets its priority again, if it was left out, and its tolerations."""
    for name in ("priority", "preemptionPolicy"):
        if name not in pod["spec"] and name in old["spec"]:
            pod["spec"][name] = old["spec"][name]
    _tolerations(pod["spec"])


def _service_account(spec: Json, random: Random, account: Json) -> None:
    name = spec.get("serviceAccountName") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    automount = spec.get("automountServiceAccountToken")
    if automount is None:
        automount = account.get("automountServiceAccountToken", True)
    if automount:
        _mount_token(spec, random)
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [dict(secret) for secret in account["imagePullSecrets"]]


def _mount_token(spec: Json, random: Random) -> None:
    """Models mountServiceAccountToken: a container that mounts something there already is left alone."""
    present = [volume["name"] for volume in spec.get("volumes", ()) if volume["name"].startswith(TOKEN_VOLUME)]
    name = present[0] if present else generate_name(TOKEN_VOLUME, random)
    needed = False
    for container in (*spec.get("initContainers", ()), *(spec.get("containers") or ())):
        mounts = container.get("volumeMounts", [])
        if all(mount["mountPath"] != TOKEN_PATH for mount in mounts):
            container["volumeMounts"] = [*mounts, {"name": name, "readOnly": True, "mountPath": TOKEN_PATH}]
            needed = True
    if needed and not present:
        spec["volumes"] = [*spec.get("volumes", ()), {"name": name, "projected": TOKEN_SOURCE}]


def _tolerations(spec: Json) -> None:
    """A Pod stays five minutes on a node that is lost, unless it says otherwise."""
    tolerations = spec.get("tolerations", [])
    for extra in _LOST_NODE:
        if not any(_tolerates(toleration, extra["key"]) for toleration in tolerations):
            tolerations = [*tolerations, extra]
    spec["tolerations"] = tolerations


def _tolerates(toleration: Json, key: str) -> bool:
    return toleration.get("key", "") in (key, "") and toleration.get("effect", "") in ("NoExecute", "")
