"""Pods of upstream's own tests of a node, and what those tests expect of them. Models test/e2e/common/node."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.kubelet.actions import compute_pod_actions
from simulator.kubelet.results import FAILURE, Results
from simulator.kubelet.runtime import ContainerStatus, PodStatus, SandboxStatus, State
from tests.simulator.stories import Json, Story, container, pod

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.56"


def once(*containers: Json, **spec: Any) -> Json:
    return pod(*containers, restartPolicy="Never", **spec)


def test_output_without_a_newline_is_a_message_without_one() -> None:
    """runtime.go: the message from the log of a container that failed is DONE."""
    fallback = container("echo -n DONE; false", terminationMessagePolicy="FallbackToLogsOnError")
    story = Story(once(fallback), seconds=10)
    assert story.container()["state"]["terminated"]["message"] == "DONE"
    assert story.node("kubectl logs p") == "DONE"
    assert story.node("kubectl logs p --timestamps").endswith("Z DONE")


@pytest.mark.parametrize(("hook", "message"), [("postStart", "PostStart"), ("preStop", "PreStop")])
def test_a_hook_may_ask_with_curl(hook: str, message: str) -> None:
    """lifecycle_hook.go: agnhost has a shell and curl."""
    command = ["sh", "-c", "curl http://localhost:8080/echo?msg=hello"]
    asks = {"name": "app", "image": AGNHOST, "args": ["netexec"], "lifecycle": {hook: {"exec": {"command": command}}}}
    story = Story(pod(asks), seconds=5)
    story.node("kubectl delete pod p --wait=false")
    assert [fact.data["phase"] for fact in story.facts("hook")] == ["start", "done"]
    assert not story.events(f"Failed{message}Hook")


ALIASES = [{"ip": "123.45.67.89", "hostnames": ["foo", "bar"]}]


def test_the_names_of_a_host_alias_share_a_line() -> None:
    """kubelet.go: should write entries to /etc/hosts."""
    text = Story(pod(container(), hostAliases=ALIASES), seconds=5).node("kubectl exec p -- cat /etc/hosts")
    assert text.startswith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
    assert text.endswith("\tp\n\n# Entries added by HostAliases.\n123.45.67.89\tfoo\tbar\n")


def test_on_the_nodes_network_the_hosts_file_is_the_nodes() -> None:
    """kubelet.go and kubelet_etc_hosts.go: the entries are added to the node's own file."""
    story = Story(pod(container(), hostAliases=ALIASES, hostNetwork=True), seconds=5)
    own, text = story.node("cat /etc/hosts"), story.node("kubectl exec p -- cat /etc/hosts")
    assert own.startswith("127.0.0.1\tlocalhost\n")
    assert text.startswith(f"# Kubernetes-managed hosts file (host network).\n{own}")
    assert text.endswith("\n123.45.67.89\tfoo\tbar\n")


@pytest.mark.parametrize("name", ["kernel.msgmax", "net/core/somaxconn"])
def test_an_unsafe_kernel_parameter_is_forbidden(name: str) -> None:
    """sysctl.go: should not launch unsafe sysctls that the node does not allow."""
    story = Story(once(container(), securityContext={"sysctls": [{"name": name, "value": "1024"}]}), seconds=5)
    words = f'forbidden sysctl: "{name.replace("/", ".")}" not allowlisted'
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "SysctlForbidden")
    assert story.status["message"] == f"Pod was rejected: {words}"
    assert story.messages("SysctlForbidden") == [words]


def test_a_safe_kernel_parameter_is_not() -> None:
    sysctls = [{"name": "kernel/shm_rmid_forced", "value": "1"}, {"name": "net.ipv4.tcp_syncookies", "value": "0"}]
    story = Story(once(container("true"), securityContext={"sysctls": sysctls}), seconds=10)
    assert story.status["phase"] == "Succeeded"


def test_a_runtime_of_the_nodes_age_knows_no_strict_groups() -> None:
    """pkg/kubelet/lifecycle/predicate_test.go TestPodAdmissionBasedOnSupplementalGroupsPolicy."""
    for policy, phase in (("Merge", "Running"), ("Strict", "Failed")):
        story = Story(pod(container(), securityContext={"supplementalGroupsPolicy": policy}), seconds=5)
        assert story.status["phase"] == phase
    assert story.status["reason"] == "SupplementalGroupsPolicyNotSupported"
    assert story.status["message"] == "Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this node"


def test_a_runtime_of_the_nodes_age_knows_no_user_namespaces() -> None:
    """security_context.go: must create the user namespace if set to false; userns_manager.go says what is missing."""
    story = Story(pod(container(), hostUsers=False), seconds=5)
    assert story.container()["state"]["waiting"]["reason"] == "ContainerCreating"
    assert story.messages("FailedCreatePodSandBox") == [
        "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces"
    ]
    assert Story(pod(container(), hostUsers=True), seconds=5).status["phase"] == "Running"


@pytest.mark.parametrize("mode", ["Enabled", "IfPossible", "Disabled"])
def test_a_runtime_of_the_nodes_age_mounts_nothing_read_only_all_the_way_down(mode: str) -> None:
    """pkg/kubelet/kubelet_pods_test.go TestResolveRecursiveReadOnly."""
    mount = {"name": "v", "mountPath": "/v", "readOnly": True, "recursiveReadOnly": mode}
    story = Story(pod(container(volumeMounts=[mount]), volumes=[{"name": "v", "emptyDir": {}}]), seconds=5)
    if mode != "Enabled":
        assert story.status["phase"] == "Running"
        return
    waiting = story.container()["state"]["waiting"]
    assert (waiting["reason"], waiting["message"]) == (
        "CreateContainerConfigError",
        'failed to resolve recursive read-only mode: volume "v" requested recursive read-only mode, '
        "but it is not supported by the runtime",
    )


RESOURCES = {"requests": {"cpu": "20m", "memory": "30Mi"}, "limits": {"cpu": "20m", "memory": "30Mi"}}
LARGER = json.loads(json.dumps(RESOURCES).replace("20m", "30m"))
CPU_RESTARTS = [{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]


def test_a_sidecar_whose_resize_needs_a_restart_is_restarted() -> None:
    """pod_resize.go: cpu & mem restart + resize initContainers."""
    sidecar = container(name="proxy", resources=RESOURCES, resizePolicy=CPU_RESTARTS, restartPolicy="Always")
    story = Story(pod(container(resources=RESOURCES, resizePolicy=CPU_RESTARTS), init=[sidecar]), seconds=10)
    patch = {kind: [{"name": name, "resources": LARGER}] for kind, name in
             (("containers", "app"), ("initContainers", "proxy"))}  # fmt: skip
    story.node(f"kubectl patch pod p --subresource resize -p '{json.dumps({'spec': patch})}'")
    story.until(60)
    for name in ("app", "proxy"):
        assert (story.container(name)["restartCount"], story.container(name)["resources"]) == (1, LARGER)
    assert set(story.messages("Killing")) == {f"Container {name} resize requires restart" for name in ("app", "proxy")}
    assert story.messages("ResizeCompleted")


def test_a_memory_limit_is_not_lowered_below_what_any_process_uses() -> None:
    """pod_resize.go: decrease memory limit below usage."""
    story = Story(pod(container(resources=RESOURCES)), seconds=10)
    tiny = json.loads(json.dumps(RESOURCES).replace("30Mi", "10Ki"))
    patch = {"containers": [{"name": "app", "resources": tiny}]}
    story.node(f"kubectl patch pod p --subresource resize -p '{json.dumps({'spec': patch})}'")
    progress = story.until(30).condition("PodResizeInProgress")
    assert (progress["reason"], story.container()["resources"]) == ("Error", RESOURCES)
    assert 'attempting to set container "app" memory limit (10240) below current usage' in progress["message"]


def test_one_sync_restarts_a_container_and_resizes_another() -> None:
    """kuberuntime_manager_test.go TestComputePodActionsForPodResize: what needs no restart does not wait for one."""
    again = container(name="again", resources=RESOURCES, resizePolicy=CPU_RESTARTS)
    kept = container(name="kept", resources=RESOURCES)
    story = Story(pod(again, kept), seconds=10)
    patch = {"containers": [{"name": name, "resources": LARGER} for name in ("again", "kept")]}
    story.node(f"kubectl patch pod p --subresource resize -p '{json.dumps({'spec': patch})}'")
    shown = [[(c["restartCount"], c.get("resources") == LARGER) for c in r.object["status"]["containerStatuses"]]
             for r in story.until(60).revisions() if r.object["status"].get("containerStatuses")]  # fmt: skip
    assert [(1, True), (0, False)] not in shown
    assert shown[-1] == [(1, True), (0, True)]


def test_a_resize_may_replace_the_whole_pod() -> None:
    """pod_resize.go: resize pod via the replace endpoint."""
    story = Story(pod(container(resources=RESOURCES)), seconds=10)
    line = 'kubectl get pod p -o json | sed \'s/"20m"/"30m"/\' | kubectl replace --subresource resize -f -'
    assert story.node(line) == "pod/p replaced\n"
    assert story.container()["resources"] == LARGER
    assert story.pod["metadata"]["generation"] == 2


def test_a_debugger_can_only_join_a_container_that_runs() -> None:
    """kuberuntime_container_test.go TestStartSpec, and what containerd's validateTargetContainer says."""
    crashed, absent = container("exit 1"), container(name="other", image="nowhere.example/none")
    story = Story(pod(crashed, absent), missing_images=frozenset({"nowhere.example/none"}), seconds=10)
    for name, target in (("one", "app"), ("two", "other")):
        story.node(f"kubectl debug p --image busybox:1.36 -c {name} --target {target} -- sleep 9")
    story.until(60)
    one, two = (story.container(name)["state"]["waiting"] for name in ("one", "two"))
    assert one["reason"] == "CreateContainerError"
    assert 'spec: invalid target container: container "' in one["message"]
    assert one["message"].endswith('" is not running - in state CONTAINER_EXITED')
    assert two == {"reason": "CreateContainerConfigError", "message": "unable to find target container other"}


def test_a_memory_limit_may_be_too_low_even_to_begin() -> None:
    """runc's libcontainer/process_linux.go: its own process is killed before the command is run."""
    story = Story(pod(container(resources={"limits": {"memory": "1Mi"}})), seconds=10)
    ended = story.container()["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("StartError", 128)
    assert ended["message"].endswith(
        "runc create failed: unable to start container process: "
        "container init was OOM-killed (memory limit too low?): unknown"
    )


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("prom/prometheus", "image has non-numeric user (nobody), cannot verify user is non-root"),
        ("busybox:1.36", "image will run as root"),
        ("grafana/grafana", ""),
    ],
)
def test_who_may_not_be_root_needs_a_user_with_a_number(image: str, why: str) -> None:
    """security_context.go, and security_context_others_test.go TestVerifyRunAsNonRoot."""
    app = {"name": "app", "image": image, "securityContext": {"runAsNonRoot": True}}
    story = Story(pod(app), seconds=5)
    if why:
        where = f'(pod: "p_default({story.pod["metadata"]["uid"]})", container: app)'
        waiting = {"reason": "CreateContainerConfigError", "message": f"container has runAsNonRoot and {why} {where}"}
        assert story.container()["state"]["waiting"] == waiting
    else:
        assert "running" in story.container()["state"]


def test_of_two_reasons_to_restart_a_sidecar_a_failed_startup_comes_first() -> None:
    """kuberuntime_manager_test.go TestComputePodActionsWithRestartableInitContainers, with both at once."""
    sidecar = {"name": "proxy", "image": "new", "restartPolicy": "Always", "startupProbe": {}}
    whole: Json = {"metadata": {}, "spec": {"restartPolicy": "Always", "containers": [{"name": "app", "image": "i"}]}}
    whole["spec"]["initContainers"] = [sidecar]
    running = ContainerStatus("id", "proxy", 0, "old", "", ("proxy", "old"), "s", 0, State.RUNNING)
    status = PodStatus("ip", (SandboxStatus("s", 0, True, "ip"),), (running,))
    results = Results()
    results.set("startup", "id", FAILURE, 0)
    actions = compute_pod_actions(whole, status, results)
    assert [kill.message for kill in actions.kill] == ["Init container proxy failed startup probe"]
    assert (actions.inits, actions.containers) == ([sidecar], [])
