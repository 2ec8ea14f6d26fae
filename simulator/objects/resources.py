"""The kinds kubectl knows here: their names, short names and API groups."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object. `plural` is what the Api and the history call it."""

    plural: str
    kind: str
    group: str = ""
    version: str = "v1"
    shorts: tuple[str, ...] = ()
    namespaced: bool = True
    in_all: bool = False  # belongs to `kubectl get all`
    warning: str = ""  # what the server says to whoever asks for it

    @property
    def singular(self) -> str:
        return self.kind.lower()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def plural_group(self) -> str:
        """`pods`, `deployments.apps`: as the server names a resource in its errors."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def singular_group(self) -> str:
        """`pod`, `deployment.apps`: as kubectl names it before a slash."""
        return f"{self.singular}.{self.group}" if self.group else self.singular


# In the order of `kubectl api-resources`; those of `get all` come out in the order of ALL below.
RESOURCES: tuple[Resource, ...] = (
    Resource("configmaps", "ConfigMap", shorts=("cm",)),
    Resource(
        "endpoints",
        "Endpoints",
        shorts=("ep",),
        warning="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    ),
    Resource("events", "Event", shorts=("ev",)),
    Resource("limitranges", "LimitRange", shorts=("limits",)),
    Resource("namespaces", "Namespace", shorts=("ns",), namespaced=False),
    Resource("nodes", "Node", shorts=("no",), namespaced=False),
    Resource("persistentvolumeclaims", "PersistentVolumeClaim", shorts=("pvc",)),
    Resource("persistentvolumes", "PersistentVolume", shorts=("pv",), namespaced=False),
    Resource("pods", "Pod", shorts=("po",), in_all=True),
    Resource("replicationcontrollers", "ReplicationController", shorts=("rc",), in_all=True),
    Resource("resourcequotas", "ResourceQuota", shorts=("quota",)),
    Resource("secrets", "Secret"),
    Resource("serviceaccounts", "ServiceAccount", shorts=("sa",)),
    Resource("services", "Service", shorts=("svc",), in_all=True),
    Resource("controllerrevisions", "ControllerRevision", "apps"),
    Resource("daemonsets", "DaemonSet", "apps", shorts=("ds",), in_all=True),
    Resource("deployments", "Deployment", "apps", shorts=("deploy",), in_all=True),
    Resource("replicasets", "ReplicaSet", "apps", shorts=("rs",), in_all=True),
    Resource("statefulsets", "StatefulSet", "apps", shorts=("sts",), in_all=True),
    Resource("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling", "v2", ("hpa",), in_all=True),
    Resource("cronjobs", "CronJob", "batch", shorts=("cj",), in_all=True),
    Resource("jobs", "Job", "batch", in_all=True),
    Resource("leases", "Lease", "coordination.k8s.io"),
    Resource("endpointslices", "EndpointSlice", "discovery.k8s.io"),
    Resource("ingressclasses", "IngressClass", "networking.k8s.io", namespaced=False),
    Resource("ingresses", "Ingress", "networking.k8s.io", shorts=("ing",)),
    Resource("networkpolicies", "NetworkPolicy", "networking.k8s.io", shorts=("netpol",)),
    Resource("runtimeclasses", "RuntimeClass", "node.k8s.io", namespaced=False),
    Resource("clusterrolebindings", "ClusterRoleBinding", "rbac.authorization.k8s.io", namespaced=False),
    Resource("clusterroles", "ClusterRole", "rbac.authorization.k8s.io", namespaced=False),
    Resource("rolebindings", "RoleBinding", "rbac.authorization.k8s.io"),
    Resource("roles", "Role", "rbac.authorization.k8s.io"),
    Resource("storageclasses", "StorageClass", "storage.k8s.io", shorts=("sc",), namespaced=False),
    Resource("poddisruptionbudgets", "PodDisruptionBudget", "policy", shorts=("pdb",)),
    Resource("priorityclasses", "PriorityClass", "scheduling.k8s.io", shorts=("pc",), namespaced=False),
)

# The order in which discovery hands out the category `all`.
ALL = (
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
    "jobs",
)

_BY_PLURAL = {resource.plural: resource for resource in RESOURCES}
_BY_KIND = {resource.kind: resource for resource in RESOURCES}


def _names() -> dict[str, Resource]:
    names: dict[str, Resource] = {}
    for resource in RESOURCES:
        for name in (resource.plural, resource.singular, *resource.shorts):
            names[name] = resource
            if resource.group:
                names[f"{name}.{resource.group}"] = resource
                names[f"{name}.{resource.version}.{resource.group}"] = resource
    return names


_BY_NAME = _names()


def find_resource(name: str) -> Resource | None:
    """What a person means by `po`, `Pods`, `deploy`, `deployments.apps`."""
    return _BY_NAME.get(name.lower())


def resource_of(plural: str) -> Resource:
    """The resource of that plural; an unknown one is made up, so that nothing stored is unprintable."""
    return _BY_PLURAL.get(plural) or Resource(plural, plural.removesuffix("s").capitalize())


def resource_of_kind(kind: str) -> Resource | None:
    """The resource of an object's `kind`."""
    return _BY_KIND.get(kind)


def resource_of_object(obj: Json) -> Resource:
    """The resource that an object belongs to."""
    kind = str(obj.get("kind", ""))
    return _BY_KIND.get(kind) or Resource(kind.lower() + "s", kind)
