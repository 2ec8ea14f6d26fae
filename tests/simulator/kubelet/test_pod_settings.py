"""Settings of a whole Pod: names, groups and namespaces.

Models pkg/kubelet/util/util_test.go TestGetNodenameForKernel, pkg/kubelet/kubelet_pods_test.go
TestGeneratePodHostNameAndDomain and pkg/volume/volume_linux_test.go.
"""

from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod


def asked(question: str, **spec: Any) -> str:
    """What a line prints inside a Pod with these settings."""
    return Story(pod(container("sleep 1000"), **spec), seconds=5).node(f"kubectl exec p -- sh -c '{question}'")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ({}, "p"),
        ({"hostname": "web"}, "web"),
        ({"hostname": "web", "subdomain": "sub"}, "web"),
        ({"hostname": "web", "subdomain": "sub", "setHostnameAsFQDN": True}, "web.sub.default.svc.cluster.local"),
        ({"setHostnameAsFQDN": True}, "p"),
        ({"hostnameOverride": "other.example.com"}, "other.example.com"),
    ],
)
def test_what_a_container_is_called(spec: Json, name: str) -> None:
    assert asked("hostname", **spec) == f"{name}\n"


def test_a_subdomain_is_in_the_hosts_file() -> None:
    line = asked("tail -n 1 /etc/hosts", subdomain="sub").split()
    assert line[1:] == ["p.sub.default.svc.cluster.local", "p"]


def test_a_name_that_is_too_long_gets_no_sandbox() -> None:
    label = "a" * 40
    story = Story(pod(container(), hostname=label, subdomain="sub", setHostnameAsFQDN=True), seconds=5)
    (message,) = story.messages("FailedCreatePodSandBox")
    full = f"{label}.sub.default.svc.cluster.local"
    assert message == (
        "Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN "
        f"{full} is too long (64 characters is the max, {len(full)} characters requested)"
    )


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({}, "p;p;p;"),
        ({"setHostnameAsFQDN": True}, "p;p;p;"),
        ({"subdomain": "t"}, "p;p.t.default.svc.cluster.local;p;t.default.svc.cluster.local"),
        (
            {"subdomain": "t", "setHostnameAsFQDN": True},
            "p.t.default.svc.cluster.local;p.t.default.svc.cluster.local;p;t.default.svc.cluster.local",
        ),
    ],
)
def test_what_hostname_says(spec: Json, told: str) -> None:
    """Models test/e2e_node/pod_hostnamefqdn_test.go."""
    question = 'echo "$(hostname);$(hostname -f);$(hostname -s);$(hostname -d)"'
    assert asked(question, **spec) == f"{told}\n"


def test_files_of_volumes_belong_to_the_fs_group_and_new_ones_too() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"k": "v"}}
    volumes = [{"name": "d", "emptyDir": {}}, {"name": "c", "configMap": {"name": "c", "defaultMode": 0o400}}]
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in ("d", "c")]
    context = {"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [4000]}
    app = container("sleep 1000", volumeMounts=mounts)
    story = Story(config, pod(app, volumes=volumes, securityContext=context), seconds=5)
    lines = story.node("kubectl exec p -- sh -c 'id; touch /d/f; ls -lnd /d /d/f /c/..data/k; cat /c/k'").splitlines()
    assert lines[0] == "uid=1000 gid=3000 groups=2000,3000,4000"
    fields = {line.split()[-1]: line.split() for line in lines[1:-1]}
    assert [fields["/d"][n] for n in (0, 2, 3)] == ["drwxrwsrwx", "0", "2000"]
    assert [fields["/d/f"][n] for n in (0, 2, 3)] == ["-rw-r--r--", "1000", "2000"]
    assert [fields["/c/..data/k"][n] for n in (0, 2, 3)] == ["-r--r-----", "0", "2000"]
    assert lines[-1] == "v"


@pytest.mark.parametrize(
    ("image", "context", "told"),
    [
        ("busybox:1.36", {"runAsUser": 1001}, "uid=1001 gid=0(root) groups=0(root)"),
        ("busybox:1.36", {"runAsUser": 33}, "uid=33(www-data) gid=33(www-data) groups=33(www-data)"),
        ("busybox:1.36", {"runAsUser": 0}, "uid=0(root) gid=0(root) groups=0(root),10(wheel)"),
        ("jenkins/jenkins", {}, "uid=1000 gid=1000 groups=1000"),
        ("debian:12", {"runAsUser": 1001, "runAsGroup": 7}, "uid=1001 gid=7 groups=7,5(tty)"),
    ],
)
def test_the_groups_of_a_user_are_those_that_the_image_knows(image: str, context: Json, told: str) -> None:
    """Models test/e2e/node/security_context.go: RunAsUser, and the groups of a user in the image."""
    groups = {"supplementalGroups": [5]} if "runAsGroup" in context else {}
    app = container("id", image=image, securityContext=context)
    story = Story(pod(app, restartPolicy="Never", securityContext=groups), seconds=60)
    assert story.node("kubectl logs p") == f"{told}\n"


def test_host_pid_shows_the_processes_of_the_node() -> None:
    shown = asked("ps", hostPID=True)
    assert "/usr/bin/kubelet" in shown
    assert "sleep 1000" in shown


def test_in_a_shared_namespace_pid_1_is_pause_and_takes_all_with_it() -> None:
    story = Story(pod(container("sleep 1000"), shareProcessNamespace=True), seconds=5)
    before = story.status["podIP"]
    story.node("kubectl exec p -- kill -9 1")
    assert story.container()["restartCount"] == 0
    story.node("kubectl exec p -- kill 1")
    assert story.container()["lastState"]["terminated"]["exitCode"] == 137
    assert story.messages("SandboxChanged") == ["Pod sandbox changed, it will be killed and re-created."]
    assert story.status["podIP"] != before


def test_with_host_pid_the_main_process_is_not_protected_as_pid_1_is() -> None:
    story = Story(pod(container("sleep 1000"), hostPID=True, restartPolicy="Never"), seconds=5)
    story.node("kubectl exec p -- sh -c 'kill $(pgrep -o sleep)'")
    assert story.until(20).container()["state"]["terminated"]["exitCode"] == 143
