"""What may be changed of an object that lives."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from simulator.objects import validate_ephemeral_containers_update, validate_update
from simulator.objects.validation.updates import UPDATABLE
from tests.simulator.objects.cast import Json, container, pod, stored
from tests.simulator.objects.test_other_rules import claim, thing, workload

HEAD = f"spec: Forbidden: pod updates may not change fields other than {','.join(UPDATABLE)}\n"


def changed(old: Json, **spec: Any) -> list[str]:
    new = copy.deepcopy(old)
    new["spec"] |= spec
    new["spec"] = {name: value for name, value in new["spec"].items() if value is not None}
    return [str(error) for error in validate_update(new, old)]


def test_nothing_changed_is_fine() -> None:
    assert changed(stored(pod())) == []


def test_an_image_may_change() -> None:
    old = stored(pod())
    new = copy.deepcopy(old)
    new["spec"]["containers"][0]["image"] = "nginx:2"
    assert validate_update(new, old) == []
    new["spec"]["containers"][0]["image"] = " nginx"
    assert [str(error) for error in validate_update(new, old)] == [
        'spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'
    ] * 2


def test_other_fields_may_not_and_the_difference_is_shown() -> None:
    (message,) = changed(stored(pod()), hostname="other")
    assert message.startswith(HEAD)
    hunk, *lines = message.removeprefix(HEAD).splitlines()
    assert re.fullmatch(r"@@ -(\d+),7 \+\1,7 @@", hunk)
    assert lines == [
        '   "SELinuxChangePolicy": null',
        "  },",
        '  "ImagePullSecrets": null,',
        '- "Hostname": "",',
        '+ "Hostname": "other",',
        '  "Subdomain": "",',
        '  "SetHostnameAsFQDN": null,',
        '  "Affinity": null,',
    ]


def test_the_difference_is_of_the_internal_api() -> None:
    """Models apimachinery pkg/util/diff/diff.go and the order of pkg/apis/core/types.go."""
    (message,) = changed(stored(pod()), hostNetwork=True, dnsPolicy="Default")
    assert [line for line in message.removeprefix(HEAD).splitlines() if line[0] in "+-"] == [
        '- "DNSPolicy": "ClusterFirst",',
        '+ "DNSPolicy": "Default",',
        '-  "HostNetwork": false,',
        '+  "HostNetwork": true,',
    ]


def test_the_list_of_what_may_change_is_the_servers() -> None:
    assert HEAD == (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
    )


def test_containers_may_not_be_added() -> None:
    old = stored(pod())
    more = [*old["spec"]["containers"], old["spec"]["containers"][0] | {"name": "b"}]
    assert changed(old, containers=more) == ["spec.containers: Forbidden: pod updates may not add or remove containers"]


def test_a_deadline_may_only_become_shorter() -> None:
    old = stored(pod(activeDeadlineSeconds=10))
    name = "spec.activeDeadlineSeconds"
    assert changed(old, activeDeadlineSeconds=5) == []
    assert changed(stored(pod()), activeDeadlineSeconds=5) == []
    assert changed(old, activeDeadlineSeconds=11) == [
        f"{name}: Invalid value: 11: must be less than or equal to previous value"
    ]
    assert changed(old, activeDeadlineSeconds=None) == [
        f"{name}: Invalid value: null: must not update from a positive integer to nil value"
    ]


def test_tolerations_may_only_be_added() -> None:
    old = stored(pod())
    tolerations = old["spec"]["tolerations"]
    assert changed(old, tolerations=[*tolerations, {"key": "a", "operator": "Exists"}]) == []
    assert changed(old, tolerations=[item | {"tolerationSeconds": 1} for item in tolerations]) == []
    told = ["spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds"]
    assert changed(old, tolerations=tolerations[1:]) == told


def test_a_gate_may_only_be_opened_and_a_gated_pod_may_be_told_where_to_go() -> None:
    old = stored(pod(schedulingGates=[{"name": "a"}]))
    assert changed(old, schedulingGates=None) == []
    assert changed(old, schedulingGates=[{"name": "b"}]) == [
        "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"
    ]
    assert changed(old, nodeSelector={"disk": "ssd"}) == []
    assert changed(stored(pod()), nodeSelector={"disk": "ssd"})[0].startswith(HEAD)


def node_affinity(*terms: Json) -> Json:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def test_a_gated_pod_may_be_told_of_fewer_nodes() -> None:
    """Models test/integration/pods/pods_test.go TestMutablePodSchedulingDirectives."""
    one, two = ({"key": key, "operator": "In", "values": ["x"]} for key in "ab")
    name = [{"key": "metadata.name", "operator": "In", "values": ["n"]}]
    gates = [{"name": "g"}]
    free = stored(pod(schedulingGates=gates))
    assert changed(free, affinity=node_affinity({"matchExpressions": [one], "matchFields": name})) == []
    old = stored(pod(schedulingGates=gates, affinity=node_affinity({"matchExpressions": [one]})))
    assert changed(old, affinity=node_affinity({"matchExpressions": [one, two], "matchFields": name})) == []
    where = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
    (told,) = changed(old, affinity=node_affinity({"matchExpressions": [two]}))
    shown = '{"MatchExpressions":[{"Key":"b","Operator":"In","Values":["x"]}],"MatchFields":null}'
    words = "only additions are allowed (no mutations or deletions)"
    assert told == f"{where}[0]: Invalid value: {shown}: {words}"
    (told,) = changed(old, affinity=None)
    assert (
        told == f"{where}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed"
    )
    assert changed(stored(pod()), affinity=node_affinity({"matchExpressions": [one]}))[0].startswith(HEAD)


def test_names_never_change() -> None:
    old = stored(pod())
    new = old | {"metadata": old["metadata"] | {"namespace": "elsewhere"}}
    assert [str(error) for error in validate_update(new, old)] == [
        'metadata.namespace: Invalid value: "elsewhere": field is immutable'
    ]


def test_ephemeral_containers_are_only_added() -> None:
    old = stored(container(stdin=True))
    first = {
        "name": "d",
        "image": "x",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "Always",
        "resources": {},
    }
    new = old | {"spec": old["spec"] | {"ephemeralContainers": [first]}}
    assert validate_ephemeral_containers_update(new, old) == []
    (gone,) = validate_ephemeral_containers_update(old, new)
    assert str(gone) == 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "d" may not be removed\n'
    newer = old | {"spec": old["spec"] | {"ephemeralContainers": [first | {"tty": True}]}}
    (other,) = validate_ephemeral_containers_update(newer, new)
    assert 'existing ephemeral containers "d" may not be changed\n' in str(other)


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet"])
def test_a_selector_never_changes(kind: str) -> None:
    old = stored(workload(kind))
    template = {"metadata": {"labels": {"a": "c"}}, "spec": old["spec"]["template"]["spec"]}
    told = changed(old, selector={"matchLabels": {"a": "c"}}, template=template)
    assert told == ['spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable']


def test_most_of_a_stateful_set_never_changes() -> None:
    old = stored(workload("StatefulSet"))
    assert changed(old, replicas=5) == []
    (told,) = changed(old, serviceName="other")
    assert told.startswith("spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'")


def test_an_immutable_config_map_stays() -> None:
    old = stored(thing("ConfigMap", data={"a": "b"}, immutable=True))
    (told,) = validate_update(old | {"data": {"a": "c"}}, old)
    assert str(told) == "data: Forbidden: field is immutable when `immutable` is set"
    assert validate_update(stored(claim()), stored(claim())) == []
