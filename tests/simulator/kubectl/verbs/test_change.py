"""`kubectl label`, `annotate`, `patch`, `set image`, `scale`, `rollout`."""

from typing import Any

import pytest

from tests.simulator.kubectl.fakes import Node, make_pod


def deployment(**status: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": "nginx:1"}]}}
    return {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "uid": "d", "generation": 2},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": template},
        "status": {"observedGeneration": 2, **status},
    }


@pytest.mark.parametrize(
    ("words", "said", "labels"),
    [
        ("b=2", "labeled", {"a": "1", "b": "2"}),
        ("a-", "unlabeled", None),
        ("b=2 a-", "modified", {"b": "2"}),
        ("a=1", "not labeled", {"a": "1"}),
        ("a=2 --overwrite", "labeled", {"a": "2"}),
    ],
)
def test_labels_come_and_go(node: Node, words: str, said: str, labels: dict[str, str] | None) -> None:
    node.api.put(make_pod(labels={"a": "1"}))
    assert node.type(f"kubectl label pod p {words}").out == f"pod/p {said}\n"
    assert node.api.get("pods", "demo", "p")["metadata"].get("labels") == labels


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("label pod p a=2", "error: 'a' already has a value (1), and --overwrite is false\n"),
        ("label pod p", "error: at least one label update is required\n"),
        ("label a=2", "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n"),
        ("annotate pod p a=1 a-", "error: can not both modify and remove a annotation in the same command\n"),
        ("patch pod p", "error: must specify --patch or --patch-file containing the contents of the patch\n"),
        ("patch pod p -p '{' ", 'error: unable to parse "{": yaml: '),
        ('patch pod p --type=json -p \'[{"op":"remove","path":"/x"}]\'', "The request is invalid: the server rejected"),
        ("set image pod/p x=y", 'error: unable to find container named "x"\n'),
        (
            "scale pod/p --replicas=2",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
        ("scale deploy/web", "error: The --replicas=COUNT flag is required, and COUNT must be greater than"),
        ("rollout status pod/p", "error: no status viewer has been implemented for Pod\n"),
        ("rollout restart pod/p", 'error: pods "p" restarting is not supported\n'),
        ("rollout undo deploy/web", 'error: no rollout history found for deployment "web"\n'),
        ("rollout resume deploy/web", 'error: deployments.apps "web" is not paused\n'),
        ("rollout status", "error: required resource not specified\n"),
    ],
)
def test_what_cannot_be_changed(node: Node, line: str, err: str) -> None:
    node.api.put(make_pod(labels={"a": "1"}))
    node.api.put(deployment())
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == 1
    assert node.api.calls == []


def test_each_is_labeled_as_it_is_at_its_turn(node: Node) -> None:
    """What happens to the second while the first is labeled is not undone. Models resource.RetrieveLatest."""
    for name in "ab":
        node.api.put(make_pod(name))
    node.engine.at(52, lambda: node.api.put(make_pod("b", labels={"new": "1"})))
    assert node.type("kubectl label pods a b x=y").out == "pod/a labeled\npod/b labeled\n"
    assert node.api.get("pods", "demo", "b")["metadata"]["labels"] == {"new": "1", "x": "y"}


def test_a_label_that_is_not_there_is_mentioned(node: Node) -> None:
    node.api.put(make_pod())
    assert node.type("kubectl label pod p x-").out == 'label "x" not found.\npod/p not labeled\n'
    assert node.type("kubectl annotate pod p note='a b'").out == "pod/p annotated\n"


def test_patches_of_all_kinds(node: Node) -> None:
    node.api.put(make_pod("p", "a", "b"))
    assert (
        node.type("""kubectl patch pod p -p '{"spec":{"containers":[{"name":"b","image":"x"}]}}'""").out
        == "pod/p patched\n"
    )
    assert [c["image"] for c in node.api.get("pods", "demo", "p")["spec"]["containers"]] == ["nginx", "x"]
    assert node.type("kubectl patch pod p --type=merge -p 'metadata: {labels: {a: b}}'").out == "pod/p patched\n"
    same = node.type("""kubectl patch pod p --type=json -p '[{"op":"test","path":"/metadata/labels/a","value":"b"}]'""")
    assert same.out == "pod/p patched (no change)\n"
    node.type("""kubectl patch pod p --subresource=resize -p '{"spec":{"x":1}}'""")
    assert node.api.calls[-1][2] == "resize"


def test_set_image_and_scale_say_so(node: Node) -> None:
    node.api.put(deployment())
    assert node.type("kubectl set image deployment/web nginx=nginx:2").out == "deployment.apps/web image updated\n"
    assert node.type("kubectl set image deployment/web '*=nginx:2'").out == ""
    assert node.type("kubectl scale deployment/web --replicas=5").out == "deployment.apps/web scaled\n"
    spec = node.api.get("deployments", "demo", "web")["spec"]
    assert (spec["replicas"], spec["template"]["spec"]["containers"][0]["image"]) == (5, "nginx:2")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({"observedGeneration": 1}, "Waiting for deployment spec update to be observed...\n"),
        (
            {"updatedReplicas": 1},
            'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n',
        ),
        (
            {"updatedReplicas": 3, "replicas": 4},
            'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...\n',
        ),
        (
            {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 2},
            'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n',
        ),
        ({"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3}, 'deployment "web" successfully rolled out\n'),
    ],
)
def test_the_state_of_a_rollout(node: Node, status: dict[str, Any], text: str) -> None:
    node.api.put(deployment(**status))
    assert node.type("kubectl rollout status deploy/web --watch=false").out == text


def test_a_rollout_is_followed_until_it_is_over(node: Node) -> None:
    node.api.put(deployment(updatedReplicas=3, replicas=3, availableReplicas=2))
    node.engine.at(3000, node.api.put, deployment(updatedReplicas=3, replicas=3, availableReplicas=3))
    answer = node.type("kubectl rollout status deploy/web")
    assert answer.out == (
        'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n'
        'deployment "web" successfully rolled out\n'
    )
    assert 3000 <= answer.at_ms < 3100


def test_a_rollout_that_takes_too_long_is_an_error(node: Node) -> None:
    late = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]
    node.api.put(deployment(conditions=late))
    assert node.type("kubectl rollout status deploy/web").err == (
        'error: deployment "web" exceeded its progress deadline\n'
    )
    node.api.put(deployment(updatedReplicas=1))
    assert node.type("kubectl rollout status deploy/web --timeout=2s").err == (
        "error: timed out waiting for the condition\n"
    )


def test_undo_goes_back_to_the_template_before(node: Node) -> None:
    node.api.put(deployment())
    for number, image in ((1, "nginx:0"), (2, "nginx:1")):
        template = {
            "metadata": {"labels": {"app": "web", "pod-template-hash": str(number)}},
            "spec": {"containers": [{"name": "nginx", "image": image}]},
        }
        meta = {
            "name": f"web-{number}",
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"uid": "d", "controller": True}],
        }
        node.api.put({"kind": "ReplicaSet", "metadata": meta, "spec": {"template": template}})
    assert node.type("kubectl rollout history deploy/web").out == (
        "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"
    )
    assert node.type("kubectl rollout undo deploy/web").out == "deployment.apps/web rolled back\n"
    template = node.api.get("deployments", "demo", "web")["spec"]["template"]
    assert template["spec"]["containers"][0]["image"] == "nginx:0"
    assert template["metadata"]["labels"] == {"app": "web"}
    assert node.type("kubectl rollout undo deploy/web").out == (
        "deployment.apps/web skipped rollback (current template already matches revision 0)\n"
    )


@pytest.mark.parametrize("kind", ["deployment", "deployments -l app=web"])
def test_a_kind_alone_restarts_all_of_it(node: Node, kind: str) -> None:
    """Models the builder's ResourceTypeOrNameArgs, which the rollout commands let select everything."""
    node.api.put(deployment() | {"metadata": {"name": "web", "labels": {"app": "web"}}})
    assert node.type(f"kubectl rollout restart {kind}").out == "deployment.apps/web restarted\n"


def test_a_rollout_of_nothing_is_no_error(node: Node) -> None:
    answer = node.type("kubectl rollout restart deployment")
    assert (answer.err, answer.code) == ("No resources found in demo namespace.\n", 0)


def test_the_command_is_recorded_if_that_is_asked_for(node: Node) -> None:
    """Models cli-runtime pkg/genericclioptions/record_flags.go."""
    node.api.put(deployment())
    answer = node.type("kubectl set image deploy/web nginx=nginx:2 -n demo --record")
    assert answer.out == "deployment.apps/web image updated\n"
    assert answer.err == "Flag --record has been deprecated, --record will be removed in the future\n"
    annotations = node.api.get("deployments", "demo", "web")["metadata"]["annotations"]
    cause = "kubectl set image deploy/web nginx=nginx:2 --namespace=demo --record=true"
    assert annotations["kubernetes.io/change-cause"] == cause
    assert node.type("kubectl scale deploy web --replicas=5").out == "deployment.apps/web scaled\n"
    annotations = node.api.get("deployments", "demo", "web")["metadata"]["annotations"]
    assert annotations["kubernetes.io/change-cause"] == cause


def test_restart_pause_and_resume(node: Node) -> None:
    node.api.put(deployment())
    assert node.type("kubectl rollout restart deploy web").out == "deployment.apps/web restarted\n"
    annotations = node.api.get("deployments", "demo", "web")["spec"]["template"]["metadata"]["annotations"]
    assert annotations == {"kubectl.kubernetes.io/restartedAt": "2026-11-23T04:49:11Z"}
    assert node.type("kubectl rollout pause deploy web").out == "deployment.apps/web paused\n"
    assert node.type("kubectl rollout pause deploy web").err == 'error: deployments.apps "web" is already paused\n'
    assert node.type("kubectl rollout resume deploy web").out == "deployment.apps/web resumed\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "map[metadata:map[labels:x]]\": cannot restore map from string"),
        ("--type=merge", "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type "
         "map[string]string"),
    ],
)  # fmt: skip
def test_a_patch_that_makes_something_unreadable_is_refused(node: Node, line: str, message: str) -> None:
    """Models test/cmd/core.sh and apiserver handlers/patch.go."""
    node.api.put(make_pod())
    answer = node.type(f'kubectl patch pod p {line} -p \'{{"metadata":{{"labels":"x"}}}}\'')
    assert answer.err.startswith('The request is invalid: patch: Invalid value: "')
    assert answer.err.endswith(f"{message}\n")
    assert not node.sent("replace")


def test_a_patch_of_a_field_that_is_not_known_is_a_warning(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type('kubectl patch pod p --type=merge -p \'{"patched":"x"}\'')
    assert answer.err == 'Warning: unknown field "patched"\n'
    assert answer.out.startswith("pod/p patched")
    answer = node.type('kubectl patch pod p -p \'{"metadata":{"name":"q"}}\'')
    assert answer.err == (
        "Error from server (BadRequest): the name of the object (q) does not match the name on the URL (p)\n"
    )


LOCAL = 'echo \'{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}\' > f; '


@pytest.mark.parametrize(
    ("line", "path", "value"),
    [
        ("label --local -f f a=b", "{.metadata.labels.a}", "b"),
        ("annotate --local -f f a=b", "{.metadata.annotations.a}", "b"),
        ('patch --local -f f -p \'{"spec":{"nodeName":"n"}}\'', "{.spec.nodeName}", "n"),
        ("set image --local -f f c=nginx", "{.spec.containers[0].image}", "nginx"),
        ("set env --local -f f A=b", "{.spec.containers[0].env[0].value}", "b"),
        ("set resources --local -f f --limits=cpu=1", "{.spec.containers[0].resources.limits.cpu}", "1"),
        ("set serviceaccount --local -f f robot", "{.spec.serviceAccountName}", "robot"),
    ],
)
def test_a_file_is_changed_locally(node: Node, line: str, path: str, value: str) -> None:
    """Models test/cmd/core.sh: nothing is asked of the server."""
    assert node.type(f"{LOCAL} kubectl {line} -o jsonpath='{path}'").out == value
    assert not node.api.calls


def test_local_needs_a_file(node: Node) -> None:
    answer = node.type("kubectl set image --local deploy/web c=nginx")
    assert answer.err.startswith("error: you must specify resources by --filename when --local is set.\n")


def test_a_client_only_shows_what_it_would_roll_back_to(node: Node) -> None:
    """Models kubectl pkg/polymorphichelpers/rollback.go."""
    obj = deployment()
    obj["spec"]["paused"] = True
    node.api.put(obj)
    for number, image in ((1, "nginx:0"), (2, "nginx:1")):
        template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": image}]}}
        meta = {
            "name": f"web-{number}",
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"uid": "d", "controller": True}],
        }
        node.api.put({"kind": "ReplicaSet", "metadata": meta, "spec": {"template": template}})
    out = node.type("kubectl rollout undo deploy/web --dry-run=client").out
    assert out.startswith("deployment.apps/web Pod Template:\n  Labels:\tapp=web\n")
    assert "nginx:0" in out
    assert out.endswith(" (dry run)\n")
    assert node.type("kubectl rollout undo deploy/web").err.startswith("error: you cannot rollback a paused deployment")
    assert node.type("kubectl rollout status deploy/web --revision=3").err == (
        "error: desired revision (3) is different from the running revision (0)\n"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("label pods p a=b c", "all resources must be specified before label changes: c"),
        ("annotate pods p a=b c", "all resources must be specified before annotation changes: c"),
        ("set image pod/p app=nginx c", "all resources must be specified before image changes: c"),
        ("label pods p =b", "at least one label update is required"),
        ("label pods p a=b=c", "invalid label spec: a=b=c"),
        ("label pods --all a=b --resource-version=1", "--resource-version may only be used with a single resource"),
        (
            "taint nodes n k=v:NoSchedule k=w:NoSchedule",
            "duplicated taints with the same key and effect: {k w NoSchedule <nil>}",
        ),
    ],
)
def test_pairs_come_last_and_make_sense(node: Node, line: str, message: str) -> None:
    """Models kubectl pkg/cmd/label/label_test.go, cmd/annotate/annotate_test.go and cmd/taint/utils_test.go."""
    node.api.put(make_pod())
    assert node.type(f"kubectl {line}").err == f"error: {message}\n"


def test_the_history_of_a_rollout_can_be_printed_as_objects(node: Node) -> None:
    """Models kubectl pkg/cmd/rollout/rollout_history.go."""
    node.api.put(deployment())
    for number in (1, 2):
        meta = {
            "name": f"web-{number}",
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"uid": "d", "controller": True}],
        }
        node.api.put({"kind": "ReplicaSet", "metadata": meta, "spec": {"template": deployment()["spec"]["template"]}})
    line = "kubectl rollout history deploy/web -o jsonpath='{.metadata.name} '"
    assert node.type(line).out == "web-1 web-2 "
    assert node.type(f"{line} --revision=2").out == "web-2 "
