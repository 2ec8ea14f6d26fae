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


def test_overrides_change_what_run_and_expose_make() -> None:
    """Models test/cmd/core.sh run_service_tests."""
    story = Story()
    story.node('kubectl run web --image=nginx --port=80 --overrides=\'{"spec":{"restartPolicy":"Never"}}\'')
    assert story.node("kubectl get pod web -o go-template='{{.spec.restartPolicy}}'") == "Never"
    story.node('kubectl expose pod web --overrides=\'{"metadata":{"annotations":{"a":"b"}}}\'')
    assert story.node("kubectl get svc web -o go-template='{{.metadata.annotations.a}}'") == "b"
    assert story.node("kubectl run x --image=InvalidImageName") == (
        'error: Invalid image name "InvalidImageName": invalid reference format\n'
    )


def test_what_has_no_pods_cannot_be_entered_and_old_versions_are_not_replaced() -> None:
    """Models test/cmd/exec.sh and test/cmd/core.sh."""
    story = Story()
    story.node(
        "kubectl create cm c; kubectl create service clusterip s --tcp=80; kubectl create deployment d --image=i"
    )
    why = "selector for *v1.ConfigMap not implemented\n"
    assert story.node("kubectl exec cm/c -- date") == f"error: cannot attach to *v1.ConfigMap: {why}"
    assert story.node("kubectl logs cm/c") == f"error: cannot get the logs from *v1.ConfigMap: {why}"
    answer = story.node("kubectl set selector svc s a=b --resource-version=1")
    assert answer.startswith('Error from server (Conflict): Operation cannot be fulfilled on services "s"')
    answer = story.node("kubectl set resources deploy d -c=nope --limits=cpu=1")
    assert answer == "error: unable to find container named nope\n"


def test_the_selector_of_a_new_service_selects_no_objects_to_expose() -> None:
    """Models test/cmd/core.sh: `expose --selector` is what the Service selects by."""
    story = Story()
    story.node("kubectl run p --image=nginx; kubectl expose pod p --port=80 --selector=a=b,c=d")
    assert story.node("kubectl get svc p -o jsonpath='{.spec.selector}'") == '{"a":"b","c":"d"}'
    assert "namespace" not in story.node("kubectl expose pod p --port=80 --name=q --dry-run=client -o yaml")
