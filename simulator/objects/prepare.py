"""What the API server makes of a decoded object before it looks whether it is valid.

Defaults, admission, a status of its own making, and fields that this release ignores taken away. Models
pkg/registry/core/pod/strategy.go PrepareForCreate and its fellows.
"""

from __future__ import annotations

import base64
from random import Random
from typing import Any

from simulator.objects.data_sources import settle_data_sources
from simulator.objects.decode import decode
from simulator.objects.defaults import admit_pod, default_object
from simulator.objects.defaults.pods import each_container
from simulator.objects.go_types import structs
from simulator.objects.kinds import kind_named
from simulator.objects.label_keys import apply_label_keys
from simulator.objects.qos import qos_class

Json = dict[str, Any]

_CONTROLLER_UID, _JOB_NAME = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"
_IN_USE = {
    "PersistentVolumeClaim": "kubernetes.io/pvc-protection",
    "PersistentVolume": "kubernetes.io/pv-protection",
}
_DAEMON_GENERATION = "deprecated.daemonset.template.generation"


def create(obj: Json, random: Random, *, account: Json | None = None) -> None:
    """Default and admit a decoded object in place, and give it its first status. `random` draws made-up names."""
    default_object(obj)
    kind = obj["kind"]
    obj["metadata"].pop("uid", None)  # the server's to give
    obj["metadata"] = clear_namespace(obj)["metadata"]
    if kind == "Pod":
        drop_disabled_fields(obj["spec"])
        apply_label_keys(obj)
        admit_pod(obj, random, account=account)
    elif kind == "DaemonSet":
        obj["metadata"].setdefault("annotations", {})[_DAEMON_GENERATION] = "1"
    elif kind == "StatefulSet":
        _drop_max_unavailable(obj)
    elif kind == "Secret":
        _string_data(obj)
    elif kind in _IN_USE:
        if kind == "PersistentVolumeClaim":
            settle_data_sources(obj["spec"], {})
        _protect(obj, _IN_USE[kind])
    elif kind == "Namespace" and "kubernetes" not in obj["spec"].get("finalizers", ()):
        obj["spec"].setdefault("finalizers", []).append("kubernetes")
    _first_status(obj)


def clear_namespace(obj: Json) -> Json:
    """What belongs to the whole cluster has no namespace, whatever is written.

    Models EnsureObjectNamespaceMatchesRequestNamespace of apiserver pkg/registry/rest/meta.go.
    """
    kind = kind_named(obj["kind"])
    if kind is None or kind.namespaced or "namespace" not in obj["metadata"]:
        return obj
    return {**obj, "metadata": {name: value for name, value in obj["metadata"].items() if name != "namespace"}}


def _protect(obj: Json, finalizer: str) -> None:
    """It stays while it is used. Models plugin/pkg/admission/storage/storageobjectinuseprotection."""
    finalizers = obj["metadata"].setdefault("finalizers", [])
    if finalizer not in finalizers:
        finalizers.append(finalizer)


def prepare_update(obj: Json, old: Json) -> None:
    """What becomes of a changed object first. Models PrepareForUpdate of pkg/registry/apps/*/strategy.go."""
    kind = obj["kind"]
    if kind == "DaemonSet":
        _count_template(obj, old)
    elif kind == "StatefulSet" and "maxUnavailable" not in _rolling(old):
        _drop_max_unavailable(obj)
    elif kind == "Secret":
        _string_data(obj)
    elif kind == "PersistentVolumeClaim":
        settle_data_sources(obj["spec"], old["spec"])


def _count_template(obj: Json, old: Json) -> None:
    """Each template of a DaemonSet has a number; a person cannot set it."""
    before = (old["metadata"].get("annotations") or {}).get(_DAEMON_GENERATION, "1")
    changed = obj["spec"]["template"] != old["spec"]["template"]
    number = str(int(before) + 1) if changed and before.isdecimal() else before
    obj["metadata"].setdefault("annotations", {})[_DAEMON_GENERATION] = number


def _rolling(stateful_set: Json) -> Json:
    return stateful_set["spec"].get("updateStrategy", {}).get("rollingUpdate") or {}


def _drop_max_unavailable(stateful_set: Json) -> None:
    """The gate MaxUnavailableStatefulSet is off in this release."""
    _rolling(stateful_set).pop("maxUnavailable", None)


def _first_status(obj: Json) -> None:
    """A status that came with the manifest is thrown away."""
    kind = obj["kind"]
    if kind == "Pod":
        obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj)}
        if obj["spec"].get("schedulingGates"):
            obj["status"]["conditions"] = [_gated()]
    elif f"{kind}Status" in structs():
        obj["status"], _ = decode({}, f"{kind}Status")
        phase = {"PersistentVolumeClaim": "Pending", "PersistentVolume": "Pending", "Namespace": "Active"}.get(kind)
        if phase:
            obj["status"]["phase"] = phase


def _gated() -> Json:
    """Models applySchedulingGatedCondition; when that was is filled in when the Pod is born."""
    return {
        "type": "PodScheduled",
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": None,
        "reason": "SchedulingGated",
        "message": "Scheduling is blocked due to non-empty scheduling gates",
    }


def drop_disabled_fields(spec: Json) -> None:
    """Fields behind gates that are off in this release. Models pkg/api/pod/util.go dropDisabledFields."""
    spec.pop("workloadRef", None)
    for container in each_container(spec):
        lifecycle = container.get("lifecycle")
        if lifecycle and lifecycle.pop("stopSignal", None) is not None and not lifecycle:
            del container["lifecycle"]
    for volume in spec.get("volumes", ()):
        for source in (volume.get("projected") or {}).get("sources") or ():
            source.pop("clusterTrustBundle", None)
            source.pop("podCertificate", None)


def _string_data(secret: Json) -> None:
    """`stringData` goes into `data`, encoded. Models pkg/apis/core/v1/conversion.go."""
    given = secret.pop("stringData", {})
    encoded = {key: base64.b64encode(value.encode("utf-8", "replace")).decode() for key, value in given.items()}
    if encoded:
        secret["data"] = {**secret.get("data", {}), **encoded}


def generate_job_selector(job: Json, uid: str) -> None:
    """A Job selects its Pods by its own uid, unless the person said how. Models pkg/registry/batch/job/strategy.go."""
    job["metadata"]["uid"], spec, name = uid, job["spec"], job["metadata"]["name"]
    if spec.get("manualSelector"):
        return
    made = {_CONTROLLER_UID: uid, _JOB_NAME: name, "controller-uid": uid, "job-name": name}
    labels = spec["template"]["metadata"].setdefault("labels", {})
    for key, value in made.items():
        labels.setdefault(key, value)
    spec.setdefault("selector", {}).setdefault("matchLabels", {}).setdefault(_CONTROLLER_UID, uid)
    if not job["metadata"].get("labels"):
        job["metadata"]["labels"] = dict(labels)
