"""The Job controller. Models pkg/controller/job."""

from simulator.controllers.job.job_controller import JobController
from simulator.controllers.job.status import finished_condition

__all__ = ["JobController", "finished_condition"]
