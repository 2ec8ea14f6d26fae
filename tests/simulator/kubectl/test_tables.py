"""Tables of the other kinds."""

from typing import Any

import pytest

from simulator.kubectl.tables import TableOptions, table_text
from simulator.objects.resources import find_resource, resource_of
from tests.simulator.kubectl.recordings import objects, recording

META = {"name": "x", "namespace": "demo", "creationTimestamp": "1970-01-01T00:00:00Z"}
TEMPLATE = {"spec": {"containers": [{"name": "c", "image": "nginx"}, {"name": "d", "image": "redis"}]}}


def line(kind: str, obj: dict[str, Any], **options: Any) -> str:
    """The one row of a table, its spaces squeezed."""
    text = table_text(resource_of(kind), [{"metadata": META, **obj}], 60_000, TableOptions(**options))
    return " ".join(text.splitlines()[1].split())


@pytest.mark.parametrize(
    ("kind", "obj", "row"),
    [
        (
            "deployments",
            {"spec": {"replicas": 3, "selector": {"matchLabels": {"app": "w"}}, "template": TEMPLATE}, "status": {}},
            "x 0/3 0 0 60s c,d nginx,redis app=w",
        ),
        (
            "daemonsets",
            {"spec": {"template": TEMPLATE}, "status": {"desiredNumberScheduled": 2, "numberReady": 1}},
            "x 2 0 1 0 0 <none> 60s c,d nginx,redis <none>",
        ),
        ("statefulsets", {"spec": {"replicas": 2, "template": TEMPLATE}}, "x 0/2 60s c,d nginx,redis"),
        (
            "services",
            {
                "spec": {
                    "type": "NodePort",
                    "clusterIPs": ["10.0.0.1"],
                    "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}],
                }
            },
            "x NodePort 10.0.0.1 <none> 80:30080/TCP 60s <none>",
        ),
        ("services", {"spec": {"type": "LoadBalancer"}}, "x LoadBalancer <none> <pending> <none> 60s <none>"),
        (
            "services",
            {"spec": {"type": "ExternalName", "externalName": "e.org"}},
            "x ExternalName <none> e.org <none> 60s <none>",
        ),
        ("configmaps", {"data": {"a": "1"}, "binaryData": {"b": ""}}, "x 2 60s"),
        ("secrets", {"type": "Opaque", "data": {"a": "MQ=="}}, "x Opaque 1 60s"),
        ("namespaces", {"status": {"phase": "Active"}}, "x Active 60s"),
        ("endpoints", {"subsets": [{"addresses": [{"ip": "1.1.1.1"}], "ports": [{"port": 80}]}]}, "x 1.1.1.1:80 60s"),
        ("persistentvolumeclaims", {"spec": {}, "status": {"phase": "Pending"}}, "x Pending <unset> 60s <unset>"),
        ("leases", {"spec": {"holderIdentity": "node1"}}, "x node1 60s"),
        ("serviceaccounts", {}, "x 60s"),
    ],
)
def test_a_row_of_each_kind(kind: str, obj: dict[str, Any], row: str) -> None:
    assert line(kind, obj, wide=True) == row


@pytest.mark.parametrize(
    ("conditions", "word"),
    [
        ([], "Running"),
        ([{"type": "Complete", "status": "True"}], "Complete"),
        ([{"type": "Failed", "status": "True"}, {"type": "FailureTarget", "status": "True"}], "Failed"),
        ([{"type": "Suspended", "status": "True"}], "Suspended"),
        ([{"type": "FailureTarget", "status": "True"}], "FailureTarget"),
    ],
)
def test_a_job_has_the_status_of_its_strongest_condition(conditions: list[dict[str, str]], word: str) -> None:
    job = {
        "spec": {"parallelism": 3, "template": TEMPLATE},
        "status": {"conditions": conditions, "startTime": META["creationTimestamp"]},
    }
    assert line("jobs", job) == f"x {word} 0/1 of 3 60s 60s"


def test_a_node_says_ready_and_whether_it_takes_pods() -> None:
    node = {
        "metadata": META | {"labels": {"node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "x"}},
        "spec": {"unschedulable": True},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "addresses": [{"type": "InternalIP", "address": "10.0.0.2"}],
            "nodeInfo": {
                "kubeletVersion": "v1.35.6",
                "osImage": "Debian",
                "kernelVersion": "6.1",
                "architecture": "amd64",
            },
        },
    }
    row = line("nodes", node, wide=True)
    assert row == "x Ready,SchedulingDisabled control-plane,x 60s v1.35.6 10.0.0.2 <none> Debian 6.1 <unknown>"


def test_more_than_three_endpoints_are_counted() -> None:
    slices = {"addressType": "IPv4", "endpoints": [{"addresses": [f"10.0.0.{n}"]} for n in range(5)]}
    assert line("endpointslices", slices) == "x IPv4 <unset> 10.0.0.0,10.0.0.1,10.0.0.2 + 2 more... 60s"


def test_the_endpoint_slice_of_a_recording_prints_as_recorded() -> None:
    slices = objects("seed-readiness-http-404", "endpointslices")
    now = recording("seed-readiness-http-404")["now"]
    text = table_text(resource_of("endpointslices"), slices, now, TableOptions(wide=True)).splitlines()
    assert text[0] == "NAME        ADDRESSTYPE   PORTS   ENDPOINTS      AGE"
    assert text[1].startswith("web-x5kkv   IPv4          80      10.244.0.154   ")


def test_labels_can_be_shown_and_picked() -> None:
    obj = {"metadata": META | {"labels": {"app": "w", "a/tier": "db"}}}
    text = table_text(resource_of("leases"), [obj], 0, TableOptions(label_columns=("a/tier",), show_labels=True))
    assert text == "NAME   HOLDER   AGE   TIER   LABELS\nx               0s    db     a/tier=db,app=w\n"


@pytest.mark.parametrize("name", ["po", "Pods", "pod", "pods.v1."[:4]])
def test_a_kind_is_known_by_all_its_names(name: str) -> None:
    found = find_resource(name)
    assert found is not None
    assert found.plural == "pods"


def test_groups_are_part_of_the_long_names() -> None:
    assert find_resource("deployments.apps") is find_resource("deploy")
    assert find_resource("podz") is None
    assert resource_of("jobs").singular_group == "job.batch"
