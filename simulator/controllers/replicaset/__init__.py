"""As many Pods as a ReplicaSet asks for, one as good as the other. Models pkg/controller/replicaset."""

from simulator.controllers.replicaset.controller import ReplicaSetController

__all__ = ["ReplicaSetController"]
