"""What is left of an owner. Models pkg/controller/garbagecollector."""

from __future__ import annotations

from tests.simulator.controllers.workloads import WorkloadStory, deployment, replica_set
from tests.simulator.stories import Json


def config_map(name: str, *owners: Json, **reference: object) -> Json:
    references = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": o["metadata"]["name"], "uid": o["metadata"]["uid"]}
        | reference
        for o in owners
    ]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "ownerReferences": references}}


def owned_config_map(story: WorkloadStory, name: str, *owners: Json, **reference: object) -> None:
    story.simulation.api.create(config_map(name, *owners, **reference))


def test_dependents_go_after_their_owner_and_theirs_after_them() -> None:
    story = WorkloadStory(deployment(2), seconds=5)
    assert story.node("kubectl delete deployment web") == 'deployment.apps "web" deleted from default namespace\n'
    gone = [r for r in story.revisions("deployments") if r.verb == "DELETED"][-1]
    marked = next(r for r in story.revisions() if "deletionTimestamp" in r.object["metadata"])
    assert story.live("replicasets") == story.live() == []
    assert gone.at_ms < marked.at_ms < gone.at_ms + 50
    assert gone in story.why(marked.number)


def test_orphaned_dependents_stay_without_an_owner() -> None:
    story = WorkloadStory(replica_set(2), seconds=5)
    story.node("kubectl delete replicaset web --cascade=orphan")
    assert story.live("replicasets") == []
    assert [pod["metadata"].get("ownerReferences") for pod in story.live()] == [None, None]


def test_in_the_foreground_the_owner_goes_last() -> None:
    story = WorkloadStory(deployment(2), seconds=5)
    story.node("kubectl delete deployment web --cascade=foreground")
    kinds = ("pods", "replicasets", "deployments")
    ends = [max(r.at_ms for r in story.revisions(kind) if r.verb == "DELETED") for kind in kinds]
    assert ends == sorted(set(ends))
    assert next(r for r in story.revisions("replicasets") if "deletionTimestamp" in r.object["metadata"]).object[
        "metadata"
    ]["finalizers"] == ["foregroundDeletion"]


def test_a_dependent_that_does_not_block_is_not_waited_for() -> None:
    story = WorkloadStory(config_map("owner"), seconds=1)
    owner = story.one("configmaps", "owner")
    owned_config_map(story, "blocks", owner, blockOwnerDeletion=True)
    owned_config_map(story, "free", owner)
    story.node('kubectl patch configmap free --type=merge -p \'{"metadata":{"finalizers":["a.b/hold"]}}\'')
    story.node("kubectl delete configmap owner --cascade=foreground --wait=false")
    assert story.names("configmaps") == ["free"]
    assert "deletionTimestamp" in story.one("configmaps", "free")["metadata"]


def test_while_one_owner_is_left_the_others_are_only_struck_off() -> None:
    story = WorkloadStory(config_map("one"), config_map("two"), seconds=1)
    one, two = story.one("configmaps", "one"), story.one("configmaps", "two")
    owned_config_map(story, "both", one, two)
    story.node("kubectl delete configmap one")
    references = story.one("configmaps", "both")["metadata"]["ownerReferences"]
    assert [reference["name"] for reference in references] == ["two"]
    story.node("kubectl delete configmap two")
    assert story.live("configmaps") == []


def test_what_names_an_owner_that_was_never_there_is_deleted() -> None:
    story = WorkloadStory(config_map("here"), seconds=1)
    here = story.one("configmaps", "here")
    owned_config_map(story, "stays", here)
    owned_config_map(story, "goes", {"metadata": {"name": "here", "uid": "another"}})
    story.until(2)
    assert story.names("configmaps") == ["here", "stays"]


def test_nothing_is_known_of_owners_whose_kind_is_not_simulated() -> None:
    story = WorkloadStory(seconds=0)
    owned_config_map(
        story, "stays", {"metadata": {"name": "w", "uid": "u"}}, kind="Widget", apiVersion="example.com/v1"
    )
    story.until(60)
    assert story.names("configmaps") == ["stays"]


def test_the_cascade_has_to_be_one_of_three() -> None:
    story = WorkloadStory(replica_set(0), seconds=1)
    assert story.node("kubectl delete replicaset web --cascade=maybe") == (
        'error: invalid cascade value (maybe). Must be "background", "foreground", or "orphan"\n'
    )
    assert story.node("kubectl delete replicaset web --cascade=false") == (
        'replicaset.apps "web" deleted from default namespace\n'
        "warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n"
    )


def test_an_owner_in_another_namespace_is_none() -> None:
    """Models test/integration/garbagecollector/garbage_collector_test.go TestCrossNamespaceReferences."""
    story = WorkloadStory(config_map("owner"), seconds=1)
    story.node("kubectl create namespace b")
    child = config_map("child", owner := story.one("configmaps", "owner"))
    child["metadata"]["namespace"] = "b"
    story.simulation.api.create(child)
    story.until(20)
    assert "child" not in story.names("configmaps")
    reference = f"[v1/ConfigMap, namespace: b, name: owner, uid: {owner['metadata']['uid']}]"
    assert story.messages("OwnerRefInvalidNamespace") == [f'ownerRef {reference} does not exist in namespace "b"']


def test_what_is_in_no_namespace_is_not_deleted_for_an_owner_in_one() -> None:
    """Models isDangling of pkg/controller/garbagecollector/garbagecollector.go."""
    story = WorkloadStory(config_map("owner"), seconds=1)
    child = config_map("child", story.one("configmaps", "owner")) | {"kind": "Namespace"}
    story.simulation.api.create(child)
    story.node("kubectl delete configmap owner")
    story.until(60)
    assert story.one("namespaces", "child")["status"]["phase"] == "Active"
    (told,) = story.messages("OwnerRefInvalidNamespace")
    assert told.endswith('does not exist in namespace ""')
