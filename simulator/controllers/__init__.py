"""Controllers: they watch the store and bring it to what its objects ask for."""

from simulator.controllers.endpointslice import EndpointSliceController
from simulator.controllers.podgc import PodGC
from simulator.controllers.tainteviction import TaintEviction

__all__ = ["EndpointSliceController", "PodGC", "TaintEviction"]
