"""What kubectl prints about a manifest that is refused, word for word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.objects import Manifest, applied, invalid_words, kubectl_error, read_manifest

RECORDED = json.loads((Path(__file__).parent / "invalid.json").read_text("utf-8"))
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: app, image: nginx}\n"


def said(text: str, **options: Any) -> str:
    return kubectl_error(read_manifest(text, **options))


@pytest.mark.parametrize("case", RECORDED, ids=[case["name"] for case in RECORDED])
def test_kubectl_says_what_a_real_one_said(case: dict[str, Any]) -> None:
    manifest = read_manifest(case["manifest"], namespace="invalid")
    assert kubectl_error(manifest) == ("" if case["code"] == 0 else case["output"])
    assert bool(manifest.documents) == (case["code"] == 0)


CASES = {
    "two causes are listed": (
        POD.replace("{name: app, image: nginx}", "{name: App, imagePullPolicy: Now}"),
        'The Pod "p" is invalid: \n'
        '* spec.containers[0].name: Invalid value: "App": a lowercase RFC 1123 label must consist of lower case '
        "alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
        "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')\n"
        "* spec.containers[0].image: Required value\n"
        '* spec.containers[0].imagePullPolicy: Unsupported value: "Now": supported values: "Always", "IfNotPresent", '
        '"Never"\n',
    ),
    "several unknown fields are joined": (
        POD + "  retries: 3\n  color: red\n",
        'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: '
        'strict decoding error: unknown field "spec.color", unknown field "spec.retries"\n',
    ),
    "a wrong type hides unknown fields": (
        POD + "  retries: 3\n  hostNetwork: please\n",
        'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: '
        "json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool\n",
    ),
    "a bad quantity stops the decoder": (
        POD.replace("image: nginx", "image: 5, resources: {limits: {memory: 1 cow}}"),
        'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: '
        r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" + "\n",
    ),
    "metadata is decoded by kubectl itself": (
        POD.replace("{name: p}", "{name: p, annotations: [a]}"),
        'error: unable to decode "STDIN": json: cannot unmarshal array into Go struct field ObjectMeta.metadata.annotations '
        "of type map[string]string\n",
    ),
    "neither kind nor version": (
        "metadata: {name: p}\n",
        'error: error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose to '
        "ignore these errors, turn validation off with --validate=false\n",
    ),
    "a document that is no mapping": (
        "- just\n- a list\n",
        'error: error validating "STDIN": error validating data: invalid object to validate; if you choose to ignore '
        "these errors, turn validation off with --validate=false\n",
    ),
    "a version of long ago": (
        "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: d, namespace: other}\n",
        'error: resource mapping not found for name: "d" namespace: "other" from "STDIN": no matches for kind "Deployment" '
        'in version "extensions/v1beta1"\nensure CRDs are installed first\n',
    ),
    "a name that makes no path": (
        POD.replace("{name: p}", "{name: a/b}"),
        'error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, '
        'Kind=Pod"\nName: "a/b", Namespace: "default"\nfrom server for: "STDIN": invalid resource name "a/b": '
        "[may not contain '/']\n",
    ),
    "a generated name": (
        POD.replace("{name: p}", "{generateName: p-}"),
        "error: from p-: cannot use generate name with apply\n",
    ),
    "an unrendered template": (
        POD.replace("name: p}", "name: {{ .Values.name }}}"),
        "error: error parsing STDIN: error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface "
        '{}{".Values.name":interface {}(nil)}\n',
    ),
    "something behind the dashes": (
        "--- kind: Pod\n",
        "error: error parsing STDIN: invalid Yaml document separator: kind: Pod\n",
    ),
    "a workload of another group": (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {}\nextra: 1\n",
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "apps/v1" cannot be handled '
        'as a Deployment: strict decoding error: unknown field "extra"\n',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_kubectl_words_for(name: str) -> None:
    text, words = CASES[name]
    assert said(text) == words


def test_lines_of_a_syntax_error_count_from_its_own_document() -> None:
    manifest = read_manifest(POD + "---\n" + "a:\n\tb: 2\n")
    assert kubectl_error(manifest, 1).endswith("yaml: line 2: found character that cannot start any token\n")
    assert manifest.problems[0].line == POD.count("\n") + 3


def test_the_file_that_was_read_is_named() -> None:
    assert said("a: [", filename="pod.yaml").startswith("error: error parsing pod.yaml: ")


def test_a_good_manifest_gets_no_words() -> None:
    manifest = read_manifest(POD)
    assert kubectl_error(manifest) == kubectl_error(manifest, 0) == ""


def bad_then_good(first: str) -> Manifest:
    return read_manifest(f"{first}---\n{POD}")


def test_documents_after_a_server_error_are_still_applied() -> None:
    manifest = bad_then_good(POD.replace("image: nginx", "image: ''"))
    assert [document.index for document in applied(manifest)] == [1]


def test_documents_after_an_error_of_kubectl_itself_are_not_sent() -> None:
    manifest = bad_then_good("kind: Nothing\napiVersion: v1\n")
    assert len(manifest.documents) == 1
    assert applied(manifest) == ()


def test_several_errors_are_named_one_a_line() -> None:
    text = "---\n".join((POD.replace("name: p", "name: P"), POD + "  color: red\n", "kind: [\n"))
    words = said(text).splitlines()
    assert words[0].startswith("error parsing STDIN: error converting YAML to JSON: yaml: ")
    assert words[1].startswith(
        'Error from server (Invalid): error when creating "STDIN": Pod "P" is invalid: metadata.name:'
    )
    assert words[2].startswith('Error from server (BadRequest): error when creating "STDIN": Pod in version "v1"')


def test_the_servers_message_names_the_group_and_lists_causes() -> None:
    words = invalid_words("Deployment", "apps/v1", "d", ["a: Required value", "b: Forbidden: no", "a: Required value"])
    assert words == 'Deployment.apps "d" is invalid: [a: Required value, b: Forbidden: no]'


def test_without_validation_only_what_cannot_be_decoded_is_found() -> None:
    wrong = POD.replace("name:", "nmae:", 1)
    manifest = read_manifest(f"{POD}---\n{wrong}---\n{POD}  restartPolicy: Sometimes\n", validated=False)
    assert {problem.stage for problem in manifest.problems} == {"decode"}
    assert (len(manifest.sources), manifest.documents) == (3, ())


COPIED = """\
apiVersion: v1
kind: Pod
metadata:
  name: copied
  resourceVersion: "131"
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: 1-2, controller: true}]
spec:
  nodeName: ip-10-0-3-7
  containers: [{name: app, image: nginx}]
"""


def test_what_was_copied_out_of_a_cluster_says_what_belongs_to_that_one() -> None:
    """The store of the API server refuses it: staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go."""
    (problem,) = read_manifest(COPIED).problems
    assert (problem.line, problem.column, problem.suggestion) == (5, 3, "# resourceVersion")
    assert problem.remedy.endswith(": metadata.resourceVersion, metadata.ownerReferences, spec.nodeName.")
    refusal = 'error when creating "STDIN": resourceVersion should not be set on objects to be created'
    assert said(COPIED) == f"Error from server: {refusal}\n"
    assert read_manifest(COPIED.replace("  resourceVersion", "  # resourceVersion")).ok


def test_on_a_line_of_others_the_version_cannot_be_taken_out_by_itself() -> None:
    (problem,) = read_manifest(
        COPIED.replace("  name: copied\n  resourceVersion", "  {name: copied, resourceVersion")
        .replace('"131"\n', '"131"}\n')
        .replace("  ownerR", "# ownerR")
    ).problems
    assert problem.suggestion is None


def test_what_exists_may_say_which_version_it_is() -> None:
    assert read_manifest(COPIED, anew=False).ok
