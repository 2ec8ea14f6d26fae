"""What an update may change. Models PrepareForUpdate and ValidateUpdate of pkg/registry/*/strategy.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.history import Json
from simulator.objects import validate_ephemeral_containers_update, validate_pod_resize, validate_update


def annotated(old: Json, new: Json) -> Json:
    """The metadata after an update of the status, which may change annotations too."""
    kept = {key: value for key, value in old["metadata"].items() if key != "annotations"}
    annotations = new["metadata"].get("annotations")
    return kept | ({"annotations": annotations} if annotations else {})


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
