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


def choose_container(pod: Json, name: str, *, for_logs: bool = False) -> tuple[Json, str]:
    """The container asked for, or else the first; and what to tell the person about the choice."""
    of_pod = str(pod["metadata"]["name"])
    if name:
        found = find_container(pod, name)
        if found is None:
            raise CommandError(
                f"container {name} is not valid for pod {of_pod}"
                if for_logs
                else f"container {name} not found in pod {of_pod}"
            )
        return found, ""
    note, preset = "", (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER, "")
    if preset and (found := find_container(pod, preset)) is not None:
        return found, ""
    if preset and for_logs:
        note = f'Default container name "{preset}" not found in pod {of_pod}\n'
    spec = pod["spec"]
    first: Json = spec["containers"][0]
    if len(spec["containers"]) > 1 or spec.get("initContainers") or spec.get("ephemeralContainers"):
        note += f'Defaulted container "{first["name"]}" out of: {all_container_names(pod)}\n'
    return first, note
