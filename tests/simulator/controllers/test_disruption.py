"""Disruption budgets, and what they hold up. Models pkg/controller/disruption/disruption_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.controllers.jobs import job
from tests.simulator.stories import Json, Story, container, pod

READY: Json = {"exec": {"command": ["cat", "/tmp/ok"]}, "periodSeconds": 1}
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


def web(replicas: int = 3, script: str = "sleep 1000", **more: Any) -> Json:
    labels = {"app": "web"}
    inner = {"terminationGracePeriodSeconds": 2, "containers": [container(script, **more)]}
    template = {"metadata": {"labels": labels}, "spec": inner}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def budget(app: str = "web", name: str = "b", **spec: Any) -> Json:
    spec = {"selector": {"matchLabels": {"app": app}}, **spec}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec}


def status(story: Story) -> Json:
    return dict(story.revisions("poddisruptionbudgets")[-1].object["status"])


def numbers(story: Story) -> tuple[int, int, int, int]:
    """(disruptions allowed, healthy now, healthy wanted, expected)."""
    now = status(story)
    return now["disruptionsAllowed"], now["currentHealthy"], now["desiredHealthy"], now["expectedPods"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 2}, (1, 3, 2, 3)),
        ({"minAvailable": "50%"}, (1, 3, 2, 3)),
        ({"maxUnavailable": 1}, (1, 3, 2, 3)),
        ({"maxUnavailable": "34%"}, (2, 3, 1, 3)),
        ({"maxUnavailable": 0}, (0, 3, 3, 3)),
        ({}, (0, 3, 0, 0)),
    ],
)
def test_what_may_be_missed(spec: Json, expected: tuple[int, int, int, int]) -> None:
    story = Story(web(), budget(**spec), seconds=10)
    assert numbers(story) == expected
    (condition,) = status(story)["conditions"]
    words = ("True", "SufficientPods") if expected[0] else ("False", "InsufficientPods")
    assert (condition["status"], condition["reason"]) == words


def test_a_drain_waits_until_enough_pods_are_well_elsewhere() -> None:
    story = Story(web(), budget(minAvailable=2), seconds=10)
    story.simulation.act("node", {"command": "kubectl drain node1"})
    story.until(30)
    alive = [p for p in story.simulation.store.list("pods") if p["status"]["phase"] == "Running"]
    assert len(alive) == 2
    story.simulation.act("node", {"command": "kubectl uncordon node1"})
    story.until(60)
    (output,) = [str(f.data["output"]) for f in story.facts("result") if "drained" in str(f.data["output"])]
    assert output.count(" evicted\n") == 3
    assert f"(will retry after 5s): {REFUSED}\n" in output


def test_an_eviction_is_charged_before_the_pod_is_deleted() -> None:
    story = Story(web(), budget(minAvailable=2), seconds=10)
    story.node("kubectl drain node1 --timeout=3s")
    charged = next(r for r in story.revisions("poddisruptionbudgets") if r.object["status"].get("disruptedPods"))
    (name,) = charged.object["status"]["disruptedPods"]
    deleted = next(r for r in story.revisions() if "deletionTimestamp" in r.object["metadata"])
    assert charged.number < deleted.number
    assert deleted.object["metadata"]["name"] == name
    assert "disruptedPods" not in status(story)


def test_pods_that_are_not_well_may_go_if_the_others_are_enough() -> None:
    script = '[ "$(hostname | tail -c 2)" ] && touch /tmp/ok; sleep 1000'
    healthy = Story(web(2, script, readinessProbe=READY), budget(maxUnavailable=0), seconds=10)
    assert REFUSED in healthy.node("kubectl drain node1 --timeout=2s")
    sick = Story(web(2, readinessProbe=READY), budget(maxUnavailable=0), seconds=10)
    assert REFUSED in sick.node("kubectl drain node1 --timeout=2s")
    allowed = budget(maxUnavailable=0, unhealthyPodEvictionPolicy="AlwaysAllow")
    story = Story(web(2, readinessProbe=READY), allowed, seconds=10)
    assert story.node("kubectl drain node1").count(" evicted\n") == 2


def test_a_pod_of_two_budgets_cannot_be_evicted() -> None:
    story = Story(web(1), budget(minAvailable=0), budget(name="c", minAvailable=0), seconds=10)
    words = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    assert words in story.node("kubectl drain node1")
    assert "matches multiple PodDisruptionBudgets.  Chose" in story.messages("MultiplePodDisruptionBudgets")[0]


def test_deleting_asks_no_budget() -> None:
    story = Story(web(1), budget(maxUnavailable=0), seconds=10)
    assert " deleted\n" in story.node("kubectl drain node1 --disable-eviction")


def test_a_budget_without_pods_says_so() -> None:
    assert Story(budget(minAvailable=1), seconds=5).messages("NoPods") == ["No matching pods found"]


def test_pods_without_a_controller_cannot_be_counted() -> None:
    lone = pod(container(), name="lone")
    lone["metadata"]["labels"] = {"app": "web"}
    story = Story(lone, budget(maxUnavailable=1), seconds=5)
    (words,) = story.messages("UnmanagedPods")
    shown = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    assert words.startswith(
        f"Pods selected by this PodDisruptionBudget (selector: {shown}) were found to be unmanaged. "
    )
    assert numbers(story) == (0, 1, 0, 0)


def test_a_controller_without_a_scale_is_an_error() -> None:
    manifest = job("sleep 1000")
    manifest["spec"]["template"]["metadata"] = {"labels": {"app": "web"}}
    story = Story(manifest, budget(maxUnavailable=1), seconds=5)
    (condition,) = status(story)["conditions"]
    assert condition["reason"] == "SyncFailed"
    assert condition["message"] == "jobs.batch does not implement the scale subresource"


def test_kubectl_makes_shows_and_describes_budgets() -> None:
    story = Story(web(), seconds=10)
    made = story.node("kubectl create pdb web --selector=app=web --min-available=50%")
    assert made == "poddisruptionbudget.policy/web created\n"
    header, line = story.node("kubectl get pdb").splitlines()
    assert header.split("  ")[0] == "NAME"
    assert line.split()[:4] == ["web", "50%", "N/A", "1"]
    described = story.node("kubectl describe pdb web")
    assert "Min available:  50%\nSelector:       app=web\nStatus:\n    Allowed disruptions:  1\n" in described


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("--min-available=1", "a selector must be specified"),
        ("--selector=a=b", "one of min-available or max-unavailable must be specified"),
        (
            "--selector=a=b --min-available=1 --max-unavailable=1",
            "min-available and max-unavailable cannot be both specified",
        ),
        ("--selector=a=b --min-available=10Gb", "invalid format specified for min-available"),
    ],
)
def test_what_kubectl_refuses(flags: str, words: str) -> None:
    assert Story(seconds=1).node(f"kubectl create pdb b {flags}") == f"error: {words}\n"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"minAvailable": -1}, "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"),
        ({"maxUnavailable": "101%"}, 'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%'),
        ({"unhealthyPodEvictionPolicy": "No"}, 'spec.unhealthyPodEvictionPolicy: Unsupported value: "No"'),
        ({"minAvailable": 1, "maxUnavailable": 1}, "minAvailable and maxUnavailable cannot be both set"),
        ({"minAvailable": 1, "maxUnavailable": 1}, '{"MinAvailable":1,"Selector":{"matchLabels":{'),
    ],
)
def test_what_the_api_server_refuses(spec: Json, words: str) -> None:
    assert words in Story(budget(**spec)).applied.output
