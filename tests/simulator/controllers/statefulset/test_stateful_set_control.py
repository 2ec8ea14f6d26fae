"""How a StatefulSet's Pods come and go. Models pkg/controller/statefulset/stateful_set_control_test.go."""

import json

from tests.simulator.controllers.sets import (
    claim_template,
    counts,
    deletions,
    fail,
    lives,
    living,
    newest,
    stateful_set,
    web,
)
from tests.simulator.stories import Story

BROKEN = web("nginx:1.25", readinessProbe={"exec": {"command": ["false"]}, "periodSeconds": 1})


def revisions_of_pods(story: Story) -> dict[str, str]:
    return {name: pod["spec"]["containers"][0]["image"] for name, pod in living(story).items()}


def test_a_pod_comes_only_when_the_one_before_is_ready() -> None:
    story = Story(stateful_set(3), seconds=10)
    assert lives(story) == ["+db-0", "+db-1", "+db-2"]
    ready = {
        r.object["metadata"]["name"]: r.at_ms
        for r in reversed(story.revisions())
        if any(c["type"] == "Ready" and c["status"] == "True" for c in r.object["status"].get("conditions", ()))
    }
    born = {r.object["metadata"]["name"]: r.at_ms for r in story.revisions() if r.verb == "ADDED"}
    assert ready["db-0"] < born["db-1"] < ready["db-1"] < born["db-2"]
    assert newest(story, "statefulsets")["status"]["availableReplicas"] == 3


def test_a_pod_that_never_gets_ready_holds_the_next_ones_back() -> None:
    story = Story(stateful_set(3, BROKEN), seconds=60)
    assert lives(story) == ["+db-0"]
    assert newest(story, "statefulsets")["status"].get("readyReplicas", 0) == 0


def test_parallel_pods_come_and_go_at_once() -> None:
    story = Story(stateful_set(3, BROKEN, podManagementPolicy="Parallel"), seconds=5)
    assert lives(story) == ["+db-0", "+db-1", "+db-2"]
    story.node("kubectl scale sts db --replicas=0")
    assert sorted(lives(story)[3:]) == ["-db-0", "-db-1", "-db-2"]


def test_a_pod_knows_who_it_is() -> None:
    pod = Story(stateful_set(1, ordinals={"start": 5}), seconds=5).pod
    assert (pod["metadata"]["name"], pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-5", "db-5", "db")
    labels = pod["metadata"]["labels"]
    assert labels["statefulset.kubernetes.io/pod-name"] == "db-5"
    assert labels["apps.kubernetes.io/pod-index"] == "5"
    assert labels["controller-revision-hash"].startswith("db-")
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet"


def test_scaling_down_takes_the_highest_first_one_at_a_time() -> None:
    story = Story(stateful_set(3), seconds=10)
    story.node("kubectl scale sts db --replicas=1")
    assert deletions(story) == ["db-2", "db-1"]
    assert lives(story)[3:] == ["-db-2", "-db-1"]
    assert story.messages("SuccessfulDelete") == [
        "Delete Pod db-2 in StatefulSet db successful",
        "Delete Pod db-1 in StatefulSet db successful",
    ]
    assert (
        counts(story, "statefulsets", "replicas", "currentReplicas")[-4:]
        == [(3, 3), (3, 2), (2, 2), (2, 1), (1, 1)][-4:]
    )


def test_a_pod_that_is_deleted_comes_back_under_its_name() -> None:
    story = Story(stateful_set(2), seconds=10)
    before = living(story)["db-0"]["metadata"]["uid"]
    story.node("kubectl delete pod db-0")
    assert lives(story) == ["+db-0", "+db-1", "-db-0", "+db-0"]
    assert living(story)["db-0"]["metadata"]["uid"] != before


def test_pods_that_have_ended_are_deleted_and_made_anew() -> None:
    for phase in ("Failed", "Succeeded"):
        story = Story(stateful_set(1), seconds=5)
        fail(story, "db-0", phase)
        story.until(20)
        assert lives(story) == ["+db-0", "-db-0", "+db-0"]
        assert living(story)["db-0"]["status"]["phase"] == "Running"


def test_an_update_goes_from_the_highest_down_to_the_partition() -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
    story = Story(stateful_set(3, updateStrategy=strategy), seconds=10)
    story.node("kubectl set image sts/db web=nginx:1.26")
    story.until(40)
    assert deletions(story) == ["db-2", "db-1"]
    assert revisions_of_pods(story) == {"db-0": "nginx:1.25", "db-1": "nginx:1.26", "db-2": "nginx:1.26"}
    status = newest(story, "statefulsets")["status"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (1, 2)
    assert status["currentRevision"] != status["updateRevision"]
    story.node("kubectl delete pod db-0")
    assert revisions_of_pods(story)["db-0"] == "nginx:1.25"


def test_an_update_that_is_over_makes_its_revision_the_current_one() -> None:
    story = Story(stateful_set(2), seconds=10)
    story.node("kubectl set image sts/db web=nginx:1.26")
    story.until(40)
    status = newest(story, "statefulsets")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert (status["currentReplicas"], status["updatedReplicas"], status["observedGeneration"]) == (2, 2, 2)


def test_a_bad_template_stops_the_update_and_going_back_does_not_heal_the_broken_pod() -> None:
    story = Story(stateful_set(2), seconds=10, missing_images=frozenset({"nginx:nope"}))
    story.node("kubectl set image sts/db web=nginx:nope")
    story.until(60)
    assert revisions_of_pods(story) == {"db-0": "nginx:1.25", "db-1": "nginx:nope"}
    story.node("kubectl rollout undo sts/db")
    story.until(120)
    assert revisions_of_pods(story)["db-1"] == "nginx:nope"
    story.node("kubectl delete pod db-1")
    story.until(140)
    assert revisions_of_pods(story) == {"db-0": "nginx:1.25", "db-1": "nginx:1.25"}


def test_on_delete_waits_for_a_person() -> None:
    story = Story(stateful_set(2, updateStrategy={"type": "OnDelete"}), seconds=10)
    story.node("kubectl set image sts/db web=nginx:1.26")
    story.until(40)
    assert deletions(story) == []
    story.node("kubectl delete pod db-0")
    assert revisions_of_pods(story) == {"db-0": "nginx:1.26", "db-1": "nginx:1.25"}


def test_a_pod_counts_as_available_only_after_a_while() -> None:
    story = Story(stateful_set(2, minReadySeconds=10), seconds=40)
    born = {r.object["metadata"]["name"]: r.at_ms for r in story.revisions() if r.verb == "ADDED"}
    assert 9_000 <= born["db-1"] - born["db-0"] <= 13_000
    assert counts(story, "statefulsets", "readyReplicas", "availableReplicas")[-4:] == [(1, 0), (1, 1), (2, 1), (2, 2)]


def test_old_revisions_are_dropped_beyond_the_limit() -> None:
    story = Story(stateful_set(1, revisionHistoryLimit=1), seconds=5)
    for number in range(26, 30):
        story.node(f"kubectl set image sts/db web=nginx:1.{number}")
        story.until(story.simulation.now / 1000 + 10)
    assert [r["revision"] for r in living(story, "controllerrevisions").values()] == [4, 5]


def test_an_old_template_gets_its_revision_back_under_a_new_number() -> None:
    story = Story(stateful_set(1), seconds=5)
    story.node("kubectl set image sts/db web=nginx:1.26")
    story.node("kubectl rollout undo sts/db")
    story.until(40)
    assert sorted(r["revision"] for r in living(story, "controllerrevisions").values()) == [2, 3]
    assert story.node("kubectl rollout history sts/db") == (
        "statefulset.apps/db \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>\n\n"
    )


def test_the_name_of_a_revision_is_the_one_that_a_real_cluster_gives() -> None:
    probe = {"httpGet": {"path": "/", "port": 80}, "initialDelaySeconds": 3, "periodSeconds": 2}
    container = {"name": "nginx", "image": "nginx:1.25", "readinessProbe": probe}
    story = Story(stateful_set(3, container), seconds=1)
    assert lives(story, "controllerrevisions") == ["+db-5fcd6b87d5"]


def test_what_a_set_leaves_behind_goes_with_it() -> None:
    story = Story(stateful_set(2, volumeClaimTemplates=[claim_template()]), seconds=15)
    story.node("kubectl delete sts db")
    assert living(story) == living(story, "controllerrevisions") == {}
    assert sorted(living(story, "persistentvolumeclaims")) == ["data-db-0", "data-db-1"]


def test_an_orphan_with_a_fitting_name_is_adopted() -> None:
    story = Story(stateful_set(2), seconds=10)
    story.node("kubectl delete sts db --cascade=orphan")
    assert "ownerReferences" not in living(story)["db-0"]["metadata"]
    before = {name: pod["metadata"]["uid"] for name, pod in living(story).items()}
    story.simulation.act("apply", {"manifest": json.dumps(stateful_set(2))})
    story.until(story.simulation.now / 1000 + 5)
    assert {name: pod["metadata"]["uid"] for name, pod in living(story).items()} == before
    assert living(story)["db-0"]["metadata"]["ownerReferences"][0]["name"] == "db"
