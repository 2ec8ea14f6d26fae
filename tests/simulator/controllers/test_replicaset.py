"""Keeping a number of Pods. Models pkg/controller/replicaset."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.calendar import Calendar
from simulator.controllers.replicaset.victims import deletion_cost, pods_to_delete
from simulator.simulation import DEFAULT_START
from tests.simulator.controllers.workloads import WorkloadStory, condition, deployment, replica_set, template
from tests.simulator.stories import Json, container, pod


def test_pods_are_made_in_batches_that_double() -> None:
    story = WorkloadStory(replica_set(6), seconds=3)
    born = [r.at_ms for r in story.revisions() if r.verb == "ADDED"]
    batches = [born.count(at) for at in sorted(set(born))]
    assert batches == [1, 2, 3]
    owner = story.one("replicasets")
    assert {p["metadata"]["generateName"] for p in story.live()} == {"web-"}
    assert {p["metadata"]["ownerReferences"][0]["uid"] for p in story.live()} == {owner["metadata"]["uid"]}
    assert story.told("ReplicaSet") == [f"Created pod: {name}" for name in story.names()]


def test_the_status_tells_of_the_pods_as_they_were_when_the_sync_began() -> None:
    story = WorkloadStory(replica_set(2), seconds=5)
    counts = [{k: v for k, v in s.items() if k != "observedGeneration"} for s in story.statuses("replicasets")]
    made = {"replicas": 2, "fullyLabeledReplicas": 2, "terminatingReplicas": 0}
    assert counts[:3] == [{"replicas": 0}, {"replicas": 0, "terminatingReplicas": 0}, made]
    assert counts[-1] == made | {"readyReplicas": 2, "availableReplicas": 2}


def test_a_deleted_pod_is_replaced_while_it_still_terminates() -> None:
    story = WorkloadStory(replica_set(2, template=template(terminationGracePeriodSeconds=9)), seconds=5)
    victim = story.names()[0]
    story.simulation.api.delete("pods", "default", victim)
    story.until(5.05)
    assert len(story.active()) == 2
    assert victim in story.names()
    assert story.one("replicasets")["status"]["terminatingReplicas"] == 1
    story.until(20)
    assert story.one("replicasets")["status"]["terminatingReplicas"] == 0


def test_a_pod_that_failed_is_replaced_and_left_lying() -> None:
    story = WorkloadStory(replica_set(1), seconds=3)
    name = story.names()[0]
    story.simulation.api.replace({**story.one("pods", name), "status": {"phase": "Failed"}}, subresource="status")
    story.until(6)
    assert [p["status"]["phase"] for p in story.live()] == ["Failed", "Running"]


def test_a_pod_that_is_not_meant_any_more_is_released_and_replaced() -> None:
    story = WorkloadStory(replica_set(2), seconds=60)
    name = story.names()[0]
    story.node(f"kubectl label pod {name} app=other --overwrite")
    assert "ownerReferences" not in story.one("pods", name)["metadata"]
    assert len(story.live()) == 3
    # Taken back, there is one too many: the youngest goes.
    youngest = story.names()[-1]
    story.node(f"kubectl label pod {name} app=web --overwrite")
    assert len(story.live()) == 2
    assert youngest not in story.names()
    assert story.told("ReplicaSet")[-1] == f"Deleted pod: {youngest}"


def test_a_pod_that_nobody_owns_is_adopted() -> None:
    stray = pod({"name": "app", "image": "nginx:1.25"}, name="stray")
    stray["metadata"]["labels"] = {"app": "web"}
    story = WorkloadStory(stray, seconds=3)
    story.simulation.api.create(replica_set(2))
    story.until(8)
    assert len(story.live()) == 2
    assert story.one("pods", "stray")["metadata"]["ownerReferences"][0]["name"] == "web"


def test_a_pod_of_another_owner_is_left_alone() -> None:
    story = WorkloadStory(replica_set(1), seconds=3)
    twin = replica_set(2, name="twin", selector={"matchLabels": {"app": "web"}}, template=template({"app": "web"}))
    story.simulation.api.create(twin)
    story.until(8)
    owners = [p["metadata"]["ownerReferences"][0]["name"] for p in story.live()]
    assert owners == ["web", "twin", "twin"]


def test_a_refused_pod_is_told_of_and_tried_again_ever_later() -> None:
    story = WorkloadStory(replica_set(3, template=template(serviceAccountName="nosuch")), seconds=1)
    words = (
        'pods "web-" is forbidden: error looking up service account default/nosuch: serviceaccount "nosuch" not found'
    )
    failure = condition(story.one("replicasets")["status"], "ReplicaFailure")
    assert (failure["status"], failure["reason"], failure["message"]) == ("True", "FailedCreate", words)
    (event,) = story.events("FailedCreate")
    assert (event["message"], event["type"]) == (f"Error creating: {words}", "Warning")
    early = event["count"]
    story.until(60)
    later = story.events("FailedCreate")[0]["count"]
    assert 5 <= early < later <= early + 8
    story.node("kubectl create serviceaccount nosuch")
    story.until(300)
    assert len(story.live()) == 3
    assert "conditions" not in story.one("replicasets")["status"]


def test_a_pod_counts_as_available_once_it_was_ready_for_long_enough() -> None:
    story = WorkloadStory(replica_set(1, minReadySeconds=10), seconds=5)
    assert "availableReplicas" not in story.one("replicasets")["status"]
    ready = next(c for c in story.live()[0]["status"]["conditions"] if c["type"] == "Ready")["lastTransitionTime"]
    until = Calendar(DEFAULT_START).parse(ready) + 10_000
    story.until(20)
    at = next(r.at_ms for r in story.revisions("replicasets") if r.object["status"].get("availableReplicas"))
    assert until <= at < until + 50


def test_no_pods_are_made_for_what_is_being_deleted() -> None:
    story = WorkloadStory(replica_set(2), seconds=5)
    story.simulation.api.delete("replicasets", "default", "web", propagation="Foreground")
    story.until(30)
    assert story.live() == []
    assert len([r for r in story.revisions() if r.verb == "ADDED"]) == 2


# ---- who goes first ----------------------------------------------------------
def running(name: str, ready_at: str = "2026-01-01T00:00:10Z", node: str = "node1", **fields: Any) -> Json:
    ready = {"type": "Ready", "status": "True" if ready_at else "False", "lastTransitionTime": ready_at}
    return {
        "metadata": {"name": name, "uid": name, "creationTimestamp": fields.pop("born", "2026-01-01T00:00:00Z")}
        | ({"annotations": fields.pop("annotations")} if "annotations" in fields else {}),
        "spec": {"nodeName": node},
        "status": {
            "phase": fields.pop("phase", "Running"),
            "conditions": [ready],
            "containerStatuses": [{"restartCount": fields.pop("restarts", 0)}],
        },
    }


COST = "controller.kubernetes.io/pod-deletion-cost"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (running("a", node="", phase="Pending"), running("b", phase="Pending")),
        (running("a", phase="Pending"), running("b", ready_at="")),
        (running("a", ready_at=""), running("b")),
        (running("a", annotations={COST: "-1"}), running("b")),
        (running("a", ready_at="2026-01-01T00:05:00Z"), running("b")),
        (running("a", restarts=2), running("b", restarts=1)),
        (running("a", ready_at="", born="2026-01-01T00:05:00Z"), running("b", ready_at="")),
        # Ages within a power of two count as equal: the uid, which is chance, decides.
        (running("a", ready_at="2026-01-01T00:00:10Z"), running("b", ready_at="2026-01-01T00:00:11Z")),
    ],
    ids=["unassigned", "pending", "unready", "cheap", "ready lately", "restarted", "young", "chance"],
)
def test_the_least_useful_pod_goes_first(first: Json, second: Json) -> None:
    now, calendar = 330_000, Calendar(DEFAULT_START)
    for pods in ([first, second], [second, first]):
        assert pods_to_delete(pods, pods, 1, now, calendar) == [first]


def test_where_more_of_the_same_deployment_run_one_goes_first() -> None:
    alone, crowded = running("a", node="node1"), running("b", node="node2")
    related = [alone, crowded, running("c", node="node2")]
    assert pods_to_delete([alone, crowded], related, 1, 60_000, Calendar(DEFAULT_START)) == [crowded]


@pytest.mark.parametrize(("text", "cost"), [("7", 7), ("-7", -7), ("+7", 0), ("07", 0), ("x", 0), ("2147483648", 0)])
def test_a_deletion_cost_is_a_plain_number(text: str, cost: int) -> None:
    assert deletion_cost({"metadata": {"annotations": {COST: text}}}) == cost


def test_an_owner_that_is_adopted_as_controller_is_named_once() -> None:
    """Models test/integration/replicaset/replicaset_test.go TestAdoption and TestGeneralPodAdoption."""
    story = WorkloadStory(replica_set(1), deployment(0, name="other"), seconds=3)
    mine, other = story.one("replicasets"), story.one("deployments", "other")
    owners = [{key: obj[key] for key in ("apiVersion", "kind")} | _named(obj) for obj in (other, mine)]
    made = pod(container(), name="orphan")
    made["metadata"] |= {"labels": {"app": "web"}, "ownerReferences": owners}
    story.simulation.act("apply", {"manifest": json.dumps(made)})
    story.until(3.2)
    found = next(r.object for r in reversed(story.revisions()) if r.object["metadata"]["name"] == "orphan")
    assert [(each["kind"], each.get("controller")) for each in found["metadata"]["ownerReferences"]] == [
        ("Deployment", None),
        ("ReplicaSet", True),
    ]


def _named(obj: Json) -> Json:
    return {key: obj["metadata"][key] for key in ("name", "uid")}
