"""`kubectl explain`. Models kubectl pkg/explain/v2 and a recording of a real one."""

from __future__ import annotations

import pytest

from simulator.kubectl.verbs.explain import DESCRIPTION
from tests.simulator.stories import Story

DESCRIBED = f"DESCRIPTION:\n    {DESCRIPTION}\n    \n"


def told(line: str) -> str:
    return Story().node(f"kubectl explain {line}")


def test_a_field_with_a_fixed_set_of_values() -> None:
    assert told("pod.spec.restartPolicy") == (
        "KIND:       Pod\nVERSION:    v1\n\nFIELD: restartPolicy <string>\nENUM:\n    Always\n    Never\n    OnFailure\n"
        f"\n{DESCRIBED}\n"
    )


def test_a_struct_lists_its_fields_with_their_types() -> None:
    assert told("pods.spec.containers.ports") == (
        "KIND:       Pod\nVERSION:    v1\n\nFIELD: ports <[]ContainerPort>\n\n"
        f"{DESCRIBED}FIELDS:\n  containerPort\t<integer> -required-\n  hostIP\t<string>\n  hostPort\t<integer>\n"
        "  name\t<string>\n  protocol\t<string>\n  enum: SCTP, TCP, UDP\n\n"
    )


def test_a_kind_of_a_group_and_types_of_all_sorts() -> None:
    text = told("deploy")
    assert text.startswith(f"GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\n{DESCRIBED}FIELDS:\n")
    assert "  metadata\t<ObjectMeta>\n" in text
    meta = told("pod.metadata")
    assert "  labels\t<map[string]string>\n" in meta
    assert "  creationTimestamp\t<string>\n" in meta
    assert "  limits\t<map[string]Quantity>\n" in told("pod.spec.containers.resources")
    assert "  port\t<IntOrString>\n" in told("pod.spec.containers.livenessProbe.httpGet")


def test_all_that_is_below() -> None:
    text = told("hpa.spec.behavior --recursive")
    assert "  scaleDown\t<HPAScalingRules>\n    policies\t<[]HPAScalingPolicy>\n      periodSeconds\t<integer>" in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pod.spec.nosuch", 'error: field "nosuch" does not exist\n'),
        ("pod.spec.restartPolicy.x", 'error: field "x" does not exist\n'),
        ("nosuch", 'error: the server doesn\'t have a resource type "nosuch"\n'),
        ("", 'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list '
            "of supported resources.\n"),
        ("a b", "error: We accept only this format: explain RESOURCE\n"),
        ("events", "error: podviz does not know the fields of Event\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_explained(line: str, words: str) -> None:
    assert told(line) == words
