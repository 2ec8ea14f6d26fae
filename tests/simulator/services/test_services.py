"""Services: their addresses, their names, and who answers there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.services.addresses import NODE_PORTS, RANGE
from tests.simulator.stories import Json, Story, container, pod


def service(name: str = "web", **spec: Any) -> Json:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}]} | spec
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def server(name: str, **spec: Any) -> Json:
    made = pod(container("sleep 1000") | {"image": "nginx", "command": None}, name=name, **spec)
    made["spec"]["containers"][0].pop("command")
    made["metadata"]["labels"] = {"app": "web"}
    return made


def spec_of(story: Story, name: str = "web") -> Json:
    return dict(story.simulation.api.get("services", "default", name)["spec"])


def test_a_service_gets_an_address_and_keeps_it_when_it_changes() -> None:
    story = Story(service(), seconds=1)
    address = spec_of(story)["clusterIP"]
    assert address in map(str, RANGE.hosts())
    assert story.node("kubectl get service web -o 'jsonpath={.spec.clusterIPs}'") == f'["{address}"]'
    story.node("kubectl label service web a=b")
    story.simulation.act("apply", {"manifest": json.dumps(service(ports=[{"port": 81}]))})
    assert spec_of(story)["clusterIP"] == address
    words = story.node("""kubectl patch service web -p '{"spec":{"clusterIP":"10.0.0.9","clusterIPs":["10.0.0.9"]}}'""")
    assert 'spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set' in words


def test_addresses_that_are_taken_or_out_of_range_are_refused() -> None:
    story = Story(service(clusterIP="10.0.0.50"), seconds=1)
    taken = story.simulation.act("apply", {"manifest": json.dumps(service("other", clusterIP="10.0.0.50"))}).output
    assert "failed to allocate IP 10.0.0.50: provided IP is already allocated" in taken
    far = story.simulation.act("apply", {"manifest": json.dumps(service("far", clusterIP="10.3.0.1"))}).output
    assert "The range of valid IPs is 10.0.0.0/24" in far


def test_a_node_port_is_given_or_asked_for() -> None:
    story = Story(service(type="NodePort"), seconds=1)
    (port,) = spec_of(story)["ports"]
    assert port["nodePort"] in NODE_PORTS
    asked = [{"port": 80, "nodePort": port["nodePort"]}]
    words = story.simulation.act("apply", {"manifest": json.dumps(service("b", type="NodePort", ports=asked))}).output
    assert "spec.ports[0].nodePort: Invalid value:" in words
    assert "provided port is already allocated" in words
    low = [{"port": 80, "nodePort": 80}]
    words = story.simulation.act("apply", {"manifest": json.dumps(service("c", type="NodePort", ports=low))}).output
    assert "provided port is not in the valid range. The range of valid ports is 30000-32767" in words


def test_what_another_type_was_given_goes_with_the_type() -> None:
    story = Story(service(type="LoadBalancer"), seconds=1)
    story.simulation.act("apply", {"manifest": json.dumps(service(type="ClusterIP"))})
    assert {"nodePort"}.isdisjoint(spec_of(story)["ports"][0])
    assert {"externalTrafficPolicy", "allocateLoadBalancerNodePorts"}.isdisjoint(spec_of(story))
    story.simulation.act("apply", {"manifest": json.dumps(service(type="ExternalName", externalName="a.b"))})
    assert {"clusterIP", "clusterIPs", "ipFamilies"}.isdisjoint(spec_of(story))


def test_the_range_can_be_used_up() -> None:
    story = Story()
    words = ""
    for first in (0, 130):
        manifest = "\n---\n".join(json.dumps(service(f"s{number}")) for number in range(first, first + 130))
        words += story.simulation.act("apply", {"manifest": manifest}).output
    assert words.count("created") == 252  # 254 addresses without the API server's and the DNS server's
    assert "Internal error occurred: failed to allocate a serviceIP: range is full" in words


def test_a_client_reaches_the_ready_pods_by_name_address_and_node_port() -> None:
    client = pod(container(), name="client")
    story = Story(service(type="NodePort"), server("a"), server("b"), client, seconds=5)
    exec_ = "kubectl exec client -- "
    assert "10.0.0." in story.node(exec_ + "nslookup web")
    for name in ("web", "web.default", "web.default.svc.cluster.local", spec_of(story)["clusterIP"]):
        assert "Welcome to nginx" in story.node(f"{exec_}wget -qO- http://{name}")
    port = spec_of(story)["ports"][0]["nodePort"]
    assert "Welcome to nginx" in story.node(f"curl -s http://localhost:{port}")
    assert "bad address" in story.node(f"{exec_}wget -qO- http://nobody")
    for _ in range(12):
        story.node(f"{exec_}wget -qO- http://web")
    served = [name for name in "ab" if "GET / " in story.node(f"kubectl logs {name}")]
    assert served == ["a", "b"]  # both had their share


def test_a_pod_that_is_not_ready_gets_no_traffic() -> None:
    never = {"exec": {"command": ["false"]}}
    lazy = server("a")
    lazy["spec"]["containers"][0]["readinessProbe"] = never
    story = Story(service(), lazy, pod(container(), name="client"), seconds=5)
    assert "Connection refused" in story.node("kubectl exec client -- wget -qO- http://web")


def test_names_behind_a_headless_service_are_the_pods() -> None:
    member = server("a", hostname="first", subdomain="web")
    story = Story(service(clusterIP="None"), member, pod(container(), name="client"), seconds=5)
    address = story.simulation.api.get("pods", "default", "a")["status"]["podIP"]
    assert spec_of(story)["clusterIPs"] == ["None"]
    for name in ("web", "first.web"):
        assert f"Address: {address}" in story.node(f"kubectl exec client -- nslookup {name}")
    (slice_,) = story.simulation.api.list("endpointslices", "default")
    assert slice_["metadata"]["labels"]["service.kubernetes.io/headless"] == ""


def test_a_spell_of_traffic_is_told_at_its_beginning_and_its_end() -> None:
    client = pod(
        container("sleep 2; for i in 1 2 3; do wget -qO- http://web; sleep 4; done; sleep 1000"), name="client"
    )
    story = Story(service(), server("a"), client, seconds=40)
    start, end = story.facts("traffic")
    assert (start.pod, start.data) == (
        "default/a",
        {"phase": "start", "service": "default/web", "from": "default/client"},
    )
    assert (end.data["phase"], end.data["count"]) == ("end", 3)
    assert end.at_ms == end.data["last_ms"] + 10_000
    assert end.cause == start.number


def test_probes_are_no_traffic() -> None:
    probed = server("a")
    probed["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"port": 80}, "periodSeconds": 1}
    assert Story(service(), probed, seconds=20).facts("traffic") == []


def test_the_address_of_a_pod_that_is_gone_leads_nowhere() -> None:
    story = Story(server("a", terminationGracePeriodSeconds=0), pod(container(), name="client"), seconds=5)
    address = story.simulation.api.get("pods", "default", "a")["status"]["podIP"]
    story.node("kubectl delete pod a")
    assert "timed out" in story.node(f"kubectl exec client -- wget -T 2 -qO- http://{address}")


@pytest.mark.parametrize(("fields", "lines"), [
    ({}, ["search default.svc.cluster.local svc.cluster.local cluster.local", "nameserver 10.0.0.10", "options ndots:5"]),
    ({"dnsPolicy": "Default"}, ["nameserver 10.99.0.1"]),
    ({"hostNetwork": True}, ["nameserver 10.99.0.1"]),
    ({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["a.b"], "options": [
        {"name": "ndots", "value": "2"}, {"name": "rotate"}]}},
     ["search a.b", "nameserver 1.1.1.1", "options ndots:2 rotate"]),
])  # fmt: skip
def test_the_dns_policy_writes_the_resolvers_file(fields: Json, lines: list[str]) -> None:
    """Models pkg/kubelet/network/dns/dns.go GetPodDNS."""
    story = Story(pod(container(), **fields), seconds=3)
    assert story.node("kubectl exec p -- cat /etc/resolv.conf").splitlines() == lines


def test_too_many_name_servers_are_cut_with_an_event_at_every_sync() -> None:
    """Models formDNSConfigFitsLimits and generatePodSandboxConfig, which is called twice when a sandbox is made."""
    config = {"nameservers": ["1.1.1.1", "1.1.1.2", "1.1.1.3"]}
    story = Story(pod(container(), dnsConfig=config), seconds=3)
    assert story.messages("DNSConfigForming") == [
        "Nameserver limits were exceeded, some nameservers have been omitted, "
        "the applied nameserver line is: 10.0.0.10 1.1.1.1 1.1.1.2"
    ]

    def count() -> int:
        told = (event.object for event in story.revisions("events"))
        return max(int(event["count"]) for event in told if event["reason"] == "DNSConfigForming")

    assert count() == 3
    story.until(95)
    assert count() == 4


@pytest.mark.parametrize("label", ["service-proxy-name", "headless"])
def test_kube_proxy_leaves_services_with_these_labels_to_others(label: str) -> None:
    """Models "should implement service.kubernetes.io/service-proxy-name" and "/headless" of test/e2e/network/service.go."""
    story = Story(service(), server("a"), seconds=5)
    address = spec_of(story)["clusterIP"]
    ask = f"curl -s -o /dev/null -w '%{{http_code}}' -m 1 http://{address}"
    assert story.node(ask).endswith("200")
    story.node(f"kubectl label service web service.kubernetes.io/{label}=x")
    assert not story.node(ask).endswith("200")
    story.node(f"kubectl label service web service.kubernetes.io/{label}-")
    assert story.node(ask).endswith("200")
