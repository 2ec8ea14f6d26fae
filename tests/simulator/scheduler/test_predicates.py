"""Ports of the node, and whom rules about neighbours mean.

Models test/e2e/scheduling/predicates.go, test/integration/scheduler/filters/filters_test.go and the unit tests of
plugins/{nodeports,interpodaffinity,podtopologyspread}.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.objects import NodeSpec
from tests.simulator.scheduler.test_scheduler import phases, rule
from tests.simulator.stories import Json, Story, container, pod

NO_PORT = "node(s) didn't have free ports for the requested pod ports"
TEAM: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", "labels": {"who": "team"}}}


def taking(name: str, ip: str = "", protocol: str = "TCP", port: int = 8080) -> Json:
    given = {"containerPort": port, "hostPort": port, "protocol": protocol} | ({"hostIP": ip} if ip else {})
    return pod(container(ports=[given]), name=name)


@pytest.mark.parametrize(
    ("first", "second", "phase"),
    [
        (taking("a", "127.0.0.1"), taking("p", "127.0.0.2"), "Running"),
        (taking("a", "127.0.0.1"), taking("p", "127.0.0.1", "UDP"), "Running"),
        (taking("a", "127.0.0.1"), taking("p", "127.0.0.1"), "Pending"),
        (taking("a", "127.0.0.1"), taking("p"), "Pending"),
        (taking("a"), taking("p", "127.0.0.1"), "Pending"),
        (taking("a", "0.0.0.0", "UDP"), taking("p", "127.0.0.1", "UDP"), "Pending"),
    ],
)
def test_a_port_is_taken_on_its_address_for_its_protocol(first: Json, second: Json, phase: str) -> None:
    """e2e "there is no conflict between pods with same hostPort but different hostIP and protocol" and its opposite."""
    story = Story(first, second, seconds=5)
    assert phases(story) == {"a": "Running", "p": phase}
    said = [message.split(": 1 ")[1].split(".")[0] for message in story.messages("FailedScheduling")]
    assert set(said) == ({NO_PORT} if phase == "Pending" else set())


@pytest.mark.parametrize(("policy", "phase"), [({"restartPolicy": "Always"}, "Pending"), ({}, "Running")])
def test_the_port_of_a_sidecar_counts_and_that_of_an_init_container_does_not(policy: Json, phase: str) -> None:
    """node_ports_test.go "skip if a pod has no ports" and util/utils_test.go TestGetHostPorts."""
    init = container("sleep 1", name="i", ports=[{"containerPort": 8080, "hostPort": 8080}]) | policy
    story = Story(taking("a"), pod(container(), init=[init]), seconds=8)
    assert phases(story)["p"] == phase


def in_team(made: Json) -> Json:
    return {**made, "metadata": {"name": "a", "namespace": "team", "labels": {"app": "web"}}}


@pytest.mark.parametrize(
    ("term", "phase"),
    [
        ({}, "Running"),
        ({"namespaces": ["team"]}, "Pending"),
        ({"namespaceSelector": {}}, "Pending"),
        ({"namespaceSelector": {"matchLabels": {"who": "team"}}}, "Pending"),
        ({"namespaceSelector": {"matchLabels": {"who": "other"}}}, "Running"),
        ({"namespaces": ["team"], "namespaceSelector": {"matchLabels": {"who": "other"}}}, "Pending"),
    ],
)
def test_a_rule_means_pods_of_the_namespaces_that_it_names_or_selects(term: Json, phase: str) -> None:
    """interpodaffinity/filtering_test.go TestRequiredAffinitySingleNode "nsSelector"."""
    story = Story(TEAM, in_team(pod(container())), pod(container(), **rule("podAntiAffinity", **term)), seconds=5)
    assert phases(story) == {"a": "Running", "p": phase}


def spread(selector: Json | None = None, labels: Json | None = None, name: str = "p", **fields: Any) -> Json:
    base = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
    chosen = {"labelSelector": {"matchLabels": {"app": "web"}} if selector is None else selector}
    made = pod(container(), name=name, topologySpreadConstraints=[base | chosen | fields])
    return {**made, "metadata": {"name": name, "labels": {"app": "web"} | (labels or {})}}


def test_a_rule_of_spread_that_selects_all_counts_none() -> None:
    """podtopologyspread/common.go countPodsMatchSelector."""
    story = Story(spread({}, name="a"), spread({}, name="b"), spread({}, minDomains=2), seconds=5)
    assert set(phases(story).values()) == {"Running"}


def test_keys_of_the_pods_own_labels_join_the_selector() -> None:
    """pkg/registry/core/pod/strategy_test.go Test_mutateTopologySpreadConstraints; filters_test.go "matchLabelKeys"."""
    ours: Json = {"matchLabelKeys": ["version", "none"], "minDomains": 2}
    story = Story(spread(labels={"version": "1"}, name="a"), spread(labels={"version": "2"}, **ours), seconds=5)
    assert phases(story) == {"a": "Running", "p": "Running"}
    merged = {"key": "version", "operator": "In", "values": ["2"]}
    assert story.pod["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchExpressions"] == [merged]
    story = Story(spread(labels={"version": "1"}, name="a"), spread(labels={"version": "1"}, **ours), seconds=5)
    assert phases(story) == {"a": "Running", "p": "Pending"}


def test_a_key_is_not_in_the_selector_already() -> None:
    """pkg/apis/core/validation/validation.go ValidateMatchLabelKeysAndMismatchLabelKeys."""
    story = Story(spread(matchLabelKeys=["app"]))
    assert (
        'spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector'
        in str(story.applied.output)
    )


CLOSED = {"key": "a", "value": "b", "effect": "NoSchedule"}
TAINTED = (NodeSpec("node1"), NodeSpec("node2", taints=(CLOSED,)))


@pytest.mark.parametrize(("policy", "phase"), [({}, "Pending"), ({"nodeTaintsPolicy": "Honor"}, "Running")])
def test_a_node_that_is_closed_to_the_pod_counts_unless_taints_are_honoured(policy: Json, phase: str) -> None:
    """podtopologyspread/filtering_test.go "NodeTaintsPolicy honored with labelSelectors"."""
    story = Story(spread(name="a", **policy), spread(**policy), nodes=TAINTED, seconds=5)
    assert phases(story) == {"a": "Running", "p": phase}


@pytest.mark.parametrize(("policy", "phase"), [({}, "Running"), ({"nodeAffinityPolicy": "Ignore"}, "Pending")])
def test_a_node_that_the_pod_does_not_want_counts_if_affinity_is_ignored(policy: Json, phase: str) -> None:
    """podtopologyspread/filtering_test.go "NodeAffinityPolicy ignored with nodeAffinity"."""
    here = {"nodeSelector": {"kubernetes.io/hostname": "node1"}}
    pods = [{**made, "spec": made["spec"] | here} for made in (spread(name="a", **policy), spread(**policy))]
    story = Story(*pods, nodes=(NodeSpec("node1"), NodeSpec("node2")), seconds=5)
    assert phases(story) == {"a": "Running", "p": phase}


@pytest.mark.parametrize(("zone", "place"), [("b", "node2"), ("b__c", "node2"), ("c", None)])
def test_a_pod_goes_where_the_label_of_its_volume_says_that_it_is(zone: str, place: str | None) -> None:
    """volumezone/volume_zone_test.go TestSingleZone and TestMultiZone."""
    key = "topology.kubernetes.io/zone"
    nodes = (NodeSpec("node1", labels={key: "a"}), NodeSpec("node2", labels={key: "b"}))
    spec: Json = {"storageClassName": "m", "accessModes": ["ReadWriteOnce"]}
    there = spec | {"capacity": {"storage": "1Gi"}, "hostPath": {"path": "/srv"}}
    wanted = spec | {"resources": {"requests": {"storage": "1Gi"}}}
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v", "labels": {key: zone}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": wanted}
    user = pod(container(), volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}])
    story = Story(volume | {"spec": there}, claim, user, nodes=nodes, seconds=20)
    assert story.pod["spec"].get("nodeName") == place
    words = "0/2 nodes are available: 2 node(s) had no available volume zone."
    assert place or story.messages("FailedScheduling")[-1].startswith(words)
