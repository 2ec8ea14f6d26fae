"""A Pod that gets a node is labelled with the node's zone and region.

Models plugin/pkg/admission/podtopologylabels/admission.go.
"""

from __future__ import annotations

from simulator.history import Json
from simulator.store import Store

COPIED = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


def with_topology_labels(meta: Json, node: str, store: Store) -> Json:
    """The metadata of a Pod that is bound to a node, or made for it: the node's labels win over the Pod's."""
    found = store.get("nodes", "", node)
    labels = {} if found is None else found["metadata"].get("labels") or {}
    copied = {key: labels[key] for key in COPIED if key in labels}
    return {**meta, "labels": {**(meta.get("labels") or {}), **copied}} if copied else meta
