"""What a resize may change. Models pkg/apis/core/validation/validation.go ValidatePodResize."""

from __future__ import annotations

import copy

from simulator.objects import validate_pod_resize, with_resize_alone
from tests.simulator.objects.cast import Json, pod, stored

ASKED = {"requests": {"cpu": "100m", "memory": "32Mi"}, "limits": {"cpu": "1"}}


def named(name: str, **fields: object) -> Json:
    return {"name": name, "image": "nginx", **fields}


def old(**spec: object) -> Json:
    kept: Json = stored(pod(containers=[named("app", resources=copy.deepcopy(ASKED))], **spec))
    return {**kept, "status": {"qosClass": "Burstable"}}


def refused(new: Json, before: Json) -> list[str]:
    return [str(error) for error in validate_pod_resize(with_resize_alone(new, before), before)]


def test_cpu_and_memory_may_change_and_what_else_differs_is_dropped() -> None:
    before = old()
    new = copy.deepcopy(before)
    new["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "200m"
    new["spec"]["containers"][0]["image"] = "other"
    assert refused(new, before) == []
    kept = with_resize_alone(new, before)["spec"]["containers"][0]
    assert (kept["image"], kept["resources"]["requests"]["cpu"]) == (before["spec"]["containers"][0]["image"], "200m")


def test_what_is_asked_for_may_not_be_taken_back() -> None:
    before = old()
    new = copy.deepcopy(before)
    del new["spec"]["containers"][0]["resources"]["limits"]
    del new["spec"]["containers"][0]["resources"]["requests"]["memory"]
    assert refused(new, before) == [
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed",
        "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ]


def test_no_other_resource_may_change() -> None:
    before = old()
    new = copy.deepcopy(before)
    new["spec"]["containers"][0]["resources"]["requests"]["ephemeral-storage"] = "1Gi"
    assert refused(new, before) == ["spec: Forbidden: only cpu and memory resources are mutable"]


def test_containers_stay_the_same_ones_in_the_same_order() -> None:
    before = old()
    new = copy.deepcopy(before)
    new["spec"]["containers"][0]["name"] = "other"
    assert refused(new, before) == [
        "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"
    ]
    new["spec"]["containers"].append(copy.deepcopy(new["spec"]["containers"][0]) | {"name": "more"})
    assert refused(new, before) == ["spec.containers: Forbidden: containers may not be added or removed on resize"]


def test_of_init_containers_only_sidecars_may_be_resized() -> None:
    inits = [named("plain"), named("proxy", restartPolicy="Always")]
    before = old(initContainers=inits)
    new = copy.deepcopy(before)
    for init in new["spec"]["initContainers"]:
        init["resources"] = {"requests": {"cpu": "10m"}}
    assert refused(new, before) == ["spec: Forbidden: resources for non-sidecar init containers are immutable"]


def test_a_mirror_pod_is_left_alone() -> None:
    before = old()
    before["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    assert refused(copy.deepcopy(before), before) == ["[]: Forbidden: static pods cannot be resized"]


def test_the_quality_of_service_stays() -> None:
    before = old()
    new = copy.deepcopy(before)
    new["spec"]["containers"][0]["resources"] = {part: {"cpu": "1", "memory": "1Gi"} for part in ("requests", "limits")}
    assert refused(new, before) == [
        'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'
    ]
