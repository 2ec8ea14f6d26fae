"""Who the Pods of a StatefulSet are: names, ordinals, host names, volumes, and whether they are well.

Models pkg/controller/statefulset/stateful_set_utils.go.
"""

from __future__ import annotations

import re

from simulator.controllers.pod_control import pod_from_template
from simulator.history import Json

REVISION = "controller-revision-hash"
POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
_POD = re.compile(r"(.*)-([0-9]+)$", re.DOTALL)


def parent_and_ordinal(pod: Json) -> tuple[str, int]:
    """The set's name and the number in a Pod's name; ("", -1) for a name without one."""
    found = _POD.fullmatch(pod["metadata"]["name"])
    if found is None:
        return "", -1
    ordinal = int(found[2])
    return found[1], ordinal if ordinal < 2**31 else -1


def ordinal_of(pod: Json) -> int:
    return parent_and_ordinal(pod)[1]


def is_member(stateful_set: Json, pod: Json) -> bool:
    return parent_and_ordinal(pod)[0] == str(stateful_set["metadata"]["name"])


def start_ordinal(stateful_set: Json) -> int:
    return int((stateful_set["spec"].get("ordinals") or {}).get("start", 0))


def in_range(stateful_set: Json, pod: Json) -> bool:
    """Whether the set wants a Pod with this ordinal; if not, the Pod is condemned."""
    first = start_ordinal(stateful_set)
    return first <= ordinal_of(pod) < first + int(stateful_set["spec"]["replicas"])


def pod_name(stateful_set: Json, ordinal: int) -> str:
    return f"{stateful_set['metadata']['name']}-{ordinal}"


def claim_name(stateful_set: Json, template: Json, ordinal: int) -> str:
    return f"{template['metadata']['name']}-{pod_name(stateful_set, ordinal)}"


def identity_matches(stateful_set: Json, pod: Json) -> bool:
    labels = pod["metadata"].get("labels") or {}
    return is_member(stateful_set, pod) and labels.get(POD_NAME) == pod["metadata"]["name"]


def storage_matches(stateful_set: Json, pod: Json) -> bool:
    """Whether the Pod uses the claims that the set's templates make for it."""
    ordinal = ordinal_of(pod)
    used = {
        volume["name"]: (volume.get("persistentVolumeClaim") or {}).get("claimName")
        for volume in pod["spec"].get("volumes", ())
    }
    templates = stateful_set["spec"].get("volumeClaimTemplates", ())
    return all(used.get(t["metadata"]["name"]) == claim_name(stateful_set, t, ordinal) for t in templates)


def with_identity(stateful_set: Json, pod: Json) -> Json:
    """The Pod with the labels that say who it is. Models updateIdentity."""
    meta, name = pod["metadata"], pod["metadata"]["name"]
    labels = {**(meta.get("labels") or {}), POD_NAME: name, POD_INDEX: str(ordinal_of(pod))}
    return {**pod, "metadata": {**meta, "labels": labels}}


def with_storage(stateful_set: Json, pod: Json) -> Json:
    """The Pod with the set's claims in the place of its own volumes of those names. Models updateStorage."""
    ordinal = ordinal_of(pod)
    claims = [
        {
            "name": template["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": claim_name(stateful_set, template, ordinal)},
        }
        for template in stateful_set["spec"].get("volumeClaimTemplates", ())
    ]
    names = {claim["name"] for claim in claims}
    kept = [volume for volume in pod["spec"].get("volumes", ()) if volume["name"] not in names]
    volumes = {"volumes": claims + kept} if claims or kept else {}
    return {**pod, "spec": {**pod["spec"], **volumes}}


def new_pod(stateful_set: Json, template: Json, revision: str, ordinal: int) -> Json:
    """A Pod that the API server has not seen yet: it has no phase. Models newStatefulSetPod."""
    name = pod_name(stateful_set, ordinal)
    pod = pod_from_template(template, stateful_set)
    pod["metadata"] |= {"name": name, "labels": {**pod["metadata"].get("labels", {}), REVISION: revision}}
    pod["spec"]["hostname"] = name
    if service := stateful_set["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = service
    return with_storage(stateful_set, with_identity(stateful_set, pod))


def revision_of(pod: Json) -> str:
    return str((pod["metadata"].get("labels") or {}).get(REVISION, ""))


def phase_of(pod: Json) -> str:
    return str(pod.get("status", {}).get("phase", ""))


def is_created(pod: Json) -> bool:
    return phase_of(pod) != ""


def is_terminating(pod: Json) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def allows_burst(stateful_set: Json) -> bool:
    return bool(stateful_set["spec"].get("podManagementPolicy") == "Parallel")
