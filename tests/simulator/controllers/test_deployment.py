"""Rollouts. Models pkg/controller/deployment."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.controllers.controller_utils import compute_hash
from simulator.controllers.deployment.scaling import proportions
from simulator.controllers.deployment.util import (
    REVISION_HISTORY,
    max_surge,
    max_unavailable,
    new_set_annotations,
)
from tests.simulator.controllers.workloads import WorkloadStory, condition, deployment, template
from tests.simulator.stories import Json

REVISION = "deployment.kubernetes.io/revision"


def set_image(story: WorkloadStory, image: str = "nginx:1.26") -> None:
    story.simulation.act("node", {"command": f"kubectl set image deployment/web app={image}"})


def rollout(replicas: int = 3, seconds: float = 30, image: str = "nginx:1.26", **spec: Any) -> WorkloadStory:
    """A Deployment that gets a new image after 10 s."""
    story = WorkloadStory(deployment(replicas, **spec), seconds=10, missing_images=frozenset({"gone:1"}))
    set_image(story, image)
    story.until(10 + seconds)
    return story


def sizes(story: WorkloadStory) -> list[int]:
    return [each["spec"]["replicas"] for each in story.live("replicasets")]


def steps(story: WorkloadStory) -> list[str]:
    """`up 0-3` and the like, oldest first."""
    found = []
    for text in story.told("Deployment"):
        words = text.removeprefix("(combined from similar events): ").split()
        found.append(f"{words[1]} {words[-3]}-{words[-1]}")
    return found


def test_a_new_deployment_makes_its_first_replica_set() -> None:
    story = WorkloadStory(deployment(3), seconds=10)
    (made,) = story.live("replicasets")
    suffix = made["metadata"]["labels"]["pod-template-hash"]
    assert made["metadata"]["name"] == f"web-{suffix}"
    assert set(suffix) <= set("456789bcdf")
    assert made["spec"]["selector"] == {"matchLabels": {"app": "web", "pod-template-hash": suffix}}
    assert made["metadata"]["annotations"] == {
        "deployment.kubernetes.io/desired-replicas": "3",
        "deployment.kubernetes.io/max-replicas": "4",
        REVISION: "1",
    }
    assert {pod["metadata"]["labels"]["pod-template-hash"] for pod in story.live()} == {suffix}
    assert story.told("Deployment") == [f"Scaled up replica set web-{suffix} from 0 to 3"]


def test_the_status_follows_the_rollout_to_its_end() -> None:
    story = WorkloadStory(deployment(3), seconds=10)
    assert story.progress() == ["NewReplicaSetCreated", "ReplicaSetUpdated", "NewReplicaSetAvailable"]
    status = story.one("deployments")["status"]
    assert {k: v for k, v in status.items() if k != "conditions"} == {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
    }
    available = condition(status, "Available")
    assert (available["status"], available["message"]) == ("True", "Deployment has minimum availability.")
    name = story.names("replicasets")[0]
    assert condition(status, "Progressing")["message"] == f'ReplicaSet "{name}" has successfully progressed.'
    assert story.one("deployments")["metadata"]["annotations"][REVISION] == "1"


def test_a_finished_rollout_costs_nothing() -> None:
    story = WorkloadStory(deployment(3), seconds=30)
    before = len(story.revisions("deployments")) + len(story.revisions("replicasets"))
    story.until(3600)
    assert len(story.revisions("deployments")) + len(story.revisions("replicasets")) == before


def test_a_rolling_update_goes_up_and_down_by_turns() -> None:
    story = rollout()
    assert steps(story) == ["up 0-3", "up 0-1", "down 3-2", "up 1-2", "down 2-1", "up 2-3", "down 1-0"]
    assert sizes(story) == [0, 3]
    assert {pod["spec"]["containers"][0]["image"] for pod in story.live()} == {"nginx:1.26"}


def test_there_are_never_more_pods_nor_fewer_available_ones_than_the_strategy_allows() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 2}}
    story = rollout(5, strategy=rolling)
    assert sizes(story) == [0, 5]
    after = [s for s in story.statuses("deployments") if s.get("observedGeneration") == 2]
    assert min(status.get("availableReplicas", 0) for status in after) >= 3
    assert max(status.get("replicas", 0) - status.get("unavailableReplicas", 0) for status in after) <= 6
    alive: set[str] = set()
    for revision in story.revisions():
        name = revision.object["metadata"]["name"]
        gone = revision.verb == "DELETED" or "deletionTimestamp" in revision.object["metadata"]
        alive = alive - {name} if gone else alive | {name}
        assert len(alive) <= 6


def test_recreating_ends_all_old_pods_before_it_makes_a_new_one() -> None:
    story = rollout(strategy={"type": "Recreate"})
    old, new = (each["metadata"]["name"] for each in story.live("replicasets"))
    ended = {r.object["metadata"]["name"]: r.at_ms for r in reversed(story.revisions()) if _has_ended(r.object)}
    born = [r.at_ms for r in story.revisions() if r.verb == "ADDED" and r.object["metadata"]["name"].startswith(new)]
    assert len(ended) == len(born) == 3
    assert all(name.startswith(old) for name in ended)
    assert max(ended.values()) < min(born)
    assert steps(story) == ["up 0-3", "down 3-0", "up 0-3"]


def _has_ended(pod: Json) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")


def test_a_bad_image_stops_the_rollout_and_the_deadline_says_so() -> None:
    story = rollout(seconds=60, image="gone:1", progressDeadlineSeconds=20)
    assert sizes(story) == [3, 1]
    progressing = condition(story.one("deployments")["status"], "Progressing")
    name = story.names("replicasets")[1]
    assert (progressing["status"], progressing["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert progressing["message"] == f'ReplicaSet "{name}" has timed out progressing.'
    assert condition(story.one("deployments")["status"], "Available")["status"] == "True"
    progress = (s for s in story.revisions("deployments"))
    at = next(
        r.at_ms
        for r in progress
        if condition(r.object["status"], "Progressing").get("reason") == "ProgressDeadlineExceeded"
    )
    # The last progress was at 10 s; the deadline is looked at a second after it has passed.
    assert 31_000 <= at <= 31_200
    assert story.node("kubectl rollout status deployment/web") == (
        'error: deployment "web" exceeded its progress deadline\n'
    )


def test_going_back_reuses_the_old_replica_set_under_a_new_revision() -> None:
    story = rollout(seconds=30, image="gone:1")
    assert story.node("kubectl rollout undo deployment/web") == "deployment.apps/web rolled back\n"
    story.until(60)
    assert sizes(story) == [3, 0]
    annotations = story.live("replicasets")[0]["metadata"]["annotations"]
    assert (annotations[REVISION], annotations[REVISION_HISTORY]) == ("3", "1")
    assert story.one("deployments")["metadata"]["annotations"][REVISION] == "3"
    assert story.node("kubectl rollout history deployment/web").split() == (
        "deployment.apps/web REVISION CHANGE-CAUSE 2 <none> 3 <none>".split()
    )


def test_while_a_deployment_is_paused_it_scales_and_does_not_roll() -> None:
    story = WorkloadStory(deployment(3), seconds=10)
    story.node("kubectl rollout pause deployment/web; kubectl set image deployment/web app=nginx:1.26")
    story.node("kubectl scale deployment/web --replicas=4")
    assert sizes(story) == [4]
    status = story.one("deployments")["status"]
    assert (condition(status, "Progressing")["status"], story.progress()[-1]) == ("Unknown", "DeploymentPaused")
    assert "updatedReplicas" not in status
    story.node("kubectl rollout resume deployment/web")
    story.until(60)
    assert sizes(story) == [0, 4]
    assert "DeploymentResumed" in story.progress()
    assert story.progress()[-1] == "NewReplicaSetAvailable"


def test_scaling_goes_to_the_one_active_replica_set_at_once() -> None:
    story = WorkloadStory(deployment(3), seconds=10)
    story.node("kubectl scale deployment/web --replicas=6")
    assert sizes(story) == [6]
    annotations = story.live("replicasets")[0]["metadata"]["annotations"]
    assert annotations["deployment.kubernetes.io/desired-replicas"] == "6"
    story.node("kubectl scale deployment/web --replicas=0")
    assert (sizes(story), story.live()) == ([0], [])
    assert steps(story) == ["up 0-3", "up 3-6", "down 6-0"]


def test_old_replica_sets_beyond_the_history_limit_are_deleted() -> None:
    story = WorkloadStory(deployment(1, revisionHistoryLimit=2), seconds=5)
    for number in range(4):
        set_image(story, f"nginx:1.2{number}")
        story.until(20 * (number + 1))
    revisions = sorted(each["metadata"]["annotations"][REVISION] for each in story.live("replicasets"))
    assert revisions == ["3", "4", "5"]


def test_a_rollout_waits_for_pods_to_be_ready_for_long_enough() -> None:
    story = rollout(2, seconds=60, minReadySeconds=10)
    calendar = story.simulation.calendar
    down = [e for e in story.events("ScalingReplicaSet") if e["message"].startswith("Scaled down")]
    # Ready late in second 10 counts from the second's begin, as the API keeps no more of a time.
    assert [calendar.parse(event["firstTimestamp"]) // 1000 for event in down] == [20, 31]
    assert sizes(story) == [0, 2]
    assert {each["spec"]["minReadySeconds"] for each in story.live("replicasets")} == {10}


def test_pods_that_are_refused_are_told_of_by_the_deployment_too() -> None:
    story = WorkloadStory(deployment(2, template=template(serviceAccountName="nosuch")), seconds=5)
    failure = condition(story.one("deployments")["status"], "ReplicaFailure")
    assert (failure["status"], failure["reason"]) == ("True", "FailedCreate")
    assert failure["message"].endswith('serviceaccount "nosuch" not found')


def test_without_a_deadline_nothing_is_said_of_progress() -> None:
    story = WorkloadStory(deployment(1, progressDeadlineSeconds=2**31 - 1), seconds=10)
    assert [c["type"] for c in story.one("deployments")["status"]["conditions"]] == ["Available"]


def test_annotations_of_the_deployment_reach_its_new_replica_set() -> None:
    story = WorkloadStory(deployment(1), seconds=5)
    story.node("kubectl annotate deployment web kubernetes.io/change-cause='first try'")
    assert story.live("replicasets")[0]["metadata"]["annotations"]["kubernetes.io/change-cause"] == "first try"
    assert "first try" in story.node("kubectl rollout history deployment/web")


def test_a_name_that_another_replica_set_has_is_a_collision_and_another_is_found() -> None:
    story = WorkloadStory(seconds=1)
    wanted = deployment(1)
    first = WorkloadStory(wanted, seconds=2).names("replicasets")[0]
    blocker = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": first},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"x": "y"}}, "template": template({"x": "y"})},
    }
    story.simulation.api.create(blocker)
    story.simulation.api.create(wanted)
    story.until(10)
    assert story.one("deployments")["status"]["collisionCount"] == 1
    assert len(story.live("replicasets")) == 2
    assert [p["metadata"]["ownerReferences"][0]["name"] for p in story.live()] == story.names("replicasets")[1:]


def test_a_replica_set_that_was_orphaned_is_adopted_again() -> None:
    story = WorkloadStory(deployment(2), seconds=5)
    names = story.names(), story.names("replicasets")
    story.node("kubectl delete deployment web --cascade=orphan")
    story.simulation.api.create(deployment(2))
    story.until(30)
    assert (story.names(), story.names("replicasets")) == names
    assert story.live("replicasets")[0]["metadata"]["ownerReferences"][0]["name"] == "web"


# ---- the arithmetic ----------------------------------------------------------
def shape(replicas: int, surge: int | str, unavailable: int | str) -> Json:
    rolling = {"maxSurge": surge, "maxUnavailable": unavailable}
    spec = {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}
    return {"metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize(
    ("replicas", "surge", "unavailable", "limits"),
    [
        (2, "0%", "1%", (0, 1)),
        (1, "0%", "1%", (0, 1)),
        (2, "1%", "25%", (1, 0)),
        (10, "25%", "25%", (3, 2)),
        (3, 5, 7, (5, 3)),
        (0, "25%", "25%", (0, 0)),
    ],
)
def test_surge_is_rounded_up_and_unavailable_down(
    replicas: int, surge: int | str, unavailable: int | str, limits: tuple[int, int]
) -> None:
    obj = shape(replicas, surge, unavailable)
    assert (max_surge(obj), max_unavailable(obj)) == limits


def a_set(name: str, replicas: int, before: int, born: int = 0) -> Json:
    annotations = {"deployment.kubernetes.io/max-replicas": str(before)}
    meta = {"name": name, "creationTimestamp": f"2026-01-01T00:00:0{born}Z", "annotations": annotations}
    return {"metadata": meta, "spec": {"replicas": replicas}}


@pytest.mark.parametrize(
    ("replicas", "sets", "shared"),
    [
        # From 10 + 3 to 15 + 3 during a rollout: 8 of 13 and 5 of 13.
        (15, [a_set("old", 8, 13), a_set("new", 5, 13, 1)], {"old": 11, "new": 7}),
        (5, [a_set("old", 8, 12), a_set("new", 4, 12, 1)], {"old": 4, "new": 2}),
        (0, [a_set("old", 8, 12), a_set("new", 4, 12, 1)], {"old": 0, "new": 0}),
        # What is left over goes to the largest; of two that are equal the newer is first when there is more to add.
        (4, [a_set("old", 1, 3), a_set("new", 1, 3, 1)], {"old": 2, "new": 3}),
    ],
)
def test_during_a_rollout_a_new_number_is_shared_out_in_proportion(
    replicas: int, sets: list[Json], shared: dict[str, int]
) -> None:
    found = proportions(shape(replicas, "20%", "25%"), sets)
    assert {each["metadata"]["name"]: size for each, size in found} == shared


def test_a_revision_history_forgets_its_oldest_when_it_gets_long() -> None:
    known = ",".join(str(number) for number in range(10_000, 10_333))  # 1997 characters
    old = {"metadata": {"annotations": {REVISION: "10333", REVISION_HISTORY: known}}}
    history = new_set_annotations(shape(1, 1, 0), old, 10_340, exists=True)[REVISION_HISTORY].split(",")
    assert (history[0], history[-1], len(history)) == ("10001", "10333", 333)


def recorded(image: str) -> Json:
    """The template of a Deployment whose ReplicaSets' names were recorded in a real cluster, as the server keeps it."""
    probe = {"timeoutSeconds": 1, "periodSeconds": 2, "successThreshold": 1, "failureThreshold": 3}
    container = {
        "name": "nginx",
        "image": image,
        "resources": {},
        "readinessProbe": {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}, **probe},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    pod_spec = {
        "containers": [container],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 3,
        "dnsPolicy": "ClusterFirst",
        "securityContext": {},
        "schedulerName": "default-scheduler",
    }
    return {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec}


@pytest.mark.parametrize(
    ("image", "name"),
    [("nginx:1.25", "67cd5887fd"), ("nginx:1.26", "779977d6f"), ("nginx:does-not-exist", "75575bbf49")],
)
def test_a_replica_set_has_the_name_that_a_real_cluster_gave_it(image: str, name: str) -> None:
    assert compute_hash(recorded(image), None) == name


def test_a_collision_makes_another_hash() -> None:
    assert len({compute_hash(template(), collisions) for collisions in (None, 0, 1)}) == 3
