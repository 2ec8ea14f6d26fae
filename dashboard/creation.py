"""From a text to a cluster that runs: all of it, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dashboard import history_store
from dashboard.models import HORIZON_MS, ActionRecord, Cluster
from dashboard.runner.wall import wall
from dashboard.runner.world import make_simulation
from dashboard.scenarios import variables
from simulator import RELEASE
from simulator.objects import Manifest, Problem, Scenario, read_manifest, read_scenario, substitute
from simulator.objects.scenario import DEFAULT_START

MOST_DOCUMENTS = 100
KEPT = 500  # clusters; the one that was not looked at for the longest goes first
RUNS = frozenset(
    {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob"}
)  # what a cluster is named after
NAMESPACE = "default"
LESSON_SPEED = 10
SEEN_EVERY = timedelta(minutes=5)


class RefusedError(Exception):
    """The simulated API server did not accept it; the message is what kubectl printed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, read: a scenario (a plain manifest is one without plans), and what is wrong with it."""

    text: str
    scenario: Scenario
    manifest: Manifest
    refusal: str = ""  # why it cannot run, if not for a problem at a line

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.scenario.problems, *self.manifest.problems)

    @property
    def good(self) -> bool:
        return not self.problems and not self.refusal

    @property
    def namespace(self) -> str:
        """The one that all objects name: it exists before them, unless it is among them. Else the default one."""
        documents = self.manifest.documents
        named = {document.namespace for document in documents if document.namespace}
        made = {document.name for document in documents if document.kind == "Namespace"}
        return named.pop() if len(named) == 1 and not named & made else NAMESPACE

    @property
    def title(self) -> str:
        names = [document.name for document in self.manifest.documents if document.kind in RUNS]
        return (names or [document.name for document in self.manifest.documents] or [self.scenario.name])[0]


def read_draft(text: str) -> Draft:
    """Read a text without creating anything. Never raises."""
    scenario = read_scenario(text)
    manifest = read_manifest(manifests(scenario), namespace=NAMESPACE, first_line=scenario.first_line)
    return Draft(text, scenario, manifest, refusal_of(manifest))


def manifests(scenario: Scenario) -> str:
    """What is applied at 0 s."""
    return substitute(scenario.manifests, variables(NAMESPACE, scenario.host_directory))


def refusal_of(manifest: Manifest) -> str:
    """Why it cannot be applied although each of its objects is right, or nothing."""
    if not manifest.documents and not manifest.problems:
        return _("There is no object in this manifest.")
    if len(manifest.documents) > MOST_DOCUMENTS:
        return _("A manifest may hold %(most)s objects, this one has %(count)s.") % {
            "most": MOST_DOCUMENTS,
            "count": len(manifest.documents),
        }
    return ""


def create(draft: Draft, token: str, lesson: str = "") -> Cluster:
    """A cluster to which the manifest was applied; the same form sent again gives the same one."""
    key = hashlib.sha256(f"{token}\0{lesson}\0{draft.text}".encode()).hexdigest()
    if found := Cluster.objects.filter(request_key=key).first():
        return found
    return begin(_cluster(draft, key, lesson), manifests(draft.scenario), planned(draft.scenario))


def begin(cluster: Cluster, manifest: str, later: list[ActionRecord]) -> Cluster:
    """Apply the manifest at 0 s, plan what happens later, and keep it all. Raises RefusedError."""
    simulation = make_simulation(cluster)
    applied = ActionRecord(at_ms=0, verb="apply", data={"manifest": manifest})
    result = simulation.act(applied.verb, applied.data)
    if result.code:
        raise RefusedError(result.output)
    applied.number = result.number
    simulation.advance(0)
    cluster.last_number = len(simulation.history)
    try:
        with transaction.atomic():
            cluster.save()
            history_store.append(cluster.pk, simulation.history.entries)
            _save_actions(cluster, [applied, *later])
    except IntegrityError:  # the other half of a double click was faster
        return Cluster.objects.get(request_key=cluster.request_key)
    forget_oldest()
    return cluster


def _cluster(draft: Draft, key: str, lesson: str) -> Cluster:
    now = wall.time()
    scenario = draft.scenario
    given = scenario.start != DEFAULT_START
    return Cluster(
        title=draft.title,
        manifest=draft.text,
        lesson=lesson,
        request_key=key,
        start=scenario.start if given else datetime.fromtimestamp(int(now), UTC),
        namespace=draft.namespace,
        release=RELEASE,
        hostdir=scenario.host_directory,
        missing_images=list(scenario.missing_images),
        clock_at=now,
        playing=True,
        speed=LESSON_SPEED if lesson else 1,
        target_ms=scenario.duration * 1000 if lesson else HORIZON_MS,
    )


def planned(scenario: Scenario) -> list[ActionRecord]:
    """What a scenario file says will be done."""
    return [ActionRecord(at_ms=int(at * 1000), verb="node", data={"command": run}) for at, run in scenario.actions]


def touch(cluster: Cluster) -> None:
    """Somebody looks at it: it is not the one to forget."""
    now = datetime.fromtimestamp(wall.time(), UTC)
    if now - cluster.used > SEEN_EVERY:
        Cluster.objects.filter(pk=cluster.pk).update(used=now)


def _save_actions(cluster: Cluster, records: list[ActionRecord]) -> None:
    for record in records:
        record.cluster = cluster
    ActionRecord.objects.bulk_create(records)


def forget_oldest() -> None:
    """Keep the number of clusters bounded. Those that a process runs right now stay."""
    surplus = Cluster.objects.count() - KEPT
    if surplus > 0:
        oldest = Cluster.objects.filter(lease_owner="").order_by("used").values_list("pk", flat=True)[:surplus]
        Cluster.objects.filter(pk__in=list(oldest)).delete()
