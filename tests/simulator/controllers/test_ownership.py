"""Whose an object is. Models apimachinery pkg/apis/meta/v1/controller_ref.go."""

from __future__ import annotations

from simulator.controllers.ownership import Owned, controller_of, owner_reference, selects
from simulator.engine import Engine, Randoms
from simulator.history import History
from simulator.store import Store
from tests.simulator.stories import Json


def empty_store() -> Store:
    engine = Engine()
    return Store(engine, History(engine), Randoms(0))


def owner(uid: str = "u1", selector: Json | None = None) -> Json:
    spec = {"selector": {"matchLabels": {"app": "web"}} if selector is None else selector}
    meta = {"name": "web", "namespace": "default", "uid": uid}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": spec}


def pod(name: str, *owners: Json, labels: Json | None = None) -> Json:
    meta: Json = {"name": name, "namespace": "default", "uid": name, "labels": labels or {"app": "web"}}
    meta["creationTimestamp"] = "2026-01-01T00:00:00Z"
    return {"kind": "Pod", "metadata": meta | ({"ownerReferences": list(owners)} if owners else {})}


def test_the_controller_is_the_owner_that_says_so() -> None:
    other = {"apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u2"}
    assert controller_of(pod("p", other)) is None
    assert controller_of(pod("p", other, owner_reference(owner()))) == owner_reference(owner())


def test_an_empty_selector_means_nothing_and_expressions_count() -> None:
    assert selects(owner(), pod("p"))
    assert not selects(owner(selector={}), pod("p"))
    exists = {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}
    assert not selects(owner(selector=exists), pod("p"))


def test_the_index_follows_changes_of_owner_and_deletions() -> None:
    store = empty_store()
    reference = owner_reference(owner())
    store.create("pods", pod("first", reference))
    index = Owned(store, "pods")  # knows what was there before it
    store.create("pods", pod("second"))

    def names() -> tuple[list[str], list[str]]:
        owned, free = index.of(owner()), index.orphans("default")
        return [p["metadata"]["name"] for p in owned], [p["metadata"]["name"] for p in free]

    assert names() == (["first"], ["second"])
    second = store.update("pods", pod("second", reference))
    assert names() == (["first", "second"], [])
    first = store.update("pods", pod("first"))
    assert names() == (["second"], ["first"])
    store.delete("pods", first)
    store.delete("pods", second)
    assert names() == ([], [])


def test_candidates_are_ones_own_and_orphans_that_match() -> None:
    store = empty_store()
    index = Owned(store, "pods")
    store.create("pods", pod("mine", owner_reference(owner()), labels={"app": "changed"}))
    store.create("pods", pod("theirs", owner_reference(owner("u2"))))
    store.create("pods", pod("stray"))
    store.create("pods", pod("stranger", labels={"app": "db"}))
    assert [p["metadata"]["name"] for p in index.candidates(owner())] == ["mine", "stray"]
