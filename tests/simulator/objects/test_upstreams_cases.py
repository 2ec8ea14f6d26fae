"""What upstream's own tests say of Services, policies, Ingresses, classes, volumes and autoscalers.

The cases are those of the validation_test.go files in pkg/apis/{core,networking,storage,autoscaling,node}/validation.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simulator.objects import validate_update
from tests.simulator.objects.cast import Json, messages, stored
from tests.simulator.objects.test_cluster_kinds import NET, autoscaler, volume
from tests.simulator.objects.test_other_rules import claim, thing

PORTS = [{"port": 80}]
CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
GROUP = "apiVersion must specify API group"


def service(**spec: Any) -> Json:
    return thing("Service", spec={"ports": PORTS} | spec)


def policy(**rule: Any) -> Json:
    return thing("NetworkPolicy", NET, spec={"podSelector": {}, "ingress": [rule]})


def ingress(**spec: Any) -> Json:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    return thing("Ingress", NET, spec={"defaultBackend": backend} | spec)


def routed(path: str, name: str = "web") -> Json:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    return ingress(rules=[{"http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}])


def ingress_class(controller: str = "a.b/c", **parameters: str) -> Json:
    return thing(
        "IngressClass", NET, spec={"controller": controller, "parameters": {"kind": "k", "name": "n"} | parameters}
    )


def storage_class(*rules: Json) -> Json:
    topology = [{"matchLabelExpressions": list(rules)}]
    return thing("StorageClass", "storage.k8s.io/v1", provisioner="a/b", allowedTopologies=topology)


def measured(kind: str, **source: Any) -> Json:
    return autoscaler(metrics=[{"type": kind, kind[0].lower() + kind[1:]: source}])


def scaling(**rules: Any) -> Json:
    return autoscaler(behavior={"scaleUp": rules})


def runtime(**fields: Any) -> Json:
    return thing("RuntimeClass", "node.k8s.io/v1", handler="runc", **fields)


SERVICES: list[tuple[Json, list[str]]] = [
    (service(clusterIP="garbage"), [f'spec.clusterIPs[0]: Invalid value: "garbage": {ADDRESS}']),
    (service(clusterIP="10.0.0.1", clusterIPs=["10.0.0.2"]), [
        'spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`']),
    (service(clusterIP="10.0.0.1", clusterIPs=["10.0.0.1", "10.0.0.2"]), [
        'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family']),
    (service(clusterIP="10.0.0.1", ipFamilies=["IPv6"]), [
        'spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`']),
    (service(ipFamilies=["v4", "IPv4", "IPv4"]), [
        'spec.ipFamilies[0]: Unsupported value: "v4": supported values: "IPv4", "IPv6"',
        'spec.ipFamilies[2]: Duplicate value: "IPv4"']),
    (service(ipFamilyPolicy="Both"), [
        'spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", '
        '"SingleStack"']),
    (service(externalIPs=["0.0.0.0", "127.0.0.1", "169.254.0.1", "1.2.3.4"]), [
        'spec.externalIPs[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
        'spec.externalIPs[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'spec.externalIPs[2]: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, '
        "fe80::/10)"]),
    (service(type="LoadBalancer", loadBalancerSourceRanges=["1.2.3.4/33", " 10.0.0.0/8"]), [
        f'spec.LoadBalancerSourceRanges[0]: Invalid value: "1.2.3.4/33": {CIDR}']),
]  # fmt: skip
NETWORKS: list[tuple[Json, list[str]]] = [
    (policy(ports=[{"protocol": "ICMP", "port": 90000}]), [
        'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
        "spec.ingress[0].ports[0].port: Invalid value: 90000: must be between 1 and 65535, inclusive"]),
    (policy(ports=[{"port": 90, "endPort": 80}, {"endPort": 80}, {"port": "http", "endPort": 80}]), [
        "spec.ingress[0].ports[0].endPort: Invalid value: 90: must be greater than or equal to `port`",
        "spec.ingress[0].ports[1].endPort: Invalid value: 80: may not be specified when `port` is not specified",
        "spec.ingress[0].ports[2].endPort: Invalid value: 80: may not be specified when `port` is non-numeric"]),
    (policy(**{"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "11.0.0.0/16", "x"]}}]}), [
        'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
        f'spec.ingress[0].from[0].ipBlock.except[2]: Invalid value: "x": {CIDR}']),
    (ingress(rules=[{"host": "1.2.3.4"}]), [
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address']),
    (routed("/a//b"), ["spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'"]),
    (routed("/a/.."), ["spec.rules[0].http.paths[0].path: Invalid value: \"/a/..\": cannot end with '/..'"]),
    (ingress_class(scope="Cluster", namespace="x"), [
        "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"]),
    (ingress_class(scope="Namespace"), [
        "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"]),
    (ingress_class("nginx"), [
        'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")']),
]  # fmt: skip
CLASSES: list[tuple[Json, list[str]]] = [
    (storage_class({"key": "a", "values": ["x", "x"]}, {"key": "a", "values": []}), [
        'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "x"',
        "allowedTopologies[0].matchLabelExpressions[1].values: Required value",
        'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "a"']),
    (volume(nodeAffinity={}), ["spec.nodeAffinity.required: Required value: must specify required node constraints"]),
    (volume(hostPath={"path": "/a/.."}, persistentVolumeReclaimPolicy="Recycle"), [
        "spec.hostPath.path: Invalid value: \"/a/..\": must not contain '..'",
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"]),
    (volume(accessModes=["ReadWriteOncePod", "ReadOnlyMany"]), [
        "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"]),
    (runtime(scheduling={"tolerations": [{"key": "a", "operator": "Exists"}] * 2}), [
        'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"",'
        '"TolerationSeconds":null}']),
    (runtime(overhead={"podFixed": {"disk": "1"}}), [
        'overhead.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
        'overhead.limits[disk]: Invalid value: "disk": must be a standard resource for containers']),
]  # fmt: skip
SCALED: list[tuple[Json, list[str]]] = [
    (autoscaler(scaleTargetRef={"kind": "Deployment", "name": "web"}), [
        f'spec.scaleTargetRef.apiVersion: Invalid value: "": {GROUP}']),
    (autoscaler(metrics=[{"type": "Resource"}]), [
        "spec.metrics[0].resource: Required value: must populate information for the given metric source"]),
    (measured("Resource", name="cpu", target={"type": "Utilization"}), [
        "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a "
        "target utilization"]),
    (measured("Pods", metric={"name": "hits"}, target={"type": "AverageValue", "averageValue": "-1"}), [
        'spec.metrics[0].pods.target.averageValue: Invalid value: "-1": must be positive']),
    (measured("External", metric={"name": ""}, target={"type": "Value", "value": "1", "averageValue": "1"}), [
        "spec.metrics[0].external.metric.name: Required value: must specify a metric name",
        "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod "
        "target"]),
    (scaling(stabilizationWindowSeconds=3601), [
        "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600"]),
    (scaling(policies=[{"type": "Half", "value": 0, "periodSeconds": 1801}]), [
        'spec.behavior.scaleUp.policies[0].type: Unsupported value: "Half": supported values: "Percent", "Pods"',
        "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
        "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800"]),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "told"), SERVICES + NETWORKS + CLASSES + SCALED)
def test_it_is_refused_in_upstreams_words(obj: Json, told: list[str]) -> None:
    assert messages(obj) == told


def test_what_upstream_accepts() -> None:
    good = [
        service(clusterIP="None", clusterIPs=["None"]),
        service(type="LoadBalancer", loadBalancerClass="a.b/c"),
        policy(ports=[{"port": 80, "endPort": 90}]),
        ingress(rules=[{"host": "*.a.b"}], tls=[{"hosts": ["*.a.b"], "secretName": "s"}]),
        measured("Object", describedObject={"kind": "Service", "name": "s"}, metric={"name": "m"},
                 target={"type": "Value", "value": "1"}),
    ]  # fmt: skip
    assert messages(*good) == []


def test_the_speed_of_an_autoscaler_is_filled_in() -> None:
    """SetDefaults_HorizontalPodAutoscalerBehavior of pkg/apis/autoscaling/v2/defaults.go."""
    percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
    down = {"stabilizationWindowSeconds": 60, "selectPolicy": "Max", "policies": [percent]}
    given = stored(autoscaler(behavior={"scaleDown": {"stabilizationWindowSeconds": 60}}))["spec"]["behavior"]
    pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
    up = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [pods, percent]}
    assert given == {"scaleUp": up, "scaleDown": down}


def test_the_addresses_of_a_service_stay() -> None:
    """TestValidateServiceUpdate."""
    old = stored(service(clusterIP="10.0.0.1", clusterIPs=["10.0.0.1"], ipFamilies=["IPv4"]))
    new = copy.deepcopy(old)
    new["spec"] |= {"clusterIP": "10.0.0.2", "clusterIPs": ["10.0.0.2"]}
    assert [str(error) for error in validate_update(new, old)] == [
        'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'
    ]
    name = new | {"spec": {"type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None"}}
    assert validate_update(name, old) == []
    assert validate_update(old, name) == []


def filled(**fields: Any) -> Json:
    spec: Json = stored(claim() | {"spec": claim()["spec"] | fields})["spec"]
    return spec


def test_both_fields_say_what_a_claim_is_filled_from() -> None:
    """TestAnyDataSource, TestCrossNamespaceSource and pkg/api/persistentvolumeclaim/util_test.go."""
    other = {"apiGroup": None, "kind": "PersistentVolumeClaim", "name": "a"}
    made = filled(dataSource={"kind": "PersistentVolumeClaim", "name": "a"})
    assert (made["dataSource"], made["dataSourceRef"]) == (other, other)
    ref = {"apiGroup": "a.b", "kind": "Backup", "name": "x"}
    made = filled(dataSourceRef=ref)
    assert (made["dataSource"], made["dataSourceRef"]) == (ref, ref)
    assert "dataSource" not in filled(dataSource=ref)
    assert "dataSourceRef" not in filled(dataSourceRef=ref | {"namespace": "other"})
    told = messages(claim() | {"spec": claim()["spec"] | {"dataSourceRef": {"kind": "Pod", "name": ""}}})
    words = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
    assert told == [
        "spec.dataSource.name: Required value",
        f'spec.dataSource: Invalid value: "Pod": {words}',
        "spec.dataSourceRef.name: Required value",
        f'spec.dataSourceRef: Invalid value: "Pod": {words}',
    ]


def test_a_budget_may_have_a_name_that_no_pod_may_have() -> None:
    """ValidatePodDisruptionBudget looks at no metadata, so that only a path's rules are left."""
    budget = thing("PodDisruptionBudget", "policy/v1", "My_Budget", spec={"minAvailable": 1})
    assert messages(budget) == []
    assert messages(budget | {"metadata": {"name": "a/b"}}) == [
        "metadata.name: Invalid value: \"a/b\": may not contain '/'"
    ]
