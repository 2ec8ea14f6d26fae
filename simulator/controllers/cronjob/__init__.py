"""The CronJob controller. Models pkg/controller/cronjob."""

from simulator.controllers.cronjob.cronjob_controllerv2 import CronJobController

__all__ = ["CronJobController"]
