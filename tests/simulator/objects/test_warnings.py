"""What the API server warns of. The cases are those of upstream's pkg/api/pod/warnings_test.go and its fellows."""

from __future__ import annotations

import json

import pytest

from simulator.objects.warnings import warnings
from tests.simulator.objects.cast import Json, container, pod, stored
from tests.simulator.objects.test_other_rules import thing, workload
from tests.simulator.stories import Story

HERE = "spec.containers[0]"
LATER = "which may be dropped when using apply"
DNS = "which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"
NO_POD = "a null labelSelector results in matching no pod"
BYTES = "is invalid, must be an integer"
OLD = {"key": "beta.kubernetes.io/os", "operator": "Exists"}


def ports(*given: Json) -> Json:
    return container(ports=[{"containerPort": 80} | each for each in given])


def headless(**spec: object) -> Json:
    return thing("Service", spec={"clusterIP": "None", "ports": [{"port": 80}]} | spec)


CASES: list[tuple[Json, list[str]]] = [
    (pod(), []),
    (container(resources={"limits": {"memory": "128m"}}), [
        f'{HERE}.resources.limits[memory]: fractional byte value "128m" {BYTES}',
        f'{HERE}.resources.requests[memory]: fractional byte value "128m" {BYTES}']),
    (container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "A", "value": "3"}]), [
        f'{HERE}.env[2]: hides previous definition of "A", {LATER}']),
    (ports({"name": "a"}, {"name": "b"}), [f"{HERE}.ports[1]: duplicate port definition with {HERE}.ports[0]"]),
    (ports({}, {"hostPort": 80}), [f"{HERE}.ports[1]: overlapping port definition with {HERE}.ports[0]"]),
    (ports({"hostPort": 80}, {"hostPort": 80, "hostIP": "10.0.0.1"}), [
        f"{HERE}.ports[1]: dangerously ambiguous port definition with {HERE}.ports[0]"]),
    (pod(nodeSelector={"beta.kubernetes.io/os": "linux"}), [
        'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']),
    (pod(topologySpreadConstraints=[{"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule"}]), [
        f"spec.topologySpreadConstraints[0].labelSelector: {NO_POD}"]),
    (pod(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "z"}]}}), [
        f"spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: {NO_POD}"]),
    (workload("Deployment", name="a.b"), [f"metadata.name: this is used in Pod names and hostnames, {DNS}"]),
    (headless(sessionAffinity="ClientIP"), ["spec.SessionAffinity is ignored for headless services"]),
    (headless(trafficDistribution="PreferClose"), [
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "told"), CASES)
def test_what_is_said_of_a_new_object(obj: Json, told: list[str]) -> None:
    assert warnings(stored(obj)) == told


def test_a_ports_name_leads_to_one_of_them() -> None:
    two = [
        {"name": name, "image": "x", "ports": [{"containerPort": port, "name": "web"}]}
        for name, port in (("a", 80), ("b", 81))
    ]
    (told,) = warnings(stored(pod(containers=two)))
    assert told.endswith("services and probes that select ports by name will use spec.containers[0].ports[0]")


def test_kubectl_prints_it_before_what_it_did() -> None:
    made = pod() | {"metadata": {"name": "a.b"}}
    told = f"Warning: metadata.name: this is used in the Pod's hostname, {DNS}\npod/a.b created\n"
    line = f"echo '{json.dumps(made)}' | kubectl apply -f - 2>&1"
    assert Story(seconds=1).node(f"{line}; {line}") == f"{told}pod/a.b unchanged\n"
    (result,) = Story(made).facts("result")
    assert result.data["output"] == told


def test_a_negative_grace_period_is_a_second() -> None:
    """TestConvert_v1_Pod_To_core_Pod of pkg/apis/core/v1/conversion_test.go: of Pods, not of templates."""
    assert stored(pod(terminationGracePeriodSeconds=-1))["spec"]["terminationGracePeriodSeconds"] == 1
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod(terminationGracePeriodSeconds=-1)["spec"]}
    made = stored(workload("Deployment", template))
    assert made["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == -1
    assert warnings(made) == [
        "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
    ]
