"""Manifests: YAML to validated, defaulted API objects, with the API server's own error texts.

The doors: `read_manifest` for what a person typed, `read_scenario` for a scenario file, `create` and `validate`
for objects that a controller makes.
"""

from simulator.objects.cron import Schedule, parse_schedule
from simulator.objects.decode import decode
from simulator.objects.defaults import (
    SYSTEM_PRIORITIES,
    admit_pod,
    admit_pod_update,
    default_object,
    prioritize,
    second_default,
)
from simulator.objects.defaults.pod_resources import aggregate
from simulator.objects.duration import go_duration
from simulator.objects.images import REFERENCE, ImageFault, ImageName, parse_image
from simulator.objects.kinds import KINDS, Kind, kind_named
from simulator.objects.labels import MIRROR, SERVICE_NAME
from simulator.objects.lines import Lines
from simulator.objects.manifest import read_manifest
from simulator.objects.names import generate_name, suffix
from simulator.objects.prepare import clear_namespace, create, generate_job_selector, prepare_update
from simulator.objects.problem import Document, Manifest, Problem, Source
from simulator.objects.qos import qos_class
from simulator.objects.quantity import Quantity, QuantityFault, add, parse_quantity
from simulator.objects.refusals import (
    applied,
    decode_words,
    invalid_lines,
    invalid_words,
    kubectl_error,
    metadata_words,
)
from simulator.objects.scenario import Scenario, read_scenario, substitute
from simulator.objects.scenario_nodes import MAX_NODES, NodeSpec, read_node
from simulator.objects.unsimulated import is_passed_over, unsimulated
from simulator.objects.validation import (
    FieldError,
    validate,
    validate_ephemeral_containers_update,
    validate_pod_resize,
    validate_pod_update,
    validate_status_update,
    validate_update,
    with_resize_alone,
)
from simulator.objects.validation.field import go_quote
from simulator.objects.validation.metadata import selector_matches
from simulator.objects.zones import load_location
from simulator.text import Text

__all__ = [
    "KINDS",
    "MAX_NODES",
    "MIRROR",
    "REFERENCE",
    "SERVICE_NAME",
    "SYSTEM_PRIORITIES",
    "Document",
    "FieldError",
    "ImageFault",
    "ImageName",
    "Kind",
    "Lines",
    "Manifest",
    "NodeSpec",
    "Problem",
    "Quantity",
    "QuantityFault",
    "Scenario",
    "Schedule",
    "Source",
    "Text",
    "add",
    "admit_pod",
    "admit_pod_update",
    "aggregate",
    "applied",
    "clear_namespace",
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
    "is_passed_over",
    "kind_named",
    "kubectl_error",
    "load_location",
    "metadata_words",
    "parse_image",
    "parse_quantity",
    "parse_schedule",
    "prepare_update",
    "prioritize",
    "qos_class",
    "read_manifest",
    "read_node",
    "read_scenario",
    "second_default",
    "selector_matches",
    "substitute",
    "suffix",
    "unsimulated",
    "validate",
    "validate_ephemeral_containers_update",
    "validate_pod_resize",
    "validate_pod_update",
    "validate_status_update",
    "validate_update",
    "with_resize_alone",
]
