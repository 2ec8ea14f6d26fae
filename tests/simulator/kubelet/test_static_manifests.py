"""Which manifests a kubelet runs. Models pkg/kubelet/config/common_test.go and pkg/api/pod/util_test.go."""

from __future__ import annotations

import json

import pytest

from simulator.history import Json
from simulator.kubelet.static_manifests import RefusedManifestError, read_static_pod
from tests.simulator.stories import Story

PATH = "/etc/kubernetes/manifests/s.yaml"


def text(**spec: object) -> str:
    container: Json = {"name": "app", "image": "busybox:1.36", "command": ["sleep", "100"]} | spec.pop("app", {})  # type: ignore[operator]
    whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "s"}, "spec": {"containers": [container], **spec}}
    return json.dumps(whole)


def refusal(manifest: str) -> str:
    with pytest.raises(RefusedManifestError) as refused:
        read_static_pod(manifest, PATH, "node1", "now")
    return str(refused.value)


@pytest.mark.parametrize(
    ("manifest", "resource"),
    [
        (text(serviceAccountName="builder"), "serviceaccounts"),
        (text(imagePullSecrets=[{"name": "x"}]), "secrets"),
        (text(app={"envFrom": [{"configMapRef": {"name": "x"}}]}), "configmaps"),
        (text(app={"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "x", "key": "a"}}}]}), "secrets"),
        (text(volumes=[{"name": "v", "configMap": {"name": "x"}}]), "configmaps"),
        (text(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "x"}}]), "persistentvolumeclaims"),
        (
            text(volumes=[{"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}]),
            "serviceaccounts (via projected volumes)",
        ),
    ],
)
def test_what_needs_the_api_is_refused(manifest: str, resource: str) -> None:
    assert refusal(manifest) == f"static pods may not reference {resource}"


def test_what_the_node_has_by_itself_is_run() -> None:
    volumes = [
        {"name": "a", "emptyDir": {}},
        {"name": "b", "hostPath": {"path": "/tmp"}},
        {"name": "c", "downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}},
    ]
    pod = read_static_pod(text(volumes=volumes, unheardOf=1), PATH, "node1", "now")
    assert pod["metadata"]["name"] == "s-node1"
    assert "unheardOf" not in pod["spec"]


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("a: [", f"{PATH}: couldn't parse as pod(error converting YAML to JSON"),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\n", f"{PATH}: couldn't parse as pod(invalid pod: "),
        (text(containers=5), f"{PATH}: couldn't parse as pod(json: cannot unmarshal number"),
        (text(app={"name": "A"}), 'invalid pod: [spec.containers[0].name: Invalid value: "A"'),
        ("apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}\n", "invalid pod: name is needed for the pod"),
        ("", f"{PATH}: couldn't parse as pod("),
    ],
)
def test_the_rest_is_refused_with_the_reason(manifest: str, words: str) -> None:
    assert refusal(manifest).startswith(words)


def test_only_the_kubelets_log_tells_of_it() -> None:
    story = Story(seconds=1)
    assert story.node("journalctl -u kubelet --no-pager") == "-- No entries --\n"
    manifest = text(volumes=[{"name": "v", "configMap": {"name": "x"}}])
    story.node(f"echo '{manifest}' > {PATH}")
    story.until(30)
    assert story.node("kubectl get pods") == "No resources found in default namespace.\n"
    told = story.node("journalctl -u kubelet -n 1")
    assert 'err="static pods may not reference configmaps" path="/etc/kubernetes/manifests/s.yaml"\n' in told
    assert story.node("journalctl -u containerd") == "-- No entries --\n"
    assert "does not simulate" in story.node("journalctl --since today")
