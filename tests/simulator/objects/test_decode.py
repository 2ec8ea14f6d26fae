"""Strict decoding: every unknown field and wrong type is told, in Go's words, with a line and a remedy."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from simulator.objects import KINDS, decode, read_manifest
from simulator.objects.go_types import GoType, go_type, structs
from tests.simulator.objects.cast import Json, container, pod, read

CANNOT = "json: cannot unmarshal"
FIELD = "into Go struct field"
WRONG: list[tuple[str, Json, str, str]] = [
    ("a word for a port", container(ports=[{"containerPort": "http"}]), "spec.containers[0].ports[0].containerPort",
     f"{CANNOT} string {FIELD} ContainerPort.spec.containers.ports.containerPort of type int32"),
    ("a number for text", container(args=["a", 1]), "spec.containers[0].args[1]",
     f"{CANNOT} number {FIELD} Container.spec.containers.args of type string"),
    ("a word for a list", container(command="ls"), "spec.containers[0].command",
     f"{CANNOT} string {FIELD} Container.spec.containers.command of type []string"),
    ("a list for a mapping", pod(nodeSelector=["a"]), "spec.nodeSelector",
     f"{CANNOT} array {FIELD} PodSpec.spec.nodeSelector of type map[string]string"),
    ("a mapping for a list", pod(containers={"name": "a"}), "spec.containers",
     f"{CANNOT} object {FIELD} PodSpec.spec.containers of type []v1.Container"),
    ("a word for a container", pod(containers=["nginx"]), "spec.containers[0]",
     f"{CANNOT} string {FIELD} PodSpec.spec.containers of type v1.Container"),
    ("a truth for a policy", pod(restartPolicy=False), "spec.restartPolicy",
     f"{CANNOT} bool {FIELD} PodSpec.spec.restartPolicy of type v1.RestartPolicy"),
    ("text for a truth", pod(hostNetwork="true"), "spec.hostNetwork",
     f"{CANNOT} string {FIELD} PodSpec.spec.hostNetwork of type bool"),
    ("a broken number", pod(terminationGracePeriodSeconds=1.5), "spec.terminationGracePeriodSeconds",
     f"{CANNOT} number 1.5 {FIELD} PodSpec.spec.terminationGracePeriodSeconds of type int64"),
    ("a number too big", container(ports=[{"containerPort": 2**31}]), "spec.containers[0].ports[0].containerPort",
     f"{CANNOT} number 2147483648 {FIELD} ContainerPort.spec.containers.ports.containerPort of type int32"),
    ("a number for a name", pod(volumes=[{"name": "v", "configMap": {"name": 1}}]), "spec.volumes[0].configMap.name",
     f"{CANNOT} number {FIELD} ConfigMapVolumeSource.spec.volumes.VolumeSource.configMap.LocalObjectReference.name of "
     "type string"),
    ("a truth for a number or name", container(livenessProbe={"tcpSocket": {"port": True}}),
     "spec.containers[0].livenessProbe.tcpSocket.port",
     f"{CANNOT} bool {FIELD} TCPSocketAction.spec.containers.livenessProbe.ProbeHandler.tcpSocket.port of type int32"),
    ("a number for a label", {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": 1}}}, "metadata.labels.a",
     f"{CANNOT} number {FIELD} ObjectMeta.metadata.labels of type string"),
    ("a value for everything", {"apiVersion": "v1", "kind": "Pod", "spec": 5}, "spec",
     f"{CANNOT} number {FIELD} Pod.spec of type v1.PodSpec"),
    ("limits that are a list", container(resources={"limits": []}), "spec.containers[0].resources.limits",
     f"{CANNOT} array {FIELD} ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList"),
    ("bad base64", {"apiVersion": "v1", "kind": "Secret", "data": {"a": "###"}}, "data.a",
     "illegal base64 data at input byte 0"),
    ("a bad time", {"apiVersion": "v1", "kind": "Pod", "metadata": {"creationTimestamp": "soon"}},
     "metadata.creationTimestamp",
     'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "obj", "path", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_a_wrong_type_is_told_in_gos_words(name: str, obj: Json, path: str, message: str) -> None:
    _, faults = decode(obj, obj["kind"])
    assert [(fault.path, fault.message) for fault in faults] == [(path, message)]


def test_every_error_of_every_document_is_told_at_once() -> None:
    first = container(imagee="x", ports=[{"containerPort": "a"}, {"hostPort": "b"}], stdin=3)
    manifest = read(first, pod(nonsense=1), {"kind": "Pod"})
    told = [(problem.document, problem.path) for problem in manifest.problems]
    at = "spec.containers[0]"
    assert told == [
        (0, f"{at}.imagee"), (0, f"{at}.ports[0].containerPort"), (0, f"{at}.ports[1].hostPort"), (0, f"{at}.stdin"),
        (0, f"{at}.ports[1].containerPort"), (1, "spec.nonsense"), (2, "apiVersion"),
    ]  # fmt: skip


def test_what_follows_from_a_fault_is_not_told_again() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    imagee: nginx\n"
    assert [problem.path for problem in read_manifest(text).problems] == ["spec.containers[0].imagee"]


SUGGESTIONS: list[tuple[str, str, str | None, str]] = [
    ("    livenesProbe: {}", "unknown-field", "livenessProbe", "Did you mean livenessProbe?"),
    ("    Image: x", "unknown-field", "image", "Did you mean image?"),
    (
        "    volumes: []",
        "unknown-field",
        None,
        "`volumes` is a field of spec: check the indentation, and move it there.",
    ),
    ("  livenessProbe: {}", "unknown-field", None, "`livenessProbe` is a field of a container"),
    ("    frobnicate: 1", "unknown-field", None, "There is no such field here."),
    ("    args: [on]", "wrong-type", '"on"', "put it in quotes"),
    ("    ports: [{containerPort: '80'}]", "wrong-type", "80", "without quotes"),
    ("    stdin: 'yes'", "wrong-type", "true", "true or false"),
    ("    command: ls", "wrong-type", "[ls]", "begin each item with a dash"),
    ("    resources: {limits: {memory: 512MB}}", "bad-value", "512M", "128Mi"),
    ("    resources: {limits: {memory: 2gb}}", "bad-value", "2G", "128Mi"),
    ("    imagePullPolicy: always", "unsupported", "Always", "Use one of the values listed."),
    ("  restartPolicy: onfailure", "unsupported", "OnFailure", "Use one of the values listed."),
    ("  hostname: My_Host", "invalid", "my-host", "lower case"),
]


@pytest.mark.parametrize(("line", "code", "suggestion", "remedy"), SUGGESTIONS, ids=[case[0] for case in SUGGESTIONS])
def test_a_remedy_and_a_suggestion_come_with_the_problem(
    line: str, code: str, suggestion: str | None, remedy: str
) -> None:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    image: nginx\n"
    problem = read_manifest(f"{head}{line}\n").problems[0]
    assert (problem.line, problem.code, problem.suggestion) == (8, code, suggestion)
    assert remedy in problem.remedy


def test_a_volume_is_suggested_but_never_the_tokens() -> None:
    mount = [{"name": "dta", "mountPath": "/d"}]
    spec = pod(volumes=[{"name": "data"}], containers=[{"name": "a", "image": "x", "volumeMounts": mount}])
    assert read(spec).problems[0].suggestion == "data"
    assert read(container(volumeMounts=mount)).problems[0].suggestion is None


def test_values_that_are_nothing_are_left_out_as_go_leaves_them_out() -> None:
    spec: Json = {
        "containers": [{"name": "a", "command": [], "stdin": False, "env": [None], "lifecycle": {}}],
        "replicas": None, "nodeSelector": {}, "hostNetwork": False, "terminationGracePeriodSeconds": 0,
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": None}],
    }  # fmt: skip
    decoded, faults = decode({"spec": spec}, "Pod")
    assert [fault.path for fault in faults] == ["spec.replicas"]
    assert decoded["spec"] == {
        "containers": [{"name": "a", "resources": {}, "lifecycle": {}, "env": [{"name": ""}]}],
        "terminationGracePeriodSeconds": 0,
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w"}],
    }


def test_amounts_are_stored_in_canonical_form() -> None:
    resources = {"limits": {"memory": "1024Mi", "cpu": 0.5}, "requests": {"cpu": "0.0001", "memory": 1000}}
    decoded, _ = decode(container(resources=resources), "Pod")
    stored = decoded["spec"]["containers"][0]["resources"]
    assert stored == {"limits": {"memory": "1Gi", "cpu": "500m"}, "requests": {"cpu": "1m", "memory": "1k"}}


GROUPS = (
    "core_v1", "apps_v1", "batch_v1", "policy_v1", "scheduling_v1", "meta_v1", "rbac_v1", "networking_v1", "storage_v1",
    "node_v1", "autoscaling_v2",
)  # fmt: skip
MODELS = [importlib.import_module(f"lightkube.models.{name}") for name in GROUPS]


def _model(name: str) -> Any:
    return next((getattr(module, name) for module in MODELS if hasattr(module, name)), None)


@pytest.mark.parametrize("struct", sorted(structs()))
def test_our_table_of_types_has_the_fields_of_the_published_schema(struct: str) -> None:
    model = _model(struct)
    assert model is not None
    names, hints = model.__struct_encode_fields__, list(model.__annotations__.values())
    assert set(go_type(struct).fields) == set(names)
    for name, hint in zip(names, hints, strict=True):
        assert _kind(hint) in _kinds(go_type(struct).fields[name].type), name


def _kind(hint: str) -> str:
    """`Optional[List[Container]]` is a list; `meta_v1.Time` is a Time."""
    inner = re.sub(r"^Optional\[(.*)\]$", r"\1", hint)
    kinds = {"List": "list", "Dict": "map", "dict": "map", "str": "string"}
    outer = inner.partition("[")[0].rpartition(".")[2]
    return kinds.get(outer, outer)


def _kinds(type_: GoType) -> set[str]:
    special = {"bytes": {"string"}, "quantity": {"Quantity"}, "intstr": {"IntOrString"}, "time": {"Time", "datetime"}}
    if type_.kind == "struct":
        return {type_.name}
    if type_.kind == "any":
        return {"map", "FieldsV1", "RawExtension"}
    return special.get(type_.kind, {type_.kind, type_.text.rpartition(".")[2]})


def test_every_kind_has_a_type() -> None:
    assert {kind.name for kind in KINDS.values()} <= structs()
