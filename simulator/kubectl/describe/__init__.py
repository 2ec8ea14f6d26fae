"""`kubectl describe`: an object in many lines, with its events at the end."""

from simulator.kubectl.describe.any import describe_object
from simulator.kubectl.describe.pod import describe_pod

__all__ = ["describe_object", "describe_pod"]
