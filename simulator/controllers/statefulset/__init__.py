"""StatefulSets: `controller` watches, `control` decides, `pod_control` acts, the rest says who is who."""

from simulator.controllers.statefulset.controller import StatefulSetController

__all__ = ["StatefulSetController"]
