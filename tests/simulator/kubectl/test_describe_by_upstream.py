"""Descriptions as upstream's own code writes them (kubectl pkg/describe/describe.go, describe_test.go)."""

import pytest

from simulator.history import Json
from simulator.kubectl.describe import describe_object
from simulator.kubectl.describe.core import ready_endpoints
from simulator.kubectl.describe.generic import smart_label
from simulator.objects.resources import resource_of

NOW = 1_795_409_400_000  # 2026-11-23T04:50:00Z


def described(kind: str, obj: Json, **others: list[Json]) -> list[str]:
    """The lines of the description, with single spaces and without the events."""
    meta = {"name": "x", "namespace": "demo"} | (obj.get("metadata") or {})
    found = describe_object(
        resource_of(kind), {**obj, "metadata": meta}, lambda wanted, _: others.get(wanted, []), NOW, show_events=False
    )
    return [" ".join(line.split()) for line in found.splitlines()]


@pytest.mark.parametrize(
    ("name", "label"),
    [  # describe_test.go TestSmartLabelFor, and what camelcase makes of plurals
        ("creationTimestamp", "Creation Timestamp"),
        ("apiVersion", "API Version"),
        ("uid", "UID"),
        ("podIP", "Pod Ip"),
        ("podIPs", "Pod I Ps"),
        ("my.label/name", "my.label/name"),
        ("v1beta", "v1beta"),
    ],
)
def test_names_of_fields_as_words(name: str, label: str) -> None:
    assert smart_label(name) == label


def test_a_kind_without_a_description_shows_all_it_holds() -> None:
    lease = {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"uid": "u", "labels": {"a": "b"}, "ownerReferences": [{"kind": "Node", "controller": True}]},
        "spec": {"holderIdentity": "node1", "leaseDurationSeconds": 40, "strategy": None},
    }
    assert described("leases", lease)[2:] == [
        "Labels: a=b",
        "Annotations: <none>",
        "API Version: coordination.k8s.io/v1",
        "Kind: Lease",
        "Metadata:",
        "Owner References:",
        "Controller: true",
        "Kind: Node",
        "UID: u",
        "Spec:",
        "Holder Identity: node1",
        "Lease Duration Seconds: 40",
        "Strategy: <nil>",
    ]


def test_an_ingress_class_names_its_controller_and_parameters() -> None:
    spec = {"controller": "example.com/controller", "parameters": {"apiGroup": "v1", "kind": "ConfigMap", "name": "p"}}
    assert described("ingressclasses", {"spec": spec})[3:] == [
        "Controller: example.com/controller",
        "Parameters:",
        "APIGroup: v1",
        "Kind: ConfigMap",
        "Name: p",
    ]


def test_how_fast_an_autoscaler_may_scale() -> None:
    behavior = {
        "scaleUp": {
            "stabilizationWindowSeconds": 30,
            "selectPolicy": "Max",
            "policies": [{"type": "Pods", "value": 10, "periodSeconds": 10}],
        },
        "scaleDown": {"policies": [{"type": "Percent", "value": 50, "periodSeconds": 15}]},
    }
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 5, "behavior": behavior}
    lines = described("horizontalpodautoscalers", {"spec": spec})
    assert lines[lines.index("Behavior:") + 1 : -1] == [
        "Scale Up:",
        "Stabilization Window: 30 seconds",
        "Select Policy: Max",
        "Policies:",
        "- Type: Pods Value: 10 Period: 10 seconds",
        "Scale Down:",
        "Select Policy: Max",
        "Policies:",
        "- Type: Percent Value: 50 Period: 15 seconds",
    ]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (
            {"local": {"path": "/d"}},
            ["Type: LocalVolume (a persistent volume backed by local storage on a node)", "Path: /d"],
        ),
        (
            {"csi": {"driver": "d", "volumeHandle": "h", "volumeAttributes": {"k": "v", "b": "c"}}},
            [
                "Type: CSI (a Container Storage Interface (CSI) volume source)",
                "Driver: d",
                "FSType:",
                "VolumeHandle: h",
                "ReadOnly: false",
                "VolumeAttributes: b=c",
                "k=v",
            ],
        ),
    ],
)
def test_what_is_behind_a_volume(source: Json, lines: list[str]) -> None:
    found = described("persistentvolumes", {"spec": source})
    assert found[found.index("Source:") + 1 :] == lines


def test_where_a_volume_can_be_used() -> None:
    terms = [
        {"matchExpressions": [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "In", "values": ["c"]}]}
    ]
    found = described("persistentvolumes", {"spec": {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}})
    assert found[found.index("Required Terms:") + 1 :][:2] == ["Term 0: a exists", "b in [c]"]


def test_a_storage_class_with_all_that_it_can_have() -> None:
    topology = {"matchLabelExpressions": [{"key": "zone", "values": ["a", "b"]}]}
    obj = {
        "provisioner": "p",
        "allowVolumeExpansion": True,
        "mountOptions": ["ro", "hard"],
        "allowedTopologies": [topology],
    }
    assert described("storageclasses", obj)[5:] == [
        "AllowVolumeExpansion: True",
        "MountOptions:",
        "ro",
        "hard",
        "AllowedTopologies:",
        "Term 0: zone in [a, b]",
    ]


def test_a_service_tells_who_may_come_from_where() -> None:
    spec = {
        "type": "LoadBalancer",
        "externalIPs": ["1.2.3.4"],
        "healthCheckNodePort": 32222,
        "loadBalancerSourceRanges": ["10.0.0.0/8", "11.0.0.0/8"],
    }
    found = described("services", {"spec": spec})
    assert "External IPs: 1.2.3.4" in found
    assert found[-2:] == ["HealthCheck NodePort: 32222", "LoadBalancer Source Ranges: 10.0.0.0/8,11.0.0.0/8"]


def endpoints(*ready: bool, ports: list[Json] | None = None) -> Json:
    return {
        "ports": [{"name": "", "port": 80}] if ports is None else ports,
        "endpoints": [{"addresses": [f"10.0.0.{i}"], "conditions": {"ready": each}} for i, each in enumerate(ready)],
    }


def test_the_endpoints_of_a_service() -> None:
    """formatEndpointSlices: a fourth is counted as more even if it is not ready."""
    assert ready_endpoints([], "") == "<none>"
    assert ready_endpoints([endpoints(False)], "") == ""
    assert ready_endpoints([endpoints(True, False, True, True, True)], "") == (
        "10.0.0.0:80,10.0.0.2:80,10.0.0.3:80 + 1 more..."
    )
    assert ready_endpoints([endpoints(True, True, True, False)], "") == (
        "10.0.0.0:80,10.0.0.1:80,10.0.0.2:80 + 0 more..."
    )
    assert ready_endpoints([endpoints(True, ports=[])], "") == "10.0.0.0"


def test_taints_are_sorted_by_effect_and_the_percentage_is_that_of_floats() -> None:
    limits = {"limits": {"cpu": "4600m"}}
    pod = {
        "metadata": {"name": "p"},
        "spec": {"nodeName": "x", "containers": [{"name": "c", "resources": limits}]},
    }
    node = {
        "metadata": {"namespace": ""},
        "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "b", "effect": "NoExecute"}]},
        "status": {"allocatable": {"cpu": "2"}},
    }
    found = described("nodes", node, pods=[pod])
    taints = next(place for place, line in enumerate(found) if line.startswith("Taints:"))
    assert found[taints : taints + 2] == ["Taints: b:NoExecute", "a:NoSchedule"]
    assert "cpu 0 (0%) 4600m (229%)" in found


def test_the_annotations_of_a_claim_template_are_printed_as_labels() -> None:
    claim = {"metadata": {"name": "v", "annotations": {"a": "b"}}, "spec": {}}
    spec = {"template": {"spec": {"containers": []}}, "volumeClaimTemplates": [claim]}
    assert "Annotations: a=b" in described("statefulsets", {"spec": spec})


def asking(name: str, amount: str, **more: object) -> Json:
    return {"name": name, "resources": {"requests": {"memory": amount}, "limits": {"memory": amount}}, **more}


@pytest.mark.parametrize(
    ("pod", "shown"),
    [  # kubectl pkg/util/resource/resource.go PodRequestsAndLimits
        ({"containers": [asking("a", "100M"), asking("b", "64Mi")]}, "167108864 (3%) 167108864 (3%)"),
        ({"containers": [asking("a", "100M"), asking("b", "28M")]}, "128M (2%) 128M (2%)"),
        (
            {"containers": [asking("a", "1Gi")], "resources": {"requests": {"memory": "2Gi"}}},
            "1Gi (25%) 1Gi (25%)",
        ),
        (
            {"containers": [{"name": "a"}], "overhead": {"memory": "1Gi"}},
            "1Gi (25%) 0 (0%)",
        ),
        (
            {
                "containers": [asking("a", "1Gi")],
                "initContainers": [asking("s", "1Gi", restartPolicy="Always"), asking("i", "2Gi")],
            },
            "3Gi (75%) 3Gi (75%)",
        ),
    ],
)
def test_what_a_pod_takes_of_a_node(pod: Json, shown: str) -> None:
    node = {"metadata": {"namespace": ""}, "status": {"allocatable": {"memory": "4Gi"}}}
    found = described("nodes", node, pods=[{"metadata": {"name": "p"}, "spec": {"nodeName": "x", **pod}}])
    assert f"memory {shown}" in found


@pytest.mark.parametrize(("reason", "shown"), [("Deferred", "2Gi"), ("Infeasible", "1Gi")])
def test_a_pod_that_is_resized_asks_for_the_larger_amount_unless_it_will_never_have_it(reason: str, shown: str) -> None:
    """kubectl pkg/util/resource/resource.go determineContainerReqs."""
    node = {"metadata": {"namespace": ""}, "status": {"allocatable": {"memory": "4Gi"}}}
    status = {
        "conditions": [{"type": "PodResizePending", "status": "True", "reason": reason}],
        "containerStatuses": [{"name": "a", "resources": {"requests": {"memory": "1Gi"}}}],
    }
    spec = {"nodeName": "x", "containers": [asking("a", "2Gi")]}
    found = described("nodes", node, pods=[{"metadata": {"name": "p"}, "spec": spec, "status": status}])
    assert f"memory {shown}" in next(line for line in found if line.startswith("memory") and "2Gi (50%)" in line)


def test_access_modes_come_in_one_order_and_once() -> None:
    """kubectl pkg/util/storage GetAccessModesAsString."""
    modes = ["ReadOnlyMany", "ReadWriteOnce", "ReadOnlyMany"]
    assert "Access Modes: RWO,ROX" in described("persistentvolumes", {"spec": {"accessModes": modes}})


def test_a_claim_names_what_it_is_copied_from() -> None:
    """printPersistentVolumeClaim; the group of a core kind is null."""
    source = {"apiGroup": None, "kind": "PersistentVolumeClaim", "name": "old"}
    found = described("persistentvolumeclaims", {"spec": {"dataSource": source}})
    assert found[-4:-1] == ["DataSource:", "Kind: PersistentVolumeClaim", "Name: old"]
