"""To which of its Pods a Service leads a client. Models pkg/proxy/topology_test.go and proxier_test.go."""

import json
from typing import Any

from simulator.objects import NodeSpec
from tests.simulator.services.test_services import server, service, spec_of
from tests.simulator.stories import Json, Story, container, pod

TWO = (NodeSpec("node1"), NodeSpec("node2"))
NEVER = {"exec": {"command": ["false"]}}


def asked(story: Story, url: str = "http://web", times: int = 8, client: str = "client") -> dict[str, int]:
    """How many requests of a client each Pod has answered."""
    before = {name: story.node(f"kubectl logs {name}").count("GET /") for name in ("a", "b")}
    line = f"for i in $(seq {times}); do wget -qO- -T 1 {url} >/dev/null; done"
    story.node(f"kubectl exec {client} -- sh -c '{line}'")
    return {name: story.node(f"kubectl logs {name}").count("GET /") - count for name, count in before.items()}


def spread(**spec: Any) -> Story:
    """A Pod of the Service on each of two nodes, and a client on each."""
    on: dict[str, dict[str, Any]] = {
        name: {"nodeName": f"node{number}"} for number, names in enumerate(("a1", "b2"), 1) for name in names[0]
    }
    return Story(
        service(**spec), server("a", **on["a"]), server("b", **on["b"]), pod(container(), name="client", **on["a"]),
        pod(container(), name="other", **on["b"]), nodes=TWO, seconds=8,
    )  # fmt: skip


def test_a_client_stays_with_its_pod_until_it_was_silent_for_long_enough() -> None:
    story = spread(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 60}})
    first = asked(story)
    assert sorted(first.values()) == [0, 8]
    assert asked(story) == first
    again = []
    for _ in range(8):
        story.until(story.simulation.now / 1000 + 90)
        again.append(asked(story, times=1))
    assert len({tuple(each.values()) for each in again}) == 2


def test_a_client_whose_pod_is_gone_gets_another() -> None:
    story = spread(sessionAffinity="ClientIP")
    (gone,) = [name for name, count in asked(story).items() if count]
    story.node(f"kubectl delete pod {gone} --grace-period=1")
    (left,) = {"a", "b"} - {gone}
    story.node("kubectl exec client -- wget -qO- http://web")
    assert "GET /" in story.node(f"kubectl logs {left}")


def test_internal_traffic_may_have_to_stay_on_its_node() -> None:
    story = spread(internalTrafficPolicy="Local")
    assert asked(story) == {"a": 8, "b": 0}
    assert asked(story, client="other") == {"a": 0, "b": 8}
    story.node("kubectl delete pod b --grace-period=1")
    lost = story.node("kubectl exec other -- wget -qO- -T 2 http://web")
    assert "download timed out" in lost


def test_outside_traffic_may_have_to_stay_on_the_node_it_comes_to() -> None:
    story = spread(type="NodePort", externalTrafficPolicy="Local")
    port = spec_of(story)["ports"][0]["nodePort"]
    assert min(asked(story, f"http://10.99.0.3:{port}", times=16).values()) > 0  # a Pod is inside
    story.node("kubectl delete pod b --grace-period=1")
    assert "Welcome" in story.node(f"curl -s -m 2 http://10.99.0.2:{port}")
    assert "timed out" in story.node(f"curl -m 2 http://10.99.0.3:{port}")


def lazy(name: str) -> Json:
    made = server(name, hostname=name, subdomain="web")
    made["spec"]["containers"][0]["readinessProbe"] = NEVER
    return made


def test_addresses_of_pods_that_are_not_ready_are_known_only_if_the_service_says_so() -> None:
    client = pod(container(), name="client")
    for publish in (False, True):
        headless = service(clusterIP="None", publishNotReadyAddresses=publish)
        story = Story(headless, lazy("a"), client, seconds=5)
        (slice_,) = story.simulation.api.list("endpointslices", "default")
        assert slice_["endpoints"][0]["conditions"] == {"ready": publish, "serving": False, "terminating": False}
        told = story.node("kubectl exec client -- nslookup a.web.default.svc.cluster.local")
        assert (story.simulation.api.get("pods", "default", "a")["status"]["podIP"] in told) is publish


def test_a_pod_that_ends_serves_on_when_no_other_is_left() -> None:
    slow = server("a", terminationGracePeriodSeconds=30)
    slow["spec"]["containers"][0]["lifecycle"] = {"preStop": {"sleep": {"seconds": 20}}}
    story = Story(service(), slow, pod(container(), name="client"), seconds=5)
    story.node("kubectl delete pod a --wait=false")
    (slice_,) = story.simulation.api.list("endpointslices", "default")
    assert slice_["endpoints"][0]["conditions"] == {"ready": False, "serving": True, "terminating": True}
    assert "Welcome" in story.node("kubectl exec client -- wget -qO- http://web")


def test_an_external_name_leads_to_what_it_names() -> None:
    near = {"type": "ExternalName", "externalName": "web.default.svc.cluster.local", "ports": []}
    far = near | {"externalName": "example.com"}
    story = Story(service(), service("near", **near), service("far", **far), pod(container(), name="client"), seconds=5)
    address = spec_of(story)["clusterIP"]
    assert f"Address: {address}" in story.node("kubectl exec client -- nslookup near")
    assert address not in story.node("kubectl exec client -- nslookup far")
    circle = service("near", **(near | {"externalName": "near.default.svc.cluster.local"}))
    story.simulation.act("apply", {"manifest": json.dumps(circle)})
    assert "can't find" in story.node("kubectl exec client -- nslookup near.default.svc.cluster.local")
