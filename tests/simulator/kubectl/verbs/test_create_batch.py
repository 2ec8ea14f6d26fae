"""Jobs and CronJobs by kubectl. Models kubectl pkg/cmd/create/create_{job,cronjob}_test.go."""

from __future__ import annotations

import pytest

from tests.simulator.controllers.jobs import cron_job, job
from tests.simulator.stories import Story


def test_a_job_from_an_image_and_a_command() -> None:
    story = Story(seconds=1)
    assert story.node("kubectl create job hi --image=busybox:1.36 -- echo hello") == "job.batch/hi created\n"
    assert story.node("kubectl wait --for=condition=complete job/hi") == "job.batch/hi condition met\n"
    assert story.node("kubectl logs job/hi") == "hello\n"


def test_a_dry_run_prints_the_manifest() -> None:
    printed = Story(seconds=1).node("kubectl create job hi --image=busybox --dry-run=client -o yaml -- date")
    assert printed == (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hi\nspec:\n  template:\n    metadata: {}\n    spec:\n"
        "      containers:\n      - command:\n        - date\n        image: busybox\n        name: hi\n"
        "        resources: {}\n      restartPolicy: Never\nstatus: {}\n"
    )


def test_a_cron_job() -> None:
    story = Story(seconds=1)
    line = "kubectl create cronjob tick --image=busybox:1.36 --schedule='*/5 * * * *' -- date"
    assert story.node(line) == "cronjob.batch/tick created\n"
    spec = story.revisions("cronjobs")[-1].object["spec"]
    assert spec["schedule"] == "*/5 * * * *"
    assert spec["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("job x", "either --image or --from must be specified"),
        ("job x --image=a --from=cronjob/tick", "either --image or --from must be specified"),
        ("job x --from=cronjob/tick -- date", "cannot specify --from and command"),
        ("job x --from=job/work", "unknown object type *v1.Job"),
        ("cronjob x", 'required flag(s) "image", "schedule" not set'),
        ("cj x --image=a", 'required flag(s) "schedule" not set'),
        ("job", "exactly one NAME is required, got 0\nSee 'kubectl create job -h' for help and examples"),
    ],
)
def test_what_is_refused(line: str, words: str) -> None:
    story = Story(cron_job("0 0 * * *"), job("sleep 100"), seconds=1)
    assert story.node(f"kubectl create {line}") == f"error: {words}\n"


def test_an_invalid_schedule_is_refused_in_the_server_s_words() -> None:
    answer = Story(seconds=1).node("kubectl create cronjob x --image=a --schedule='* * *' -- date")
    words = 'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]'
    assert words in answer


def test_the_description_of_an_indexed_job_lists_its_indexes() -> None:
    story = Story(job("exit 0", completionMode="Indexed", completions=3, parallelism=3), seconds=20)
    described = story.node("kubectl describe job work")
    assert "Completion Mode:    Indexed\n" in described
    assert "Pods Statuses:      0 Active (0 Ready) / 3 Succeeded / 0 Failed\n" in described
    assert "Completed Indexes:  0-2\n" in described


def test_the_description_of_a_cron_job() -> None:
    story = Story(cron_job(script="sleep 100", startingDeadlineSeconds=30), seconds=70)
    (name,) = (r.object["metadata"]["name"] for r in story.revisions("jobs") if r.verb == "ADDED")
    described = story.node("kubectl describe cronjob tick")
    for line in (
        "Schedule:                      * * * * *",
        "Concurrency Policy:            Allow",
        "Suspend:                       False",
        "Starting Deadline Seconds:     30s",
        "Parallelism:                   <unset>",
        f"Active Jobs:         {name}",
        f"Created job {name}",
    ):
        assert line in described


def test_a_running_job_s_template_stays_as_it_is() -> None:
    story = Story(job("sleep 100"), seconds=5)
    answer = story.node("kubectl set image job/work app=busybox:1.37")
    assert answer.startswith('The Job "work" is invalid: spec.template: Invalid value: {"labels":{')
    assert answer.endswith("field is immutable\n")
