"""`kubectl debug` and `kubectl run`."""

from typing import Any

import pytest

from tests.simulator.kubectl.fakes import RUNNING, Node, make_pod

LEGACY = (
    "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a "
    'profile, for example "--profile=general".\n'
)
SESSION = (
    "All commands and output from this session will be recorded in container logs, including credentials and "
    "sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n"
)


def with_debugger(name: str, state: dict[str, Any]) -> dict[str, Any]:
    pod = make_pod("p", "nginx")
    pod["spec"]["ephemeralContainers"] = [{"name": name}]
    pod["status"]["ephemeralContainerStatuses"] = [{"name": name, "state": state}]
    return pod


def test_an_ephemeral_container_is_added_with_a_made_up_name(node: Node) -> None:
    node.api.put(make_pod("p", "nginx"))
    answer = node.type("kubectl debug p --image=busybox:1.28 --target=nginx --attach=false -- sleep 100")
    ((_, pod, subresource),) = node.sent("replace")
    (container,) = pod["spec"]["ephemeralContainers"]
    assert subresource == "ephemeralcontainers"
    assert container == {
        "name": container["name"],
        "image": "busybox:1.28",
        "command": ["sleep", "100"],
        "resources": {},
        "terminationMessagePolicy": "File",
        "targetContainerName": "nginx",
    }
    assert container["name"].startswith("debugger-")
    assert answer.out == (
        'Targeting container "nginx". If you don\'t see processes from this container it may be because the container '
        f"runtime doesn't support this feature.\nDefaulting debug container name to {container['name']}.\n"
    )
    assert (answer.err, answer.code) == (LEGACY, 0)


def test_with_input_it_attaches_once_the_container_runs_and_forgets_the_exit_code(node: Node) -> None:
    node.api.put(make_pod("p", "nginx"))
    node.engine.at(500, node.api.put, with_debugger("d", {"waiting": {"message": "pulling"}}))
    node.engine.at(1000, node.api.put, with_debugger("d", RUNNING))
    node.api.answers = [(2000, "stdout", b"out\n", 3)]
    answer = node.type("(sleep 2; echo exit 3) | kubectl debug -i p --image=busybox -c d --profile=general")
    assert node.sent("attach") == [("attach", "p", "d", True)]
    assert node.api.sessions[0][0].typed == b"exit 3\n"
    assert answer.out == "out\n"
    assert answer.err == "Warning: container d: pulling\n" + SESSION
    assert answer.code == 0
    assert 3000 <= answer.at_ms <= 3100


def test_a_container_that_has_ended_already_gives_its_log(node: Node) -> None:
    node.api.put(make_pod("p", "nginx"))
    node.engine.at(1000, node.api.put, with_debugger("d", {"terminated": {"exitCode": 0}}))
    node.api.texts = {"d": "gone\n"}
    answer = node.type("kubectl debug -i p --image=busybox -c d -q < /dev/null")
    assert answer.out == "gone\n"
    assert node.sent("attach") == []


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("debug p", "error: you must specify --image when not using --copy-to.\n"),
        ("debug --image=x", "error: NAME or filename is required for debug\n"),
        ("debug p --copy-to=q", "error: you must specify --image, --set-image or command arguments.\n"),
        ("debug p --image=x --same-node", "error: --same-node may only be used with --copy-to.\n"),
        (
            "debug p --image=x --copy-to=q --target=a",
            "error: --target is incompatible with --copy-to. Use --share-processes instead.\n",
        ),
        ("debug p --image=x -t", "error: -i/--stdin is required for containers with -t/--tty=true\n"),
        ("debug p --image=x --profile=y", "error: unknown profile: y\n"),
        ("debug nope --image=x", LEGACY + 'Error from server (NotFound): pods "nope" not found\n'),
        ("run", "error: NAME is required for run\n"),
        ("run p", "error: --image is required\n"),
        ("run p --image=x --rm", "error: --rm should only be used for attached containers\n"),
        ("run p --image=x --restart=Maybe", "error: invalid restart policy: Maybe\n"),
    ],
)
def test_what_cannot_be_debugged_or_run(node: Node, line: str, err: str) -> None:
    node.api.put(make_pod())
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == 1


def test_a_copy_gets_a_container_more_and_loses_labels_and_node(node: Node) -> None:
    pod = make_pod("p", "nginx", labels={"app": "web"}, annotations={"a": "b"})
    pod["spec"]["ephemeralContainers"] = [{"name": "old"}]
    node.api.put(pod)
    line = "kubectl debug p --image=busybox --copy-to=q --share-processes --set-image=nginx=nginx:2 -c d -- sleep 1"
    answer = node.type(line)
    ((_, copy),) = node.sent("create")
    assert copy["metadata"] == {"name": "q", "namespace": "demo", "annotations": {"a": "b"}}
    assert copy["spec"]["shareProcessNamespace"] is True
    assert [(c["name"], c["image"]) for c in copy["spec"]["containers"]] == [("nginx", "nginx:2"), ("d", "busybox")]
    assert "nodeName" not in copy["spec"]
    assert "ephemeralContainers" not in copy["spec"]
    assert (answer.out, answer.code) == ("", 0)


def test_other_profiles_drop_what_would_kill_the_copy(node: Node) -> None:
    pod = make_pod("p", "nginx", labels={"app": "web"}, annotations={"a": "b"})
    pod["spec"]["containers"][0] |= {"livenessProbe": {}, "readinessProbe": {}}
    node.api.put(pod)
    node.type("kubectl debug p --copy-to=q -c nginx --profile=sysadmin --keep-readiness --same-node --replace -- sh")
    ((_, copy),) = node.sent("create")
    (container,) = copy["spec"]["containers"]
    assert container["command"] == ["sh"]
    assert container["securityContext"] == {"privileged": True}
    assert "livenessProbe" not in container
    assert "readinessProbe" in container
    assert copy["metadata"].keys() == {"name", "namespace"}
    assert (copy["spec"]["nodeName"], copy["spec"]["shareProcessNamespace"]) == ("node1", True)
    assert node.sent("delete") == [("delete", "pods", "p", 0)]


def test_a_copy_with_other_images_only_keeps_its_labels(node: Node) -> None:
    node.api.put(make_pod("p", "a", "b", labels={"app": "web"}))
    node.type("kubectl debug p --copy-to=q '--set-image=*=redis'")
    ((_, copy),) = node.sent("create")
    assert copy["metadata"]["labels"] == {"app": "web"}
    assert {c["image"] for c in copy["spec"]["containers"]} == {"redis"}


def test_a_node_is_debugged_by_a_pod_with_its_file_system(node: Node) -> None:
    node.api.put({"kind": "Node", "metadata": {"name": "node1"}})
    answer = node.type("kubectl debug node/node1 --image=busybox")
    ((_, pod),) = node.sent("create")
    assert answer.out == (f"Creating debugging pod {pod['metadata']['name']} with container debugger on node node1.\n")
    assert pod["spec"]["hostPID"] is True
    assert pod["spec"]["containers"][0]["volumeMounts"] == [{"name": "host-root", "mountPath": "/host"}]


def test_run_makes_a_pod_from_flags(node: Node) -> None:
    line = "kubectl run p --image=nginx --restart=Never --env=A=1,2 --port=80 -l a=b --command -- sh -c x"
    assert node.type(line).out == "pod/p created\n"
    pod = node.api.get("pods", "demo", "p")
    assert pod["metadata"]["labels"] == {"a": "b"}
    assert pod["spec"] == {
        "containers": [
            {
                "name": "p",
                "image": "nginx",
                "resources": {},
                "command": ["sh", "-c", "x"],
                "env": [{"name": "A", "value": "1,2"}],
                "ports": [{"containerPort": 80}],
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Never",
    }


def test_run_stays_passes_the_exit_code_on_and_cleans_up(node: Node) -> None:
    failed = make_pod("p", "p")
    failed["status"] = {
        "phase": "Failed",
        "containerStatuses": [{"name": "p", "state": {"terminated": {"exitCode": 4, "reason": "Error"}}}],
    }
    node.engine.at(1000, node.api.put, make_pod("p", "p"))
    node.engine.at(3000, node.api.put, failed)
    node.api.texts = {"p": "early\n"}
    node.api.answers = [(500, "stdout", b"late\n", 4)]
    answer = node.type("kubectl run p -i --rm --image=busybox --restart=Never < /dev/null")
    assert answer.out == 'early\nlate\npod "p" deleted from demo namespace\n'
    assert answer.err == SESSION + "pod demo/p terminated (Error)\n\n"
    assert answer.code == 4
