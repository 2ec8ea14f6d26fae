"""`kubectl exec`, `attach` and `logs`."""

import pytest

from simulator.kubectl.api import Ended
from simulator.objects.errors import ApiError
from tests.simulator.kubectl.fakes import Node, make_pod


def test_exec_prints_both_streams_and_passes_the_exit_code_on(node: Node) -> None:
    node.api.put(make_pod("p", "a", "b"))
    node.api.answers = [(500, "stdout", b"hi\n", 3)]
    answer = node.type("kubectl exec p -- sh -c 'echo hi; exit 3'")
    assert node.sent("exec") == [("exec", "p", "a", ["sh", "-c", "echo hi; exit 3"], False)]
    assert answer.out == "hi\n"
    assert answer.err == 'Defaulted container "a" out of: a, b\ncommand terminated with exit code 3\n'
    assert answer.code == 3


def test_an_exec_of_a_quick_command_takes_about_as_long_as_on_a_real_node(node: Node) -> None:
    node.api.put(make_pod())
    node.api.answers = [(0, "stdout", b"", 0)]
    assert 60 <= node.type("kubectl exec p -- true").at_ms <= 100


def test_input_is_passed_on_as_it_comes(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.begin("(echo one; sleep 2; echo two) | kubectl exec -i p -- cat")
    node.engine.run_until(1000)
    stream, _, on_end = node.api.sessions[0]
    assert (stream.typed, stream.closed) == (b"one\n", False)
    node.engine.run_until(3000)
    assert (stream.typed, stream.closed) == (b"one\ntwo\n", True)
    on_end(Ended(0))
    node.engine.run_until(4000)
    assert answer.code == 0


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("exec p", "error: you must specify at least one command for the container\n"),
        ("exec", "error: pod, type/name or --filename must be specified\n"),
        ("exec p ls", "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
         "See 'kubectl exec -h' for help and examples\n"),
        ("exec p -c x -- ls", "error: container x not found in pod p\n"),
        ("exec nope -- ls", 'Error from server (NotFound): pods "nope" not found\n'),
    ],
)  # fmt: skip
def test_an_exec_that_makes_no_sense_is_refused(node: Node, line: str, err: str) -> None:
    pod = make_pod("p", "a")
    pod["spec"]["initContainers"] = [{"name": "i"}]
    node.api.put(pod)
    answer = node.type(f"kubectl {line}")
    assert answer.err == err
    assert answer.code == 1


def test_a_completed_pod_takes_no_exec(node: Node) -> None:
    pod = make_pod()
    pod["status"]["phase"] = "Succeeded"
    node.api.put(pod)
    assert node.type("kubectl exec p -- ls").err == (
        "error: cannot exec into a container in a completed pod; current phase is Succeeded\n"
    )


@pytest.mark.parametrize(
    ("message", "err"),
    [
        ("failed to exec in container: no", "error executing command in container: failed to exec in container: no"),
        (
            'unable to upgrade connection: container not found ("app")',
            'unable to upgrade connection: container not found ("app")',
        ),
    ],
)
def test_what_the_runtime_refuses_is_an_internal_error(node: Node, message: str, err: str) -> None:
    node.api.put(make_pod())
    node.api.refuse = ApiError(500, "InternalError", message)
    answer = node.type("kubectl exec p -- nosuch")
    assert answer.err == f"error: Internal error occurred: {err}\n"
    assert answer.code == 1


def test_attach_says_that_it_is_recorded(node: Node) -> None:
    node.api.put(make_pod())
    node.api.answers = [(100, "stdout", b"x\n", 7)]
    answer = node.type("kubectl attach p")
    assert answer.out == "x\n"
    assert answer.err.startswith("All commands and output from this session will be recorded in container logs, ")
    assert answer.code == 0


def test_logs_print_the_tail_and_prefixes(node: Node) -> None:
    node.api.put(make_pod("p", "a", "b"))
    node.api.texts = {"a": "1\n2\n3\n", "b": "x\n"}
    assert node.type("kubectl logs p -c a --tail=2").out == "2\n3\n"
    assert node.type("kubectl logs p b").out == "x\n"
    assert node.type("kubectl logs p").err == 'Defaulted container "a" out of: a, b\n'
    assert node.type("kubectl logs p --all-containers --prefix --tail=1").out == "[pod/p/a] 3\n[pod/p/b] x\n"
    assert node.type("kubectl logs p -c a --timestamps").out.startswith("2026-11-23T04:49:10.000000Z 1\n")
    assert node.type("kubectl logs p -c a --since-time=2026-11-23T04:49:11Z").out == "2\n3\n"
    assert node.type("kubectl logs p -c a --limit-bytes=3").out == "1\n2"


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("logs", "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"),
        ("logs nope", 'error: error from server (NotFound): pods "nope" not found in namespace "demo"\n'),
        ("logs p -p", 'Error from server (BadRequest): previous terminated container "app" in pod "p" not found\n'),
        ("logs p -c x", "error: container x is not valid for pod p\n"),
        ("logs -l a=b", "No resources found in demo namespace.\n"),
        ("logs p app -c app", "error: only one of -c or an inline [CONTAINER] arg is allowed\n"),
    ],
)
def test_logs_that_cannot_be_had(node: Node, line: str, err: str) -> None:
    node.api.put(make_pod())
    assert node.type(f"kubectl {line}").err.startswith(err)


def test_following_prints_what_comes_until_the_container_ends(node: Node) -> None:
    node.api.put(make_pod())
    node.api.texts = {"app": "1\n2\n"}
    answer = node.begin("kubectl logs -f p --tail=1")

    def end() -> None:
        pod = make_pod()
        pod["status"]["containerStatuses"][0]["state"] = {"terminated": {"containerID": "x"}}
        node.api.texts = {"app": "1\n2\n3\n4\n"}
        node.api.put(pod)

    node.engine.at(1500, node.api.texts.update, {"app": "1\n2\n3\n"})
    node.engine.at(5000, end)
    node.engine.run_until(10_000)
    assert (answer.out, answer.code) == ("2\n3\n4\n", 0)
    assert 5000 <= answer.at_ms <= 7100


def test_logs_of_a_deployment_are_those_of_one_of_its_pods(node: Node) -> None:
    spec = {"selector": {"matchLabels": {"app": "web"}}}
    node.api.put({"kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})
    for name in ("web-1", "web-2"):
        node.api.put(make_pod(name, labels={"app": "web"}))
    node.api.texts = {"app": "x\n"}
    answer = node.type("kubectl logs deploy/web")
    assert (answer.out, answer.err) == ("x\n", "Found 2 pods, using pod/web-1\n")


def test_errors_of_logs_can_be_printed_instead(node: Node) -> None:
    """Models kubectl pkg/cmd/logs/logs_test.go."""
    pod = make_pod("p", "a", "b", annotations={"kubectl.kubernetes.io/default-container": "gone"})
    pod["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "ContainerCreating"}}
    node.api.put(pod)
    node.api.texts["b"] = "hi\n"
    waits = 'container "a" in pod "p" is waiting to start: ContainerCreating'
    answer = node.type("kubectl logs p --all-containers --ignore-errors")
    assert (answer.out, answer.code) == (f"error: {waits}\nhi\n", 0)
    answer = node.type("kubectl logs p")
    assert answer.err.startswith(
        'Default container name "gone" not found in pod p\nDefaulted container "a" out of: a, b\n'
    )
