"""EndpointSlices. Models staging/src/k8s.io/endpointslice/util/controller_utils_test.go TestPodEndpointsChanged."""

from __future__ import annotations

import json

import pytest

from simulator.controllers.endpointslice_utils import HEADLESS, MANAGED_BY
from simulator.controllers.trigger_time_tracker import ANNOTATION
from simulator.objects.scenario_nodes import NodeSpec
from tests.simulator.services.test_services import service
from tests.simulator.stories import Json, Story, container, pod


def member(name: str, script: str = "sleep 1000", policy: str = "Always") -> Json:
    made = pod(container(script), name=name, restartPolicy=policy)
    made["metadata"]["labels"] = {"app": "web"}
    return made


def told(story: Story) -> list[dict[str, bool]]:
    """What the slice said, one after the other: which Pods there are, and whether each is ready."""
    slices = (revision.object for revision in story.revisions("endpointslices"))
    return [{each["targetRef"]["name"]: each["conditions"]["ready"] for each in s["endpoints"] or ()} for s in slices]


def test_the_end_of_a_pod_that_is_not_ready_is_not_looked_at() -> None:
    """It is no longer ready first, and over a second later: only its deletion takes it out."""
    story = Story(service(), member("p", "sleep 3", "Never"), seconds=10)
    assert story.status["phase"] == "Succeeded"
    assert told(story) == [{}, {"p": True}, {"p": False}]
    story.node("kubectl delete pod p")
    assert told(story)[-1] == {}


def test_another_pod_makes_it_see_the_end_too() -> None:
    story = Story(service(), member("p", "sleep 3", "Never"), seconds=10)
    story.node("kubectl run q --image=nginx -l app=web")
    assert told(story)[-1] == {"q": True}


def test_a_write_tells_of_the_pods_as_they_were_when_it_was_decided() -> None:
    story = Story(service(), member("a"), member("b"), seconds=10)
    assert told(story) == [{}, {"a": True}, {"a": True, "b": True}]


def slices(story: Story) -> list[Json]:
    return [revision.object for revision in story.revisions("endpointslices")]


def test_a_slice_says_since_when_it_should_have_said_so() -> None:
    """Models staging/src/k8s.io/endpointslice/trigger_time_tracker_test.go, as a recording shows it."""
    story = Story(service(), seconds=5)
    story.simulation.act("apply", {"manifest": json.dumps(member("p"))})
    story.until(10)
    story.node("kubectl delete pod p --grace-period=3 --wait=false")
    known = [s["metadata"].get("annotations", {}).get(ANNOTATION) for s in slices(story)]
    made, start = slices(story)[0]["metadata"]["creationTimestamp"], story.revisions()[0].object["metadata"]
    # That a Pod goes changes nothing about whether it is ready.
    assert known[:3] == [made, start["creationTimestamp"], None]


@pytest.mark.parametrize("headless", [True, False])
@pytest.mark.parametrize("labels", [{}, {HEADLESS: "", MANAGED_BY: "me"}])
def test_labels_of_the_service_but_those_of_slices(headless: bool, labels: Json) -> None:
    """Models test/integration/endpointslice/endpointslice_test.go TestEndpointsHeadlessLabel."""
    made = service(**({"clusterIP": "None"} if headless else {}))
    made["metadata"]["labels"] = labels | {"app": "web"}
    story = Story(made, seconds=1)
    own = {MANAGED_BY: "endpointslice-controller.k8s.io", "kubernetes.io/service-name": made["metadata"]["name"]}
    assert slices(story)[-1]["metadata"]["labels"] == {"app": "web"} | own | ({HEADLESS: ""} if headless else {})


def test_new_labels_of_the_service_reach_its_slice() -> None:
    """Models test/integration/endpointslice/endpointslice_test.go TestEndpointsControllersLabelSemantics."""
    made = service()
    made["metadata"]["labels"] = {"old": "x"}
    story = Story(made, seconds=1)
    story.node(f"kubectl label service {made['metadata']['name']} new=y old-")
    assert {"new", "old"} & slices(story)[-1]["metadata"]["labels"].keys() == {"new"}
    assert slices(story)[-1]["metadata"]["generation"] == 2


def test_a_slice_that_somebody_deletes_comes_again() -> None:
    """Models pkg/controller/endpointslice/endpointslice_controller.go onEndpointSliceDelete."""
    story = Story(service(), member("p"), seconds=5)
    story.node(f"kubectl delete endpointslice {slices(story)[-1]['metadata']['name']}")
    assert [r.verb for r in story.revisions("endpointslices")][-2:] == ["DELETED", "ADDED"]
    assert told(story)[-1] == {"p": True}


def test_a_named_port_is_looked_for_in_containers_and_sidecars() -> None:
    """Models staging/src/k8s.io/endpointslice/utils.go FindPort."""
    ports = [
        {"name": "side", "port": 1, "targetPort": "admin", "protocol": "TCP"},
        {"name": "none", "port": 2, "targetPort": "missing", "protocol": "TCP"},
        {"name": "web", "port": 3, "targetPort": 8080, "protocol": "TCP", "appProtocol": "http"},
    ]
    made = member("p")
    sidecar = container(name="s", restartPolicy="Always", ports=[{"name": "admin", "containerPort": 9000}])
    made["spec"]["initContainers"] = [sidecar]
    story = Story(service(ports=ports), made, seconds=8)
    assert slices(story)[-1]["ports"] == [
        {"name": "side", "protocol": "TCP", "port": 9000},
        {"name": "web", "protocol": "TCP", "port": 8080, "appProtocol": "http"},
    ]


def test_an_endpoint_has_the_zone_of_its_node() -> None:
    zone = {"topology.kubernetes.io/zone": "b"}
    story = Story(service(), member("p"), seconds=5, nodes=(NodeSpec("node1", labels=zone),))
    assert slices(story)[-1]["endpoints"][0]["zone"] == "b"


def test_pods_that_mean_different_ports_by_a_name_have_slices_of_their_own() -> None:
    """Models "named targetPorts that resolve to different ports" of test/e2e/network/service.go."""
    pods = []
    for name, number in (("a", 80), ("b", 8080), ("c", 80)):
        made = member(name)
        made["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": number}]
        pods.append(made)
    story = Story(service(ports=[{"port": 80, "targetPort": "http"}]), *pods, seconds=8)
    found = story.simulation.store.list("endpointslices", "default")
    assert {s["ports"][0]["port"]: [e["targetRef"]["name"] for e in s["endpoints"]] for s in found} == {
        80: ["a", "c"],
        8080: ["b"],
    }
    assert len(story.simulation.api.get("endpoints", "default", "web")["subsets"]) == 2
    story.node("kubectl delete pod b --grace-period=0 --force")
    assert len(list(story.simulation.store.list("endpointslices", "default"))) == 1
    story.node("kubectl delete service web")
    assert not list(story.simulation.store.list("endpointslices", "default"))
