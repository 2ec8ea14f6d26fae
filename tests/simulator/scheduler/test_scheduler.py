"""Where Pods may go, and what is said when they may not. Models pkg/scheduler/framework/plugins."""

from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod

WEB = {"labelSelector": {"matchLabels": {"app": "web"}}}
HERE = WEB | {"topologyKey": "kubernetes.io/hostname"}
HOPELESS = (
    "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
)
VICTIMS = (
    "no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
)


def labelled(name: str = "p", app: str = "", **spec: Any) -> Json:
    made = pod(container(), name=name, **spec)
    if app:
        made["metadata"]["labels"] = {"app": app}
    return made


def rule(kind: str, **term: Any) -> Json:
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [HERE | term]}}}


def spread(**fields: Any) -> Json:
    base = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
    return {"topologySpreadConstraints": [WEB | base | fields]}


def asking(**requests: str) -> Json:
    return container(resources={"requests": requests})


def phases(story: Story) -> dict[str, str]:
    return {r.object["metadata"]["name"]: r.object["status"]["phase"] for r in story.revisions()}


@pytest.mark.parametrize(
    ("given", "reason", "hope"),
    [
        (pod(asking(cpu="8")), "1 Insufficient cpu", HOPELESS),
        (pod(asking(cpu="8", memory="1Ti")), "1 Insufficient cpu, 1 Insufficient memory", HOPELESS),
        (pod(container(), nodeSelector={"a": "b"}), "1 node(s) didn't match Pod's node affinity/selector", HOPELESS),
        (labelled(**rule("podAffinity")), "1 node(s) didn't match pod affinity rules", HOPELESS),
        (
            labelled(app="web", **rule("podAffinity", topologyKey="zone")),
            "1 node(s) didn't match pod affinity rules",
            HOPELESS,
        ),
        (
            labelled(**spread(topologyKey="zone")),
            "1 node(s) didn't match pod topology spread constraints (missing required label)",
            HOPELESS,
        ),
    ],
)
def test_one_pod_that_fits_nowhere(given: Json, reason: str, hope: str) -> None:
    story = Story(given, seconds=5)
    message = f"0/1 nodes are available: {reason}. {hope}"
    assert set(story.messages("FailedScheduling")) == {message}
    assert story.condition("PodScheduled")["message"] == message
    assert "startTime" not in story.status


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (labelled("a", "web"), labelled(**rule("podAntiAffinity")), "1 node(s) didn't match pod anti-affinity rules"),
        (
            labelled("a", **rule("podAntiAffinity")),
            labelled(app="web"),
            "1 node(s) didn't satisfy existing pods anti-affinity rules",
        ),
        (
            labelled("a", "web"),
            labelled(app="web", **spread(minDomains=2)),
            "1 node(s) didn't match pod topology spread constraints",
        ),
        (pod(asking(cpu="1500m"), name="a"), pod(asking(cpu="1")), "1 Insufficient cpu"),
    ],
)
def test_a_pod_that_another_keeps_away_comes_when_that_goes(first: Json, second: Json, reason: str) -> None:
    story = Story(first, second, seconds=5)
    assert phases(story) == {"a": "Running", "p": "Pending"}
    assert set(story.messages("FailedScheduling")) == {f"0/1 nodes are available: {reason}. {VICTIMS}"}
    story.node("kubectl delete pod a --wait=false")
    assert phases(story)["p"] == "Running"


def test_the_first_of_those_that_like_their_own_kind_is_let_in() -> None:
    assert Story(labelled(app="web", **rule("podAffinity")), seconds=5).status["phase"] == "Running"


def test_a_pod_comes_when_the_one_it_wants_to_be_near_has_come() -> None:
    story = Story(labelled(**rule("podAffinity")), seconds=20)
    story.node("kubectl run w --image=nginx --labels=app=web")
    assert phases(story) == {"p": "Running", "w": "Running"}


def test_one_domain_is_always_even() -> None:
    story = Story(labelled("a", "web"), labelled(app="web", **spread()), seconds=5)
    assert phases(story) == {"a": "Running", "p": "Running"}


def test_a_pod_that_ends_makes_room() -> None:
    ends = pod(container("sleep 20", resources={"requests": {"cpu": "1500m"}}), name="a", restartPolicy="Never")
    story = Story(ends, pod(asking(cpu="1")), seconds=15)
    assert phases(story) == {"a": "Running", "p": "Pending"}
    assert phases(story.until(30)) == {"a": "Succeeded", "p": "Running"}


def tries(story: Story) -> int:
    return sum(r.object["reason"] == "FailedScheduling" for r in story.revisions("events"))


@pytest.mark.parametrize(("asks", "more"), [({"nodeSelector": {"a": "b"}}, 0), ({}, 1)])
def test_a_pod_that_goes_lets_only_those_try_again_that_others_can_keep_away(asks: Json, more: int) -> None:
    """EventsToRegister of pkg/scheduler/framework/plugins: noderesources has a Pod's deletion, nodeaffinity has not."""
    story = Story(pod(container(), name="a"), pod(asking(cpu="8"), **asks), seconds=10)
    before = tries(story)
    story.node("kubectl delete pod a --force")
    assert tries(story) == before + more


def test_a_node_that_says_nothing_new_lets_nobody_try_again() -> None:
    """pkg/scheduler/framework/events.go NodeSchedulingPropertiesChange."""
    story = Story(pod(container(), nodeSelector={"a": "b"}), seconds=10)
    before = tries(story)
    story.node("kubectl annotate node node1 a=b")
    assert tries(story) == before
    story.node("kubectl label node node1 c=d")
    assert tries(story) == before + 1
