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


def scoped(name: str, *scopes: str, **fields: Json | list[Json]) -> Json:
    spec = {"hard": {"pods": "1"}, "scopes": list(scopes)} | fields
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec}


def used(story: Story) -> dict[str, str]:
    quotas = story.simulation.api.list("resourcequotas", "default")
    return {quota["metadata"]["name"]: quota["status"]["used"]["pods"] for quota in quotas}


def test_scopes_say_which_pods_are_counted() -> None:
    classed = {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": []}]}}
    classed["scopeSelector"]["matchExpressions"][0]["values"] = ["system-node-critical"]
    story = Story(
        scoped("best", "BestEffort"), scoped("rest", "NotBestEffort"), scoped("short", "Terminating"),
        scoped("long", "NotTerminating"), scoped("vital", **classed), pod(container(), name="a"), seconds=3,
    )  # fmt: skip
    assert used(story) == {"best": "1", "rest": "0", "short": "0", "long": "1", "vital": "0"}
    ending = asking("b", cpu="1m")
    ending["spec"] |= {"activeDeadlineSeconds": 60, "priorityClassName": "system-node-critical"}
    assert "created" in applied(story, ending)
    assert used(story) == {"best": "1", "rest": "1", "short": "1", "long": "1", "vital": "1"}
    assert "exceeded quota: best, requested: pods=1, used: pods=1, limited: pods=1" in applied(
        story, pod(container(), name="c", activeDeadlineSeconds=9)
    )


def test_objects_of_any_kind_can_be_counted() -> None:
    story = Story(quota(**{"count/deployments.apps": "0", "configmaps": "1", "secrets": "0"}), seconds=3)
    assert story.node("kubectl create configmap a") == (
        'error: failed to create configmap: configmaps "a" is forbidden: exceeded quota: small, requested: '
        "configmaps=1, used: configmaps=1, limited: configmaps=1\n"
    )
    assert "requested: count/deployments.apps=1" in story.node("kubectl create deployment a --image=nginx")


def service(kind: str, *ports: int) -> Json:
    listed = [{"name": f"p{port}", "port": port} for port in ports]
    spec = {"type": kind, "selector": {"app": "web"}, "ports": listed}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


def test_a_change_is_counted_by_what_it_adds() -> None:
    story = Story(quota(**{"services": "1", "services.nodeports": "1"}), service("ClusterIP", 80), seconds=3)
    assert "configured" in applied(story, service("NodePort", 80))
    assert (
        'services "web" is forbidden: exceeded quota: small, requested: services.nodeports=1, used: '
        "services.nodeports=1, limited: services.nodeports=1"
    ) in applied(story, service("NodePort", 80, 81))
    story.until(5)
    assert "configured" in applied(story, service("ClusterIP", 80, 81))
    story.until(10)
    assert story.simulation.api.get("resourcequotas", "default", "small")["status"]["used"] == {
        "services": "1",
        "services.nodeports": "0",
    }


def test_a_pod_that_is_resized_is_counted_by_what_it_adds() -> None:
    story = Story(quota(**{"requests.cpu": "300m"}), asking("p", cpu="200m"), seconds=3)
    change = '{"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"%s"}}}]}}'
    line = "kubectl patch pod p --subresource resize -p '" + change + "'"
    assert "requested: requests.cpu=200m, used: requests.cpu=200m" in story.node(line % "400m")
    assert "patched" in story.node(line % "300m")
    assert story.simulation.api.get("resourcequotas", "default", "small")["status"]["used"] == {"requests.cpu": "300m"}


def test_a_limit_range_bounds_sizes_ratios_whole_pods_and_claims() -> None:
    of_container = limits(min={"cpu": "100m"}, maxLimitRequestRatio={"cpu": "2"})
    of_pod = {"type": "Pod", "max": {"memory": "1Gi"}}
    of_claim = {"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}
    of_container["spec"]["limits"] += [of_pod, of_claim]
    story = Story(of_container, seconds=1)
    wide = {"requests": {"cpu": "50m", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}
    words = applied(story, pod(container(resources=wide)))
    assert "minimum cpu usage per Container is 100m, but request is 50m" in words
    assert "cpu max limit to request ratio per Container is 2, but provided ratio is 20.000000" in words
    assert "maximum memory usage per Pod is 1Gi, but limit is 2Gi" in words
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
    meta = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": claim}
    assert "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi" in applied(story, meta)
