"""Jobs and CronJobs to tell stories of, and what came of them."""

from __future__ import annotations

from typing import Any

from tests.simulator.stories import Json, Story, container


def job(script: str = "sleep 3", policy: str = "Never", name: str = "work", **spec: Any) -> Json:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": job_spec(script, policy, **spec),
    }


def job_spec(script: str, policy: str = "Never", **spec: Any) -> Json:
    pod = {"restartPolicy": policy, "terminationGracePeriodSeconds": 2, "containers": [container(script)]}
    return {"template": {"spec": pod}, **spec}


def cron_job(schedule: str = "* * * * *", script: str = "sleep 3", job: Json | None = None, **spec: Any) -> Json:
    template = {"spec": job_spec(script, **(job or {}))}
    spec = {"schedule": schedule, "jobTemplate": template, **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "tick"}, "spec": spec}


def statuses(story: Story, kind: str = "jobs") -> list[Json]:
    """The statuses that a watch of the only Job showed."""
    return [revision.object["status"] for revision in story.revisions(kind)]


def conditions(story: Story) -> list[str]:
    """Those of the newest version of a Job, in their order."""
    return [f"{c['type']}={c['status']} {c['reason']}" for c in statuses(story)[-1].get("conditions", ())]


def counts(story: Story, *fields: str) -> list[tuple[int, ...]]:
    """These fields of a Job's status, as they came; repeats collapsed."""
    shown: list[tuple[int, ...]] = []
    for status in statuses(story):
        found = tuple(status.get(field, 0) for field in fields)
        if found not in shown[-1:]:
            shown.append(found)
    return shown


def born(story: Story, kind: str = "pods") -> list[tuple[float, Json]]:
    """When (s) objects came, and the objects."""
    return [(r.at_ms / 1000, r.object) for r in story.revisions(kind) if r.verb == "ADDED"]


def gone(story: Story, kind: str = "pods") -> list[str]:
    return [r.object["metadata"]["name"] for r in story.revisions(kind) if r.verb == "DELETED"]
