"""What the API server refuses, and in which words: tables of rules by kind.

`field.py` holds paths and errors, `rules.py` the engine, the other modules one area each.
"""

from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.resize import validate_pod_resize, with_resize_alone
from simulator.objects.validation.table import validate
from simulator.objects.validation.updates import (
    validate_ephemeral_containers_update,
    validate_pod_update,
    validate_status_update,
    validate_update,
)

__all__ = [
    "Field",
    "FieldError",
    "validate",
    "validate_ephemeral_containers_update",
    "validate_pod_resize",
    "validate_pod_update",
    "validate_status_update",
    "validate_update",
    "with_resize_alone",
]
