"""Manifests: YAML to validated, defaulted API objects, with the API server's own error texts.

The doors: `read_manifest` for what a person typed, `read_scenario` for a scenario file, `create` and `validate`
for objects that a controller makes.
"""

from simulator.objects.decode import decode
from simulator.objects.defaults import admit_pod, admit_pod_update, default_object
from simulator.objects.duration import go_duration
from simulator.objects.images import ImageFault, ImageName, parse_image
from simulator.objects.kinds import KINDS, Kind, kind_named
from simulator.objects.lines import Lines
from simulator.objects.manifest import read_manifest
from simulator.objects.names import generate_name, suffix
from simulator.objects.prepare import create, generate_job_selector
from simulator.objects.problem import Document, Manifest, Problem, Source
from simulator.objects.qos import qos_class
from simulator.objects.quantity import Quantity, QuantityFault, parse_quantity
from simulator.objects.refusals import applied, decode_words, invalid_lines, invalid_words, kubectl_error
from simulator.objects.scenario import Scenario, read_scenario, substitute
from simulator.objects.unsimulated import unsimulated
from simulator.objects.validation import (
    FieldError,
    validate,
    validate_ephemeral_containers_update,
    validate_pod_resize,
    validate_pod_update,
    validate_update,
    with_resize_alone,
)
from simulator.objects.validation.field import go_quote
from simulator.text import Text

__all__ = [
    "KINDS",
    "Document",
    "FieldError",
    "ImageFault",
    "ImageName",
    "Kind",
    "Lines",
    "Manifest",
    "Problem",
    "Quantity",
    "QuantityFault",
    "Scenario",
    "Source",
    "Text",
    "admit_pod",
    "admit_pod_update",
    "applied",
    "create",
    "decode",
    "decode_words",
    "default_object",
    "generate_job_selector",
    "generate_name",
    "go_duration",
    "go_quote",
    "invalid_lines",
    "invalid_words",
    "kind_named",
    "kubectl_error",
    "parse_image",
    "parse_quantity",
    "qos_class",
    "read_manifest",
    "read_scenario",
    "substitute",
    "suffix",
    "unsimulated",
    "validate",
    "validate_ephemeral_containers_update",
    "validate_pod_resize",
    "validate_pod_update",
    "validate_update",
    "with_resize_alone",
]
