"""From creation to deletion: init containers, sidecars, hooks, volumes, images, grace."""

import json

from tests.simulator.stories import Story, container, exec_probe, pod


def test_a_plain_pod_is_pending_then_running_and_ready() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.states() == ["waiting ContainerCreating", "running"]
    assert [c["status"] for c in story.status["conditions"]] == ["True"] * 5
    assert story.messages() == [
        "Successfully assigned default/p to node1",
        'Container image "busybox:1.36" already present on machine and can be accessed by the pod',
        "Container created",
        "Container started",
    ]


def test_init_containers_run_one_after_the_other_before_the_rest() -> None:
    init = [container("sleep 2", "one"), container("sleep 2", "two")]
    story = Story(pod(container(), init=init), seconds=15)
    assert story.starts("one") < story.starts("two") < story.starts("app")
    assert story.condition("Initialized")["status"] == "True"


def test_an_init_container_that_fails_for_good_fails_the_pod() -> None:
    story = Story(pod(container(), init=[container("exit 1", "one")], restartPolicy="Never"), seconds=10)
    assert story.status["phase"] == "Failed"
    assert story.starts("app") == []


def test_a_sidecar_starts_first_stops_last_and_does_not_decide_the_end() -> None:
    sidecar = container("trap 'exit 7' TERM; while true; do sleep 1; done", "proxy", restartPolicy="Always")
    story = Story(pod(container("sleep 5"), init=[sidecar], restartPolicy="Never"), seconds=30)
    assert story.starts("proxy") < story.starts("app")
    assert story.messages("Killing") == ["Stopping container proxy"]
    assert story.status["phase"] == "Succeeded"


def test_a_shell_without_a_handler_uses_up_the_whole_grace() -> None:
    story = Story(pod(container(), terminationGracePeriodSeconds=7), seconds=5)
    deleted = story.simulation.act("delete", {"kind": "pods", "name": "p"}).number
    story.until(30)
    signals = [(f.data["signal"], f.data["effect"]) for f in story.facts("signal")]
    assert signals == [("SIGTERM", "ignored"), ("SIGKILL", "killed")]
    (ended,) = story.facts("exit")
    assert 12 <= ended.at_ms / 1000 <= 12.2
    assert ended.data["code"] == 137
    assert story.revisions()[-1].verb == "DELETED"
    assert deleted in [entry.number for entry in story.why(ended.number)]


def test_pre_stop_runs_inside_the_grace() -> None:
    hook = {"preStop": {"exec": {"command": ["sleep", "4"]}}}
    story = Story(pod(container(lifecycle=hook), terminationGracePeriodSeconds=10), seconds=5)
    story.simulation.act("delete", {"kind": "pods", "name": "p"})
    story.until(30)
    assert 15 <= story.facts("exit")[0].at_ms / 1000 <= 15.2


def test_a_post_start_hook_that_fails_kills_the_container() -> None:
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "exit 3"]}}}
    story = Story(pod(container(lifecycle=hook)), seconds=10)
    assert story.messages("FailedPostStartHook") == ["PostStartHook failed"]
    assert "waiting PostStartHookError" in story.states()


def test_a_missing_image_alternates_between_two_reasons_and_heals_nothing() -> None:
    missing = {"name": "app", "image": "nope:1"}
    story = Story(pod(missing), seconds=60, missing_images=frozenset(["nope:1"]))
    assert story.states()[:3] == ["waiting ContainerCreating", "waiting ErrImagePull", "waiting ImagePullBackOff"]
    assert story.status["phase"] == "Pending"
    assert story.container()["restartCount"] == 0


def test_a_missing_configmap_is_waited_for() -> None:
    env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "a"}}}]
    story = Story(pod(container(env=env)), seconds=5)
    assert "waiting CreateContainerConfigError" in story.states()
    story.node("kubectl create configmap cm --from-literal=a=1")
    story.until(60)
    assert story.states()[-1] == "running"
    assert story.node("kubectl exec p -- sh -c 'echo $A'") == "1\n"


def test_a_volume_that_cannot_be_mounted_keeps_the_pod_from_starting() -> None:
    volumes = [{"name": "c", "configMap": {"name": "cm"}}]
    story = Story(pod(container(volumeMounts=[{"name": "c", "mountPath": "/c"}]), volumes=volumes), seconds=10)
    assert story.messages("FailedMount") == ['MountVolume.SetUp failed for volume "c" : configmap "cm" not found']
    assert story.states() == ["waiting ContainerCreating"]


def test_what_one_container_writes_the_other_reads() -> None:
    mount = [{"name": "v", "mountPath": "/v"}]
    writer, reader = container("echo hello > /v/x; sleep 100", "w", volumeMounts=mount), container(volumeMounts=mount)
    story = Story(pod(writer, reader, volumes=[{"name": "v", "emptyDir": {}}]), seconds=5)
    assert story.node("kubectl exec p -c app -- cat /v/x") == "hello\n"


def test_the_active_deadline_ends_the_pod() -> None:
    story = Story(pod(container(), activeDeadlineSeconds=10), seconds=40)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "DeadlineExceeded")
    assert story.events("DeadlineExceeded")[0]["count"] == 4


def test_a_readiness_gate_holds_ready_back() -> None:
    story = Story(pod(container(), readinessGates=[{"conditionType": "example.com/ok"}]), seconds=5)
    assert story.condition("ContainersReady")["status"] == "True"
    assert story.condition("Ready")["reason"] == "ReadinessGatesNotReady"
    patch = json.dumps({"status": {"conditions": [{"type": "example.com/ok", "status": "True"}]}})
    story.node(f"kubectl patch pod p --subresource=status -p '{patch}'")
    assert story.condition("Ready")["status"] == "True"


def test_a_gate_that_opens_too_early_is_looked_at_when_the_containers_are_ready() -> None:
    """Models pkg/kubelet/status/status_manager.go NeedToReconcilePodReadiness."""
    app = container("sleep 12; touch /tmp/up; sleep 1000", readinessProbe=exec_probe("cat", "/tmp/up"))
    story = Story(pod(app, readinessGates=[{"conditionType": "example.com/ok"}]), seconds=5)
    tries = story.events("Unhealthy")[0]["count"]
    opened = json.dumps({"status": {"conditions": [{"type": "example.com/ok", "status": "True"}]}})
    story.simulation.act("node", {"command": f"kubectl patch pod p --subresource=status -p '{opened}'"})
    assert story.until(6).events("Unhealthy")[0]["count"] == tries
    assert story.condition("Ready")["reason"] == "ContainersNotReady"
    assert story.until(20).condition("Ready")["status"] == "True"


def test_force_deletion_removes_the_object_before_the_container_has_ended() -> None:
    story = Story(pod(container(), terminationGracePeriodSeconds=30), seconds=5)
    story.simulation.act("delete", {"kind": "pods", "name": "p", "force": True})
    assert story.revisions()[-1].verb == "DELETED"
    assert story.facts("exit") == []
    story.until(10)
    assert story.facts("exit")[0].at_ms < 8000


def test_statuses_are_sorted_by_name_and_memory_beyond_the_limit_kills() -> None:
    hungry = container("sleep 1; tail /dev/zero", "b", resources={"limits": {"memory": "20Mi"}})
    story = Story(pod(hungry, container(name="a"), restartPolicy="Never"), seconds=20)
    assert [c["name"] for c in story.status["containerStatuses"]] == ["a", "b"]
    assert story.container("b")["state"]["terminated"]["reason"] == "OOMKilled"


def test_a_pod_that_asks_for_too_much_is_not_scheduled() -> None:
    story = Story(pod(container(resources={"requests": {"cpu": "100"}})), seconds=3)
    assert story.condition("PodScheduled")["reason"] == "Unschedulable"
    assert story.messages("FailedScheduling")[0].startswith("0/1 nodes are available: 1 Insufficient cpu. ")


def test_a_static_pod_has_a_mirror_that_comes_back() -> None:
    story = Story(pod(container(), name="other"), seconds=3)
    manifest = json.dumps(pod(container(), name="static"))
    story.node(f"printf '%s' '{manifest}' > $STATICDIR/static.yaml")
    assert story.pod["metadata"]["name"] == "static-node1"
    first = story.pod["metadata"]["uid"]
    story.node("kubectl delete pod static-node1 --wait=false")
    story.until(40)
    assert story.pod["metadata"]["uid"] != first
    story.node("rm $STATICDIR/static.yaml")
    story.until(60)
    assert story.revisions()[-1].verb == "DELETED"


def test_an_unready_container_is_probed_at_each_sync_besides_its_period() -> None:
    probe = exec_probe("cat", "/tmp/ok", periodSeconds=60)
    story = Story(pod(container("touch /tmp/ok; sleep 100", readinessProbe=probe)), seconds=5)
    assert story.container()["ready"]


def test_a_deadline_that_passes_while_a_pod_is_torn_down_does_not_fail_it() -> None:
    """Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus: no phase follows a terminal one."""
    for seed in range(12):
        story = Story(pod(container("exit 0"), restartPolicy="Never", activeDeadlineSeconds=3), seconds=10, seed=seed)
        phases = [revision.object["status"]["phase"] for revision in story.revisions()]
        ends = [phase for phase in dict.fromkeys(phases) if phase in ("Succeeded", "Failed")]
        assert len(ends) == 1, seed


def test_termination_messages_share_twelve_kib_among_a_pods_containers() -> None:
    script = "head -c 4000 /dev/zero | tr '\\0' x > /dev/termination-log"
    alone = Story(pod(container(script), restartPolicy="Never"), seconds=10)
    assert len(alone.container()["state"]["terminated"]["message"]) == 4000
    four = [container(script, f"c{i}") for i in range(4)]
    story = Story(pod(*four, restartPolicy="Never"), seconds=10)
    assert len(story.container("c0")["state"]["terminated"]["message"]) == 3072


def test_a_sync_finishes_with_the_version_of_the_pod_it_began_with() -> None:
    wanted = [{"name": "c", "configMap": {"name": "cm"}}]
    story = Story(pod(container(), volumes=wanted), seconds=5)
    story.node("kubectl set image pod/p app=busybox:1.28")
    story.node("kubectl create configmap cm --from-literal=a=1")
    story.until(60)
    images = [f.data["image"] for f in story.facts("container") if f.data["phase"] == "started"]
    assert images == ["busybox:1.36", "busybox:1.28"]
