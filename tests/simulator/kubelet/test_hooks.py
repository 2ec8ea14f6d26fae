"""What becomes of a lifecycle hook that fails. Models pkg/kubelet/lifecycle/handlers.go."""

from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod


def failed_post_start(handler: Json, script: str = "sleep 1000") -> str:
    """The message that the API shows after a postStart hook failed."""
    story = Story(pod(container(script, lifecycle={"postStart": handler})), seconds=8)
    waiting = [
        status["state"]["waiting"]["message"]
        for revision in story.revisions()
        for status in revision.object["status"].get("containerStatuses", ())
        if status["state"].get("waiting", {}).get("reason") == "PostStartHookError"
    ]
    return str(waiting[0])


def served(**hooks: Any) -> Story:
    """A web server that is deleted once it runs."""
    nginx = {"name": "app", "image": "nginx:1.27", "ports": [{"containerPort": 80}], "lifecycle": hooks}
    story = Story(pod(nginx), seconds=5)
    story.simulation.act("delete", {"kind": "pods", "name": "p"})
    return story.until(15)


def test_what_a_failed_command_printed_is_quoted_as_go_does() -> None:
    message = failed_post_start({"exec": {"command": ["sh", "-c", "echo 'a\"b'; echo bad >&2; exit 3"]}})
    assert message.endswith('exited with 3: bad\n, message: "a\\"b\\nbad\\n"')


def test_a_command_in_a_container_that_has_ended_is_refused_by_the_runtime() -> None:
    message = failed_post_start({"exec": {"command": ["true"]}}, script="exit 1")
    error = "rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state"
    assert message.endswith(f'failed - error: {error}, message: ""')


def test_a_port_name_that_nobody_declared_fails_the_hook() -> None:
    message = failed_post_start({"httpGet": {"port": "web", "path": "/x"}})
    assert message.startswith("HTTP lifecycle hook (/x) for Container")
    assert message.endswith('failed - error: strconv.Atoi: parsing "web": invalid syntax')


def test_an_https_hook_that_meets_a_plain_server_is_tried_again_without() -> None:
    story = served(preStop={"httpGet": {"port": 80, "scheme": "HTTPS", "path": "/"}})
    (message,) = story.messages("LifecycleHTTPFallback")
    assert message.startswith("request to HTTPS lifecycle hook 10.244.")
    assert message.endswith(":80 got HTTP response, retry with HTTP succeeded")
    assert story.events("FailedPreStopHook") == []
    assert any("kube-lifecycle/1.35" in fact.data["text"] for fact in story.facts("log"))


def test_a_small_server_listens_by_the_time_its_post_start_hook_asks() -> None:
    assert served(postStart={"httpGet": {"port": 80, "path": "/"}}).events("FailedPostStartHook") == []


def test_the_stop_signal_comes_late_enough_for_a_server_that_has_just_started() -> None:
    story = served(postStart={"httpGet": {"port": 81, "path": "/"}})
    assert {f.data["code"] for f in story.facts("exit")} == {0}


def test_the_status_code_of_an_http_hook_does_not_matter() -> None:
    assert served(preStop={"httpGet": {"port": 80, "path": "/none"}}).events("FailedPreStopHook") == []


@pytest.mark.parametrize("handler", [{"httpGet": {"port": 81, "path": "/"}}, {"tcpSocket": {"port": 80}}])
def test_a_pre_stop_hook_that_fails_does_not_keep_the_container(handler: Json) -> None:
    story = served(preStop=handler)
    assert story.messages("Killing", "FailedPreStopHook") == ["Stopping container app", "PreStopHook failed"]
    assert story.revisions()[-1].verb == "DELETED"


def test_a_hook_by_tcp_is_none() -> None:
    """pkg/kubelet/lifecycle/handlers_test.go TestRunHandlerNil: the handler is shown as Go shows it."""
    story = Story(pod(container(lifecycle={"postStart": {"tcpSocket": {"port": 80}}})), seconds=5)
    assert story.container()["state"]["waiting"]["message"] == (
        "Cannot run handler: invalid handler: &LifecycleHandler{Exec:nil,HTTPGet:nil,"
        "TCPSocket:&TCPSocketAction{Port:{0 80 },Host:,},Sleep:nil,}"
    )


def test_a_pre_stop_hook_that_hangs_gets_the_grace_and_the_container_two_seconds_more() -> None:
    hook = {"preStop": {"exec": {"command": ["sleep", "100"]}}}
    story = Story(pod(container(lifecycle=hook), terminationGracePeriodSeconds=5), seconds=5)
    story.simulation.act("delete", {"kind": "pods", "name": "p"})
    story.until(20)
    assert 12 <= story.facts("exit")[0].at_ms / 1000 <= 12.2
    assert story.messages("FailedPreStopHook") == ["PreStopHook failed"]


def test_nobody_at_a_host_fails_an_http_hook_when_linux_gives_up_the_connection() -> None:
    hook = {"postStart": {"httpGet": {"port": 80, "path": "/", "host": "10.99.99.99"}}}
    story = Story(pod(container(lifecycle=hook)), seconds=120)
    assert story.events("FailedPostStartHook") == []
    story.until(132)
    waiting = story.container()["state"].get("waiting") or {}
    assert waiting["message"].endswith("dial tcp 10.99.99.99:80: connect: connection timed out")


def test_a_server_that_never_answers_holds_an_http_hook_until_the_container_goes() -> None:
    hook = {"preStop": {"httpGet": {"port": 8080, "path": "/"}}}
    app = container("sleep 1000 | nc -l -p 8080", lifecycle=hook)
    story = Story(pod(app, terminationGracePeriodSeconds=200), seconds=5)
    story.simulation.act("delete", {"kind": "pods", "name": "p"})
    story.until(200)
    assert story.events("FailedPreStopHook") == []
    story.until(210)
    assert 207 <= story.facts("exit")[0].at_ms / 1000 <= 207.2
    assert story.messages("FailedPreStopHook") == ["PreStopHook failed"]
