"""What the presenter looks at, told by their page and passed on to those who follow.

It is kept with the cluster: who comes later, through another process or after a restart finds it there, and the hub
sends it with everything else, under the hub's rules for slow readers.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated

import msgspec
from django.urls import reverse

from dashboard import history_store
from dashboard.models import Cluster

LONGEST = 1000  # characters of a message
OFTEN_S = 0.15  # more often it is not passed on


Time = Annotated[int, msgspec.Meta(ge=0, le=10**13)]


@dataclass(frozen=True, slots=True)
class Lead:
    """A Pod's page (or with empty names the cluster's), its moment, window and selection."""

    namespace: str = ""
    name: str = ""
    at: Time | None = None  # ms on the cluster's clock; None: the live edge
    run: bool = False  # the past runs on from there
    live: bool = True  # the window follows the live edge
    start: Time = 0  # the window, in ms since the Pod was made
    span: Time = 0
    selected: Time = 0


class Message(msgspec.Struct):
    lead: Lead


def read_lead(text: str) -> Lead | None:
    """What a presenter's page sent; None if it is anything else."""
    try:
        return msgspec.json.decode(text, type=Message, strict=True).lead if len(text) <= LONGEST else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def store(cluster: int, lead: Lead) -> bool:
    """Whether it is about something that is there; then it is what followers see."""
    known = not lead.name or (lead.namespace, lead.name) in history_store.pods(cluster)
    return known and bool(Cluster.objects.filter(pk=cluster).update(lead=asdict(lead)))


def lead_of(cluster: Cluster) -> Lead | None:
    """What was stored; an older version may have stored something else."""
    return read_lead(json.dumps({"lead": cluster.lead})) if cluster.lead else None


def place_of(cluster: Cluster) -> str:
    """Where the presenter is; else the only Pod's page, or the cluster's."""
    lead = lead_of(cluster)
    if lead is not None:
        return place(cluster.slug, lead)
    pods = history_store.pods(cluster.pk)
    return place(cluster.slug, Lead(*pods[0]) if len(pods) == 1 else Lead())


def place(slug: str, lead: Lead) -> str:
    if lead.name:
        return reverse("pod", args=[slug, lead.namespace, lead.name])
    return f"{reverse('cluster', args=[slug])}?list"
