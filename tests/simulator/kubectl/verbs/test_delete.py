"""`kubectl delete`."""

import pytest

from tests.simulator.kubectl.fakes import Node, make_pod


def test_delete_says_so_at_once_and_waits_until_the_pod_is_gone(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type("kubectl delete pod p")
    assert answer.out == 'pod "p" deleted from demo namespace\n'
    assert node.sent("delete") == [("delete", "pods", "p", None)]
    assert 2050 <= answer.at_ms <= 2100
    assert node.api.watchers == []


def test_without_waiting_it_ends_at_once(node: Node) -> None:
    node.api.put(make_pod())
    assert node.type("kubectl delete pod p --wait=false").at_ms < 100


@pytest.mark.parametrize(
    ("words", "grace"),
    [("--now", 1), ("--grace-period=5", 5), ("--grace-period=0", 1), ("--grace-period=0 --force", 0), ("--force", 0)],
)
def test_the_grace_period_that_is_sent(node: Node, words: str, grace: int) -> None:
    node.api.put(make_pod())
    answer = node.type(f"kubectl delete po/p {words}")
    assert node.sent("delete") == [("delete", "pods", "p", grace)]
    forced = grace == 0
    assert answer.out == f'pod "p" {"force " if forced else ""}deleted from demo namespace\n'
    assert answer.err.startswith("Warning: Immediate deletion does not wait") is forced


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("delete pod nope", 'Error from server (NotFound): pods "nope" not found\n'),
        ("delete pod", "error: resource(s) were provided, but no name was specified\n"),
        ("delete", "error: You must provide one or more resources by argument or filename.\n"),
        (
            "delete pod p --force --grace-period=3",
            "error: --force and --grace-period greater than 0 cannot be specified together\n",
        ),
        ("delete pod p --now --grace-period=3", "error: --now and --grace-period cannot be specified together\n"),
    ],
)
def test_what_cannot_be_deleted(node: Node, line: str, err: str) -> None:
    answer = node.type(f"kubectl {line}")
    assert answer.err.startswith(err)
    assert answer.code == 1


def test_nothing_that_fits_a_selector_is_no_error(node: Node) -> None:
    answer = node.type("kubectl delete pods -l app=web")
    assert (answer.out, answer.code) == ("No resources found\n", 0)
    assert node.type("kubectl delete pod nope --ignore-not-found").code == 0


def test_the_others_are_deleted_when_one_is_missing(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type("kubectl delete pod nope p")
    assert answer.out == 'pod "p" deleted from demo namespace\n'
    assert answer.code == 1


def test_kinds_without_a_namespace_name_none(node: Node) -> None:
    node.api.put({"kind": "Namespace", "metadata": {"name": "x"}})
    assert node.type("kubectl delete ns x").out == 'namespace "x" deleted\n'


def test_a_pod_that_comes_back_under_its_name_before_the_list_is_waited_for(node: Node) -> None:
    """As the recording of a mirror Pod shows: the new one has to go too."""
    first = node.api.put(make_pod(uid="1"))
    node.api.delete = lambda *args, **more: node.api.calls.append(("delete", *args))  # type: ignore[method-assign]
    node.engine.at(58, node.api.put, first, "DELETED")
    node.engine.at(59, node.api.put, make_pod(uid="2"), "ADDED")
    node.engine.at(9000, node.api.put, make_pod(uid="2"), "DELETED")
    assert node.type("kubectl delete pod p").at_ms >= 9000


def test_waiting_has_a_time_limit(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type("kubectl delete pod p --timeout=1s")
    assert answer.err == "error: timed out waiting for the condition on pods/p\n"


def test_one_deletion_is_answered_before_the_next_is_asked_for(node: Node) -> None:
    """Models DeleteResult: the objects are visited one after the other."""
    for name in "abc":
        node.api.put(make_pod(name))
    alone = node.type("kubectl delete pod a --wait=false").at_ms
    assert node.type("kubectl delete pod b c --wait=false").at_ms - alone > alone


def test_delete_asks_first_if_that_is_wished(node: Node) -> None:
    """Models test/cmd/delete.sh run_kubectl_delete_interactive_tests."""
    node.api.put({"kind": "ConfigMap", "metadata": {"name": "one"}})
    asked = "You are about to delete the following 1 resource(s):\nconfigmap/one\nDo you want to continue? (y/N): "
    assert node.type("echo n | kubectl delete cm one -i").out == f"{asked}deletion is cancelled\n"
    assert node.type("echo y | kubectl delete cm one -i").out == (
        f'{asked}configmap "one" deleted from demo namespace\n'
    )


def test_a_namespace_does_not_narrow_what_has_none(node: Node) -> None:
    """Models test/cmd/core.sh run_namespace_tests."""
    node.api.put({"kind": "Namespace", "metadata": {"name": "n"}})
    answer = node.type("kubectl delete namespace -n n n")
    assert answer.err == "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n"
