"""Names for Pod templates. Models pkg/controller/controller_utils_test.go."""

import pytest

from tests.simulator.controllers.sets import living
from tests.simulator.stories import Story

AGENT = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "agent"},
    "spec": {
        "selector": {"matchLabels": {"app": "agent"}},
        "template": {
            "metadata": {"labels": {"app": "agent"}},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [{"name": "agent", "image": "busybox:1.36", "command": ["sh", "-c", "sleep 100000"]}],
            },
        },
    },
}


@pytest.mark.parametrize(("image", "name"), [("busybox:1.36", "6c8f5bcbb5"), ("busybox:1.28", "b9f644d58")])
def test_a_daemon_sets_revision_has_the_name_that_a_real_cluster_gave_it(image: str, name: str) -> None:
    story = Story(AGENT, seconds=5)
    story.node(f"kubectl set image ds/agent agent={image}")
    story.until(30)
    assert f"agent-{name}" in living(story, "controllerrevisions")
    assert {pod["metadata"]["labels"]["controller-revision-hash"] for pod in living(story).values()} == {name}
