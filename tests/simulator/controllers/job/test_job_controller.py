"""Jobs from their beginning to their end. Models pkg/controller/job/job_controller_test.go."""

from __future__ import annotations

from typing import Any

from tests.simulator.controllers.jobs import born, conditions, counts, gone, job, statuses
from tests.simulator.stories import Json, Story, container, pod

COMPLETE = ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]
INDEX = "batch.kubernetes.io/job-completion-index"
TRACKING = ["batch.kubernetes.io/job-tracking"]


def failed(reason: str) -> list[str]:
    return [f"FailureTarget=True {reason}", f"Failed=True {reason}"]


def times(story: Story) -> list[float]:
    return [round(when, 1) for when, _ in born(story)]


def indexed(script: str, **spec: Any) -> Json:
    return job(script, completionMode="Indexed", **spec)


def patch(spec: str) -> str:
    return f"kubectl patch job work -p '{{\"spec\":{spec}}}'"


def test_a_pod_that_succeeds_completes_the_job() -> None:
    story = Story(job(), seconds=20)
    assert conditions(story) == COMPLETE
    assert statuses(story)[-1]["completionTime"] > statuses(story)[-1]["startTime"]
    assert counts(story, "active", "ready", "succeeded") == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 1, 0),
        (1, 0, 0),
        (0, 0, 0),
        (0, 0, 1),
    ]
    assert story.messages("SuccessfulCreate", "Completed") == [
        f"Created pod: {story.pod['metadata']['name']}",
        "Job completed",
    ]


def test_a_pod_is_noted_before_it_is_let_go_and_counted_after() -> None:
    story = Story(job(), seconds=20)
    uid = story.pod["metadata"]["uid"]
    noted = next(r for r in story.revisions("jobs") if r.object["status"].get("uncountedTerminatedPods"))
    freed = next(r for r in story.revisions() if not r.object["metadata"].get("finalizers"))
    counted = next(r for r in story.revisions("jobs") if r.object["status"].get("succeeded"))
    assert noted.object["status"]["uncountedTerminatedPods"] == {"succeeded": [uid]}
    assert noted.number < freed.number < counted.number
    assert born(story)[0][1]["metadata"]["finalizers"] == TRACKING


def test_never_more_pods_than_completions_are_left() -> None:
    story = Story(job(parallelism=2, completions=5), seconds=60)
    assert conditions(story) == COMPLETE
    assert len(born(story)) == statuses(story)[-1]["succeeded"] == 5
    assert max(active for (active,) in counts(story, "active")) == 2


def test_without_completions_one_success_is_enough_but_all_are_waited_for() -> None:
    script = '[ "$(hostname | cut -c6)" = x ] || sleep 5'
    story = Story(job(script, parallelism=3), seconds=60)
    assert len(born(story)) == statuses(story)[-1]["succeeded"] == 3
    assert conditions(story) == COMPLETE


def test_failed_pods_are_replaced_after_ten_seconds_then_twenty() -> None:
    story = Story(job("exit 3", backoffLimit=2), seconds=120)
    first, second, third = times(story)
    assert 9 < second - first < 13
    assert 19 < third - second < 23
    assert conditions(story) == failed("BackoffLimitExceeded")
    assert story.messages("BackoffLimitExceeded") == ["Job has reached the specified backoff limit"]
    assert statuses(story)[-1]["failed"] == 3


def test_with_on_failure_restarts_count_and_the_pod_is_deleted() -> None:
    story = Story(job("sleep 1; exit 1", "OnFailure", backoffLimit=2), seconds=120)
    assert conditions(story) == failed("BackoffLimitExceeded")
    assert len(born(story)) == len(gone(story)) == statuses(story)[-1]["failed"] == 1


def test_a_deadline_ends_the_job_and_its_pods_and_it_waits_for_them() -> None:
    story = Story(job("sleep 1000", activeDeadlineSeconds=10), seconds=60)
    assert conditions(story) == failed("DeadlineExceeded")
    assert (1, 1) in counts(story, "terminating", "failed")
    ended = next(r for r in story.revisions("jobs") if len(r.object["status"].get("conditions", ())) == 2)
    assert not ended.object["status"]["terminating"]
    assert gone(story) == [born(story)[0][1]["metadata"]["name"]]


def test_a_suspended_job_starts_nothing_and_resumed_it_starts_anew() -> None:
    story = Story(job("sleep 5", suspend=True), seconds=10)
    assert not born(story)
    assert conditions(story) == ["Suspended=True JobSuspended"]
    assert "startTime" not in statuses(story)[-1]
    story.node(patch('{"suspend":false}'))
    assert conditions(story)[0] == "Suspended=False JobResumed"
    assert story.messages("Suspended", "Resumed") == ["Job suspended", "Job resumed"]
    story.until(40)
    assert conditions(story)[1:] == COMPLETE


def test_suspending_deletes_the_pods_and_counts_no_failure() -> None:
    story = Story(job("sleep 20"), seconds=5)
    story.node(patch('{"suspend":true}'))
    assert len(gone(story)) == 1
    assert not any(status.get("failed") for status in statuses(story))
    story.node(patch('{"suspend":false}'))
    story.until(60)
    assert statuses(story)[-1]["succeeded"] == 1


def test_each_index_has_its_pod_with_its_name_label_variable_and_host_name() -> None:
    story = Story(indexed("echo $JOB_COMPLETION_INDEX; hostname", completions=2, parallelism=2), seconds=30)
    pods = [obj for _, obj in born(story)]
    assert (
        [p["metadata"]["labels"][INDEX] for p in pods]
        == [p["metadata"]["annotations"][INDEX] for p in pods]
        == ["0", "1"]
    )
    names = [p["metadata"]["name"] for p in pods]
    assert [name[:7] for name in names] == ["work-0-", "work-1-"]
    assert story.simulation.logs("default", names[1], "app") == "1\nwork-1\n"
    assert statuses(story)[-1]["completedIndexes"] == "0,1"


def test_an_index_that_failed_is_tried_again() -> None:
    script = '[ $JOB_COMPLETION_INDEX = 1 ] && [ "$(hostname)" = work-1 ] && exit 1; exit 0'
    story = Story(indexed(script, completions=2, parallelism=2, backoffLimit=1), seconds=60)
    indexes = [obj["metadata"]["labels"][INDEX] for _, obj in born(story)]
    assert indexes == ["0", "1", "1"]
    assert conditions(story) == failed("BackoffLimitExceeded")


def test_an_index_that_failed_too_often_is_given_up_and_the_others_go_on() -> None:
    script = "[ $JOB_COMPLETION_INDEX = 1 ] && exit 1; sleep 30"
    story = Story(indexed(script, completions=3, parallelism=3, backoffLimitPerIndex=1), seconds=120)
    status = statuses(story)[-1]
    assert (status["completedIndexes"], status["failedIndexes"]) == ("0,2", "1")
    assert conditions(story) == failed("FailedIndexes")
    counted = [p["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] for _, p in born(story)]
    assert counted == ["0", "0", "0", "1"]


def test_too_many_failed_indexes_end_the_job() -> None:
    spec = {"completions": 3, "parallelism": 3, "backoffLimitPerIndex": 0, "maxFailedIndexes": 0}
    story = Story(indexed("[ $JOB_COMPLETION_INDEX = 1 ] && exit 1; sleep 300", **spec), seconds=60)
    assert conditions(story) == failed("MaxFailedIndexesExceeded")
    assert len(gone(story)) == 2


def test_a_success_policy_ends_the_job_early() -> None:
    policy = {"rules": [{"succeededIndexes": "0"}]}
    script = "[ $JOB_COMPLETION_INDEX = 0 ] && exit 0; sleep 300"
    story = Story(indexed(script, completions=3, parallelism=3, successPolicy=policy), seconds=60)
    assert conditions(story) == ["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]
    assert len(gone(story)) == 2
    assert not statuses(story)[-1].get("failed")


def test_a_pod_failure_policy_fails_the_job_at_once() -> None:
    rules = [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]
    story = Story(job("exit 42", podFailurePolicy={"rules": rules}), seconds=60)
    name = born(story)[0][1]["metadata"]["name"]
    words = f"Container app for pod default/{name} failed with exit code 42 matching FailJob rule at index 0"
    assert conditions(story) == failed("PodFailurePolicy")
    assert story.messages("PodFailurePolicy") == [words]


def test_ignored_failures_do_not_use_up_the_back_off_limit() -> None:
    rules = [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [42]}}]
    story = Story(job("exit 42", podFailurePolicy={"rules": rules}, backoffLimit=0), seconds=60)
    assert len(born(story)) >= 3
    assert conditions(story) == []
    assert not statuses(story)[-1].get("failed")


def test_a_rule_may_give_an_index_up_at_once() -> None:
    rules = [{"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [42]}}]
    spec = {"completions": 2, "parallelism": 2, "backoffLimitPerIndex": 5, "podFailurePolicy": {"rules": rules}}
    story = Story(indexed("[ $JOB_COMPLETION_INDEX = 1 ] && exit 42; exit 0", **spec), seconds=60)
    assert statuses(story)[-1]["failedIndexes"] == "1"
    assert conditions(story) == failed("FailedIndexes")


def test_a_pod_on_its_way_out_is_replaced_at_once_or_when_it_is_gone() -> None:
    def gap(policy: str) -> float:
        """From the end of the deleted Pod to the birth of the next."""
        manifest = job("trap '' TERM; sleep 300", podReplacementPolicy=policy)
        manifest["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 30
        story = Story(manifest, seconds=5)
        story.node("kubectl delete pod -l job-name=work --wait=false")
        story.until(80)
        ended = next(r.at_ms / 1000 for r in story.revisions() if r.verb == "DELETED")
        return born(story)[1][0] - ended

    assert gap("TerminatingOrFailed") < -10
    assert gap("Failed") > 5


def test_a_deleted_job_lets_its_pods_go_and_they_are_deleted() -> None:
    story = Story(job("sleep 300", parallelism=2), seconds=5)
    assert story.node("kubectl delete job work") == 'job.batch "work" deleted from default namespace\n'
    assert gone(story, "jobs") == ["work"]
    assert len(gone(story)) == 2


def test_orphaned_pods_lose_the_finalizer_and_run_on() -> None:
    story = Story(job("sleep 300"), seconds=5)
    story.node("kubectl delete job work --cascade=orphan")
    assert gone(story, "jobs") == ["work"]
    assert not gone(story)
    assert not {"finalizers", "ownerReferences"} & story.pod["metadata"].keys()


def test_a_pod_with_the_finalizer_stays_until_it_is_counted() -> None:
    story = Story(job("sleep 300"), seconds=5)
    story.node("kubectl delete pod -l job-name=work --force")
    noted = next(r for r in story.revisions("jobs") if r.object["status"].get("uncountedTerminatedPods"))
    deleted = next(r for r in story.revisions() if r.verb == "DELETED")
    assert noted.at_ms < deleted.at_ms
    assert deleted.object["metadata"]["finalizers"] == TRACKING
    assert (1,) in counts(story, "failed")


def test_another_controller_may_manage_the_job() -> None:
    assert not born(Story(job(managedBy="example.com/mine"), seconds=10))


def test_a_manual_selector_adopts_what_it_means() -> None:
    lone = pod(container("sleep 8"), name="lone", restartPolicy="Never")
    lone["metadata"]["labels"] = {"a": "b"}
    manifest = job("sleep 8", manualSelector=True, selector={"matchLabels": {"a": "b"}})
    manifest["spec"]["template"]["metadata"] = {"labels": {"a": "b"}}
    story = Story(lone, manifest, seconds=30)
    assert [p["metadata"]["name"] for _, p in born(story)] == ["lone"]
    assert conditions(story) == COMPLETE


def test_a_refused_pod_is_told_and_tried_again() -> None:
    manifest = job()
    manifest["spec"]["template"]["spec"]["serviceAccountName"] = "robot"
    story = Story(manifest, seconds=20)
    (event,) = story.events("FailedCreate")
    words = (
        'pods "work-" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found'
    )
    assert event["message"] == f"Error creating: {words}"
    assert event["count"] > 3
    story.node("kubectl create serviceaccount robot")
    assert story.until(60).messages("Completed") == ["Job completed"]


def test_fewer_parallel_pods_means_that_those_least_far_go() -> None:
    story = Story(job("sleep 60", parallelism=3, completions=3), seconds=5)
    story.node(patch('{"parallelism":1}'))
    assert len(gone(story)) == 2
    assert counts(story, "active")[-1] == (1,)


def test_an_indexed_job_may_grow() -> None:
    story = Story(indexed("sleep 20", completions=1, parallelism=1), seconds=5)
    refusal = story.node(patch('{"completions":2}'))
    assert "spec.completions: Invalid value: 2: can only be modified in tandem with spec.parallelism" in refusal
    story.node(patch('{"completions":2,"parallelism":2}'))
    assert story.until(90).messages("Completed") == ["Job completed"]
    assert statuses(story)[-1]["completedIndexes"] == "0,1"


def test_an_idle_job_costs_nothing() -> None:
    story = Story(job("sleep 1"), seconds=60)
    before = story.simulation.engine.transitions
    story.until(3600)
    assert story.simulation.engine.transitions - before < 5
