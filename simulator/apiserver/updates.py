"""What an update may change. Models PrepareForUpdate and ValidateUpdate of pkg/registry/*/strategy.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.history import Json
from simulator.objects import (
    decode,
    decode_words,
    validate_ephemeral_containers_update,
    validate_pod_resize,
    validate_update,
)
from simulator.objects.errors import ApiError

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def annotated(old: Json, new: Json) -> Json:
    """The metadata after an update of the status, which may change annotations too."""
    kept = {key: value for key, value in old["metadata"].items() if key != "annotations"}
    annotations = new["metadata"].get("annotations")
    return kept | ({"annotations": annotations} if annotations else {})


def check_node(obj: Json) -> None:
    """Of a Node a person changes little but the taints. Raises ApiError. Models validateNodeTaints."""
    decoded, faults = decode({"spec": obj.get("spec"), "status": obj.get("status")}, "Node")
    if wrong := [fault for fault in faults if fault.code != "unknown-field"]:
        raise ApiError(400, "BadRequest", decode_words("Node", "v1", wrong))
    causes = []
    for place, taint in enumerate(decoded["spec"].get("taints", ())):
        at = f"metadata.taints[{place}]"
        if not taint.get("key"):
            causes.append(f"{at}.key: Required value: name part must be non-empty")
        if not taint.get("effect"):
            causes.append(f"{at}.effect: Required value")
        elif taint["effect"] not in EFFECTS:
            known = ", ".join(f'"{effect}"' for effect in sorted(EFFECTS))
            causes.append(f'{at}.effect: Unsupported value: "{taint["effect"]}": supported values: {known}')
    if causes:
        name = obj["metadata"]["name"]
        message = f'Node "{name}" is invalid: {causes[0] if len(causes) == 1 else "[" + ", ".join(causes) + "]"}'
        raise ApiError(422, "Invalid", message, kind="Node", name=name, causes=causes)


def content(obj: Json) -> Json:
    """All but the metadata and the status."""
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}


def update_errors(obj: Json, old: Json, subresource: str) -> Sequence[object]:
    """What is against an update, which of a subresource may change but little."""
    if subresource == "resize":
        return validate_pod_resize(obj, old)
    if subresource == "ephemeralcontainers":
        return validate_ephemeral_containers_update(obj, old)
    return validate_update(obj, old)
