"""Whatever holds a Pod up or ends it, the sentence says why."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.presenters.sentences import Sentence
from tests.dashboard.presenters.conftest import page_of
from tests.simulator.stories import Json, Story, pod


def sentence(story: Story) -> Sentence:
    return page_of(story.entries, story.simulation.now).sentence


def app(command: str = "sleep 1000", **fields: object) -> Json:
    return {"name": "app", "image": "busybox:1.36", "command": ["sh", "-c", command], **fields}


def checkout(*containers: Json, **spec: Any) -> Json:
    return pod(*(containers or (app(),)), name="checkout", **spec)


MISSING = {"volumes": [{"name": "v", "configMap": {"name": "nope"}}]}
MOUNTED = app(volumeMounts=[{"name": "v", "mountPath": "/v"}])
SLOW_HOOK = app(lifecycle={"postStart": {"exec": {"command": ["sleep", "60"]}}})
INIT: Json = {"name": "init", "image": "busybox:1.36", "command": ["sh", "-c", "exit 2"]}
HUGE = app(resources={"requests": {"cpu": "50"}})
GREEDY = app("dd if=/dev/zero of=/f bs=1M count=50; sleep 900", resources={"limits": {"ephemeral-storage": "10Mi"}})
GATE = [{"conditionType": "x.io/ready"}]
PULLED = {**app(envFrom=[{"secretRef": {"name": "nope"}}]), "image": "busybox"}
CASES = [
    (checkout(MOUNTED, **MISSING), 5, 'cannot be set up: FailedMount. MountVolume.SetUp failed for volume "v" :'),
    (checkout(SLOW_HOOK), 5, "app runs its postStart hook. Until that ends, it counts as not started"),
    (checkout(initContainers=[INIT], restartPolicy="Never"), 9, "init ended with exit code 2. The Pod stays Failed;"),
    (
        checkout(HUGE, nodeName="node1"),
        5,
        "failed before anything ran in it. OutOfcpu: Pod was rejected: Node didn't have",
    ),
    (
        checkout(activeDeadlineSeconds=5),
        6.5,
        "being stopped: “Pod was active on the node longer than the specified deadline”",
    ),
    (checkout(activeDeadlineSeconds=5), 60, "DeadlineExceeded: Pod was active on the node longer than the specified"),
    (checkout(GREEDY), 60, "Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 10Mi."),
    (checkout(readinessGates=GATE), 5, "but the Pod is not, and gets no traffic. ReadinessGatesNotReady:"),
    (checkout(imagePullSecrets=[{"name": "nope"}]), 5, "checkout runs and is ready since"),
    (checkout(PULLED), 100, 'app cannot start: CreateContainerConfigError. secret "nope" not found'),
]


@pytest.mark.parametrize(("manifest", "seconds", "words"), CASES)
def test_what_holds_a_pod_up_or_ends_it_is_said(manifest: Json, seconds: float, words: str) -> None:
    assert words in sentence(Story(manifest, seconds=seconds)).plain


def test_a_finalizer_that_keeps_a_pod_is_named() -> None:
    manifest = checkout()
    manifest["metadata"]["finalizers"] = ["x.io/keep"]
    story = Story(manifest, seconds=5)
    story.node("kubectl delete pod checkout --wait=false")
    story.until(60)
    assert "It stays until whoever put the finalizer x.io/keep there takes it away." in sentence(story).plain


def test_a_node_that_is_lost_is_named() -> None:
    story = Story(checkout(), seconds=5)
    story.node("systemctl stop kubelet")
    story.until(90)
    assert sentence(story).plain.endswith("but the Pod is not, and gets no traffic. Nothing is heard of node1.")


def test_a_resize_that_cannot_be_done_says_why() -> None:
    story = Story(checkout(app(resources={"requests": {"cpu": "100m"}})), seconds=5)
    story.node("kubectl set resources pod checkout --requests=cpu=50 --subresource=resize")
    story.node(
        """kubectl patch pod checkout --subresource resize -p """
        """'{"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"50"}}}]}}'"""
    )
    story.until(20)
    assert "Its resize waits: Infeasible: Node didn't have enough capacity: cpu" in sentence(story).plain


@pytest.mark.parametrize(("restarts", "words"), [("Always", " and is about to start again."), ("Never", ".")])
def test_between_an_end_and_what_comes_of_it(restarts: str, words: str) -> None:
    story = Story(checkout(initContainers=[INIT], restartPolicy=restarts), seconds=3)
    end = story.facts("exit")[0]
    until = [entry for entry in story.entries if entry.number <= end.number]
    assert page_of(until, end.at_ms).sentence.plain == f"init ended with exit code 2{words}"


def test_a_pod_that_runs_again_before_the_api_knows_says_so() -> None:
    story = Story(checkout(app("sleep 3; exit 1")), seconds=8)
    again = [fact for fact in story.facts("container") if fact.data["phase"] == "started"][1]
    until = [entry for entry in story.entries if entry.number <= again.number]
    said = page_of(until, again.at_ms).sentence.plain
    assert said == "app runs again. kubectl still says Error: the kubelet tells the API a moment later."


def test_a_warning_that_stops_nothing_is_no_obstacle() -> None:
    story = Story(checkout(imagePullSecrets=[{"name": "nope"}]), seconds=5)
    warned = next(e for e in story.revisions("events") if e.object["reason"] == "FailedToRetrieveImagePullSecret")
    until = [entry for entry in story.entries if entry.number <= warned.number]
    assert page_of(until, warned.at_ms).sentence.tag == "Starting"
