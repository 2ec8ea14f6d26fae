"""The web face of the simulator."""
