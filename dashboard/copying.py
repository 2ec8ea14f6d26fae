"""What if: a cluster once more, with another manifest. See docs/adr/0003-replay-as-crash-recovery.md.

A simulated cluster is a function of its manifests, actions and seed, so a copy needs the stored actions alone. It is
run as fast as it can to the time that was asked for, by the same runner and within the same limits as any other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from dashboard.creation import Draft, begin, manifests, planned, read_draft
from dashboard.models import ActionRecord, Cluster
from dashboard.runner.wall import wall
from simulator import RELEASE
from simulator.kubectl.patches import three_way_merge
from simulator.objects import read_scenario, validate_pod_update


@dataclass(frozen=True, slots=True)
class Change:
    """Another manifest. `at_ms`: the moment at which it is applied, or None to begin with it."""

    draft: Draft
    until_ms: int
    at_ms: int | None
    token: str


def what_if(source: Cluster, change: Change) -> tuple[Cluster, Cluster]:
    """The cluster as it is, and with the change, both run to the same time. Raises creation.RefusedError."""
    return unchanged(source, change.until_ms), changed(source, change)


def unchanged(source: Cluster, until_ms: int) -> Cluster:
    """The cluster itself if it has got that far, else a copy: as it will be if nobody does anything more."""
    if source.clock_ms >= until_ms:
        return source
    draft = read_draft(source.manifest)
    key = _key("as it is", source.slug, str(source.actions.count()), str(until_ms))
    return _copy(source, draft, key, until_ms, manifests(draft.scenario), _later(source, draft))


def changed(source: Cluster, change: Change) -> Cluster:
    """A copy with another manifest, from the beginning or from a moment on; a form sent twice makes one."""
    draft = change.draft
    key = _key("what if", change.token, source.slug, str(change.until_ms), str(change.at_ms), draft.text)
    later = _later(source, draft)
    if change.at_ms is None:
        return _copy(source, draft, key, change.until_ms, manifests(draft.scenario), later)
    first = manifests(read_draft(source.manifest).scenario)
    later.append(ActionRecord(at_ms=change.at_ms, verb="apply", data={"manifest": manifests(draft.scenario)}))
    later.sort(key=lambda record: record.at_ms)
    return _copy(source, draft, key, change.until_ms, first, later)


def refusal(before: Draft, after: Draft) -> str:
    """Why running Pods cannot be changed like this; "" if they can. Then a copy must begin anew."""
    old = {(d.kind, d.namespace, d.name): d for d in before.manifest.documents}
    new = {(d.kind, d.namespace, d.name): d for d in after.manifest.documents}
    if old.keys() != new.keys():
        return ", ".join(f"{kind} {name}" for kind, _, name in sorted(old.keys() ^ new.keys()))
    pods = [(old[which], document) for which, document in new.items() if which[0] == "Pod"]
    for was, document in pods:
        patched = three_way_merge(was.given, document.given, was.object)
        if errors := validate_pod_update(patched, was.object):
            return "; ".join(str(error).partition("\n")[0] for error in errors)
    return ""


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _copy(source: Cluster, draft: Draft, key: str, until_ms: int, manifest: str, later: list[ActionRecord]) -> Cluster:
    if found := Cluster.objects.filter(request_key=key).first():
        return found
    copy = Cluster(
        title=draft.title,
        manifest=draft.text,
        lesson=source.lesson,
        request_key=key,
        seed=source.seed,
        start=source.start,
        namespace=draft.namespace,
        release=RELEASE,
        hostdir=draft.scenario.host_directory,
        missing_images=list(draft.scenario.missing_images),
        clock_at=wall.time(),
        playing=True,
        speed=0,
        target_ms=until_ms,
    )
    return begin(copy, manifest, later)


def _later(source: Cluster, draft: Draft) -> list[ActionRecord]:
    """What is done after the first moment: what the text plans, and what people did besides in the source."""
    plans = Counter((record.at_ms, record.data["command"]) for record in planned(read_scenario(source.manifest)))
    done = list(source.actions.order_by("at_ms", "id"))[1:]  # the first applied the manifest
    records = planned(draft.scenario)
    for record in done:
        plan = (record.at_ms, record.data.get("command"))
        if plans[plan] > 0:
            plans[plan] -= 1
        else:
            records.append(ActionRecord(at_ms=record.at_ms, verb=record.verb, data=record.data))
    return sorted(records, key=lambda record: record.at_ms)
