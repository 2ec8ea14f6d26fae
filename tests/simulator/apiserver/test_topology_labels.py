"""Zone and region on Pods. Models test/integration/pods/pods_test.go TestPodTopologyLabels."""

import pytest

from simulator.objects.scenario_nodes import NodeSpec
from tests.simulator.stories import Json, Story, container, pod

ZONE, REGION, OTHER = (f"topology.kubernetes.io/{name}" for name in ("zone", "region", "abc"))


@pytest.mark.parametrize(
    ("on_node", "before", "after"),
    [
        ({ZONE: "z", REGION: "r"}, {}, {ZONE: "z", REGION: "r"}),
        ({"sub." + ZONE: "z", REGION: "r"}, {}, {REGION: "r"}),
        ({OTHER: "thing", ZONE: "z"}, {}, {ZONE: "z"}),
        ({ZONE: "z", REGION: "r", OTHER: "456"}, {ZONE: "bad", OTHER: "123"}, {ZONE: "z", REGION: "r", OTHER: "123"}),
        ({}, {"app": "web"}, {"app": "web"}),
    ],
)
@pytest.mark.parametrize("given", [{}, {"nodeName": "node1"}])
def test_a_pod_with_a_node_has_the_nodes_zone_and_region(on_node: Json, before: Json, after: Json, given: Json) -> None:
    made = pod(container(), **given)
    made["metadata"]["labels"] = before
    story = Story(made, seconds=2, nodes=(NodeSpec("node1", labels=on_node),))
    assert story.pod["metadata"]["labels"] == after


def test_so_has_the_mirror_of_a_static_pod() -> None:
    story = Story(seconds=1, nodes=(NodeSpec("node1", labels={ZONE: "z"}),))
    line = (
        '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"s"},"spec":{"containers":[{"name":"a","image":"nginx"}]}}'
    )
    story.node(f"echo '{line}' > /etc/kubernetes/manifests/s.yaml")
    story.until(30)
    assert story.pod["metadata"]["labels"] == {ZONE: "z"}
