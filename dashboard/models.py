"""What is kept: clusters, what people did in them, and their histories.

A simulated cluster is a function of its seed, its start and its actions. Its history is stored all the same: every
process reads it, and a rebuilt simulation is checked against it. All columns that time moves (`clock_ms` to
`last_number`) are written by the one process that holds the cluster's lease, in the same transaction as the history.
"""

from __future__ import annotations

import secrets

from django.db import models

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # easy to read out: no l, o, 0, 1
SLUG_LENGTH = 20  # 98 bits: who has the address may see the cluster, and nobody finds it by trying
CODE_LENGTH = 7  # short enough to be typed from a screen; how often one address may try is limited
HORIZON_MS = 24 * 3600 * 1000


def new_slug() -> str:
    return _secret(SLUG_LENGTH)


def new_code() -> str:
    return _secret(CODE_LENGTH)


def _secret(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


class Cluster(models.Model):
    """What a person opens."""

    class Kind(models.TextChoices):
        SIMULATED = "simulated"
        LIVE = "live"
        RECORDED = "recorded"

    slug = models.SlugField(max_length=32, unique=True, default=new_slug)
    title = models.CharField(max_length=253)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SIMULATED)
    manifest = models.TextField(blank=True)  # as given
    lesson = models.CharField(max_length=100, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(auto_now_add=True, db_index=True)
    request_key = models.CharField(max_length=64, unique=True)  # a form that is sent twice makes one cluster

    # Who may do what: see docs/adr/0010-two-addresses-for-a-cluster.md.
    code = models.CharField(max_length=16, unique=True, default=new_code)  # the viewers' short address
    key = models.CharField(max_length=32, unique=True, default=new_slug)  # who has it may act and is followed
    open = models.BooleanField(default=False)  # whoever looks on may act, too
    roam = models.BooleanField(default=True)  # whoever looks on may stop or wind back what they see themselves
    lead = models.JSONField(default=dict)  # what the presenter looks at (leading.Lead), for those who follow

    # What its history is a function of, besides the actions.
    seed = models.BigIntegerField(default=0)
    start = models.DateTimeField()
    namespace = models.CharField(max_length=63, default="default")
    hostdir = models.CharField(max_length=200, default="/node/host/default")
    release = models.CharField(max_length=20)
    missing_images = models.JSONField(default=list)

    # Time. `clock_at`: our time (seconds since the epoch) at which the clock showed `clock_ms`.
    clock_ms = models.BigIntegerField(default=0)
    clock_at = models.FloatField(default=0.0)
    playing = models.BooleanField(default=False)
    speed = models.PositiveIntegerField(default=1)  # 0: as fast as it can
    target_ms = models.BigIntegerField(default=HORIZON_MS)  # playing stops here
    stopped = models.CharField(max_length=20, blank=True)  # state.Stopped
    failure = models.TextField(blank=True)
    last_number = models.PositiveIntegerField(default=0)  # of its history entries

    # Who runs it: empty when nobody does.
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.FloatField(default=0.0)

    class Meta:
        indexes = (models.Index(fields=["playing"], name="cluster_playing", condition=models.Q(playing=True)),)

    def __str__(self) -> str:
        return f"{self.title} ({self.slug})"


class ActionRecord(models.Model):
    """What a person did, or what a scenario plans (`number` is None until it happens)."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="actions")
    at_ms = models.BigIntegerField()
    number = models.PositiveIntegerField(null=True, blank=True)  # of its history entry
    verb = models.CharField(max_length=20)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cluster", "number"], name="one_action_per_entry"),)

    def __str__(self) -> str:
        return f"{self.verb} at {self.at_ms} ms"


class Request(models.Model):
    """What somebody asked of a cluster: taken up, in order, by whoever holds the lease."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="requests")
    verb = models.CharField(max_length=20)  # play, pause, speed, step, or an action's verb
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.verb} of {self.cluster_id}"


class HistoryEntry(models.Model):
    """One entry of a history. Written and read by `history_store` alone, as text: never through this class."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="history")
    number = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()
    cause = models.PositiveIntegerField()
    type = models.CharField(max_length=1)  # R(evision), F(act), A(ction)
    kind = models.CharField(max_length=40)  # pods, events, ...; a fact's kind; "" for an action
    pod = models.CharField(max_length=320)  # namespace/name of the Pod that it is about, or ""
    container = models.CharField(max_length=63)
    verb = models.CharField(max_length=20)
    fields = models.TextField()  # JSON list, or ""
    payload = models.TextField()  # compact JSON: the object or the data. Last, as it is the longest

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cluster", "number"], name="entries_are_numbered"),)

    def __str__(self) -> str:
        return f"{self.number} {self.type} {self.kind or self.verb} {self.pod}"
