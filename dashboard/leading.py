"""What the presenter looks at, told by their page and passed on to those who follow.

It is a state and no message: kept with the cluster, where who comes later, through another process or after a restart
finds it, and sent by the hub with everything else. The presenter's page tells it until it hears that it is kept. Each
page numbers what it tells, so that what was told before never replaces what was told after.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated

import msgspec
from django.db import transaction
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
    """What a page sends: a lead, the `n`th of that `page`; or whether it follows."""

    lead: Lead | None = None
    page: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{0,16}$")] = ""
    n: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    following: bool | None = None


def read_message(text: str) -> Message | None:
    """None for what is no message of ours."""
    try:
        return msgspec.json.decode(text, type=Message, strict=True) if len(text) <= LONGEST else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def read_lead(text: str) -> Lead | None:
    message = read_message(text)
    return None if message is None else message.lead


def store(cluster: int, lead: Lead, page: str = "", n: int = 0) -> bool:
    """Make it what followers see. Not if it is about nothing that is there, or if the same page told a later one."""
    if lead.name and (lead.namespace, lead.name) not in history_store.pods(cluster):
        return False
    with transaction.atomic():
        before = Cluster.objects.select_for_update().values_list("lead", flat=True).get(pk=cluster)
        if page and before.get("page") == page and before.get("n", 0) >= n:
            return False
        kept = asdict(lead) | {"page": page, "n": n}
        return bool(Cluster.objects.filter(pk=cluster).update(lead=kept))


def lead_of(cluster: Cluster) -> Lead | None:
    """What was stored; an older version may have stored something else."""
    return read_lead(json.dumps({"lead": cluster.lead})) if cluster.lead else None


def held_at(cluster: Cluster, asked: int | None) -> int | None:
    """The moment for one whom the presenter keeps at their side. While the presenter lets the past run on, the
    moments that follow are theirs, too."""
    lead = lead_of(cluster)
    if lead is None or lead.at is None:
        return None
    return asked if lead.run and asked is not None and asked >= lead.at else lead.at


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
