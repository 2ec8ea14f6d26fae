"""Whose the claims of a StatefulSet are: nobody's, the set's, or a condemned Pod's.

Models the claim functions of pkg/controller/statefulset/stateful_set_utils.go.
"""

from __future__ import annotations

from simulator.controllers.ownership import owner_reference
from simulator.controllers.statefulset.identity import claim_name, in_range, ordinal_of
from simulator.history import Json

CONFLICT = (
    "PersistentVolumeClaim %s has a conflicting OwnerReference that acts as a manging controller, the retention "
    "policy is ignored for this claim"
)


def new_claims(stateful_set: Json, pod: Json) -> list[Json]:
    """The claims that the set's templates make for the Pod. Models getPersistentVolumeClaims."""
    claims = []
    labels = stateful_set["spec"]["selector"].get("matchLabels") or {}
    for template in stateful_set["spec"].get("volumeClaimTemplates", ()):
        given = template["metadata"]
        meta = {
            **given,
            "name": claim_name(stateful_set, template, ordinal_of(pod)),
            "namespace": stateful_set["metadata"]["namespace"],
            "labels": {**(given.get("labels") or {}), **labels},
        }
        claims.append({"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": meta, "spec": template["spec"]})
    return claims


def _policy(stateful_set: Json) -> tuple[bool, bool]:
    """Whether claims go when the set is scaled down, and when it is deleted."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenScaled") == "Delete", policy.get("whenDeleted") == "Delete"


def deletes_when_scaled(stateful_set: Json) -> bool:
    return _policy(stateful_set)[0]


def _references(claim: Json) -> list[Json]:
    return list(claim["metadata"].get("ownerReferences") or ())


def _points_at(reference: Json, owner: Json) -> bool:
    """By name: also a namesake that is gone."""
    named = (reference.get("apiVersion"), reference.get("kind"), reference.get("name"))
    return named == (owner["apiVersion"], owner["kind"], owner["metadata"]["name"])


def is_stale(claim: Json, owner: Json) -> bool:
    """Whether the claim belongs to a namesake of `owner`. Models hasStaleOwnerRef."""
    mine = next((r for r in _references(claim) if _points_at(r, owner)), None)
    return mine is not None and mine.get("uid") != owner["metadata"].get("uid")


def has_unexpected_controller(claim: Json, stateful_set: Json, pod: Json) -> bool:
    """Whether another than the set and the Pod manages the claim."""
    if not any(_policy(stateful_set)):
        return False
    for reference in _references(claim):
        owner = next((each for each in (stateful_set, pod) if _points_at(reference, each)), None)
        if owner is None and reference.get("controller"):
            return True
        if owner is not None and reference.get("uid") != owner["metadata"].get("uid"):
            return True
    return False


def wanted_owners(stateful_set: Json, pod: Json) -> list[Json]:
    """A condemned Pod takes its claims with it; the others go with the set, each if the policy says so."""
    when_scaled, when_deleted = _policy(stateful_set)
    if when_scaled and not in_range(stateful_set, pod):
        return [pod]
    return [stateful_set] if when_deleted else []


def is_up_to_date(claim: Json, stateful_set: Json, pod: Json) -> bool:
    """Models isClaimOwnerUpToDate: what is not understood is left alone."""
    if is_stale(claim, stateful_set) or is_stale(claim, pod):
        return True
    ours = {each["metadata"].get("uid"): each for each in (stateful_set, pod) if each["metadata"].get("uid")}
    held = [r for r in _references(claim) if r.get("uid") in ours]
    if has_unexpected_controller(claim, stateful_set, pod):
        return not held
    if any(not reference.get("controller") for reference in held):
        return False
    wanted = {each["metadata"].get("uid") for each in wanted_owners(stateful_set, pod)}
    return {reference["uid"] for reference in held} == wanted


def with_owners(claim: Json, stateful_set: Json, pod: Json) -> Json:
    """The claim with the owners that the policy says. Models updateClaimOwnerRefForSetAndPod."""
    unexpected = has_unexpected_controller(claim, stateful_set, pod)
    kept = [r for r in _references(claim) if not any(_points_at(r, each) for each in (stateful_set, pod))]
    added = [] if unexpected else [owner_reference(each) for each in wanted_owners(stateful_set, pod)]
    meta = {key: value for key, value in claim["metadata"].items() if key != "ownerReferences"}
    references = {"ownerReferences": kept + added} if kept or added else {}
    return {**claim, "metadata": meta | references}
