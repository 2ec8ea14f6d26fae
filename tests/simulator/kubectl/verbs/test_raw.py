"""`kubectl --raw`. Models kubectl pkg/rawhttp/raw.go."""

import json

from tests.simulator.stories import Story, container, pod

PODS = "/api/v1/namespaces/default/pods"


def test_a_pod_is_evicted() -> None:
    story = Story(pod(container()), seconds=5)
    eviction = json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}})
    answer = json.loads(story.node(f"echo '{eviction}' | kubectl create --raw {PODS}/p/eviction -f -"))
    assert (answer["status"], answer["code"]) == ("Success", 201)
    assert story.revisions()[-1].verb == "DELETED"
    assert story.condition("DisruptionTarget")["reason"] == "EvictionByEvictionAPI"


def test_objects_are_read_and_deleted() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.node("kubectl get --raw /readyz") == "ok"
    assert json.loads(story.node(f"kubectl get --raw {PODS}/p"))["metadata"]["name"] == "p"
    listed = json.loads(story.node("kubectl get --raw /api/v1/pods"))
    assert (listed["kind"], len(listed["items"])) == ("PodList", 1)
    story.node(f"kubectl delete --raw {PODS}/p")
    assert story.revisions()[-1].verb == "DELETED"
    assert story.node("kubectl get --raw /x") == (
        "Error from server (NotFound): the server could not find the requested resource\n"
    )
    assert story.node(f"kubectl create --raw {PODS}") == "error: --raw can only use a single local file or stdin\n"


def test_a_pod_that_is_run_can_have_a_service() -> None:
    """Models kubectl pkg/cmd/run/run.go generateService."""
    story = Story()
    assert story.node("kubectl run web --image=nginx --port=80 --expose") == "service/web created\npod/web created\n"
    service = story.revisions("services")[-1].object
    assert (service["spec"]["selector"], service["spec"]["ports"][0]["port"]) == ({"run": "web"}, 80)
    assert story.node("kubectl run x --image=nginx --expose").startswith("error: --port must be set when exposing")
