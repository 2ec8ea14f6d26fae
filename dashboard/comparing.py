"""From two stored clusters to what the compare page shows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import history_store, rendering
from dashboard.models import Cluster
from dashboard.presenters.compare import Comparison, Run, compare
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock
from dashboard.rendering import clock_of
from simulator.history import Revision
from simulator.kubectl.output import as_yaml

Pod = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the slower of two runs has got. Both are shown when it is there."""

    done_ms: int
    until_ms: int

    @property
    def percent(self) -> int:
        return self.done_ms * 100 // max(self.until_ms, 1)


def related(a: Cluster, b: Cluster) -> bool:
    """Whether one is the other once more with a change, so that what differs comes of the change."""
    return a.pk != b.pk and (a.seed, a.start, a.kind) == (b.seed, b.start, b.kind)


def pods_of(a: Cluster, b: Cluster, wanted: str, other: str = "") -> tuple[Pod, Pod] | None:
    """The Pod called namespace/name in both, or the first. One whose name a controller drew is found by its place.
    `other`: the second one's, if it is to be another."""
    ours, theirs = history_store.pods(a.pk), history_store.pods(b.pk)
    if not ours or not theirs:
        return None
    place = next((index for index, pod in enumerate(ours) if "/".join(pod) == wanted), 0)
    pod = ours[place]
    if other:
        chosen = next((each for each in theirs if "/".join(each) == other), None)
        return None if chosen is None else (pod, chosen)
    return pod, pod if pod in theirs else theirs[min(place, len(theirs) - 1)]


def both_until(a: Cluster, b: Cluster, asked_ms: int | None) -> int:
    """To the same time, as far as both got. One in which nothing is due any more has got anywhere, and one that runs
    as fast as it can will get there."""
    asked = asked_ms if asked_ms is not None else max(_goal(a), _goal(b))
    return min([asked, *(clock_of(cluster) for cluster in (a, b) if not _gets_there(cluster))])


def _gets_there(cluster: Cluster) -> bool:
    return (cluster.playing and not cluster.speed) or cluster.stopped == "nothing-due"


def _goal(cluster: Cluster) -> int:
    return cluster.target_ms if cluster.playing and not cluster.speed else clock_of(cluster)


def progress(a: Cluster, b: Cluster, until_ms: int) -> Progress | None:
    """None once both are there."""
    behind = [cluster.clock_ms for cluster in (a, b) if cluster.playing and cluster.clock_ms < until_ms]
    return Progress(min(behind), until_ms) if behind else None


def troubles(a: Cluster, b: Cluster) -> tuple[str, ...]:
    """Why both are shown to an earlier time than was asked for."""
    texts = []
    for side, cluster in (("A", a), ("B", b)):
        words = {"side": side, "failure": cluster.failure, "at": clock(cluster.clock_ms)}
        if cluster.failure:
            texts.append(_("%(side)s could not be simulated beyond %(at)s: %(failure)s") % words)
        elif cluster.stopped == "history-full":
            texts.append(_("The history of %(side)s is full at %(at)s: both are shown up to there.") % words)
    return tuple(texts)


def comparison(a: Cluster, b: Cluster, pods: tuple[Pod, Pod], until_ms: int, *, aligned: bool = False) -> Comparison:
    if related(a, b):
        return compare(_run(a, pods[0], until_ms), _run(b, pods[1], until_ms), aligned=aligned)
    runs = [_run(cluster, pod, min(until_ms, clock_of(cluster))) for cluster, pod in ((a, pods[0]), (b, pods[1]))]
    shorter = min(run.until_ms for run in runs)  # both for as long as the shorter one is known
    cut = [_run(c, p, (run.story.origin_ms or 0) + shorter) for c, p, run in zip((a, b), pods, runs, strict=True)]
    labels = _labels(a, b, pods)
    texts = [_manifest(run) for run in cut] if a.pk == b.pk else [run.manifest for run in cut]
    named = [
        replace(run, label=label, manifest=text, until_ms=shorter)
        for run, label, text in zip(cut, labels, texts, strict=True)
    ]
    return compare(*named, aligned=aligned)


def _labels(a: Cluster, b: Cluster, pods: tuple[Pod, Pod]) -> tuple[str, str]:
    """The Pods' names, and their clusters' if those tell more."""
    if a.title == b.title:
        return pods[0][1], pods[1][1]
    first, second = (
        cluster.title if cluster.title == pod[1] else f"{cluster.title} · {pod[1]}"
        for cluster, pod in ((a, pods[0]), (b, pods[1]))
    )
    return first, second


def _manifest(run: Run) -> str:
    """The Pod as it was made, for want of a manifest of its own."""
    made = run.story.entries[run.story.revisions[0]] if run.story.revisions else None
    if not isinstance(made, Revision):
        return ""
    meta = {name: value for name in ("name", "labels") if (value := made.object["metadata"].get(name))}
    return as_yaml({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": _asked_for(made.object["spec"])})


def _asked_for(value: Any) -> Any:
    """Without the token that every Pod gets, under a name that tells nothing."""
    if isinstance(value, dict):
        return {name: part for name, each in value.items() if (part := _asked_for(each)) or part == each}
    if isinstance(value, list):
        return [_asked_for(each) for each in value if not _is_token(each)]
    return value


def _is_token(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("name", "")).startswith("kube-api-access-")


def _run(cluster: Cluster, pod: Pod, until_ms: int) -> Run:
    entries = rendering.histories.upto(cluster.pk, cluster.last_number)
    story = Story(*pod).read(entry for entry in entries if entry.at_ms <= until_ms)
    since = max(0, until_ms - (story.origin_ms or 0))
    return Run(story, cluster.manifest, reverse("pod", args=[cluster.slug, *pod]), since)
