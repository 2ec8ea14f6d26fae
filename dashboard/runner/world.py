"""From a stored cluster to the simulation that it is a function of."""

from __future__ import annotations

from dashboard.models import Cluster
from dashboard.scenarios import NODE
from simulator import Simulation


def make_simulation(cluster: Cluster) -> Simulation:
    return Simulation(
        seed=cluster.seed,
        start=cluster.start,
        namespace=cluster.namespace,
        node=NODE,
        missing_images=frozenset(cluster.missing_images),
        host_directory=cluster.hostdir,
    )
