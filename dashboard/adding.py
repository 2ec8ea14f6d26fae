"""A further manifest for a cluster that runs: read as on the home page, then applied as an action like any other."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboard import history_store
from dashboard.creation import Draft, refusal_of
from dashboard.models import Cluster
from dashboard.runner.process import runner
from dashboard.runner.service import PATIENCE_S
from dashboard.scenarios import variables
from simulator.history import Action, Fact
from simulator.objects import Scenario, read_manifest, read_scenario, substitute


def read_addition(text: str, cluster: Cluster) -> Draft:
    """Read a text for this cluster without applying it. Never raises."""
    scenario = read_scenario(text)
    source = _source(scenario, cluster)
    manifest = read_manifest(source, namespace=cluster.namespace, first_line=scenario.first_line, anew=False)
    header = scenario.first_line > 1 and not scenario.problems
    return Draft(text, scenario, manifest, _header() if header else refusal_of(manifest))


def _source(scenario: Scenario, cluster: Cluster) -> str:
    return substitute(scenario.manifests, variables(cluster.namespace, cluster.hostdir))


def _header() -> str:
    return _("This text begins with a scenario's header, which is for a new cluster. Take the header away.")


def add(cluster: Cluster, draft: Draft) -> str:
    """Apply it; what the API server refused of it, as kubectl prints it, or nothing."""
    source = _source(draft.scenario, cluster)
    if not runner.ask(cluster, "apply", {"manifest": source}, PATIENCE_S):
        return ""  # it will be done: the cluster's page tells what came of it
    later = history_store.entries(cluster.pk, cluster.last_number)
    mine = {entry.number for entry in later if isinstance(entry, Action) and entry.data.get("manifest") == source}
    results = [entry for entry in later if isinstance(entry, Fact) and entry.kind == "result" and entry.cause in mine]
    return next((str(fact.data.get("output", "")).strip() for fact in results if fact.data.get("code")), "")
