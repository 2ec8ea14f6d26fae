"""The scheduler: finds a node for each new Pod, or says why there is none."""

from simulator.scheduler.scheduler import Scheduler

__all__ = ["Scheduler"]
