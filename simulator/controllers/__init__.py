"""Controllers: they watch the store and bring it to what its objects ask for."""

from simulator.controllers.endpointslice import EndpointSliceController

__all__ = ["EndpointSliceController"]
