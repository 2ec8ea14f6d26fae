"""What admission says of a new object before its own rules are asked. Models plugin/pkg/admission."""

from __future__ import annotations

from simulator.apiserver.runtime_class import apply_runtime_class
from simulator.apiserver.topology_labels import with_topology_labels
from simulator.history import Json
from simulator.objects import SYSTEM_PRIORITIES, parse_quantity, prioritize, second_default
from simulator.objects.errors import NAMESPACE_TERMINATING
from simulator.store import Store
from simulator.volume_claims import default_class, storage_class

DEFAULT = "default"  # the account of a Pod that names none
IMMORTAL = ("default", "kube-public", "kube-system")


def forbidden(obj: Json, store: Store) -> str:
    """Why the object may not be created, or "". A Pod is given its priority, its class and labels by the way."""
    if why := _ending(obj, store):
        return why
    classes = list(store.list("priorityclasses"))
    if obj["kind"] == "PriorityClass":
        return second_default(obj, classes)
    if obj["kind"] == "PersistentVolumeClaim":
        _default_class(obj, store)
    if obj["kind"] != "Pod":
        return ""
    spec = obj["spec"]
    if spec.get("nodeName"):
        obj["metadata"] |= with_topology_labels(obj["metadata"], spec["nodeName"], store)
    return _unknown_account(obj, store) or prioritize(spec, classes) or apply_runtime_class(spec, store)


def unexpandable(obj: Json, store: Store, old: Json | None) -> str:
    """Why a claim may not grow, or "". Models plugin/pkg/admission/storage/persistentvolume/resize/admission.go."""
    if old is None or obj["kind"] != "PersistentVolumeClaim":
        return ""
    sizes = [parse_quantity(each["spec"]["resources"]["requests"]["storage"]).nano for each in (obj, old)]
    if sizes[0] <= sizes[1]:
        return ""
    found = storage_class(store, old)
    if found is not None and found.get("allowVolumeExpansion"):
        return ""
    words = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
    return f"{words} support resize"


def _ending(obj: Json, store: Store) -> str:
    """Models apiserver pkg/admission/plugin/namespace/lifecycle/admission.go Admit."""
    name = obj["metadata"].get("namespace", "")
    if not is_terminating(store, name):
        return ""
    return f"unable to create new content in namespace {name} because it is being terminated"


def causes(obj: Json, store: Store) -> tuple[str, ...]:
    """What a controller goes by that is told it may not create the object."""
    return (NAMESPACE_TERMINATING,) if is_terminating(store, obj["metadata"].get("namespace", "")) else ()


def is_terminating(store: Store, namespace: str) -> bool:
    """Whether nothing new may come into the namespace."""
    found = store.get("namespaces", "", namespace)
    return found is not None and found.get("status", {}).get("phase") == "Terminating"


def _default_class(claim: Json, store: Store) -> None:
    """A claim that names no class gets the default one. Models plugin/pkg/admission/storage/storageclass/setdefault."""
    if "storageClassName" in claim["spec"]:
        return
    found = default_class(store)
    if found:
        claim["spec"]["storageClassName"] = found


def account_of(obj: Json, store: Store) -> Json | None:
    """The ServiceAccount that a Pod runs as."""
    if obj["kind"] != "Pod":
        return None
    return store.get("serviceaccounts", obj["metadata"]["namespace"], obj["spec"].get("serviceAccountName") or DEFAULT)


def _unknown_account(pod: Json, store: Store) -> str:
    """Models plugin/pkg/admission/serviceaccount/admission.go Admit.

    For the default account it would wait up to two seconds, until the controller has made it.
    """
    namespace, account = pod["metadata"]["namespace"], pod["spec"].get("serviceAccountName") or DEFAULT
    if account == DEFAULT or account_of(pod, store) is not None:
        return ""
    return f'error looking up service account {namespace}/{account}: serviceaccount "{account}" not found'


def undeletable(kind: str, name: str) -> str:
    """Why an object may not be deleted, or "".

    Models pkg/registry/scheduling/priorityclass/storage/storage.go and the namespaces' lifecycle plugin.
    """
    if kind == "namespaces" and name in IMMORTAL:
        return "this namespace may not be deleted"
    if kind == "priorityclasses" and name in SYSTEM_PRIORITIES:
        return "this is a system priority class and cannot be deleted"
    return ""
