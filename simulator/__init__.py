"""A kubelet, and what it needs around it, over virtual time: no clock, no files, no network but its own."""

from simulator.actions import ActionResult, UnknownAction
from simulator.history import Action, Entry, Fact, History, Revision
from simulator.simulation import Simulation
from simulator.world import RELEASE

__all__ = ["RELEASE", "Action", "ActionResult", "Entry", "Fact", "History", "Revision", "Simulation", "UnknownAction"]
