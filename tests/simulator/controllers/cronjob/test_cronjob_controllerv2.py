"""Jobs on a schedule. Models pkg/controller/cronjob/cronjob_controllerv2_test.go."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.simulator.controllers.jobs import born, cron_job, gone, statuses
from tests.simulator.stories import Json, Story

START = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC)


def tell(manifest: Json, seconds: float) -> Story:
    return Story(manifest, seconds=seconds, start=START)


def patch(spec: str) -> str:
    return f"kubectl patch cronjob tick -p '{{\"spec\":{spec}}}'"


def starts(story: Story) -> list[int]:
    """When (s) Jobs came."""
    return [round(when) for when, _ in born(story, "jobs")]


def test_a_job_each_minute_named_by_the_minute_and_owned() -> None:
    story = tell(cron_job(), 160)
    jobs = [obj for _, obj in born(story, "jobs")]
    first = int(START.timestamp()) // 60 + 1
    assert starts(story) == [30, 90, 150]
    assert [j["metadata"]["name"] for j in jobs] == [f"tick-{first + n}" for n in range(3)]
    assert jobs[0]["metadata"]["ownerReferences"][0]["name"] == "tick"
    scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp"
    assert jobs[0]["metadata"]["annotations"] == {scheduled: "2026-03-28T12:01:00Z"}


def test_the_status_tells_of_the_last_times_and_of_what_runs() -> None:
    story = tell(cron_job(), 80)
    shown = statuses(story, "cronjobs")
    assert [len(status.get("active", ())) for status in shown] == [0, 1, 0]
    assert shown[1]["active"][0]["name"] == born(story, "jobs")[0][1]["metadata"]["name"]
    assert shown[-1]["lastScheduleTime"] == "2026-03-28T12:01:00Z"
    assert shown[-1]["lastSuccessfulTime"] > shown[-1]["lastScheduleTime"]
    (name,) = {j["metadata"]["name"] for _, j in born(story, "jobs")}
    words = [f"Created job {name}", f"Saw completed job: {name}, condition: Complete"]
    assert [e["message"] for e in story.events() if e["involvedObject"]["kind"] == "CronJob"] == words


def test_forbid_waits_for_the_job_before() -> None:
    story = tell(cron_job(script="sleep 70", concurrencyPolicy="Forbid"), 130)
    assert starts(story)[0] == 30
    assert 101 < starts(story)[1] < 106
    words = "Not starting job because prior execution is running and concurrency policy is Forbid"
    assert story.messages("JobAlreadyActive") == [words]


def test_replace_deletes_the_job_before() -> None:
    story = tell(cron_job(script="sleep 200", concurrencyPolicy="Replace"), 160)
    assert starts(story) == [30, 90, 150]
    assert gone(story, "jobs") == [j["metadata"]["name"] for _, j in born(story, "jobs")][:2]
    assert len(statuses(story, "cronjobs")[-1]["active"]) == 1


def test_allow_lets_them_run_side_by_side() -> None:
    story = tell(cron_job(script="sleep 200"), 160)
    assert len(statuses(story, "cronjobs")[-1]["active"]) == 3


def test_a_suspended_cron_job_makes_up_for_the_last_time_when_it_goes_on() -> None:
    story = tell(cron_job(suspend=True), 140)
    assert not starts(story)
    story.node(patch('{"suspend":false}'))
    assert starts(story) == [140]
    assert statuses(story, "cronjobs")[-1]["lastScheduleTime"] == "2026-03-28T12:02:00Z"


def test_with_a_starting_deadline_what_is_too_late_is_left_out() -> None:
    story = tell(cron_job(suspend=True, startingDeadlineSeconds=20), 75)
    story.node(patch('{"suspend":false}'))
    assert not starts(story)
    assert starts(story.until(100)) == [90]


def test_history_limits() -> None:
    story = tell(cron_job(script="exit 0", successfulJobsHistoryLimit=1), 280)
    assert len(born(story, "jobs")) == 5
    assert gone(story, "jobs") == [j["metadata"]["name"] for _, j in born(story, "jobs")][:4]
    failing = tell(cron_job(script="exit 1", job={"backoffLimit": 0}, failedJobsHistoryLimit=0), 100)
    assert len(gone(failing, "jobs")) == 2
    assert "lastSuccessfulTime" not in statuses(failing, "cronjobs")[-1]


def test_the_clocks_of_a_time_zone_count() -> None:
    """On 29 March 2026 they go from 2 to 3 in Berlin."""
    story = tell(cron_job("30 2,3 * * *", timeZone="Europe/Berlin"), 2 * 86_400)
    stamps = [j["metadata"]["annotations"].popitem()[1] for _, j in born(story, "jobs")]
    assert stamps == ["2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00", "2026-03-30T03:30:00+02:00"]


def test_a_changed_schedule_moves_the_next_time() -> None:
    story = tell(cron_job("0 0 * * *"), 5)
    story.node(patch('{"schedule":"@every 20s"}'))
    assert starts(story.until(50)) == [20, 40]


def test_an_active_job_that_goes_missing_is_forgotten() -> None:
    story = tell(cron_job(script="sleep 300"), 40)
    story.node("kubectl delete job --all")
    assert "active" not in statuses(story, "cronjobs")[-1]
    (words,) = story.messages("MissingJob")
    assert words == f"Active job went missing: {gone(story, 'jobs')[0]}"


def test_a_job_made_by_hand_is_unexpected() -> None:
    story = tell(cron_job("0 0 * * *"), 5)
    assert story.node("kubectl create job mine --from=cronjob/tick") == "job.batch/mine created\n"
    assert story.messages("UnexpectedJob") == ["Saw a job that the controller did not create or forgot: mine"]
    made = born(story, "jobs")[0][1]["metadata"]
    assert made["annotations"] == {"cronjob.kubernetes.io/instantiate": "manual"}
    assert made["ownerReferences"][0]["kind"] == "CronJob"


def test_a_schedule_that_never_comes_is_told() -> None:
    story = tell(cron_job("0 0 31 2 *"), 600)
    words = "invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second"
    assert story.messages("InvalidSchedule") == [words]
    assert not starts(story)


def test_a_deleted_cron_job_takes_its_jobs_with_it() -> None:
    story = tell(cron_job(script="sleep 300"), 40)
    story.node("kubectl delete cronjob tick")
    assert len(gone(story, "jobs")) == len(gone(story)) == 1
    assert not story.until(300).messages("FailedCreate")


def test_an_idle_cron_job_costs_one_timer() -> None:
    story = tell(cron_job("0 0 1 1 *"), 5)
    before = story.simulation.engine.transitions
    story.until(86_400)
    assert story.simulation.engine.transitions - before == 0
    assert story.simulation.next_at() is not None
