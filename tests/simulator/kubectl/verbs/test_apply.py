"""`kubectl apply`, `create` and `replace`."""

import json
from base64 import b64decode

import pytest

from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.kubectl.verbs.apply import with_last_applied
from simulator.objects.errors import ApiError
from tests.simulator.kubectl.fakes import Node

POD = "kind: Pod\\napiVersion: v1\\nmetadata:\\n  name: p\\nspec:\\n  containers:\\n  - {name: a, image: nginx}\\n"


def test_apply_creates_what_is_not_there_and_remembers_what_was_given(node: Node) -> None:
    answer = node.type(f"printf '{POD}' | kubectl apply -f -")
    assert (answer.out, answer.code) == ("pod/p created\n", 0)
    ((_, created),) = node.sent("create")
    assert created["metadata"]["annotations"][LAST_APPLIED] == (
        '{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{},"name":"p","namespace":"demo"},'
        '"spec":{"containers":[{"image":"nginx","name":"a"}]}}\n'
    )


def test_apply_changes_only_what_differs(node: Node) -> None:
    node.type(f"printf '{POD}' | kubectl apply -f -")
    assert node.type(f"printf '{POD}' | kubectl apply -f -").out == "pod/p unchanged\n"
    changed = POD.replace("nginx", "redis")
    assert node.type(f"printf '{changed}' | kubectl apply -f -").out == "pod/p configured\n"
    assert node.api.get("pods", "demo", "p")["spec"]["containers"] == [{"name": "a", "image": "redis"}]
    assert len(node.sent("replace")) == 1


def test_apply_warns_of_an_object_it_did_not_make(node: Node) -> None:
    node.type(f"printf '{POD}' | kubectl create -f -")
    answer = node.type(f"printf '{POD}' | kubectl apply -f -")
    assert answer.err.startswith(f"Warning: resource pods/p is missing the {LAST_APPLIED} annotation")
    assert answer.out == "pod/p configured\n"


def test_files_and_folders_are_read_in_order_and_one_wrong_document_does_not_stop_the_rest(node: Node) -> None:
    node.type(
        "mkdir /m; printf 'kind: Podd\\nmetadata: {name: x}\\n' > /m/1.yaml; printf '\\t' > /m/2.yml; touch /m/3.txt"
    )
    node.type(f"printf '{POD}' > /m/4.yaml")
    answer = node.type("kubectl apply -f /m")
    assert answer.out == "pod/p created\n"
    assert answer.err == (
        'resource mapping not found for name: "x" namespace: "" from "/m/1.yaml": no matches for kind "Podd" in version ""\n'
        "ensure CRDs are installed first\nerror: error parsing /m/2.yml: found a tab\n"
    )
    assert answer.code == 1


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("apply", "error: must specify one of -f and -k\n"),
        ("apply -f /nope.yaml", 'error: the path "/nope.yaml" does not exist\n'),
        ("apply p", "error: Unexpected args: [p]\nSee 'kubectl apply -h' for help and examples\n"),
        ("create -f -", "error: no objects passed to create\n"),
        ("create", "Error: must specify one of -f and -k\n\n"),
        ("create configmap", "error: exactly one NAME is required, got 0\nSee 'kubectl create configmap -h'"),
        ("create cm c --from-literal=a", "error: invalid literal source a, expected key=value\n"),
        ("create cm c --from-file=/nope", "error: error reading /nope: no such file or directory\n"),
        ("create deploy d", 'error: required flag(s) "image" not set\n'),
        ("apply -f - --dry-run=x", "error: no objects passed to apply\n"),
    ],
)
def test_what_cannot_be_applied_or_created(node: Node, line: str, err: str) -> None:
    answer = node.type(f"kubectl {line} < /dev/null")
    assert answer.err.startswith(err)
    assert answer.code == 1


def test_the_servers_refusal_names_the_file(node: Node) -> None:
    node.type(f"printf '{POD}' > /p.yaml; kubectl create -f /p.yaml")
    again = node.type("kubectl create -f /p.yaml")
    assert again.err == ('Error from server (AlreadyExists): error when creating "/p.yaml": pods "p" already exists\n')
    node.api.refuse = ApiError(422, "Invalid", "…", kind="Pod", name="p", causes=["spec: Forbidden: no", "x: y"])
    node.type("sed -i s/nginx/redis/ /p.yaml")
    refused = node.type("kubectl create -f /p.yaml")
    assert refused.err == 'The Pod "p" is invalid: \n* spec: Forbidden: no\n* x: y\n'


def test_a_document_of_another_namespace_is_refused_only_if_one_was_named(node: Node) -> None:
    line = "printf 'kind: ConfigMap\\nmetadata: {name: c, namespace: other}\\n' | kubectl apply -f - "
    assert node.type(line + "-n demo").err.startswith('error: the namespace from the provided object "other" does not')
    assert node.type(line).out == "configmap/c created\n"


def test_small_objects_are_made_from_flags(node: Node) -> None:
    node.type("printf text > /f.txt; printf 'A=1\\n# no\\nB=2\\n' > /e.env")
    assert node.type("kubectl create configmap c --from-literal=a=1 --from-file=/f.txt --from-file=k=/f.txt").out == (
        "configmap/c created\n"
    )
    assert node.api.get("configmaps", "demo", "c")["data"] == {"a": "1", "f.txt": "text", "k": "text"}
    node.type("kubectl create cm e --from-env-file=/e.env")
    assert node.api.get("configmaps", "demo", "e")["data"] == {"A": "1", "B": "2"}
    assert node.type("kubectl create secret generic s --from-literal=a=1").out == "secret/s created\n"
    assert node.api.get("secrets", "demo", "s")["data"] == {"a": "MQ=="}
    assert node.type("kubectl create ns x").out == "namespace/x created\n"
    assert (
        node.type("kubectl create deployment d --image=docker.io/library/nginx:1 -r 2").out
        == "deployment.apps/d created\n"
    )
    spec = node.api.get("deployments", "demo", "d")["spec"]
    assert (spec["replicas"], spec["template"]["spec"]["containers"][0]["name"]) == (2, "nginx")


def test_what_is_there_already_is_worded_by_each_kind(node: Node) -> None:
    node.type("kubectl create cm c; kubectl create ns x; kubectl create secret generic s")
    assert node.type("kubectl create cm c").err == 'error: failed to create configmap: configmaps "c" already exists\n'
    assert node.type("kubectl create secret generic s").err == (
        'error: failed to create secret secrets "s" already exists\n'
    )
    assert node.type("kubectl create ns x").err == 'Error from server (AlreadyExists): namespaces "x" already exists\n'


def test_a_dry_run_prints_and_keeps_nothing(node: Node) -> None:
    answer = node.type("kubectl create cm c --from-literal=a=1 --dry-run=client -o yaml")
    assert answer.out.startswith('apiVersion: v1\ndata:\n  a: "1"\nkind: ConfigMap\n')
    assert node.type("kubectl create cm c --dry-run=server").out == "configmap/c created (server dry run)\n"
    assert node.type("kubectl create cm c --dry-run").err.startswith("error: Invalid dry-run value (unchanged).")
    assert node.api.calls == []


def test_replace_sends_what_was_given_and_creates_nothing(node: Node) -> None:
    node.type(f"printf '{POD}' | kubectl create -f -")
    assert node.type(f"printf '{POD}' | kubectl replace -f -").out == "pod/p replaced\n"
    ((_, sent, subresource),) = node.sent("replace")
    assert (sent["metadata"]["name"], subresource) == ("p", "")


def test_replace_by_force_deletes_waits_and_creates(node: Node) -> None:
    """Models kubectl pkg/cmd/replace forceReplace."""
    node.type(f"printf '{POD}' | kubectl create -f -")
    answer = node.type(f"printf '{POD}' | kubectl replace --force --grace-period=0 -f -")
    assert answer.out == 'pod "p" deleted from demo namespace\npod/p replaced\n'
    assert node.sent("delete") == [("delete", "pods", "p", 1)]
    assert len(node.sent("create")) == 2


def test_the_remembered_text_escapes_as_go_does() -> None:
    obj = {"kind": "Pod", "metadata": {"name": "p", "annotations": {LAST_APPLIED: "old", "a": "<b&"}}}
    text = with_last_applied(obj)["metadata"]["annotations"][LAST_APPLIED]
    assert text == '{"kind":"Pod","metadata":{"annotations":{"a":"\\u003cb\\u0026"},"name":"p"}}\n'


def test_an_object_that_comes_from_the_cluster_can_be_created_again(node: Node) -> None:
    """Models cli-runtime pkg/resource/helper.go CreateWithOptions: its old version is not sent."""
    old = POD.replace("name: p", "name: p\\n  resourceVersion: \\x2242\\x22", 1)
    for verb, said in (
        ("create", "pod/p created"),
        ("replace --force", "pod/p replaced"),
        ("apply", "pod/p configured"),
    ):
        answer = node.type(f"printf '{old}' | kubectl {verb} -f -")
        assert answer.out.splitlines()[-1] == said
    assert all("resourceVersion" not in obj["metadata"] for _, obj in node.sent("create"))


def test_a_secret_for_a_registry(node: Node) -> None:
    """Models kubectl pkg/cmd/create/create_secret_docker.go."""
    line = "kubectl create secret docker-registry r --docker-server=x --docker-username=u --docker-password=p"
    assert node.type(line).out == "secret/r created\n"
    secret = node.api.get("secrets", "demo", "r")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    told = json.loads(b64decode(secret["data"][".dockerconfigjson"]))
    assert told == {"auths": {"x": {"username": "u", "password": "p", "auth": "dTpw"}}}
    assert node.type("kubectl create secret docker-registry r").err.startswith("error: either --from-file or")


def test_a_secret_for_tls(node: Node) -> None:
    """Models kubectl pkg/cmd/create/create_secret_tls.go."""
    node.type("echo '-----BEGIN X-----' > /pem; echo x > /x")
    assert node.type("kubectl create secret tls t --cert=/pem --key=/pem").out == "secret/t created\n"
    assert set(node.api.get("secrets", "demo", "t")["data"]) == {"tls.crt", "tls.key"}
    assert node.type("kubectl create secret tls u --cert=/pem --key=/x").err == (
        "error: tls: failed to find any PEM data in key input\n"
    )
