"""`kubectl set env`, `set resources`, `expose` and `create service`."""

from typing import Any

import pytest

from tests.simulator.kubectl.fakes import Node, make_pod
from tests.simulator.kubectl.verbs.test_change import deployment


def template(node: Node) -> dict[str, Any]:
    return dict(node.api.get("deployments", "demo", "web")["spec"]["template"]["spec"]["containers"][0])


def with_deployment(node: Node) -> Node:
    obj = deployment()
    obj["metadata"]["namespace"] = "demo"
    node.api.put(obj)
    return node


def test_variables_are_set_changed_in_place_and_taken_away(node: Node) -> None:
    with_deployment(node)
    assert node.type("kubectl set env deploy/web A=1 B=x=y").out == "deployment.apps/web env updated\n"
    assert node.type("kubectl set env deploy/web C=3 A=2 B-").out == "deployment.apps/web env updated\n"
    assert template(node)["env"] == [{"name": "A", "value": "2"}, {"name": "C", "value": "3"}]
    assert node.type("kubectl set env deploy/web A=2").out == ""
    assert node.type("kubectl set env deploy/web --list").out == "# Deployment web, container nginx\nA=2\nC=3\n"


def test_variables_can_come_from_a_config_map(node: Node) -> None:
    with_deployment(node)
    meta = {"name": "conf", "namespace": "demo", "uid": "c"}
    node.api.put({"kind": "ConfigMap", "apiVersion": "v1", "metadata": meta, "data": {"log.level": "info", "x": "1"}})
    node.type("kubectl set env deploy/web --from=configmap/conf --prefix=MY_")
    assert node.type("kubectl set env deploy/web --list").out == (
        "# Deployment web, container nginx\n"
        "# MY_LOG_LEVEL from configmap conf, key log.level\n"
        "# MY_X from configmap conf, key x\n"
    )


def test_a_services_selector_is_replaced(node: Node) -> None:
    """Models kubectl pkg/cmd/set/set_selector.go."""
    meta = {"name": "web", "namespace": "demo", "uid": "s"}
    node.api.put({"kind": "Service", "apiVersion": "v1", "metadata": meta, "spec": {"selector": {"app": "old"}}})
    assert node.type("kubectl set selector svc/web app=web,tier=front").out == "service/web selector updated\n"
    assert node.api.get("services", "demo", "web")["spec"]["selector"] == {"app": "web", "tier": "front"}
    with_deployment(node)
    assert "not supported on this object" in node.type("kubectl set selector svc web app!=b").err
    assert node.type("kubectl set selector deploy web a=b").err == (
        "error: setting a selector is only supported for Services\n"
    )


def test_resources_are_merged_with_what_is_there(node: Node) -> None:
    with_deployment(node)
    said = node.type("kubectl set resources deploy web --limits=cpu=1,memory=1Gi --requests=cpu=100m").out
    assert said == "deployment.apps/web resource requirements updated\n"
    node.type("kubectl set resources deploy web --limits=memory=2Gi -c nginx")
    assert template(node)["resources"] == {
        "limits": {"cpu": "1", "memory": "2Gi"},
        "requests": {"cpu": "100m"},
    }


@pytest.mark.parametrize(("line", "err"), [
    ("set env deploy/web", "error: at least one environment variable must be provided\n"),
    ("set env deploy/web A=1 A-", "error: can not both modify and remove the same environment variable"),
    ("set env deploy/web A=2 --overwrite=false", "error: 'A' already has a value (1), and --overwrite is false\n"),
    ("set env A=1", "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n"),
    ("set resources deploy/web", "error: you must specify an update to requests or limits"),
    ("set resources deploy/web --limits=cpu", "error: Invalid argument syntax cpu, expected <resource>=<value>\n"),
    ("set resources deploy/web --limits=cpu=x", "error: quantities must match the regular expression"),
    ("expose deploy/web", "error: couldn't find port via --port flag or introspection\n"),
    ("expose deploy/web --port=x", 'error: strconv.Atoi: parsing "x": invalid syntax\n'),
    ("expose pod/p --port=80", "error: couldn't retrieve selectors via --selector flag or introspection: "
     "the pod has no labels and cannot be exposed\n"),
    ("expose pod/p --port=80 --selector=x", "error: unexpected label spec: x\n"),
    ("expose cm/c --port=80", "error: cannot expose a ConfigMap\n"),
    ("create service clusterip web", "error: at least one tcp port specifier must be provided\n"),
    ("create service clusterip web --tcp=80:70000", "error: must be between 1 and 65535, inclusive\n"),
])  # fmt: skip
def test_what_cannot_be_set_or_exposed(node: Node, line: str, err: str) -> None:
    with_deployment(node)
    node.type("kubectl set env deploy/web A=1")
    node.api.put(make_pod())
    node.api.put({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c", "namespace": "demo", "uid": "c"}})
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == 1


def test_a_deployment_is_exposed_by_its_selector(node: Node) -> None:
    with_deployment(node)
    assert node.type("kubectl expose deploy/web --port=80 --target-port=http --name=front").out == (
        "service/front exposed\n"
    )
    assert node.api.get("services", "demo", "front")["spec"] == {
        "selector": {"app": "web"},
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": "http"}],
    }


def test_several_ports_of_a_pod_get_names(node: Node) -> None:
    pod = make_pod(labels={"app": "p"})
    pod["spec"]["containers"][0]["ports"] = [{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}]
    node.api.put(pod)
    node.type("kubectl expose pod p --type=NodePort")
    service = node.api.get("services", "demo", "p")
    assert service["metadata"]["labels"] == {"app": "p"}
    assert service["spec"]["type"] == "NodePort"
    assert service["spec"]["ports"] == [
        {"name": "port-1", "port": 80, "protocol": "TCP", "targetPort": 80},
        {"name": "port-2", "port": 53, "protocol": "UDP", "targetPort": 53},
    ]


def test_services_are_made_from_flags(node: Node) -> None:
    assert node.type("kubectl create service nodeport web --tcp=80:8080 --node-port=30080").out == (
        "service/web created\n"
    )
    assert node.api.get("services", "demo", "web")["spec"] == {
        "type": "NodePort",
        "selector": {"app": "web"},
        "ports": [{"name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080, "nodePort": 30080}],
    }
    node.type("kubectl create service clusterip db --clusterip=None")
    assert node.api.get("services", "demo", "db")["spec"]["clusterIP"] == "None"


@pytest.mark.parametrize("line", ["set image cm/c '*=nginx'", "set env cm/c A=b", "set resources cm/c --limits=cpu=1"])
def test_what_has_no_pods_cannot_be_set(node: Node, line: str) -> None:
    """Models kubectl pkg/polymorphichelpers/updatepodspec.go."""
    node.api.put({"kind": "ConfigMap", "metadata": {"name": "c"}})
    why = "the object is not a pod or does not have a pod template: *v1.ConfigMap"
    assert node.type(f"kubectl {line}").err == f"error: configmaps/c {why}\n"
    assert node.type("kubectl rollout restart cm/c").err == 'error: configmaps "c" restarting is not supported\n'
    assert node.type("kubectl get ''").err == 'error: the server doesn\'t have a resource type ""\n'


def test_a_binding_gets_more_subjects(node: Node) -> None:
    """Models kubectl pkg/cmd/set/set_subject_test.go."""
    eve = {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "eve"}
    node.api.put({"kind": "RoleBinding", "metadata": {"name": "b"}, "roleRef": {}, "subjects": [eve]})
    line = "kubectl set subject rolebinding b --user=eve"
    assert node.type(line).out == ""
    answer = node.type(f"{line} --group=g --serviceaccount=ns:robot")
    assert answer.out == "rolebinding.rbac.authorization.k8s.io/b subjects updated\n"
    found = node.api.get("rolebindings", "demo", "b")["subjects"]
    assert [each["name"] for each in found] == ["eve", "g", "robot"]
    assert node.type("kubectl set subject rolebinding b").err.startswith("error: you must specify at least one value")
