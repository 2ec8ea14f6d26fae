"""The Pods that `kubectl debug` makes: a changed copy, and one on a node. Models kubectl pkg/cmd/debug/profiles.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.kubectl.arguments import Arguments

_PROBES = {"liveness": "livenessProbe", "readiness": "readinessProbe", "startup": "startupProbe"}


def copy_of_pod(arguments: Arguments, pod: Json, name: str, new: Json | None) -> Json:
    """The copy: `name` is its debug container, `new` that container if it is not one of the Pod's own."""
    spec = {key: value for key, value in pod["spec"].items() if key != "ephemeralContainers"}
    if not arguments.truth("same-node"):
        spec.pop("nodeName", None)
    images = {key: image for key, _, image in (item.partition("=") for item in arguments.texts("set-image"))}
    containers = [{**c, "image": images.get(c["name"], images.get("*", c["image"]))} for c in spec["containers"]]
    containers = [_changed(arguments, c) if c["name"] == name and new is None else c for c in containers]
    spec["containers"] = [*containers, *([new] if new is not None else [])]
    if arguments.given("share-processes"):
        spec["shareProcessNamespace"] = arguments.truth("share-processes")
    meta: Json = {"name": arguments.text("copy-to"), "namespace": pod["metadata"]["namespace"]}
    for key in ("labels", "annotations"):
        if pod["metadata"].get(key):
            meta[key] = pod["metadata"][key]
    copied = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
    # A copy with other images only is not touched by a profile.
    return _profiled(arguments, copied, name) if name else copied


def _changed(arguments: Arguments, container: Json) -> Json:
    """A container of the Pod itself, with what the flags say about it."""
    changed = dict(container)
    if arguments.after and arguments.truth("arguments-only"):
        changed["args"] = list(arguments.after)
    elif arguments.after:
        changed["command"] = list(arguments.after)
        changed.pop("args", None)
    if arguments.text("image"):
        changed["image"] = arguments.text("image")
    for flag in ("stdin", "tty"):
        changed.pop(flag, None)
        if arguments.truth(flag):
            changed[flag] = True
    return changed


def _profiled(arguments: Arguments, pod: Json, name: str) -> Json:
    """The legacy profile drops labels; the others drop more, so that nothing kills or routes to the copy."""
    profile, spec, meta = arguments.text("profile"), dict(pod["spec"]), dict(pod["metadata"])
    if profile == "legacy" or not arguments.truth("keep-labels"):
        meta.pop("labels", None)
    if profile == "legacy":
        return {**pod, "metadata": meta}
    if not arguments.truth("keep-annotations"):
        meta.pop("annotations", None)
    if not arguments.truth("keep-init-containers"):
        spec.pop("initContainers", None)
    dropped = {probe for word, probe in _PROBES.items() if not arguments.truth(f"keep-{word}")}
    spec["containers"] = [
        {key: value for key, value in container.items() if key not in dropped} for container in spec["containers"]
    ]
    spec["containers"] = [profile_container(profile, c) if c["name"] == name else c for c in spec["containers"]]
    if spec.get("shareProcessNamespace") is None:
        spec["shareProcessNamespace"] = True
    return {**pod, "metadata": meta, "spec": spec}


_RESTRICTED: Json = {
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "allowPrivilegeEscalation": False,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def profile_container(profile: str, container: Json) -> Json:
    """The rights that a profile gives the debug container."""
    if profile in ("baseline", "restricted"):
        container = {key: value for key, value in container.items() if key != "securityContext"}
    context = dict(container.get("securityContext") or {})
    added = {"general": ["SYS_PTRACE"], "netadmin": ["NET_ADMIN", "NET_RAW"]}.get(profile)
    if added:
        capabilities = context.get("capabilities") or {}
        context["capabilities"] = {**capabilities, "add": [*(capabilities.get("add") or []), *added]}
    elif profile == "sysadmin":
        context["privileged"] = True
    elif profile == "restricted":
        context = dict(_RESTRICTED)
    return {**container, "securityContext": context} if context else container


def node_pod(profile: str, name: str, namespace: str, node: str, container: Json) -> Json:
    """A Pod on the node with the node's file system at /host and, but for some profiles, its namespaces."""
    # The general profile clears the rights on a node; the rest give what they give in a Pod.
    container = container if profile == "general" else profile_container(profile, container)
    spec: Json = {
        "containers": [container],
        "nodeName": node,
        "restartPolicy": "Never",
        "tolerations": [{"operator": "Exists"}],
    }
    if profile in ("legacy", "general", "sysadmin"):
        spec["volumes"] = [{"name": "host-root", "hostPath": {"path": "/"}}]
        spec["containers"] = [{**container, "volumeMounts": [{"name": "host-root", "mountPath": "/host"}]}]
    if profile in ("legacy", "general", "sysadmin", "netadmin"):
        spec.update(hostNetwork=True, hostPID=True, hostIPC=True)
    labels = {"app.kubernetes.io/managed-by": "kubectl-debug"}
    meta = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
