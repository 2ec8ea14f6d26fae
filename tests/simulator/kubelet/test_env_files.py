"""Variables from files, and the downward API's amounts.

Models pkg/kubelet/util/env/env_util.go ParseEnv and kubelet_pods.go makeEnvironmentVariables.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.kubelet.env_files import EnvFileError, find_variable
from tests.simulator.stories import Story, container, pod

MOUNT = [{"name": "e", "mountPath": "/e"}]
REFERENCE: dict[str, Any] = {"volumeName": "e", "path": "vars", "key": "K"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("# no\n\n  K='a b' # yes\nK='c'", "a b"),
        ("K='one\ntwo'", "one\ntwo"),
        ("K= 'x'\nK='y'", ""),
        ("J='x'", ""),
    ],
)
def test_a_file_of_variables(text: str, value: str) -> None:
    assert find_variable(text, "K") == value


@pytest.mark.parametrize("text", ["K", "='x'", "K ='x'", "K=x", "K=", "K='x", "K='x'y"])
def test_a_file_that_is_none(text: str) -> None:
    with pytest.raises(EnvFileError):
        find_variable(text, "K")


def reading(written: str, **reference: Any) -> Story:
    variable = {"name": "V", "valueFrom": {"fileKeyRef": REFERENCE | reference}}
    writer = container(f"echo {written} > /e/vars", "writer", volumeMounts=MOUNT)
    app = container("echo got $V; sleep 1000", env=[variable])
    return Story(pod(app, init=[writer], volumes=[{"name": "e", "emptyDir": {}}]), seconds=20)


def test_a_variable_comes_from_a_file_of_a_volume() -> None:
    story = reading("\"K='seen'\"")
    assert story.simulation.logs("default", "p", "app") == "got seen\n"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("K", "couldn't parse env file"),
        (
            "\"J='x'\"",
            'environment variable key "K" not found in file '
            '"/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~empty-dir/e/vars"',
        ),
    ],
)
def test_a_variable_that_cannot_be_read_is_a_config_error(written: str, message: str) -> None:
    story = reading(written)
    message = message.format(uid=story.pod["metadata"]["uid"])
    assert story.container()["state"]["waiting"] == {"reason": "CreateContainerConfigError", "message": message}
    assert reading("\"J='x'\"", optional=True).simulation.logs("default", "p", "app") == "got\n"


def test_binary_data_of_a_config_map_is_no_variable() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "binaryData": {"b": "eA=="}}
    reference = {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "b"}}}
    story = Story(config, pod(container(env=[reference])), seconds=3)
    assert story.container()["state"]["waiting"]["message"] == "couldn't find key b in ConfigMap default/cm"


def test_without_a_limit_the_downward_api_tells_what_the_node_has() -> None:
    """Models kubelet_resources.go defaultPodLimitsForDownwardAPI."""
    names = ("limits.cpu", "requests.cpu", "limits.ephemeral-storage")
    variables = [
        {"name": f"V{number}", "valueFrom": {"resourceFieldRef": {"resource": name}}}
        for number, name in enumerate(names)
    ]
    story = Story(pod(container("echo $V0 $V1 $V2; sleep 1000", env=variables)), seconds=3)
    node = story.simulation.store.get("nodes", "", "node1")
    assert node is not None
    free = node["status"]["allocatable"]
    assert story.simulation.logs("default", "p", "app") == f"{free['cpu']} 0 {free['ephemeral-storage']}\n"
