"""The claims of volumes that come and go with their Pods."""

from simulator.controllers.ephemeral.controller import EphemeralVolumeController

__all__ = ["EphemeralVolumeController"]
