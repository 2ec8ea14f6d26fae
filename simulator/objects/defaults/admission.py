"""What admission adds to a new Pod. Models plugin/pkg/admission/{serviceaccount,defaulttolerationseconds,priority}."""

from __future__ import annotations

from random import Random
from typing import Any

from simulator.objects.names import generate_name

Json = dict[str, Any]

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_VOLUME = "kube-api-access-"
MIRROR = "kubernetes.io/config.mirror"
PRIORITY_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_NOT_READY, _UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"


def admit_pod(pod: Json, random: Random, *, account: Json | None = None) -> None:
    """Service account, its token's volume, tolerations of a lost node, and priority.

    `account` is the ServiceAccount object, if there is one: it may forbid the token or name pull secrets.
    """
    spec = pod["spec"]
    if MIRROR not in pod["metadata"].get("annotations", {}):
        _service_account(spec, random, account or {})
    _tolerations(spec)
    spec.setdefault("priority", PRIORITY_CLASSES.get(spec.get("priorityClassName", ""), 0))
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")


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
        spec["volumes"] = [*spec.get("volumes", ()), {"name": name, "projected": _token_source()}]


def _token_source() -> Json:
    namespace = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
    return {
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [namespace]}},
        ],
        "defaultMode": 420,
    }


def _tolerations(spec: Json) -> None:
    """A Pod stays five minutes on a node that is lost, unless it says otherwise."""
    tolerations = spec.get("tolerations", [])
    for key in (_NOT_READY, _UNREACHABLE):
        if not any(_tolerates(toleration, key) for toleration in tolerations):
            extra = {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            tolerations = [*tolerations, extra]
    spec["tolerations"] = tolerations


def _tolerates(toleration: Json, key: str) -> bool:
    return toleration.get("key", "") in (key, "") and toleration.get("effect", "") in ("NoExecute", "")
