"""A Pod on every node that takes it. Models pkg/controller/daemon/daemon_controller_test.go."""

from simulator.controllers.daemonset.manage import FailedPodsBackoff
from tests.simulator.controllers.sets import (
    counts,
    daemon_set,
    deletions,
    fail,
    lives,
    living,
    newest,
    web,
    without_names,
)
from tests.simulator.stories import Story

NEVER_READY = web(readinessProbe={"exec": {"command": ["false"]}, "periodSeconds": 1})


def test_the_scheduler_brings_the_pod_to_its_node() -> None:
    story = Story(daemon_set(), seconds=5)
    first = next(r.object for r in story.revisions() if r.verb == "ADDED")
    assert "nodeName" not in first["spec"]
    (term,) = first["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
        "nodeSelectorTerms"
    ]
    assert term == {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node1"]}]}
    assert story.pod["spec"]["nodeName"] == "node1"
    assert story.pod["metadata"]["labels"]["pod-template-generation"] == "1"


def test_a_daemon_tolerates_what_would_send_others_away() -> None:
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    story = Story(daemon_set(pod={"tolerations": [own], "hostNetwork": True}), seconds=1)
    tolerations = {(t["key"].partition("/")[2], t["effect"]): t for t in story.pod["spec"]["tolerations"]}
    assert list(tolerations) == [
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
        ("network-unavailable", "NoSchedule"),
    ]
    assert all("tolerationSeconds" not in toleration for toleration in tolerations.values())


def test_a_selector_that_no_node_fits_makes_no_pods_until_one_does() -> None:
    story = Story(daemon_set(pod={"nodeSelector": {"disk": "ssd"}}), seconds=5)
    assert lives(story) == []
    assert newest(story, "daemonsets")["status"] == {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
        "observedGeneration": 1,
    }
    story.node("kubectl label node node1 disk=ssd")
    assert len(living(story)) == 1
    story.node("kubectl label node node1 disk-")
    assert living(story) == {}


def test_a_taint_that_keeps_new_pods_away_leaves_the_daemon_where_it_is() -> None:
    story = Story(daemon_set(), seconds=5)
    story.node("kubectl taint node node1 a=b:NoSchedule")
    assert deletions(story) == []
    story.node("kubectl delete pod -l app=agent")
    assert living(story) == {}
    assert newest(story, "daemonsets")["status"]["desiredNumberScheduled"] == 0


def test_a_failed_daemon_is_replaced() -> None:
    story = Story(daemon_set(), seconds=5)
    (name,) = living(story)
    fail(story, name)
    story.until(15)
    assert lives(story)[1] == f"-{name}"
    assert without_names(story.messages("FailedDaemonPod")) == [
        "Found failed daemon pod default/agent-? on node node1, will try to kill it"
    ]
    assert len(living(story)) == 1


def test_failures_one_after_the_other_have_to_wait_longer_and_longer() -> None:
    backoff, daemons = FailedPodsBackoff(), {"metadata": {"uid": "u"}, "status": {"observedGeneration": 1}}
    assert [backoff.wait(daemons, "node1", now) for now in (0, 400, 999, 1000)] == [0, 1000, 1000, 0]
    assert [backoff.wait(daemons, "node1", now) for now in (2999, 3000, 6999, 7000)] == [2000, 0, 4000, 0]
    assert backoff.wait(daemons, "node2", 7000) == 0
    assert backoff.wait({**daemons, "status": {"observedGeneration": 2}}, "node1", 7000) == 0
    assert [backoff.wait(daemons, "node1", now) for now in (1_807_001, 1_807_002)] == [0, 1000]
    backoff.forget("u")
    assert backoff.wait(daemons, "node1", 1_807_003) == 0


def test_a_daemon_that_has_succeeded_is_started_again() -> None:
    story = Story(daemon_set(), seconds=5)
    (name,) = living(story)
    fail(story, name, "Succeeded")
    story.until(15)
    assert lives(story)[1] == f"-{name}"
    assert without_names(story.messages("SucceededDaemonPod")) == [
        "Found succeeded daemon pod default/agent-? on node node1, will try to delete it"
    ]
    assert len(living(story)) == 1


def test_an_update_replaces_the_pod_in_place() -> None:
    story = Story(daemon_set(), seconds=5)
    story.node("kubectl set image ds/agent web=nginx:1.26")
    (pod,) = living(story).values()
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.26"
    assert pod["metadata"]["labels"]["pod-template-generation"] == "2"
    fields = ("numberReady", "updatedNumberScheduled", "numberUnavailable")
    assert counts(story, "daemonsets", *fields) == [(0, 0, 0), (0, 1, 1), (1, 1, 0), (1, 0, 0), (0, 1, 1), (1, 1, 0)]
    annotations = newest(story, "daemonsets")["metadata"]["annotations"]
    assert annotations["deprecated.daemonset.template.generation"] == "2"


def test_a_surge_makes_the_new_pod_before_the_old_one_goes() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    story = Story(daemon_set(updateStrategy=rolling), seconds=5)
    (old,) = living(story)
    story.node("kubectl set image ds/agent web=nginx:1.26")
    came, second, went = lives(story)
    assert (came, went) == (f"+{old}", f"-{old}")
    assert second.startswith("+")
    assert story.node("kubectl rollout status ds/agent") == 'daemon set "agent" successfully rolled out\n'


def test_a_surge_that_never_gets_ready_leaves_the_old_pod() -> None:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    story = Story(daemon_set(updateStrategy=rolling), seconds=5, missing_images=frozenset({"nginx:nope"}))
    story.node("kubectl set image ds/agent web=nginx:nope")
    story.until(60)
    assert deletions(story) == []
    assert len(living(story)) == 2


def test_a_broken_old_pod_is_replaced_whatever_the_limit_says() -> None:
    story = Story(daemon_set(NEVER_READY), seconds=5)
    story.node("kubectl set image ds/agent web=nginx:1.26")
    (pod,) = living(story).values()
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.26"


def test_on_delete_waits_for_a_person() -> None:
    story = Story(daemon_set(updateStrategy={"type": "OnDelete"}), seconds=5)
    story.node("kubectl set image ds/agent web=nginx:1.26")
    assert deletions(story) == []
    story.node("kubectl delete pod -l app=agent")
    (pod,) = living(story).values()
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.26"


def test_history_and_the_way_back() -> None:
    story = Story(daemon_set(), seconds=5)
    story.node("kubectl set image ds/agent web=nginx:1.26")
    assert story.node("kubectl rollout undo ds/agent") == "daemonset.apps/agent rolled back\n"
    (pod,) = living(story).values()
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.25"
    assert sorted(r["revision"] for r in living(story, "controllerrevisions").values()) == [2, 3]
    assert story.node("kubectl rollout undo ds/agent --to-revision=9") == (
        "error: unable to find specified revision 9 in history\n"
    )


def test_old_revisions_are_dropped_beyond_the_limit() -> None:
    story = Story(daemon_set(revisionHistoryLimit=1), seconds=5)
    for number in range(26, 29):
        story.node(f"kubectl set image ds/agent web=nginx:1.{number}")
    story.node("kubectl label ds agent touched=yes")
    assert sorted(r["revision"] for r in living(story, "controllerrevisions").values()) == [3, 4]


def test_a_daemon_that_is_ready_only_for_a_while_is_not_available_yet() -> None:
    story = Story(daemon_set(minReadySeconds=10), seconds=5)
    assert newest(story, "daemonsets")["status"]["numberUnavailable"] == 1
    story.until(20)
    assert newest(story, "daemonsets")["status"]["numberAvailable"] == 1


def test_what_a_daemon_set_leaves_behind_goes_with_it() -> None:
    story = Story(daemon_set(), seconds=5)
    story.node("kubectl delete ds agent")
    assert living(story) == living(story, "controllerrevisions") == {}


def test_of_two_equal_revisions_one_is_kept_and_no_pod_is_replaced() -> None:
    """Models test/integration/daemonset/daemonset_test.go TestDSCUpdatesPodLabelAfterDedupCurHistories."""
    story = Story(daemon_set(), seconds=5)
    double = newest(story, "controllerrevisions")
    labels = {**double["metadata"]["labels"], "controller-revision-hash": "other"}
    meta = {key: double["metadata"][key] for key in ("namespace", "ownerReferences")}
    double |= {"metadata": {"name": "agent-other", "labels": labels} | meta, "revision": 2}
    story.simulation.api.create(double)
    story.node("kubectl annotate daemonset agent a=b")
    (kept,) = living(story, "controllerrevisions").values()
    (pod,) = living(story).values()
    assert kept["metadata"]["name"] == "agent-other"
    assert pod["metadata"]["labels"]["controller-revision-hash"] == "other"
    assert not deletions(story)
