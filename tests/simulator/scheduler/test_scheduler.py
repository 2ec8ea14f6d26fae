"""Where Pods may go, and what is said when they may not. Models pkg/scheduler/framework/plugins."""

import json
from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod

WEB = {"labelSelector": {"matchLabels": {"app": "web"}}}
HERE = WEB | {"topologyKey": "kubernetes.io/hostname"}
HOPELESS = (
    "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
)
VICTIMS = (
    "no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
)


def labelled(name: str = "p", app: str = "", **spec: Any) -> Json:
    made = pod(container(), name=name, **spec)
    if app:
        made["metadata"]["labels"] = {"app": app}
    return made


def rule(kind: str, **term: Any) -> Json:
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [HERE | term]}}}


def named(node: str) -> Json:
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    return {
        "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    }


def spread(**fields: Any) -> Json:
    base = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
    return {"topologySpreadConstraints": [WEB | base | fields]}


def asking(**requests: str) -> Json:
    return container(resources={"requests": requests})


def phases(story: Story) -> dict[str, str]:
    return {r.object["metadata"]["name"]: r.object["status"]["phase"] for r in story.revisions()}


@pytest.mark.parametrize(
    ("given", "reason", "hope"),
    [
        (pod(asking(cpu="8")), "1 Insufficient cpu", HOPELESS),
        (pod(asking(cpu="8", memory="1Ti")), "1 Insufficient cpu, 1 Insufficient memory", HOPELESS),
        (pod(container(), nodeSelector={"a": "b"}), "1 node(s) didn't match Pod's node affinity/selector", HOPELESS),
        (pod(container(), **named("node2")), "1 node(s) didn't satisfy plugin(s) [NodeAffinity]", HOPELESS),
        (
            pod(container(), nodeSelector={"a": "b"}, **named("node1")),
            "1 node(s) didn't match Pod's node affinity/selector",
            HOPELESS,
        ),
        (labelled(**rule("podAffinity")), "1 node(s) didn't match pod affinity rules", HOPELESS),
        (
            labelled(app="web", **rule("podAffinity", topologyKey="zone")),
            "1 node(s) didn't match pod affinity rules",
            HOPELESS,
        ),
        (
            labelled(**spread(topologyKey="zone")),
            "1 node(s) didn't match pod topology spread constraints (missing required label)",
            HOPELESS,
        ),
    ],
)
def test_one_pod_that_fits_nowhere(given: Json, reason: str, hope: str) -> None:
    story = Story(given, seconds=5)
    message = f"0/1 nodes are available: {reason}. {hope}"
    assert set(story.messages("FailedScheduling")) == {message}
    assert story.condition("PodScheduled")["message"] == message
    assert "startTime" not in story.status


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (labelled("a", "web"), labelled(**rule("podAntiAffinity")), "1 node(s) didn't match pod anti-affinity rules"),
        (
            labelled("a", "web", **rule("podAntiAffinity")),
            labelled(app="web", **rule("podAntiAffinity")),
            "1 node(s) didn't match pod anti-affinity rules",
        ),
        (
            labelled("a", "web"),
            labelled(app="web", **spread(minDomains=2)),
            "1 node(s) didn't match pod topology spread constraints",
        ),
        (pod(asking(cpu="1500m"), name="a"), pod(asking(cpu="1")), "1 Insufficient cpu"),
    ],
)
def test_a_pod_that_another_keeps_away_comes_when_that_goes(first: Json, second: Json, reason: str) -> None:
    story = Story(first, second, seconds=5)
    assert phases(story) == {"a": "Running", "p": "Pending"}
    assert set(story.messages("FailedScheduling")) == {f"0/1 nodes are available: {reason}. {VICTIMS}"}
    story.node("kubectl delete pod a --wait=false")
    assert phases(story)["p"] == "Running"


def test_what_another_pod_has_against_it_is_not_heard_of_when_that_goes() -> None:
    """interpodaffinity/plugin.go isSchedulableAfterPodChange asks only for what the waiting Pod itself minds."""
    story = Story(labelled("a", **rule("podAntiAffinity")), labelled(app="web"), seconds=5)
    reason = "1 node(s) didn't satisfy existing pods anti-affinity rules"
    assert story.messages("FailedScheduling") == [f"0/1 nodes are available: {reason}. {VICTIMS}"]
    story.node("kubectl delete pod a --wait=false")
    assert phases(story.until(290))["p"] == "Pending"
    assert phases(story.until(310))["p"] == "Running"


def test_one_resource_that_no_node_has_makes_all_hope_vain() -> None:
    """noderesources/fit.go Filter."""
    asks = asking(cpu="1") | {"resources": {"requests": {"cpu": "1"}, "limits": {"example.com/gpu": "1"}}}
    story = Story(pod(asking(cpu="1500m"), name="a"), pod(asks), seconds=5)
    reasons = "1 Insufficient cpu, 1 Insufficient example.com/gpu"
    assert set(story.messages("FailedScheduling")) == {f"0/1 nodes are available: {reasons}. {HOPELESS}"}


def test_the_first_of_those_that_like_their_own_kind_is_let_in() -> None:
    assert Story(labelled(app="web", **rule("podAffinity")), seconds=5).status["phase"] == "Running"


def test_a_pod_comes_when_the_one_it_wants_to_be_near_has_come() -> None:
    story = Story(labelled(**rule("podAffinity")), seconds=20)
    story.node("kubectl run w --image=nginx --labels=app=web")
    assert phases(story) == {"p": "Running", "w": "Running"}


def test_one_domain_is_always_even() -> None:
    story = Story(labelled("a", "web"), labelled(app="web", **spread()), seconds=5)
    assert phases(story) == {"a": "Running", "p": "Running"}


def test_a_pod_that_ends_makes_room() -> None:
    ends = pod(container("sleep 20", resources={"requests": {"cpu": "1500m"}}), name="a", restartPolicy="Never")
    story = Story(ends, pod(asking(cpu="1")), seconds=15)
    assert phases(story) == {"a": "Running", "p": "Pending"}
    assert phases(story.until(30)) == {"a": "Succeeded", "p": "Running"}


def tries(story: Story) -> int:
    return sum(r.object["reason"] == "FailedScheduling" for r in story.revisions("events"))


def with_port(name: str, port: int) -> Json:
    return pod(container(ports=[{"containerPort": 80, "hostPort": port}]), name=name)


@pytest.mark.parametrize(
    ("waiting", "more"),
    [
        (pod(asking(cpu="8"), nodeSelector={"a": "b"}), 0),
        (pod(asking(cpu="8")), 1),
        (with_port("p", 8080), 0),
        (labelled(app="web", **rule("podAntiAffinity")), 0),
    ],
)
def test_a_pod_that_goes_lets_only_those_try_again_that_it_may_have_kept_away(waiting: Json, more: int) -> None:
    """EventsToRegister of pkg/scheduler/framework/plugins: noderesources heeds every Pod, others look at it."""
    story = Story(with_port("b", 8080), labelled("c", "web"), pod(container(), name="a"), waiting, seconds=2)
    before = tries(story)
    story.node("kubectl delete pod a --force")
    assert tries(story) == before + more


@pytest.mark.parametrize(
    ("waiting", "command", "more"),
    [
        (pod(container(), nodeSelector={"a": "b"}), "kubectl annotate node node1 a=b", 0),
        (pod(container(), nodeSelector={"a": "b"}), "kubectl label node node1 a=c", 0),
        (pod(container(), nodeSelector={"a": "b"}), "kubectl taint node node1 a=b:PreferNoSchedule", 0),
        (pod(asking(cpu="8")), "kubectl label node node1 a=b", 0),
        (labelled(**rule("podAffinity", topologyKey="zone")), "kubectl label node node1 zone=b", 1),
        (labelled(**spread(topologyKey="zone", minDomains=2)), "kubectl label node node1 zone=b", 0),
        (pod(container(), nodeSelector={"a": "b"}), "kubectl label pod p app=web", 0),
    ],
)
def test_a_change_lets_only_those_try_again_whom_it_may_help(waiting: Json, command: str, more: int) -> None:
    """EventsToRegister of pkg/scheduler/framework/plugins and framework/events.go NodeSchedulingPropertiesChange."""
    story = Story(waiting, seconds=10)
    before = tries(story)
    story.node(command)
    assert tries(story) == before + more


def test_an_uncordoned_node_has_its_taint_a_moment_longer() -> None:
    story = Story(seconds=1)
    story.node("kubectl cordon node1")
    story.node("kubectl run p --image=nginx")
    story.node("kubectl uncordon node1")
    reasons = [message.split(": ")[1].split(".")[0] for message in story.messages("FailedScheduling")]
    assert reasons == ["1 node(s) were unschedulable", "1 node(s) had untolerated taint(s)"]
    assert phases(story.until(15)) == {"p": "Running"}


def test_a_gated_pod_is_not_looked_at() -> None:
    """pkg/registry/core/pod/strategy.go applySchedulingGatedCondition: the API server says why."""
    story = Story(pod(container(), schedulingGates=[{"name": "g"}]), seconds=10)
    assert [revision.object["metadata"]["generation"] for revision in story.revisions()] == [1]
    assert story.condition("PodScheduled")["reason"] == "SchedulingGated"
    story.node('kubectl patch pod p --type=json -p=\'[{"op": "remove", "path": "/spec/schedulingGates"}]\'')
    assert phases(story.until(15)) == {"p": "Running"}


VOLUME = (
    "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {storageClassName: manual, "
    "accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /x}}}"
)
CLAIM = (
    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: b}, spec: {storageClassName: manual, "
    "accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}}"
)


def test_a_pod_without_its_claim_waits_for_no_volume() -> None:
    """volumerestrictions/volume_restrictions.go PreFilter; another claim that is not bound yet is told of later."""
    claims = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in ("b", "c")]
    story = Story(pod(container(), volumes=claims), seconds=2)
    story.node(f"echo '{VOLUME}' | kubectl apply -f -")
    assert tries(story) == 1
    story.node(f"echo '{CLAIM}' | kubectl apply -f -")
    reasons = [message.split(": ")[1].split(".")[0] for message in story.messages("FailedScheduling")]
    assert reasons == ['persistentvolumeclaim "b" not found', 'persistentvolumeclaim "c" not found']


def resized(story: Story, name: str, cpu: str) -> Story:
    change = {"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": cpu}}}]}}
    story.node(f"kubectl patch pod {name} --subresource resize -p '{json.dumps(change)}'")
    return story


def test_what_can_never_be_given_is_not_kept_free() -> None:
    """component-helpers resource/helpers.go determineEffectiveRequests: an infeasible resize does not count."""
    story = resized(Story(pod(asking(cpu="100m"), name="a"), seconds=5), "a", "50").until(10)
    story.node("kubectl run p --image=nginx")
    assert phases(story.until(15)) == {"a": "Running", "p": "Running"}


def test_what_is_given_back_can_be_had_when_it_is_back() -> None:
    story = resized(Story(pod(asking(cpu="1500m"), name="a"), pod(asking(cpu="1")), seconds=5), "a", "100m")
    assert phases(story.until(15))["p"] == "Running"
    written = [entry.object["reason"] for entry in story.revisions("events")]
    assert written.index("ResizeCompleted") < len(written) - 1 - written[::-1].index("Scheduled")


def test_a_waiting_pod_may_ask_for_less() -> None:
    story = resized(Story(pod(asking(cpu="1500m"), name="a"), pod(asking(cpu="1")), seconds=5), "p", "200m")
    assert phases(story.until(10))["p"] == "Running"


def test_a_claim_for_one_pod_is_had_by_one_at_a_time() -> None:
    """volumerestrictions/volume_restrictions.go satisfyReadWriteOncePod."""
    claim = {"accessModes": ["ReadWriteOncePod"], "resources": {"requests": {"storage": "1Gi"}}}
    head = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": claim}
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]
    story = Story(head, pod(container(), name="a", volumes=volumes), seconds=20)
    story.node(f"echo '{json.dumps(pod(container(), volumes=volumes) | {'apiVersion': 'v1'})}' | kubectl apply -f -")
    reason = "1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"
    assert story.messages("FailedScheduling")[-1] == f"0/1 nodes are available: {reason}. {VICTIMS}"
    assert phases(story.until(30)) == {"a": "Running", "p": "Pending"}
    story.node("kubectl delete pod a")
    assert phases(story.until(70))["p"] == "Running"
