"""Histories in the database."""

from __future__ import annotations

import json

import pytest

from dashboard import history_store
from simulator.history import Action, Entry, Fact, Revision
from tests.dashboard.world import new_cluster

pytestmark = pytest.mark.django_db

POD = {"metadata": {"namespace": "default", "name": "p"}, "spec": {"a": [1, 2, "三"]}}
EVENT = {
    "metadata": {"namespace": "default", "name": "p.1"},
    "involvedObject": {"kind": "Pod", "namespace": "default", "name": "p"},
}
ENTRIES: list[Entry] = [
    Action(1, 0, 0, "apply", {"manifest": "kind: Pod\n"}),
    Revision(2, 0, 1, "ADDED", "pods", POD),
    Revision(3, 5, 1, "ADDED", "events", EVENT),
    Fact(4, 7, 2, "exit", "default/p", "app", {"code": 137}, ("spec.containers[0].args",)),
    Fact(5, 9, 0, "file", "", "", {"path": "/x"}),
    Fact(6, 9, 0, "exit", "default/q", "app", {"code": 0}),
]


@pytest.fixture
def cluster() -> int:
    from dashboard.models import HistoryEntry

    pk = new_cluster().pk
    HistoryEntry.objects.all().delete()
    history_store.append(pk, ENTRIES)
    return pk


def test_entries_come_back_as_they_were(cluster: int) -> None:
    assert history_store.entries(cluster) == ENTRIES


def test_a_range_and_a_single_entry_can_be_read(cluster: int) -> None:
    assert [entry.number for entry in history_store.entries(cluster, after=1, upto=3)] == [2, 3]
    assert history_store.entry(cluster, 4) == ENTRIES[3]
    assert history_store.entry(cluster, 99) is None


def test_a_pods_entries_include_its_events_and_what_belongs_to_no_pod(cluster: int) -> None:
    assert [entry.number for entry in history_store.entries(cluster, pod="default/p")] == [1, 2, 3, 4, 5]


def test_the_payload_is_compact_json_in_the_simulators_order_of_keys(cluster: int) -> None:
    payload = history_store.rows(cluster, 1, 2)[0][-1]
    assert payload == '{"metadata":{"namespace":"default","name":"p"},"spec":{"a":[1,2,"三"]}}'


def test_the_size_counts_entries_and_their_bytes(cluster: int) -> None:
    count, length = history_store.size(cluster)
    assert count == 6
    assert length == sum(len(row[-1]) for row in history_store.rows(cluster))


def test_pods_are_listed_in_the_order_in_which_they_appeared(cluster: int) -> None:
    other = {"metadata": {"namespace": "default", "name": "a"}}
    history_store.append(
        cluster, [Revision(7, 9, 0, "ADDED", "pods", other), Revision(8, 9, 0, "DELETED", "pods", POD)]
    )
    assert history_store.pods(cluster) == [("default", "p"), ("default", "a")]


def test_the_export_says_the_same_as_the_entries(cluster: int) -> None:
    exported = json.loads(history_store.as_json(history_store.rows(cluster)))
    assert exported[1] == {"number": 2, "at_ms": 0, "cause": 1, "type": "ADDED", "kind": "pods", "object": POD}
    assert exported[3]["fact"] == "exit"
    assert exported[3]["fields"] == ["spec.containers[0].args"]
    assert exported[0]["action"] == "apply"
