"""Clusters from texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import creation, history_store
from dashboard.creation import RefusedError, create, forget_oldest, read_draft, touch
from dashboard.models import ActionRecord, Cluster
from dashboard.runner.world import make_simulation
from simulator import Simulation
from simulator.history import Fact
from tests.dashboard.world import PLANNED, TICKER, TWO_PODS, new_cluster, stored

pytestmark = pytest.mark.django_db

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: ticker, namespace: shop}
spec: {containers: [{name: a, image: nginx}]}
"""


def test_the_manifest_is_applied_before_anybody_looks() -> None:
    cluster = create(read_draft(TICKER), "t")
    rows = stored(cluster)
    applied = next(row[0] for row in rows if row[3] == "A")
    assert any(row[4] == "pods" and row[7] == "ADDED" and row[2] == applied for row in rows)
    assert cluster.last_number == len(rows)
    assert cluster.release == "v1.35.6"


def test_a_scenario_brings_its_start_and_its_plans() -> None:
    cluster = create(read_draft(PLANNED), "t")
    assert cluster.start == datetime(2026, 11, 23, 4, 34, 8, 555_000, UTC)
    planned = ActionRecord.objects.get(number=None)
    assert (planned.at_ms, planned.verb) == (7000, "node")


def test_the_other_half_of_a_double_click_wins_and_both_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = read_draft(TICKER)
    made: list[Cluster | None] = []

    def meanwhile(cluster: Cluster) -> Simulation:
        if not made:
            made.append(None)
            made.append(create(draft, "t"))
        return make_simulation(cluster)

    monkeypatch.setattr(creation, "make_simulation", meanwhile)
    assert create(draft, "t") == made[1]
    assert Cluster.objects.count() == 1


def test_a_scenario_brings_its_nodes() -> None:
    cluster = create(read_draft(f"nodes: 3\n{TICKER}"), "t")
    assert list(make_simulation(cluster).kubelets) == ["node1", "node2", "node3"]


def test_a_plain_manifest_starts_now() -> None:
    cluster = create(read_draft(TWO_PODS), "t")
    assert abs(datetime.now(UTC) - cluster.start) < timedelta(minutes=1)


def test_a_folder_of_the_node_is_put_in() -> None:
    text = "name: here\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {where: HOSTDIR}\n"
    draft = read_draft(text)
    assert draft.manifest.documents[0].object["data"] == {"where": "/node/host/here"}
    assert create(draft, "t").hostdir == "/node/host/here"


def test_problems_of_the_header_count_too() -> None:
    assert not read_draft("name: Not A Name\n---\n" + TWO_PODS).good


def test_what_the_api_server_refuses_is_not_kept() -> None:
    with pytest.raises(RefusedError, match='namespaces "nowhere" not found'):
        create(read_draft(TWO_PODS.replace("name: two", "name: two, namespace: nowhere")), "t")
    assert not Cluster.objects.exists()


def test_a_namespace_that_all_objects_name_exists() -> None:
    cluster = create(read_draft(TICKER.replace("  name: ticker", "  name: ticker\n  namespace: shop")), "t")
    assert history_store.pods(cluster.pk) == [("shop", "ticker")]
    assert make_simulation(cluster).namespace == "shop"


def test_a_namespace_that_the_manifest_makes_is_made_by_it() -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    cluster = create(read_draft(f"{namespace}---\n{POD}"), "t")
    assert history_store.pods(cluster.pk) == [("shop", "ticker")]
    assert make_simulation(cluster).namespace == "default"
    with pytest.raises(RefusedError, match='namespaces "shop" not found'):
        create(read_draft(f"{POD}---\n{namespace}"), "u")


def test_what_is_not_simulated_is_passed_over() -> None:
    controller = "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: rc}\nspec: {replicas: 1}\n"
    cluster = create(read_draft(f"{controller}---\n{POD}"), "t")
    assert history_store.pods(cluster.pk) == [("shop", "ticker")]
    facts = [entry for entry in history_store.entries(cluster.pk) if isinstance(entry, Fact)]
    said = [fact.data["output"] for fact in facts if fact.kind == "result"]
    assert said == [
        "Warning: ReplicationController objects are not simulated: this one is passed over\npod/ticker created\n"
    ]


def test_too_many_objects_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creation, "MOST_DOCUMENTS", 1)
    assert "at most" in read_draft(TWO_PODS).refusal or "may hold 1" in read_draft(TWO_PODS).refusal


def test_slugs_cannot_be_guessed() -> None:
    slugs = {new_cluster(token=str(number)).slug for number in range(5)}
    assert len(slugs) == 5
    assert all(len(slug) == 20 for slug in slugs)


def test_the_cluster_that_nobody_looked_at_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    old, kept, running = (new_cluster(token=token) for token in "abc")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Cluster.objects.filter(pk=running.pk).update(used=long_ago, lease_owner="somebody")
    Cluster.objects.filter(pk__in=[old.pk, kept.pk]).update(used=long_ago)
    kept.refresh_from_db()
    touch(kept)
    monkeypatch.setattr(creation, "KEPT", 2)
    forget_oldest()
    assert set(Cluster.objects.values_list("pk", flat=True)) == {kept.pk, running.pk}
