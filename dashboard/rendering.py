"""Pages and messages: what is stored goes through the presenters into templates.

Decoded histories are kept between renderings, as they only ever grow; a page that is watched costs what is new.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TypeVar, cast

from django.template.loader import render_to_string
from django.utils import translation

from dashboard import history_store, leading
from dashboard.hub import Company, Frame, Topic
from dashboard.models import Cluster
from dashboard.presenters.cluster import ClusterPage, cluster_page
from dashboard.presenters.cluster_story import ClusterStory
from dashboard.presenters.page import AS_OPENED, Look, PodPage, pod_page
from dashboard.presenters.retelling import Retelling
from dashboard.presenters.stage import stage
from dashboard.presenters.story import Story
from dashboard.runner.wall import wall
from dashboard.state import ClusterState, Stopped
from simulator.history import Entry

MOST_ENTRIES = 60_000  # kept decoded, of all clusters
MOST_STORIES = 100
MOST_RETELLINGS = 20  # with the copies that time travel needs

ALONE = Company()

Context = dict[str, object]


def cluster_state(cluster: Cluster, company: Company = ALONE) -> ClusterState:
    lead = leading.lead_of(cluster)
    return ClusterState(
        slug=cluster.slug,
        title=cluster.title,
        kind=cluster.kind,
        namespace=cluster.namespace,
        release=cluster.release,
        lesson=cluster.lesson,
        manifest=cluster.manifest,
        start=cluster.start,
        now_ms=clock_of(cluster),
        number=cluster.last_number,
        playing=cluster.playing,
        speed=cluster.speed,
        horizon_ms=cluster.target_ms,
        stopped=cast(Stopped, cluster.stopped),
        failure=cluster.failure,
        watchers=company.watchers,
        followers=company.followers,
        open=cluster.open,
        roam=cluster.roam,
        lead=json.dumps(asdict(lead)) if lead else "",
        lead_place=leading.place(cluster.slug, lead) if lead else "",
    )


def clock_of(cluster: Cluster) -> int:
    """What the cluster's clock shows now: between two writes it is worked out, if somebody lets it run."""
    now = wall.time()
    if not cluster.playing or not cluster.speed or cluster.lease_until < now:
        return cluster.clock_ms
    passed_ms = max(0.0, now - cluster.clock_at) * 1000 * cluster.speed
    return min(cluster.clock_ms + int(passed_ms), max(cluster.target_ms, cluster.clock_ms))


class Histories:
    """Decoded histories, of the clusters that were shown last."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._most = most
        self._kept: OrderedDict[int, list[Entry]] = OrderedDict()
        self._lock = threading.Lock()

    def upto(self, cluster: int, number: int) -> Sequence[Entry]:
        """Entries 1 to `number`."""
        with self._lock:
            entries = self._kept.setdefault(cluster, [])
            self._kept.move_to_end(cluster)
            if len(entries) < number:
                entries.extend(history_store.entries(cluster, len(entries), number))
            self._shrink()
            return entries[:number]

    def _shrink(self) -> None:
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._most:
            self._kept.popitem(last=False)


histories = Histories()

# For pages that are asked for: by any thread, one after the other. What they are given is theirs.
_retellings: OrderedDict[tuple[int, str, str], Retelling] = OrderedDict()
_telling = threading.Lock()


def context(page: PodPage | ClusterPage) -> Context:
    """What the templates of a page and of its parts get."""
    return {"state": page.state, "page": page}


def pod_as_seen(cluster: Cluster, namespace: str, name: str, look: Look = AS_OPENED) -> PodPage:
    state, entries = cluster_state(cluster), histories.upto(cluster.pk, cluster.last_number)
    with _telling:
        told = _kept(_retellings, (cluster.pk, namespace, name), lambda: Retelling(namespace, name), MOST_RETELLINGS)
        return pod_page(state, entries, namespace, name, look, story=told.whole(entries), past=told.past)


def cluster_as_seen(cluster: Cluster, at_ms: int | None = None, show: str = "") -> ClusterPage:
    """The page as of `at_ms` on the cluster's clock, else as of now."""
    state, entries = cluster_state(cluster), histories.upto(cluster.pk, cluster.last_number)
    return cluster_page(state, entries, show=show, at_ms=at_ms)


# ---- for those who watch: always in the same thread

_stories: OrderedDict[tuple[int, str, str], Story] = OrderedDict()
_clusters: OrderedDict[int, ClusterStory] = OrderedDict()

Name = TypeVar("Name")
Read = TypeVar("Read")


def _kept(stories: OrderedDict[Name, Read], name: Name, new: Callable[[], Read], most: int = MOST_STORIES) -> Read:
    """The story that was read so far; those that nobody asked for in a while are forgotten."""
    if name not in stories:
        stories[name] = new()
    stories.move_to_end(name)
    while len(stories) > most:
        stories.popitem(last=False)
    return stories[name]


def render_frame(topic: Topic, since: int | None, whole: bool, company: Company) -> Frame:
    """What the hub sends. Rendered without a request: no form in it, no CSRF token."""
    cluster = Cluster.objects.get(pk=topic.cluster)
    state = cluster_state(cluster, company)
    entries = histories.upto(cluster.pk, cluster.last_number)
    with translation.override(topic.language):
        template, given = _live(topic, state, entries)
        update = "" if since is None else render_to_string(template, {**given, "since": since})
        everything = render_to_string(template, {**given, "since": 0}) if whole else ""
    return Frame(cluster.last_number, update, everything)


def _live(topic: Topic, state: ClusterState, entries: Sequence[Entry]) -> tuple[str, Context]:
    presented = topic.view == "present"
    if not topic.name:
        whole = _kept(_clusters, topic.cluster, ClusterStory)
        template = "_live_cluster_present.html" if presented else "_live_cluster.html"
        return template, context(cluster_page(state, entries, story=whole))
    key = (topic.cluster, topic.namespace, topic.name)
    story = _kept(_stories, key, lambda: Story(topic.namespace, topic.name))
    page = pod_page(state, entries, topic.namespace, topic.name, story=story)
    if presented:
        return "_live_present.html", context(stage(page))
    return "_live_pod.html", context(page)
