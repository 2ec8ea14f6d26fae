"""From a stored cluster to the simulation that it is a function of."""

from __future__ import annotations

from dashboard.models import Cluster
from simulator import Simulation
from simulator.objects import read_scenario


def make_simulation(cluster: Cluster) -> Simulation:
    return Simulation(
        seed=cluster.seed,
        start=cluster.start,
        namespace=cluster.namespace,
        nodes=read_scenario(cluster.manifest).nodes,
        missing_images=frozenset(cluster.missing_images),
        host_directory=cluster.hostdir,
    )
