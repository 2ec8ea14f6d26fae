"""Important Pods push others out. Models pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go."""

import json
from typing import Any

from tests.simulator.stories import Json, Story, container, pod


def priority_class(name: str, value: int, **fields: object) -> Json:
    head = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}}
    return head | {"value": value} | fields


HIGH, LOW = priority_class("high", 1000), priority_class("low", -5)
POLITE = priority_class("polite", 1000, preemptionPolicy="Never")
NEVER = "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never."


def asking(name: str, cpu: str, priority: str = "", script: str = "sleep 1000", **spec: Any) -> Json:
    fields: Json = spec | ({"priorityClassName": priority} if priority else {})
    return pod(container(script, resources={"requests": {"cpu": cpu}}), name=name, **fields)


def newest(story: Story) -> dict[str, Json]:
    return {r.object["metadata"]["name"]: r.object for r in story.revisions() if r.verb != "DELETED"}


def about(story: Story, name: str, reason: str) -> list[str]:
    return [e["message"] for e in story.events(reason) if e["involvedObject"]["name"] == name]


def later(story: Story, given: Json, seconds: float) -> Story:
    story.simulation.act("apply", {"manifest": json.dumps(given)})
    return story.until(story.simulation.now / 1000 + seconds)


def test_the_less_important_pod_is_ended_and_the_important_one_takes_its_place() -> None:
    stubborn = asking(
        "old", "1500m", script="trap '' TERM; while :; do sleep 1; done", terminationGracePeriodSeconds=20
    )
    story = later(Story(HIGH, stubborn, seconds=5), asking("new", "1", "high"), 5)
    old, new = newest(story)["old"], newest(story)["new"]
    target = next(c for c in old["status"]["conditions"] if c["type"] == "DisruptionTarget")
    assert (target["reason"], target["message"]) == (
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
    assert old["metadata"]["deletionGracePeriodSeconds"] == 20
    assert new["status"]["nominatedNodeName"] == "node1"
    assert about(story, "old", "Preempted") == [f"Preempted by pod {new['metadata']['uid']} on node node1"]
    assert about(story, "new", "FailedScheduling")[0] == "0/1 nodes are available: 1 Insufficient cpu."
    assert set(about(story, "new", "FailedScheduling")[1:]) == {
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to a "
        "terminating pod on the nominated node."
    }
    assert "node1" in story.node("kubectl get pod new -o wide")
    story.until(35)
    new = newest(story)["new"]
    assert new["status"]["phase"] == "Running"
    assert "nominatedNodeName" not in new["status"]
    assert new["spec"]["priority"] == 1000


def test_as_few_as_possible_go_and_the_least_important_first() -> None:
    story = Story(
        HIGH,
        LOW,
        asking("a", "500m"),
        asking("b", "500m", "low"),
        asking("c", "500m", "low"),
        asking("d", "400m"),
        seconds=10,
    )
    later(story, asking("new", "1", "high"), 10)
    pods = newest(story)
    assert {name for name, found in pods.items() if "deletionTimestamp" in found["metadata"]} == {"b", "c"}
    assert pods["new"]["status"]["phase"] == "Running"


def test_a_polite_pod_waits_and_says_so() -> None:
    story = later(Story(POLITE, asking("old", "1500m"), seconds=5), asking("new", "1", "polite"), 5)
    assert set(about(story, "new", "FailedScheduling")) == {f"0/1 nodes are available: 1 Insufficient cpu. {NEVER}"}
    assert newest(story)["old"]["status"]["phase"] == "Running"


def test_equals_do_not_push_each_other_out() -> None:
    story = later(Story(HIGH, asking("old", "1500m", "high"), seconds=5), asking("new", "1", "high"), 5)
    (message,) = set(about(story, "new", "FailedScheduling"))
    assert message.endswith("preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.")
    assert newest(story)["old"]["status"]["phase"] == "Running"


def test_nobody_is_pushed_out_in_vain() -> None:
    story = Story(HIGH, asking("big", "1500m", "high"), asking("small", "400m"), seconds=5)
    later(story, asking("new", "1", "high"), 5)
    (message,) = set(about(story, "new", "FailedScheduling"))
    assert message.endswith("preemption: 0/1 nodes are available: 1 Insufficient cpu.")
    assert newest(story)["small"]["status"]["phase"] == "Running"


def test_room_that_is_being_made_is_kept_for_whom_it_is_made() -> None:
    stubborn = asking("old", "2", script="trap '' TERM; while :; do sleep 1; done", terminationGracePeriodSeconds=10)
    story = later(Story(HIGH, stubborn, seconds=5), asking("new", "2", "high"), 1)
    later(story, asking("sly", "1"), 30)
    pods = newest(story)
    assert (pods["new"]["status"]["phase"], pods["sly"]["status"]["phase"]) == ("Running", "Pending")


def test_of_two_that_wait_the_more_important_goes_first() -> None:
    story = Story(
        POLITE,
        asking("old", "1500m", script="sleep 20", restartPolicy="Never"),
        asking("plain", "1500m"),
        asking("first", "1500m", "polite"),
        seconds=40,
    )
    pods = newest(story)
    assert (pods["first"]["status"]["phase"], pods["plain"]["status"]["phase"]) == ("Running", "Pending")


def test_a_rule_against_neighbours_can_push_them_out() -> None:
    rule = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
    averse = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [rule]}}
    web = asking("old", "100m")
    web["metadata"]["labels"] = {"app": "web"}
    story = later(Story(HIGH, web, seconds=5), asking("new", "100m", "high", affinity=averse), 10)
    assert newest(story)["new"]["status"]["phase"] == "Running"
    assert about(story, "new", "FailedScheduling")[0] == (
        "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules."
    )


def test_a_pod_that_a_budget_guards_goes_last() -> None:
    """Models filterPodsWithPDBViolation."""
    budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}}
    budget |= {"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}}
    guarded = asking("guarded", "1")
    guarded["metadata"]["labels"] = {"app": "web"}
    story = Story(HIGH, budget, asking("free", "1"), guarded, seconds=10)
    later(story, asking("new", "1", "high"), 10)
    gone = {r.object["metadata"]["name"] for r in story.revisions() if r.verb == "DELETED"}
    assert gone == {"free"}
