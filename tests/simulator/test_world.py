"""What a cluster has from the beginning, beside one that was asked."""

from simulator.objects.scenario_nodes import NodeSpec
from tests.simulator.stories import Story


def test_a_node_has_what_its_kubelet_registers_it_with() -> None:
    """Models pkg/kubelet/kubelet_node_status_test.go TestRegisterWithApiServer and pkg/controller/ttl."""
    story = Story(nodes=(NodeSpec("node1", labels={"disk": "ssd"}),), seconds=1)
    (node,) = story.simulation.store.list("nodes")
    assert node["metadata"]["labels"] == {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "disk": "ssd",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": "node1",
        "kubernetes.io/os": "linux",
    }
    assert node["metadata"]["annotations"] == {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    assert node["status"]["daemonEndpoints"] == {"kubeletEndpoint": {"Port": 10250}}
    info = node["status"]["nodeInfo"]
    assert info["machineID"] == info["systemUUID"] != ""


def test_describe_shows_the_nodes_huge_pages() -> None:
    """Models kubectl pkg/describe/describe_test.go TestDescribeNode."""
    told = Story(seconds=1).node("kubectl describe node node1")
    assert "  hugepages-1Gi      0 (0%)    0 (0%)\n  hugepages-2Mi      0 (0%)    0 (0%)\n" in told
