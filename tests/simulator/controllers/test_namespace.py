"""A namespace takes what is in it along. Models pkg/controller/namespace/deletion and the lifecycle admission."""

from typing import Any

from tests.simulator.controllers.sets import claim, lives, living, newest, stateful_set
from tests.simulator.controllers.workloads import deployment
from tests.simulator.stories import Json, Story, container, pod

SHOP: Json = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def inside(obj: Json) -> Json:
    return {**obj, "metadata": {**obj["metadata"], "namespace": "shop"}}


def shop(*objects: Json, **settings: Any) -> Story:
    return Story(SHOP, *map(inside, objects), seconds=15, **settings)


def conditions(namespace: Json) -> dict[str, str]:
    return {c["type"]: f"{c['status']} {c['reason']}" for c in namespace["status"]["conditions"]}


def test_a_namespace_goes_when_all_in_it_is_gone() -> None:
    story = shop(stateful_set(2), claim())
    assert story.node("kubectl delete ns shop --wait=false") == 'namespace "shop" deleted\n'
    assert living(story, "namespaces")["shop"]["status"]["phase"] == "Terminating"
    story.until(60)
    system = ["+kube-node-lease", "+kube-public", "+kube-system"]
    assert lives(story, "namespaces") == ["+default", *system, "+shop", "-shop"]
    assert living(story) == living(story, "statefulsets") == living(story, "persistentvolumeclaims") == {}
    assert list(story.simulation.store.list("events", "shop")) == []


def test_pods_go_first_and_their_owners_make_no_new_ones() -> None:
    story = shop(stateful_set(2))
    story.node("kubectl delete ns shop --wait=false")
    story.until(60)
    assert lives(story) == ["+db-0", "+db-1", "-db-0", "-db-1"]
    gone = {
        r.object["metadata"]["name"]: r.at_ms
        for k in ("pods", "statefulsets")
        for r in story.revisions(k)
        if r.verb == "DELETED"
    }
    assert max(gone["db-0"], gone["db-1"]) < gone["db"]
    assert story.messages("FailedCreate") == []


def test_who_may_make_no_more_pods_in_a_namespace_that_is_ending_reports_no_failure() -> None:
    """NamespaceTerminatingCause in pkg/controller/replicaset/replica_set.go manageReplicas."""
    story = shop(deployment(2))
    story.node("kubectl delete ns shop --wait=false")
    story.until(60)
    statuses = [r.object["status"] for kind in ("replicasets", "deployments") for r in story.revisions(kind)]
    assert any(status.get("terminatingReplicas") for status in statuses)
    assert {c["type"] for status in statuses for c in status.get("conditions", ())} == {"Available", "Progressing"}


def test_nothing_new_comes_into_a_namespace_that_is_ending() -> None:
    story = shop(pod(container("trap '' TERM; while :; do sleep 1; done"), terminationGracePeriodSeconds=60))
    story.node("kubectl delete ns shop --wait=false")
    assert story.node("kubectl -n shop create configmap c") == (
        'error: failed to create configmap: configmaps "c" is forbidden: unable to create new content in namespace shop '
        "because it is being terminated\n"
    )
    story.until(35)
    assert conditions(newest(story, "namespaces")) == {
        "NamespaceDeletionDiscoveryFailure": "False ResourcesDiscovered",
        "NamespaceDeletionGroupVersionParsingFailure": "False ParsedGroupVersions",
        "NamespaceDeletionContentFailure": "False ContentDeleted",
        "NamespaceContentRemaining": "False ContentRemoved",
        "NamespaceFinalizersRemaining": "False ContentHasNoFinalizers",
    }
    assert "shop" in living(story, "namespaces")
    story.until(150)
    assert "shop" not in living(story, "namespaces")


def test_a_finalizer_that_nobody_takes_away_holds_the_namespace() -> None:
    held = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "finalizers": ["example.com/hold"]}}
    story = shop(held)
    story.node("kubectl delete ns shop --wait=false")
    story.until(60)
    namespace = newest(story, "namespaces")
    assert conditions(namespace)["NamespaceFinalizersRemaining"] == "True SomeFinalizersRemain"
    messages = [c["message"] for c in namespace["status"]["conditions"] if c["status"] == "True"]
    assert messages == [
        "Some resources are remaining: configmaps. has 1 resource instances",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    ]
    story.node("""kubectl -n shop patch configmap c -p '{"metadata":{"finalizers":null}}'""")
    story.until(120)
    assert "shop" not in living(story, "namespaces")


def test_some_namespaces_are_there_for_ever() -> None:
    assert Story(seconds=1).node("kubectl delete ns default") == (
        'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted\n'
    )
