"""Whose the claims of a StatefulSet are. Models pkg/controller/statefulset/stateful_set_utils_test.go."""

import pytest

from simulator.controllers.statefulset.claims import has_unexpected_controller, is_up_to_date, with_owners
from tests.simulator.controllers.sets import claim, claim_template, lives, living, newest, stateful_set
from tests.simulator.stories import Json, Story


def policy(scaled: str, deleted: str) -> Json:
    return {"whenScaled": scaled, "whenDeleted": deleted}


def owned_set(scaled: str, deleted: str) -> Json:
    made = stateful_set(2, persistentVolumeClaimRetentionPolicy=policy(scaled, deleted))
    return {**made, "metadata": {"name": "db", "namespace": "default", "uid": "set"}}


def pod(ordinal: int, uid: str = "pod") -> Json:
    return {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": f"db-{ordinal}", "uid": uid}}


@pytest.mark.parametrize(
    ("scaled", "deleted", "ordinal", "owner"),
    [
        ("Retain", "Retain", 1, None),
        ("Retain", "Delete", 1, "set"),
        ("Retain", "Delete", 2, "set"),
        ("Delete", "Retain", 1, None),
        ("Delete", "Retain", 2, "pod"),
        ("Delete", "Delete", 1, "set"),
        ("Delete", "Delete", 2, "pod"),
    ],
)
def test_a_claim_belongs_to_whom_the_policy_says(scaled: str, deleted: str, ordinal: int, owner: str | None) -> None:
    stateful, member = owned_set(scaled, deleted), pod(ordinal)
    plain = {**claim("data-db-1"), "metadata": {"name": "data-db-1"}}
    assert is_up_to_date(plain, stateful, member) == (owner is None)
    owners = with_owners(plain, stateful, member)
    assert [each["uid"] for each in owners["metadata"].get("ownerReferences", [])] == ([owner] if owner else [])
    assert is_up_to_date(owners, stateful, member)


def test_a_claim_of_a_namesake_is_left_alone() -> None:
    stateful = owned_set("Delete", "Delete")
    claimed = with_owners(claim("data-db-2"), stateful, pod(2, "before"))
    assert is_up_to_date(claimed, stateful, pod(2, "now"))
    assert has_unexpected_controller(claimed, stateful, pod(2, "now"))


def test_another_controller_of_a_claim_is_not_pushed_aside() -> None:
    stateful = owned_set("Retain", "Delete")
    other = {"apiVersion": "v1", "kind": "Thing", "name": "t", "uid": "t", "controller": True}
    claimed = {**claim(), "metadata": {"name": "data-db-0", "ownerReferences": [other]}}
    assert is_up_to_date(claimed, stateful, pod(0))
    assert with_owners(claimed, stateful, pod(0))["metadata"]["ownerReferences"] == [other]


def with_claims(scaled: str = "Retain", deleted: str = "Retain") -> Story:
    retention = policy(scaled, deleted)
    templates = [claim_template()]
    made = stateful_set(2, volumeClaimTemplates=templates, persistentVolumeClaimRetentionPolicy=retention)
    return Story(made, seconds=20)


def test_each_pod_gets_its_own_claim_before_it_comes() -> None:
    story = with_claims()
    assert sorted(living(story, "persistentvolumeclaims")) == ["data-db-0", "data-db-1"]
    assert story.messages("SuccessfulCreate") == [
        "Create Claim data-db-0 Pod db-0 in StatefulSet db success",
        "Create Pod db-0 in StatefulSet db successful",
        "Create Claim data-db-1 Pod db-1 in StatefulSet db success",
        "Create Pod db-1 in StatefulSet db successful",
    ]
    volume = living(story)["db-1"]["spec"]["volumes"][0]
    assert volume == {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-1"}}
    assert living(story, "persistentvolumeclaims")["data-db-1"]["metadata"]["labels"] == {"app": "db"}


def test_claims_that_are_kept_serve_the_pod_that_comes_back() -> None:
    story = with_claims()
    story.node("kubectl scale sts db --replicas=1")
    story.node("kubectl scale sts db --replicas=2")
    assert lives(story, "persistentvolumeclaims") == ["+data-db-0", "+data-db-1"]


def test_claims_go_when_the_set_is_scaled_down_if_the_policy_says_so() -> None:
    story = with_claims(scaled="Delete")
    story.node("kubectl scale sts db --replicas=1")
    assert lives(story, "persistentvolumeclaims") == ["+data-db-0", "+data-db-1", "-data-db-1"]
    story.node("kubectl delete sts db")
    assert list(living(story, "persistentvolumeclaims")) == ["data-db-0"]


def test_claims_go_with_the_set_if_the_policy_says_so() -> None:
    story = with_claims(deleted="Delete")
    story.node("kubectl delete sts db")
    assert living(story, "persistentvolumeclaims") == {}


def test_a_claim_that_is_being_deleted_holds_its_pod_back() -> None:
    story = with_claims()
    story.node("kubectl delete pvc data-db-1 --wait=false; kubectl delete pod db-1")
    story.until(60)
    assert lives(story, "persistentvolumeclaims") == ["+data-db-0", "+data-db-1", "-data-db-1", "+data-db-1"]
    assert newest(story, "statefulsets")["status"]["readyReplicas"] == 2
