"""What the files of a Pod's volumes are like: whose they are, who may read them, and how much room there is.

Models pkg/volume/{projected/projected.go,emptydir/empty_dir.go} and pkg/volume/util/util.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import all_containers
from simulator.objects import parse_quantity

ANY = "any"
TOKEN_MODE = 0o600


def _sources(volume: Json) -> list[Json]:
    return [volume, *((volume.get("projected") or {}).get("sources") or ())]


def item_modes(pod: Json, volume: Json) -> dict[str, int]:
    """Files that have a mode of their own."""
    sources = [source for holder in _sources(volume) for source in holder.values() if isinstance(source, dict)]
    items = [item for source in sources for item in source.get("items") or ()]
    modes = {item["path"]: item["mode"] for item in items if item.get("mode") is not None}
    if common_user(pod) is not None or "fsGroup" in (pod["spec"].get("securityContext") or {}):
        modes |= dict.fromkeys(_tokens(volume), TOKEN_MODE)
    return modes


def item_owners(pod: Json, volume: Json) -> dict[str, int]:
    """Tokens belong to the user as whom all containers run."""
    user = common_user(pod)
    return {} if user is None else dict.fromkeys(_tokens(volume), user)


def _tokens(volume: Json) -> Iterator[str]:
    for source in _sources(volume):
        if "serviceAccountToken" in source:
            yield source["serviceAccountToken"]["path"]


def common_user(pod: Json) -> int | None:
    """Models FsUserFrom."""
    spec, users = pod["spec"], set()
    shared = (spec.get("securityContext") or {}).get("runAsUser")
    for _, _, container in all_containers(spec):
        users.add((container.get("securityContext") or {}).get("runAsUser", shared))
    return users.pop() if len(users) == 1 else None


def memory_size(agent: PodAgent, given: str | None = None) -> int:
    """How much a volume in memory holds: no more than the Pod may use. Models calculateEmptyDirMemorySize."""
    spec = agent.pod["spec"]
    node = agent.node.store.get("nodes", "", agent.node.name) or {"status": {"allocatable": {}}}
    sizes = [parse_quantity(node["status"]["allocatable"].get("memory", "0")).value]
    own = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
    limits = [((each.get("resources") or {}).get("limits") or {}).get("memory") for each in spec["containers"]]
    if own:
        sizes.append(parse_quantity(own).value)
    elif all(limits):
        sizes.append(sum(parse_quantity(limit).value for limit in limits))
    if given:
        sizes.append(parse_quantity(given).value)
    return min(filter(None, sizes), default=0)


def refers(volume: Json, kind: str, name: str) -> bool:
    """Whether the volume has something of the object of this kind (a plural) and name."""
    if kind == ANY:
        return True
    if kind == "pods":
        return any("downwardAPI" in source for source in _sources(volume))
    key = {"configmaps": "configMap", "secrets": "secret"}[kind]
    return any(name in (s.get(key, {}).get("name"), s.get(key, {}).get("secretName")) for s in _sources(volume))
