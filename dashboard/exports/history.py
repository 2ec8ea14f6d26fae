"""A cluster's history as JSON that opens here again: `dashboard.recordings.shapes.File` is its shape."""

from __future__ import annotations

from dashboard import history_store
from dashboard.models import Cluster

FORMAT = 1


def history_json(cluster: Cluster) -> str:
    """All of it. Its size is bounded as a history is; payloads are copied as they are stored."""
    head = {
        "format": FORMAT,
        "title": cluster.title,
        "kubernetes": cluster.release,
        "start": cluster.start.isoformat(),
        "seed": cluster.seed,
        "clock_ms": cluster.clock_ms,
        "namespace": cluster.namespace,
        "hostdir": cluster.hostdir,
        "missing_images": cluster.missing_images,
        "lesson": cluster.lesson,
        "manifest": cluster.manifest,
    }
    entries = history_store.as_json(history_store.rows(cluster.pk, upto=cluster.last_number))
    return f'{history_store.compact(head)[:-1]},"entries":{entries}}}\n'
