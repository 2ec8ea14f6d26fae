"""Clusters of several nodes. Models pkg/controller/nodelifecycle and pkg/scheduler/schedule_one.go."""

import json
from collections import Counter
from typing import Any

import pytest

from simulator.objects import NodeSpec, read_scenario
from tests.simulator.stories import Json, Story, container, exec_probe, pod

THREE = tuple(NodeSpec(f"node{number}") for number in (1, 2, 3))
STOP = "systemctl stop kubelet"


def story(*objects: Json, nodes: tuple[NodeSpec, ...] = THREE, seconds: float = 5, **settings: Any) -> Story:
    return Story(*objects, seconds=seconds, nodes=nodes, **settings)


def pods(told: Story) -> dict[str, Json]:
    gone = {r.object["metadata"]["uid"] for r in told.revisions() if r.verb == "DELETED"}
    return {r.object["metadata"]["name"]: r.object for r in told.revisions() if r.object["metadata"]["uid"] not in gone}


def places(told: Story) -> dict[str, str]:
    return {name: found["spec"].get("nodeName", "") for name, found in pods(told).items()}


def web(name: str, **fields: Any) -> Json:
    made = pod({"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}, name=name, **fields)
    made["metadata"]["labels"] = {"app": "web"}
    return made


def test_pods_go_where_most_is_left() -> None:
    """Models pkg/scheduler/framework/plugins/noderesources/least_allocated.go."""
    told = story(*(pod(container(), name=f"p{number}") for number in range(9)))
    assert Counter(places(told).values()) == {"node1": 3, "node2": 3, "node3": 3}
    assert {found["status"]["phase"] for found in pods(told).values()} == {"Running"}


def test_pods_of_different_nodes_reach_each_other_and_their_services() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    service |= {"spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
    told = story(service, web("a", nodeName="node2"), pod(container(), name="c", nodeName="node3"))
    address = pods(told)["a"]["status"]["podIP"]
    assert address.startswith("10.244.16.")
    for host in (address, "web"):
        assert "nginx" in told.node(f"kubectl exec c -- wget -qO- http://{host}")


def test_each_node_probes_its_own() -> None:
    told = story(*(pod(container(livenessProbe=exec_probe("true")), name=n, nodeName=n) for n in ("node1", "node2")))
    assert {fact.pod for fact in told.until(20).facts("probe")} == {"default/node1", "default/node2"}


def test_the_pods_of_a_lost_node_are_evicted_after_the_time_they_tolerate() -> None:
    told = story(pod(container(), nodeName="node2"))
    told.node(f"ssh node2 {STOP}")
    told.until(70)
    (lost,) = [n for n in told.node("kubectl get nodes").splitlines() if "NotReady" in n]
    assert lost.startswith("node2 ")
    assert told.node("kubectl describe node node2 | grep -A1 Taints").split() == [
        "Taints:",
        "node.kubernetes.io/unreachable:NoExecute",
        "node.kubernetes.io/unreachable:NoSchedule",
    ]
    told.until(340)
    assert "deletionTimestamp" not in told.pod["metadata"]
    told.until(380)
    assert told.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"
    assert told.messages("TaintManagerEviction") == ["Marking for deletion Pod default/p"]
    assert " Terminating " in told.until(900).node("kubectl get pods")
    told.node("ssh node2 systemctl start kubelet")
    assert told.revisions()[-1].verb == "DELETED"


def test_a_node_that_comes_back_in_time_keeps_its_pods() -> None:
    told = story(pod(container(), nodeName="node2"))
    told.node(f"ssh node2 {STOP}")
    told.until(200)
    told.node("ssh node2 systemctl start kubelet")
    told.until(900)
    assert told.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/p"]
    assert (told.status["phase"], told.condition("Ready")["status"]) == ("Running", "True")
    assert len(told.starts()) == 1


def test_one_lost_node_after_the_other_loses_its_pods() -> None:
    """Models the rate limit of pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go: one in ten seconds."""
    told = story(nodes=tuple(NodeSpec(f"node{number}") for number in range(1, 6)))
    for number in (2, 3):
        told.node(f"ssh node{number} {STOP}")
    told.until(120)
    seen: dict[str, int] = {}
    for revision in told.revisions("nodes"):
        if any(taint["effect"] == "NoExecute" for taint in revision.object["spec"].get("taints", ())):
            seen.setdefault(revision.object["metadata"]["name"], revision.at_ms)
    first, second = sorted(seen.values())
    assert second - first >= 9_900


def test_when_the_last_node_is_lost_the_evictions_are_called_off() -> None:
    """Models handleDisruption."""
    two = (NodeSpec(), NodeSpec("node2"))
    told = story(pod(container(), nodeName="node2"), nodes=two)
    told.node(f"ssh node2 {STOP}")
    told.until(150)
    told.node(STOP)
    told.until(1000)
    assert "deletionTimestamp" not in told.pod["metadata"]
    assert told.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/p"]


def test_a_drained_node_is_left_and_others_take_what_is_new() -> None:
    told = story(web("a", nodeName="node2"))
    assert "pod/a evicted" in told.node("kubectl drain node2 --force")
    told.simulation.act("apply", {"manifest": json.dumps(web("b"))})
    assert places(told.until(60))["b"] in ("node1", "node3")
    assert told.node("kubectl uncordon node2") == "node/node2 uncordoned\n"


def test_the_words_count_the_nodes() -> None:
    tainted = (NodeSpec(), NodeSpec("node2", taints=({"key": "k", "value": "v", "effect": "NoSchedule"},)))
    asking = container(resources={"requests": {"cpu": "8"}})
    told = story(pod(asking), nodes=(*tainted, NodeSpec("node3")))
    assert told.messages("FailedScheduling")[0] == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    )


def test_the_victims_on_the_node_where_they_matter_least_are_taken() -> None:
    """Models pkg/scheduler/framework/preemption/preemption.go pickOneNodeForPreemption."""
    classes = [
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value}
        for name, value in (("high", 9), ("mid", 5))
    ]
    full = container(resources={"requests": {"cpu": "2"}})
    told = story(
        *classes,
        pod(full, name="a", nodeName="node1", priorityClassName="mid"),
        pod(full, name="b", nodeName="node2"),
        nodes=THREE[:2],
    )
    told.simulation.act("apply", {"manifest": json.dumps(pod(full, name="new", priorityClassName="high"))})
    told.until(15)
    assert (places(told)["new"], set(pods(told))) == ("node2", {"a", "new"})


@pytest.mark.parametrize(
    ("labels", "wish"),
    [
        ({"disk": "ssd"}, {"nodeAffinity": "preference"}),
        ({}, {"podAffinity": "near"}),
    ],
)
def test_wishes_count(labels: dict[str, str], wish: dict[str, str]) -> None:
    """Models pkg/scheduler/framework/plugins/{nodeaffinity,interpodaffinity}."""
    term: Json = {"preference": {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}}
    if "podAffinity" in wish:
        near = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
        term = {"podAffinityTerm": near}
    (kind,) = wish
    affinity = {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100} | term]}}
    nodes = (NodeSpec(), NodeSpec("node2", labels=labels), NodeSpec("node3"))
    told = story(web("friend", nodeName="node2"), pod(container(), affinity=affinity), nodes=nodes)
    assert places(told)["p"] == "node2"


def test_pods_of_one_service_are_spread() -> None:
    """Models pkg/scheduler/framework/plugins/podtopologyspread/plugin.go systemDefaultConstraints."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    service |= {"spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}
    crowd = [pod(container(), name=f"o{number}", nodeName="node3") for number in range(2)]
    told = story(service, *crowd, *(web(f"w{number}") for number in range(3)))
    assert {node for name, node in places(told).items() if name.startswith("w")} == {"node1", "node2", "node3"}


def test_a_small_node_is_short_of_memory_while_a_large_one_is_not() -> None:
    nodes = (NodeSpec(), NodeSpec("small", capacity={"memory": "1Gi", "cpu": "1"}))
    fat = {"name": "app", "image": "polinux/stress", "command": ["stress", "--vm", "1", "--vm-bytes", "560M"]}
    told = story(pod(fat, name="a", nodeName="small"), pod(fat, name="b", nodeName="node1"), nodes=nodes, seconds=30)
    assert pods(told)["a"]["status"].get("reason") == "Evicted"
    assert pods(told)["b"]["status"]["phase"] == "Running"
    assert told.node("ssh small free -m | grep Mem | tr -s ' ' | cut -d ' ' -f 2") == "1024\n"


def test_every_node_has_its_shell() -> None:
    told = story(seconds=1)
    assert told.node("ssh node3 'hostname; exit 3'; echo $?") == "node3\n3\n"
    assert told.node("ssh nowhere ls") == "ssh: Could not resolve hostname nowhere: Name or service not known\n"
    number = told.simulation.act("node", {"command": "echo $NODE > /tmp/x; hostname", "node": "node2"}).number
    told.until(told.simulation.now / 1000 + 5)
    assert [fact.data["output"] for fact in told.facts("result") if fact.cause == number] == ["node2\n"]
    assert told.node("cat /tmp/x 2>&1; ssh node2 cat /tmp/x") == "cat: /tmp/x: No such file or directory\nnode2\n"


def test_a_static_pod_is_its_nodes_own() -> None:
    told = story(seconds=1)
    line = (
        "printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {name: s}\\nspec: {containers: [{name: a, image: nginx}]}\\n'"
    )
    told.simulation.act("node", {"command": f"{line} > /etc/kubernetes/manifests/s.yaml", "node": "node2"})
    assert places(told.until(10)) == {"s-node2": "node2"}


HEADER = """nodes:
- node1
- {name: big, labels: {disk: ssd}, taints: ["gpu=yes:NoSchedule", "k:NoExecute"], capacity: {cpu: 4, memory: 2Gi}}
"""


def test_a_header_says_which_nodes_there_are() -> None:
    first, big = read_scenario(HEADER).nodes
    assert (first, big.name, big.labels) == (NodeSpec("node1"), "big", {"disk": "ssd"})
    assert big.capacity == {"cpu": "4", "memory": "2Gi"}
    assert big.taints == (
        {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
        {"key": "k", "effect": "NoExecute"},
    )
    assert [node.name for node in read_scenario("nodes: 3").nodes] == ["node1", "node2", "node3"]


@pytest.mark.parametrize(
    ("nodes", "path"),
    [
        ("0", "nodes"),
        ("11", "nodes"),
        ("[]", "nodes"),
        ("two", "nodes"),
        ("[node2]", "nodes[0]"),
        ("[node1, node1]", "nodes[1]"),
        ("[node1, {name: A}]", "nodes[1].name"),
        ("[node1, {colour: red}]", "nodes[1]"),
        ("[node1, {labels: {a b: c}}]", "nodes[1].labels"),
        ("[node1, {taints: [a=b]}]", "nodes[1].taints"),
        ("[node1, {capacity: {gpu: 1}}]", "nodes[1].capacity"),
        ("[node1, {capacity: {cpu: -1}}]", "nodes[1].capacity"),
        ("[node1, {capacity: {cpu: much}}]", "nodes[1].capacity"),
    ],
)
def test_what_is_wrong_with_nodes_is_told_with_its_place(nodes: str, path: str) -> None:
    scenario = read_scenario(f"name: a\nnodes: {nodes}")
    (problem,) = scenario.problems
    assert (problem.path, problem.line) == (path, 2)
    assert str(problem.remedy)


# ---- nodes that join ---------------------------------------------------------------
def joined(told: Story, **spec: Any) -> str:
    (said,) = [told.simulation.act("join", spec).output]
    return said


def about_node(told: Story, name: str) -> list[str]:
    events = [r.object for r in told.revisions("events") if r.verb == "ADDED"]
    return [
        e["reason"] for e in events if e["involvedObject"]["kind"] == "Node" and e["involvedObject"]["name"] == name
    ]


def test_a_node_that_joins_is_registered_by_its_kubelet_and_becomes_ready() -> None:
    """Models pkg/kubelet/kubelet_node_status.go registerWithAPIServer."""
    told = story(nodes=THREE[:1])
    assert joined(told) == "node node2 joins the cluster\n"
    assert "node2" not in told.node("kubectl get nodes")
    told.until(20)
    assert told.node("kubectl get nodes").splitlines()[2].split()[:2] == ["node2", "Ready"]
    assert about_node(told, "node2") == [
        "Starting",
        "NodeHasSufficientMemory",
        "NodeHasNoDiskPressure",
        "NodeHasSufficientPID",
        "NodeAllocatableEnforced",
        "NodeReady",
        "RegisteredNode",
    ]


def test_a_new_node_is_tainted_until_it_is_ready() -> None:
    told = story(nodes=THREE[:1])
    joined(told, name="late")
    told.until(10)
    first, *_, last = [r.object for r in told.revisions("nodes") if r.object["metadata"]["name"] == "late"]
    assert first["spec"]["taints"] == [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]
    assert "taints" not in last["spec"]


def test_a_pod_that_fits_nowhere_goes_to_the_node_that_joins() -> None:
    big = container(resources={"requests": {"cpu": "4"}})
    told = story(pod(big), nodes=THREE[:1])
    assert told.pod["status"]["phase"] == "Pending"
    joined(told, capacity={"cpu": "8"}, labels={"disk": "ssd"})
    told.until(20)
    assert told.pod["spec"]["nodeName"] == "node2"
    assert told.pod["status"]["phase"] == "Running"
    assert told.node("ssh node2 hostname") == "node2\n"


def test_a_node_that_joined_can_be_lost() -> None:
    told = story(nodes=THREE[:1])
    joined(told)
    told.until(10)
    told.node(f"ssh node2 {STOP}")
    told.until(80)
    assert "NotReady" in told.node("kubectl get nodes").splitlines()[2]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"name": "node1"}, "is there already"),
        ({"name": "No Name"}, "is no name for a node"),
        ({"taints": ["gpu"]}, "a taint is key=value:effect"),
        ({"capacity": {"cpu": "-1"}}, "must be amounts"),
    ],
)
def test_a_node_that_cannot_join_is_refused_with_the_reason(spec: dict[str, Any], why: str) -> None:
    assert why in joined(story(nodes=THREE[:1]), **spec)


def test_there_may_be_ten_nodes() -> None:
    told = story(nodes=THREE[:1])
    said = [joined(told) for _ in range(10)]
    assert said[-2:] == ["node node10 joins the cluster\n", "error: there may be 10 nodes, and they are there\n"]


def test_joining_is_the_same_each_time() -> None:
    def told() -> list[Any]:
        one = story(pod(container(), nodeName="node1"), nodes=THREE[:1])
        joined(one, name="late")
        return list(one.until(30).simulation.history.entries)

    assert told() == told()


def test_a_lease_is_renewed_as_long_as_the_kubelet_lives() -> None:
    """Models kubectl pkg/describe/describe_test.go TestDescribeNode and TestDescribeNodeWithSidecar."""
    told = Story(nodes=THREE[:2], seconds=20)
    assert [row.split()[1:3] for row in told.node("kubectl get leases -A --no-headers").splitlines()] == [
        ["node1", "node1"],
        ["node2", "node2"],
    ]

    def renewed() -> str:
        text = told.node("kubectl describe node node2")
        assert "Lease:\n  HolderIdentity:  node2\n  AcquireTime:     <unset>\n  RenewTime:       Thu, 01 Jan" in text
        return text.partition("RenewTime:")[2].split("\n")[0]

    before = renewed()
    told.until(100)
    later = renewed()
    assert later != before
    told.node("ssh node2 systemctl stop kubelet")
    last = renewed()
    told.until(200)
    assert renewed() == last
    told.node("kubectl delete node node2")
    assert told.node("kubectl get leases -n kube-node-lease -o name") == "lease.coordination.k8s.io/node1\n"
