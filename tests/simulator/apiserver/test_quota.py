"""ResourceQuota and LimitRange, as far as Pods feel them. Models plugin/pkg/admission/{resourcequota,limitranger}."""

from __future__ import annotations

import json

from tests.simulator.stories import Json, Story, container, pod


def quota(**hard: str) -> Json:
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"}, "spec": {"hard": hard}}


def limits(**item: Json) -> Json:
    spec = {"limits": [{"type": "Container", **item}]}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "range"}, "spec": spec}


def asking(name: str, **requests: str) -> Json:
    return pod(container(resources={"requests": requests}), name=name)


def applied(story: Story, obj: Json) -> str:
    return story.simulation.act("apply", {"manifest": json.dumps(obj)}).output


def test_a_pod_beyond_the_quota_is_refused_with_what_is_used() -> None:
    story = Story(quota(**{"requests.cpu": "300m"}), asking("a", cpu="200m"), seconds=3)
    assert (
        'pods "b" is forbidden: exceeded quota: small, requested: requests.cpu=200m, used: requests.cpu=200m, '
        "limited: requests.cpu=300m"
    ) in applied(story, asking("b", cpu="200m"))
    assert "created" in applied(story, asking("c", cpu="100m"))


def test_a_quota_wants_to_know_what_a_pod_asks_for() -> None:
    story = Story(quota(**{"requests.cpu": "300m"}), seconds=3)
    assert "failed quota: small: must specify requests.cpu for: app" in applied(story, pod(container(), name="a"))


def test_what_a_deleted_pod_used_is_free_again() -> None:
    story = Story(quota(pods="1"), pod(container()), seconds=3)
    assert "exceeded quota" in applied(story, pod(container(), name="b"))
    story.node("kubectl delete pod p --now")
    story.until(20)
    assert "created" in applied(story, pod(container(), name="b"))
    assert story.simulation.api.get("resourcequotas", "default", "small")["status"]["used"] == {"pods": "1"}


def test_a_workloads_pods_are_counted_and_its_controller_says_so() -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    workload: Json = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web"}, "spec": spec}
    story = Story(quota(pods="2"), workload, seconds=5)
    assert len(story.simulation.api.list("pods", "default")) == 2
    assert any("exceeded quota: small" in text for text in story.messages("FailedCreate"))


def test_a_limit_range_fills_in_what_a_container_does_not_say() -> None:
    story = Story(limits(default={"cpu": "500m"}, defaultRequest={"cpu": "100m"}), seconds=1)
    applied(story, pod(container()))
    (made,) = story.simulation.api.get("pods", "default", "p")["spec"]["containers"]
    assert made["resources"] == {"limits": {"cpu": "500m"}, "requests": {"cpu": "100m"}}


def test_a_limit_range_bounds_what_a_container_may_ask_for() -> None:
    story = Story(limits(max={"memory": "64Mi"}), seconds=1)
    words = applied(story, pod(container(resources={"limits": {"memory": "128Mi"}})))
    assert 'pods "p" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi' in words
