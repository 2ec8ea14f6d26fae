"""Who runs a cluster: one process at a time, named in the database until a moment it keeps moving on.

Every write of a cluster's history is fenced by the owner's name (`drive.Drive.save`), so a process that slept through
its lease cannot write behind the back of the one that took over.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dashboard.models import Cluster

LEASE_S = 6.0
RENEW_S = 2.0


class LostLeaseError(Exception):
    """Another process runs the cluster now, or it was deleted."""


def take(clusters: Iterable[int], owner: str, now: float) -> list[int]:
    """Take the lease of those that nobody runs; which ones that were."""
    free = Q(lease_owner="") | Q(lease_owner=owner) | Q(lease_until__lt=now)
    mine = {"lease_owner": owner, "lease_until": now + LEASE_S}
    return [pk for pk in clusters if Cluster.objects.filter(free, pk=pk).update(**mine)]


def renew(owner: str, now: float) -> None:
    Cluster.objects.filter(lease_owner=owner).update(lease_until=now + LEASE_S)


def release(owner: str) -> None:
    Cluster.objects.filter(lease_owner=owner).update(lease_owner="", lease_until=0.0)
