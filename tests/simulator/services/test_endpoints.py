"""Endpoints, the older form of EndpointSlices. Models pkg/controller/endpoint/endpoints_controller_test.go."""

from tests.simulator.services.test_services import server, service
from tests.simulator.services.test_traffic_policies import lazy
from tests.simulator.stories import Story


def test_they_say_who_stands_behind_a_service() -> None:
    story = Story(service(ports=[{"name": "http", "port": 80}]), server("a"), lazy("b"), seconds=5)
    ready, other = (story.simulation.api.get("pods", "default", name)["status"]["podIP"] for name in "ab")
    told = story.node("kubectl get ep --no-headers")
    assert told.split()[:2] == ["web", f"{ready}:80"]
    assert "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n" in told
    (subset,) = story.simulation.api.get("endpoints", "default", "web")["subsets"]
    assert subset["ports"] == [{"name": "http", "protocol": "TCP", "port": 80}]
    assert [(each["ip"], each["nodeName"]) for each in subset["addresses"]] == [(ready, "node1")]
    assert [(each["ip"], each["targetRef"]["name"]) for each in subset["notReadyAddresses"]] == [(other, "b")]


def test_a_pod_that_ends_is_left_out() -> None:
    slow = server("a")
    slow["spec"]["containers"][0]["lifecycle"] = {"preStop": {"sleep": {"seconds": 20}}}
    story = Story(service(), slow, seconds=5)
    story.node("kubectl delete pod a --wait=false")
    assert "subsets" not in story.simulation.api.get("endpoints", "default", "web")
    assert story.node("kubectl get endpoints web --no-headers").split()[:2] == ["web", "<none>"]


def test_there_are_none_without_a_service() -> None:
    story = Story(service(), server("a"), seconds=5)
    story.node("kubectl delete service web")
    assert story.node("kubectl get endpoints") == "No resources found in default namespace.\n"
    assert story.node("kubectl get endpoints web") == 'Error from server (NotFound): endpoints "web" not found\n'


def test_what_describe_says_of_them() -> None:
    """Models kubectl pkg/describe/describe.go describeEndpoints."""
    story = Story(service(ports=[{"name": "http", "port": 80}]), server("a"), lazy("b"), seconds=5)
    ready, other = (story.simulation.api.get("pods", "default", name)["status"]["podIP"] for name in "ab")
    warning = "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"
    assert story.node("kubectl describe endpoints web >/dev/null") == warning
    told = story.node("kubectl describe endpoints web 2>/dev/null")
    assert told.partition("Subsets:\n")[2] == (
        f"  Addresses:          {ready}\n"
        f"  NotReadyAddresses:  {other}\n"
        "  Ports:\n"
        "    Name  Port  Protocol\n"
        "    ----  ----  --------\n"
        "    http  80    TCP\n"
        "\n"
        "Events:  <none>\n"
    )


def test_what_describe_says_of_slices() -> None:
    """Models kubectl pkg/describe/describe_test.go TestDescribeEndpointSliceV1."""
    story = Story(service(ports=[{"name": "http", "port": 80}]), server("a"), lazy("b"), seconds=5)
    ready, other = (story.simulation.api.get("pods", "default", name)["status"]["podIP"] for name in "ab")
    told = story.node("kubectl describe endpointslice")
    assert told.partition("AddressType:  ")[2] == (
        "IPv4\n"
        "Ports:\n"
        "  Name  Port  Protocol\n"
        "  ----  ----  --------\n"
        "  http  80    TCP\n"
        "Endpoints:\n"
        f"  - Addresses:  {ready}\n"
        "    Conditions:\n"
        "      Ready:    true\n"
        "    Hostname:   <unset>\n"
        "    TargetRef:  Pod/a\n"
        "    NodeName:   node1\n"
        "    Zone:       <unset>\n"
        f"  - Addresses:  {other}\n"
        "    Conditions:\n"
        "      Ready:    false\n"
        "    Hostname:   b\n"
        "    TargetRef:  Pod/b\n"
        "    NodeName:   node1\n"
        "    Zone:       <unset>\n"
        "Events:         <none>\n"
    )


def test_whoever_changes_or_deletes_them_finds_them_as_they_were() -> None:
    story = Story(service(), server("a"), seconds=5)
    before = story.simulation.api.get("endpoints", "default", "web")["subsets"]
    story.node("kubectl label endpoints web a=b; kubectl delete endpoints web")
    story.node("kubectl delete lease node1 -n kube-node-lease")
    assert story.simulation.api.get("endpoints", "default", "web")["subsets"] == before
    assert story.node("kubectl get leases -A --no-headers").split()[1] == "node1"
