"""A CronJob's status while it is worked on. Models CronJobStatus of staging/src/k8s.io/api/batch/v1/types.go."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json


@dataclass(slots=True)
class CronJobStatus:
    """`active` are references to Jobs that this controller made and that it has not seen end."""

    active: list[Json]
    last_schedule_time: str | None
    last_successful_time: str | None

    @classmethod
    def of(cls, cron_job: Json) -> CronJobStatus:
        status = cron_job.get("status", {})
        return cls(list(status.get("active") or ()), status.get("lastScheduleTime"), status.get("lastSuccessfulTime"))

    def json(self) -> Json:
        fields = {
            "active": list(self.active),
            "lastScheduleTime": self.last_schedule_time,
            "lastSuccessfulTime": self.last_successful_time,
        }
        return {key: value for key, value in fields.items() if value}

    def has(self, job: Json) -> bool:
        return any(each["uid"] == job["metadata"]["uid"] for each in self.active)

    def forget(self, uid: str) -> None:
        self.active = [each for each in self.active if each["uid"] != uid]
