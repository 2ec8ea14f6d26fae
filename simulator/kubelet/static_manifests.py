"""A static Pod's manifest as the kubelet reads it from a file: what it runs, and in which words it refuses the rest.

Models pkg/kubelet/config/common.go (applyDefaults, tryDecodeSinglePod) and pkg/api/pod/util.go HasAPIObjectReference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from simulator.history import Json
from simulator.objects import decode, default_object, read_manifest, validate

HASH = "kubernetes.io/config.hash"
SEEN = "kubernetes.io/config.seen"
SOURCE = "kubernetes.io/config.source"
TOLERATION = {"operator": "Exists", "effect": "NoExecute"}
BY_VOLUME = {
    "csi": "csidrivers (via CSI volumes)",
    "glusterfs": "endpoints (via glusterFS volumes)",
    "persistentVolumeClaim": "persistentvolumeclaims",
    "ephemeral": "persistentvolumeclaims (via ephemeral volumes)",
}
BY_PROJECTION = {
    "serviceAccountToken": "serviceaccounts (via projected volumes)",
    "clusterTrustBundle": "clustertrustbundles",
    "podCertificate": "podcertificates",
}


class RefusedManifestError(ValueError):
    """The kubelet does not run what is in the file; it says so in its log only."""


def read_static_pod(text: str, path: str, node: str, seen: str) -> Json:
    """The Pod that the node's kubelet makes of a file; `seen` is when it does.

    Raises RefusedManifestError.
    """
    pod = _decoded(text, path)
    meta, spec = pod["metadata"], pod["spec"]
    if not meta.get("name"):
        raise RefusedManifestError("invalid pod: name is needed for the pod")
    default_object(pod)
    given = json.dumps(pod, sort_keys=True)
    uid = meta.get("uid") or hashlib.md5(f"{given}{node}{path}".encode(), usedforsecurity=False).hexdigest()
    annotations = meta.get("annotations", {}) | {HASH: uid, SEEN: seen, SOURCE: "file"}
    identity = {"name": f"{meta['name']}-{node}", "uid": uid, "annotations": annotations, "generation": 0}
    pod["metadata"] = meta | identity
    pod["metadata"].setdefault("namespace", "default")
    given_tolerations = [each for each in spec.get("tolerations", ()) if each != TOLERATION]
    spec |= {"nodeName": node, "tolerations": [*given_tolerations, TOLERATION]}
    if errors := validate(pod):
        raise RefusedManifestError(f"invalid pod: [{' '.join(map(str, errors))}]")
    if (resource := next(api_references(spec), None)) is not None:
        raise RefusedManifestError(f"static pods may not reference {resource}")
    return pod | {"status": {"phase": "Pending"}}


def _decoded(text: str, path: str) -> Json:
    """Not strictly: a field that is not known is passed over."""
    manifest = read_manifest(text, filename=path, validated=False)
    source = next(iter(manifest.sources), None)
    words = [problem.message for problem in manifest.problems if problem.code != "unknown-field"]
    if source is not None and not words and (source.kind, source.api_version) != ("Pod", "v1"):
        words = [f"invalid pod: {source.kind}"]
    if source is None or words:
        raise RefusedManifestError(f"{path}: couldn't parse as pod({' '.join(words[:1])}), please check config file")
    decoded, _ = decode(source.given, "Pod")
    return {"kind": "Pod", "apiVersion": "v1"} | dict(decoded)


def api_references(spec: Json) -> Iterator[str]:
    """What the API would have to be asked for, in the order in which the kubelet looks. A static Pod does without."""
    if spec.get("serviceAccountName"):
        yield "serviceaccounts"
    for resource, names in (("secrets", _secrets(spec)), ("configmaps", _config_maps(spec))):
        if any(names):
            yield resource
    if spec.get("resourceClaims"):
        yield "resourceclaims"
    for volume in spec.get("volumes", ()):
        yield from (words for source, words in BY_VOLUME.items() if source in volume)
        for projection in volume.get("projected", {}).get("sources", ()):
            yield from (words for source, words in BY_PROJECTION.items() if source in projection)


def _secrets(spec: Json) -> Iterator[object]:
    yield from spec.get("imagePullSecrets", ())
    yield from (volume for volume in spec.get("volumes", ()) if {"secret", "azureFile"} & volume.keys())
    yield from _projected(spec, "secret")
    yield from _environment(spec, "secretKeyRef", "secretRef")


def _config_maps(spec: Json) -> Iterator[object]:
    yield from (volume for volume in spec.get("volumes", ()) if "configMap" in volume)
    yield from _projected(spec, "configMap")
    yield from _environment(spec, "configMapKeyRef", "configMapRef")


def _projected(spec: Json, source: str) -> Iterator[object]:
    for volume in spec.get("volumes", ()):
        yield from (one for one in volume.get("projected", {}).get("sources", ()) if source in one)


def _environment(spec: Json, key: str, whole: str) -> Iterator[object]:
    for container in (*spec.get("initContainers", ()), *spec.get("containers", ())):
        yield from (one for one in container.get("env", ()) if key in (one.get("valueFrom") or {}))
        yield from (one for one in container.get("envFrom", ()) if whole in one)
