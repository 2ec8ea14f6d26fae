"""The kubelet is stopped and started while its Pods run. Models pkg/kubelet/kubelet.go and kubelet_pods.go."""

import json

from simulator import Action, Fact
from tests.simulator.stories import Json, Story, container, exec_probe, pod

STOP, START = "systemctl stop kubelet", "systemctl start kubelet"


def web(name: str = "web", **fields: object) -> Json:
    return {"name": name, "image": "nginx"} | fields


def http(**fields: object) -> Json:
    return {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5} | fields


def away(story: Story, seconds: float, meanwhile: str = "true") -> Story:
    """Stop the kubelet, do something, and start it after a while."""
    story.node(STOP)
    story.node(meanwhile)
    story.until(story.simulation.now / 1000 + seconds)
    story.node(START)
    return story


def between(story: Story, kind: str) -> list[float]:
    """When facts of a kind happened while no kubelet ran."""
    stopped, started = (fact.at_ms for fact in story.facts("kubelet"))
    return [fact.at_ms for fact in story.facts(kind) if stopped < fact.at_ms < started]


def test_containers_go_on_while_nothing_looks_after_them() -> None:
    script = "n=0; while sleep 5; do n=$((n+1)); echo $n; done"
    story = Story(pod(container(script, livenessProbe=exec_probe("true"))), seconds=12)
    count = len(story.revisions())
    away(story, 20)
    assert between(story, "log")
    assert not between(story, "probe")
    _, started = (fact.at_ms for fact in story.facts("kubelet"))
    assert not [r for r in story.revisions()[count:] if r.at_ms < started]
    assert story.container()["restartCount"] == 0
    assert "20" in story.until(120).node("kubectl logs p")


def test_a_container_that_ended_meanwhile_is_started_again_with_its_end_as_the_runtime_knows_it() -> None:
    story = Story(pod(container("sleep 20; exit 3")), seconds=5)
    away(story, 20)
    last = story.container()["lastState"]["terminated"]
    assert (last["exitCode"], last["finishedAt"]) == (3, "2026-01-01T00:00:20Z")
    assert story.container()["restartCount"] == 1
    assert len(story.starts()) == 2


def test_back_offs_are_forgotten() -> None:
    """Nothing of pkg/kubelet/kuberuntime's back-off outlives the process."""
    story = Story(pod(container("exit 1")), seconds=100)
    assert story.states()[-1] == "waiting CrashLoopBackOff"
    before = len(story.starts())
    story.node("systemctl restart kubelet")
    assert len(story.starts()) > before


def test_ready_stays_over_a_short_restart() -> None:
    """Models pkg/kubelet/prober/prober_manager.go setReadyStateOnKubeletRestart."""
    story = Story(pod(web(readinessProbe=http())), seconds=30)
    count = len(story.revisions())
    story.node("systemctl restart kubelet")
    story.until(60)
    assert all(
        c["status"] == "True"
        for r in story.revisions()[count:]
        for c in r.object["status"]["conditions"]
        if c["type"] == "Ready"
    )
    assert any(fact.at_ms > 31_000 for fact in story.facts("probe"))


def test_a_probe_begins_anew_within_a_period() -> None:
    """Models pkg/kubelet/prober/worker.go run: a worker of a fresh kubelet waits for a random part of its period."""
    story = Story(pod(web(livenessProbe=http(periodSeconds=20))), seconds=50)
    story.node("systemctl restart kubelet")
    started = story.facts("kubelet")[-1].at_ms
    first = next(fact.at_ms for fact in story.until(90).facts("probe") if fact.at_ms > started)
    assert 1_000 < first - started < 22_000


def test_a_pod_deleted_meanwhile_waits_for_the_kubelet() -> None:
    story = Story(pod(container()), seconds=5)
    away(story, 300, "kubectl delete pod p --wait=false")
    between_ = [r.verb for r in story.revisions() if r.at_ms < story.facts("kubelet")[1].at_ms]
    assert "DELETED" not in between_
    assert story.revisions()[-1].verb == "DELETED"
    assert story.messages("Killing") == ["Stopping container app"]


def test_a_pod_deleted_by_force_meanwhile_is_an_orphan_and_is_stopped() -> None:
    story = Story(pod(container(), terminationGracePeriodSeconds=30), seconds=5)
    away(story, 5, "kubectl delete pod p --force")
    (stop,) = story.facts("stop")
    assert stop.data["grace_ms"] == 1000
    assert story.facts("exit")[-1].at_ms - stop.at_ms <= 2100
    assert story.revisions()[-1].verb == "DELETED"


def test_a_pod_that_was_deleted_before_it_could_be_rejected_goes() -> None:
    """Models test/e2e_node/restart_test.go: non-admissible Pods created and deleted while the kubelet restarts."""
    story = Story(pod(container(), nodeName="node1", nodeSelector={"disk": "ssd"}, name="other"), seconds=1)
    story.node(STOP)
    manifest = json.dumps(pod(container(), nodeName="node1", nodeSelector={"disk": "ssd"}))
    story.simulation.act("apply", {"manifest": manifest})
    story.node("kubectl delete pod p --wait=false")
    story.node(START)
    assert [r.verb for r in story.revisions()[-1:]] == ["DELETED"]
    assert story.status["reason"] == "NodeAffinity"
    assert "other" in story.node("kubectl get pods --no-headers")


def test_volumes_keep_what_is_in_them_and_config_maps_get_what_is_new() -> None:
    volumes = [{"name": "d", "emptyDir": {}}, {"name": "c", "configMap": {"name": "c"}}]
    mounts = [{"name": "d", "mountPath": "/d"}, {"name": "c", "mountPath": "/c"}]
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"k": "old"}}
    story = Story(config, pod(container("echo 1 > /d/f; sleep 1000", volumeMounts=mounts), volumes=volumes), seconds=5)
    change = """kubectl patch cm c -p '{"data":{"k":"new"}}'"""
    away(story, 1, change)
    assert story.node("kubectl exec p -- cat /d/f /c/k") == "1\nnew"


def test_the_kubelets_door_is_closed() -> None:
    story = Story(pod(container("echo x; sleep 1000")), seconds=5)
    story.node(STOP)
    refused = "dial tcp 10.99.0.2:10250: connect: connection refused\n"
    assert story.node("kubectl exec p -- ls") == f"Error from server: error dialing backend: {refused}"
    get = 'Get "https://10.99.0.2:10250/containerLogs/default/p/app"'
    assert story.node("kubectl logs p") == f"Error from server: {get}: {refused}"
    story.simulation.act("kill", {"pod": "p", "container": "app"})
    assert story.facts("exit")[-1].data["code"] == 137
    story.node(START)
    assert story.node("kubectl logs p -p") == "x\n"


def test_a_static_pod_whose_file_went_meanwhile_goes_with_its_mirror() -> None:
    file = "/etc/kubernetes/manifests/s.yaml"
    spec = "spec: {containers: [{name: a, image: nginx}]}"
    story = Story(seconds=1)
    story.node(f"printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {{name: s}}\\n{spec}\\n' > {file}")
    assert "s-node1" in story.node("kubectl get pods")
    away(story, 1, f"rm {file}")
    assert story.node("kubectl get pods 2>&1") == "No resources found in default namespace.\n"
    assert story.facts("sandbox")[-1].data["phase"] == "stopped"


def test_a_static_pod_stays_over_a_restart() -> None:
    story = Story(seconds=1)
    spec = "spec: {containers: [{name: a, image: nginx}]}"
    story.node(
        f"printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {{name: s}}\\n{spec}\\n' > /etc/kubernetes/manifests/s.yaml"
    )
    story.node("systemctl restart kubelet")
    assert [fact.data["phase"] for fact in story.facts("sandbox")] == ["ready"]


def test_a_node_that_was_deleted_is_registered_again() -> None:
    story = Story(seconds=1)
    story.node(STOP)
    story.node("kubectl delete node node1")
    assert story.node("kubectl get nodes 2>&1") == "No resources found\n"
    story.node(START)
    assert story.node("kubectl get nodes").split()[5:7] == ["node1", "Ready"]
    assert story.messages("RegisteredNode") == ["Node node1 event: Registered Node node1 in Controller"]


def test_what_the_kubelet_says_of_its_node_when_it_starts() -> None:
    story = Story(seconds=1)
    story.node("systemctl restart kubelet")
    assert [event["reason"] for event in story.events()] == [
        "Starting",
        "NodeHasSufficientMemory",
        "NodeHasNoDiskPressure",
        "NodeHasSufficientPID",
        "NodeAllocatableEnforced",
    ]
    assert "NodeAllocatableEnforced" in story.node("kubectl describe node node1")


def test_systemctl_says_how_it_is() -> None:
    story = Story(seconds=1)
    assert "Active: active (running) since Thu 2026-01-01 00:00:00 UTC" in story.node("systemctl status kubelet")
    assert story.node("systemctl stop kubelet; systemctl is-active kubelet; echo $?") == "inactive\n3\n"
    assert "Active: inactive (dead)" in story.node("systemctl status kubelet.service")
    assert story.node("systemctl stop crio") == "Failed to stop crio.service: Unit crio.service not found.\n"
    assert story.node("systemctl mask kubelet") == "podviz does not simulate `systemctl mask kubelet`\n"


def test_a_kubelet_stopped_while_it_starts_does_nothing() -> None:
    story = Story(pod(container()), seconds=5)
    story.node("systemctl stop kubelet; systemctl start kubelet; systemctl stop kubelet")
    story.until(30)
    assert story.events("Starting") == []
    story.node(START)
    assert story.until(60).status["phase"] == "Running"
    assert len(story.starts()) == 1


def test_the_mirror_of_a_static_pod_has_the_priority_of_its_class() -> None:
    """Models plugin/pkg/admission/priority/admission.go."""
    story = Story(seconds=1)
    for name in ("system-node-critical", "nosuch"):
        spec = f"spec: {{priorityClassName: {name}, containers: [{{name: a, image: nginx}}]}}"
        file = f"/etc/kubernetes/manifests/{name}.yaml"
        story.node(f"printf 'apiVersion: v1\\nkind: Pod\\nmetadata: {{name: {name}}}\\n{spec}\\n' > {file}")
    assert {r.object["spec"]["priority"] for r in story.revisions()} == {2_000_001_000}
    assert len(story.starts("a")) == 2


def test_why_a_pod_is_not_ready_leads_to_who_stopped_the_kubelet() -> None:
    story = Story(pod(container()), seconds=5)
    story.node(STOP)
    story.until(90)
    assert story.condition("Ready")["status"] == "False"
    chain = story.why(story.revisions()[-1].number)
    assert chain[0] == next(e for e in story.entries if isinstance(e, Action) and e.data.get("command") == STOP)
    assert any(isinstance(e, Fact) and e.kind == "kubelet" for e in chain)


def test_a_kubelet_that_is_killed_is_started_again_by_its_init_system() -> None:
    story = Story(pod(container()), seconds=5)
    assert "/usr/bin/kubelet" in story.node("ps -ef")
    told = story.node("pkill kubelet; sleep 1; systemctl is-active kubelet; ps -ef | grep -c '/usr/bin/[k]ubelet'")
    assert told == "activating\n0\n"
    stopped, started = (fact.at_ms for fact in story.until(40).facts("kubelet"))
    assert started - stopped == 10_000
    assert story.node("systemctl is-active kubelet") == "active\n"
    assert story.status["phase"] == "Running"


def test_a_killed_kubelet_can_be_kept_from_coming_back() -> None:
    story = Story(seconds=5)
    story.node("killall -9 kubelet; systemctl stop kubelet")
    story.until(60)
    assert [fact.data["phase"] for fact in story.facts("kubelet")] == ["stopped"]
    assert story.node("systemctl is-active kubelet") == "inactive\n"


def test_a_resource_that_a_person_adds_to_a_node_can_be_asked_for() -> None:
    """Models pkg/kubelet/nodestatus/setters.go MachineInfo: what the node has otherwise is as the machine has it."""
    dongles = {"requests": {"example.com/dongle": "1"}, "limits": {"example.com/dongle": "1"}}
    story = Story(pod(container(resources=dongles)), seconds=20)
    assert story.condition("PodScheduled")["reason"] == "Unschedulable"
    values = [("example.com~1dongle", "4"), ("cpu", "100")]
    patch = [{"op": "add", "path": f"/status/capacity/{name}", "value": value} for name, value in values]
    story.node(f"kubectl patch node node1 --subresource=status --type=json -p '{json.dumps(patch)}'")
    status = story.until(40).revisions("nodes")[-1].object["status"]
    assert status["allocatable"]["example.com/dongle"] == "4"
    assert status["capacity"]["cpu"] != "100"
    assert story.status["phase"] == "Running"
