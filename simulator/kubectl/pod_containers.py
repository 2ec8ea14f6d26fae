"""Which container of a Pod is meant. Models kubectl pkg/cmd/util/podcmd."""

from __future__ import annotations

from simulator.history import Json
from simulator.kubectl.errors import CommandError

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"


def all_container_names(pod: Json) -> str:
    """`app, debugger (ephem), setup (init)`."""
    spec = pod["spec"]
    names = [c["name"] for c in spec.get("containers", [])]
    names += [f"{c['name']} (ephem)" for c in spec.get("ephemeralContainers") or []]
    names += [f"{c['name']} (init)" for c in spec.get("initContainers") or []]
    return ", ".join(names)


def find_container(pod: Json, name: str) -> Json | None:
    """The container of that name, of whatever kind."""
    spec = pod["spec"]
    groups = ("containers", "initContainers", "ephemeralContainers")
    return next((c for group in groups for c in spec.get(group) or [] if c["name"] == name), None)


def choose_container(pod: Json, name: str) -> tuple[Json, str]:
    """The container asked for, or else the first; and what to tell the person about the choice."""
    name = name or (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if name:
        found = find_container(pod, name)
        if found is None:
            names = all_container_names(pod)
            raise CommandError(f"container {name} is not valid for pod {pod['metadata']['name']} out of: {names}")
        return found, ""
    spec = pod["spec"]
    first: Json = spec["containers"][0]
    if len(spec["containers"]) > 1 or spec.get("initContainers") or spec.get("ephemeralContainers"):
        return first, f'Defaulted container "{first["name"]}" out of: {all_container_names(pod)}\n'
    return first, ""
