"""`kubectl cordon`, `drain`, `wait`, `version` and what is not simulated."""

from typing import Any

import pytest

from tests.simulator.kubectl.fakes import Node, make_pod

NODE: dict[str, Any] = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "node1"}, "spec": {}}
OWNER = {"kind": "ReplicaSet", "name": "r", "uid": "r", "controller": True}


def test_cordon_and_uncordon(node: Node) -> None:
    node.api.put(NODE)
    assert node.type("kubectl uncordon node1").out == "node/node1 already uncordoned\n"
    assert node.type("kubectl cordon node/node1").out == "node/node1 cordoned\n"
    assert node.api.get("nodes", "", "node1")["spec"] == {"unschedulable": True}
    assert node.type("kubectl cordon node1").out == "node/node1 already cordoned\n"
    assert node.type("kubectl uncordon node1").out == "node/node1 uncordoned\n"


def test_drain_evicts_what_belongs_to_a_controller(node: Node) -> None:
    node.api.put(NODE)
    node.api.put(make_pod("p", ownerReferences=[OWNER]))
    node.api.put({"kind": "DaemonSet", "apiVersion": "apps/v1", "metadata": {"name": "r", "namespace": "demo"}})
    node.api.put(make_pod("d", ownerReferences=[OWNER | {"kind": "DaemonSet"}]))
    node.api.put(make_pod("m", annotations={"kubernetes.io/config.mirror": "x"}))
    answer = node.type("kubectl drain node1 --ignore-daemonsets")
    assert answer.out == "node/node1 cordoned\nevicting pod demo/p\npod/p evicted\nnode/node1 drained\n"
    assert answer.err == "Warning: ignoring DaemonSet-managed Pods: demo/d\n"


def test_drain_refuses_what_would_be_lost(node: Node) -> None:
    node.api.put(NODE)
    node.api.put(make_pod("p"))
    volumes = make_pod("v", ownerReferences=[OWNER])
    volumes["spec"]["volumes"] = [{"name": "e", "emptyDir": {}}]
    node.api.put(volumes)
    answer = node.type("kubectl drain node1")
    assert answer.code == 1
    assert answer.out == "node/node1 cordoned\n"
    why = (
        "[cannot delete cannot delete Pods that declare no controller (use --force to override): demo/p, "
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): demo/v]"
    )
    assert answer.err == (
        f'error: unable to drain node "node1" due to error: {why}, continuing command...\n'
        f"There are pending nodes to be drained:\n node1\nerror: {why}\n"
    )
    forced = node.type("kubectl drain node1 --force --delete-emptydir-data")
    assert forced.code == 0
    assert "deleting Pods that declare no controller: demo/p" in forced.err


def test_drain_needs_force_for_a_daemon_whose_set_is_gone(node: Node) -> None:
    node.api.put(NODE)
    node.api.put(make_pod("d", ownerReferences=[OWNER | {"kind": "DaemonSet"}]))
    refused = node.type("kubectl drain node1 --ignore-daemonsets")
    assert 'unable to drain node "node1" due to error: cannot delete daemonsets' in refused.err
    forced = node.type("kubectl drain node1 --force")
    assert forced.out.endswith("pod/d evicted\nnode/node1 drained\n")
    assert forced.err.startswith("Warning: daemonsets")


def ready(status: str) -> dict[str, Any]:
    pod = make_pod()
    pod["status"]["conditions"] = [{"type": "Ready", "status": status}]
    return pod


@pytest.mark.parametrize(
    "wanted", ["condition=Ready", "condition=ready=True", "jsonpath='{.status.conditions[0].status}'=True"]
)
def test_wait_ends_when_the_condition_holds(node: Node, wanted: str) -> None:
    node.api.put(ready("False"))
    node.engine.at(5000, node.api.put, ready("True"))
    answer = node.type(f"kubectl wait --for={wanted} pod/p")
    assert answer.out == "pod/p condition met\n"
    assert 5000 <= answer.at_ms < 5100


def test_wait_gives_up_in_time(node: Node) -> None:
    node.api.put(ready("False"))
    answer = node.type("kubectl wait --for=condition=Ready pod/p --timeout=3s")
    assert answer.err == "error: timed out waiting for the condition on pods/p\n"
    assert 3000 <= answer.at_ms < 3200


def test_wait_for_deletion_and_creation(node: Node) -> None:
    pod = node.api.put(make_pod())
    node.engine.at(2000, node.api.put, pod, "DELETED")
    assert node.type("kubectl wait --for=delete pod/p").out == "pod/p condition met\n"
    assert node.type("kubectl wait --for=delete pod/p").code == 0
    node.engine.at(4000, node.api.put, make_pod(), "ADDED")
    assert node.type("kubectl wait --for=create pod/p").out == "pod/p condition met\n"


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("wait pod/p", 'error: unrecognized condition: ""\n'),
        ("wait --for=love pod/p", 'error: unrecognized condition: "love"\n'),
        ("wait --for=condition=Ready pods --all", "error: no matching resources found\n"),
        ("wait --for=condition=Ready pod/nope", 'Error from server (NotFound): pods "nope" not found\n'),
        ("wait --for=condition=Ready pod/p --timeout=x", 'error: invalid duration "x"\n'),
        ("top pods", "error: Metrics API not available\n"),
        ("auth can-i get", "error: you must specify two arguments: verb resource or verb resource/resourceName.\n"),
        (
            "auth can-i get pods --as=eve",
            "error: podviz has no access rules: what Roles allow to others is not known\n",
        ),
        ("set nothing", "error: unknown command \"nothing\"\nSee 'kubectl set -h' for help and examples\n"),
        ("set serviceaccount", "error: serviceaccount is required\n"),
        ("proxy", "error: podviz does not simulate `kubectl proxy`\n"),
        ("config use-context x", 'error: no context exists with the name: "x"\n'),
        ("drain", "error: USAGE: drain NODE [flags]\n"),
        ("rollout", "error: rollout needs a subcommand\n"),
    ],
)
def test_what_is_refused(node: Node, line: str, err: str) -> None:
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == 1


def test_everybody_may_do_everything(node: Node) -> None:
    assert node.type("kubectl auth can-i create pods").out == "yes\n"
    assert node.type("kubectl auth can-i create pods -q").out == ""
    answer = node.type("kubectl auth can-i get nosuch")
    assert (answer.out, answer.err) == ("yes\n", "Warning: the server doesn't have a resource type 'nosuch'\n\n")


def test_help_lists_the_verbs(node: Node) -> None:
    for line in ("kubectl", "kubectl help", "kubectl --help"):
        told = node.type(line).out
        assert ", port-forward, " in told
        assert "proxy" not in told


def test_small_questions(node: Node) -> None:
    assert node.type("kubectl api-versions").out.splitlines()[0] == "apps/v1"
    assert node.type("kubectl version").out == (
        "Client Version: v1.35.6\nKustomize Version: v5.7.1\nServer Version: v1.35.6\n"
    )
    assert "Server" not in node.type("kubectl version --client").out
    assert node.type("kubectl api-resources").out.splitlines()[0].split() == [
        "NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND",
    ]  # fmt: skip
    assert "nodes\n" in node.type("kubectl api-resources --namespaced=false -o name").out
    assert node.type("kubectl api-resources --api-group=batch -o name").out == "cronjobs.batch\njobs.batch\n"
    names = node.type("kubectl api-resources --sort-by=name --no-headers").out.splitlines()
    assert names == sorted(names, key=lambda line: line.split()[0])
    assert node.type("kubectl api-resources --sort-by=age").err == "error: --sort-by accepts only name or kind\n"
    assert "pods\n" not in node.type("kubectl api-resources --namespaced=false -o name").out
    assert node.type("kubectl").out.startswith("kubectl controls the Kubernetes cluster manager.\n")
    assert node.type("kubectl get --help").code == 0
    assert node.type("kubectl config current-context").out == "podviz\n"


def test_the_namespace_of_the_context_can_be_changed(node: Node) -> None:
    node.api.put(make_pod("p", namespace="other"))
    assert node.type("kubectl config set-context --current --namespace=other").out == 'Context "podviz" modified.\n'
    assert node.type("kubectl get pods -o name").out == "pod/p\n"
    assert node.type("kubectl config view --minify -o jsonpath='{..namespace}'").out == "other"
    assert node.type("kubectl config get-contexts").out.splitlines()[1].endswith(" other")
    assert node.type("kubectl config set-context podviz --namespace=").code == 0
    assert node.type("kubectl get pods").err == "No resources found in demo namespace.\n"
    assert "current-context: podviz\nkind: Config\n" in node.type("kubectl config view").out


def test_wait_tells_of_everything_that_is_not_met(node: Node) -> None:
    """Models kubectl pkg/cmd/wait/wait_test.go."""
    for name in ("p", "q"):
        node.api.put(make_pod(name))
    assert node.type("kubectl wait pod --all --for=condition=Nope --timeout=1s").err == (
        "timed out waiting for the condition on pods/p\ntimed out waiting for the condition on pods/q\n"
    )
    for given, message in (
        ("jsonpath={.a}=b=c", "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "),
        ("jsonpath={.a}=", "jsonpath wait has to have a value after equal sign, like --for=jsonpath="),
        ("jsonpath={.metadata}=x", "jsonpath leads to a nested object or list which is not supported"),
        ("jsonpath=", "jsonpath expression cannot be empty"),
        ("nope", 'unrecognized condition: "nope"'),
    ):
        assert node.type(f"kubectl wait pod/p --for='{given}'").err.startswith(f"error: {message}")
    assert node.type("kubectl wait pod/p --for=jsonpath=.status.phase=Running").out == "pod/p condition met\n"


def test_a_verb_that_is_not_known_is_guessed(node: Node) -> None:
    assert node.type("kubectl gte pods").err == (
        'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'
    )
    assert node.type("kubectl describ").err.endswith("Did you mean this?\n\tdescribe\n")


def test_a_request_can_be_given_a_time(node: Node) -> None:
    """Models test/cmd/request-timeout.sh and test/cmd/get.sh."""
    node.api.put(make_pod())
    answer = node.type("kubectl get pods -w --request-timeout=1")
    assert answer.out.startswith("NAME")
    assert 1000 <= answer.at_ms <= 1100
    assert node.type("kubectl get pods --request-timeout=1p").err.startswith(
        "error: Invalid timeout value. Timeout must"
    )
    assert node.type("kubectl get pod p --subresource=status").code == 0
    assert node.type("kubectl get pod p --subresource=scale").err == (
        "Error from server (NotFound): the server could not find the requested resource\n"
    )


def test_the_version_can_be_had_as_an_object(node: Node) -> None:
    """Models test/cmd/version.sh."""
    assert '"gitVersion": "v1.35.6"' in node.type("kubectl version -o json").out
    assert "serverVersion" not in node.type("kubectl version --client -o yaml").out
    assert node.type("kubectl version -o xml").err == "error: --output must be 'yaml' or 'json'\n"
