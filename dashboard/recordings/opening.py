"""A file with a history becomes a cluster in which time is over: it is looked at, and nobody acts in it."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dashboard import history_store
from dashboard.creation import forget_oldest
from dashboard.models import Cluster
from dashboard.presenters.cluster import cluster_page
from dashboard.presenters.page import TABS, PodPage, pod_page
from dashboard.recordings import foreign, reading
from dashboard.recordings.reading import RecordingError, Tape
from dashboard.rendering import cluster_state, context
from dashboard.runner.wall import wall
from simulator.history import Entry

logger = logging.getLogger(__name__)

LARGEST = 24_000_000  # bytes of a file
MOST_PODS = 200
LONGEST_MANIFEST = 256_000
BATCH = 1000
_one_at_a_time = threading.Lock()  # a large file takes much memory while it is read


def reader_of(text: bytes) -> Callable[[bytes], Tape] | None:
    """Who reads it, if it claims to be a history; an API object is none."""
    if text.lstrip()[:1] != b"{" or not (b'"entries"' in text or b'"applied"' in text):
        return None
    try:
        top = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return reading.read  # it says what is wrong
    if "kind" in top:
        return None
    return reading.read if "entries" in top else foreign.read if "applied" in top else None


def open_recording(text: bytes, token: str) -> Cluster:
    """A cluster with this history; the same form sent again gives the same one. Raises RecordingError."""
    key = hashlib.sha256(token.encode() + b"\0" + text).hexdigest()
    if found := Cluster.objects.filter(request_key=key).first():
        return found
    with _one_at_a_time:
        tape = read(text)
        try_out(tape)
    try:
        return _keep(_cluster(tape, key), tape.entries)
    except IntegrityError:  # the other half of a double click was faster
        return Cluster.objects.get(request_key=key)


def read(text: bytes) -> Tape:
    if len(text) > LARGEST:
        raise RecordingError(_("A history may have %(size)s MB.") % {"size": LARGEST // 1_000_000})
    reader = reader_of(text)
    if reader is None:
        raise RecordingError(_("This is no history that was taken along from podviz."))
    tape = reader(text)
    if not tape.pods:
        raise RecordingError(_("There is no Pod in this history."))
    if len(tape.pods) > MOST_PODS:
        raise RecordingError(_("A history may have %(most)s Pods.") % {"most": MOST_PODS})
    if len(tape.manifest.encode("utf-8", "replace")) > LONGEST_MANIFEST:
        raise RecordingError(_("The manifest is larger than %(size)s kB.") % {"size": LONGEST_MANIFEST // 1000})
    return tape


def try_out(tape: Tape) -> None:
    """Make everything that the pages will show, once: what cannot be shown is not kept."""
    state = cluster_state(_cluster(tape, ""))
    try:
        render_to_string("_live_cluster.html", {"since": 0, **context(cluster_page(state, tape.entries))})
        for namespace, name in tape.pods:
            _touch(pod_page(state, tape.entries, namespace, name))
    except Exception as error:
        logger.info("a history was refused: %r", error)
        raise RecordingError(_("The pages cannot show this history: %(error)r.") % {"error": error}) from error


def _touch(page: PodPage) -> None:
    parts = ("sentence", "row", "timeline", "overview", "events", "dropped", "describe", "logs", "inside", "outcomes")
    for part in (*parts, "notes", "manifest"):
        getattr(page, part)
    numbers = {item.number for lane in page.timeline.lanes for item in lane.items}
    for number in sorted(numbers)[:200]:
        replace(page, selected=number, tab=next(iter(TABS))).why  # noqa: B018


def _cluster(tape: Tape, key: str) -> Cluster:
    return Cluster(
        title=tape.title,
        kind=Cluster.Kind.RECORDED,
        manifest=tape.manifest,
        lesson=tape.lesson,
        request_key=key,
        seed=tape.seed,
        start=tape.start,
        namespace=tape.namespace,
        hostdir=tape.hostdir,
        release=tape.release,
        missing_images=list(tape.missing_images),
        clock_ms=tape.clock_ms,
        clock_at=wall.time(),
        target_ms=tape.clock_ms,
        last_number=len(tape.entries),
    )


def _keep(cluster: Cluster, entries: Sequence[Entry]) -> Cluster:
    with transaction.atomic():
        cluster.save()
        for first in range(0, len(entries), BATCH):
            history_store.append(cluster.pk, entries[first : first + BATCH])
    forget_oldest()
    return cluster
