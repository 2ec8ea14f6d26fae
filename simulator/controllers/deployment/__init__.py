"""Rollouts from one Pod template to the next. Models pkg/controller/deployment."""

from simulator.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
