"""SIGSTOP: a stopped process accepts connections, because its kernel does, and answers none. Models signal(7)."""

import pytest

from simulator.history import Fact
from tests.simulator.stories import Json, Story, exec_probe, pod

NGINX = {"name": "app", "image": "nginx:1.27"}
WORKER = "kill -{} $(pgrep -f 'nginx: [w]orker')"


def get(port: int = 80, **fields: int) -> Json:
    return {"httpGet": {"port": port}, "periodSeconds": 5, "failureThreshold": 2} | fields


def probes(story: Story, since: float) -> list[Fact]:
    return [fact for fact in story.facts("probe") if fact.at_ms >= since * 1000]


def test_a_stopped_server_ends_a_streak_of_passing_http_probes() -> None:
    story = Story(pod(NGINX | {"livenessProbe": get()}), seconds=30)
    story.node(WORKER.format("STOP"))
    failed = probes(story.until(45), 30)
    assert [fact.data["result"] for fact in failed][:2] == ["failure", "failure"]
    assert str(failed[0].data["output"]).endswith(
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    )
    assert story.messages("Killing") == ["Container app failed liveness probe, will be restarted"]


def test_the_master_of_nginx_answers_nobody_and_may_be_stopped() -> None:
    story = Story(pod(NGINX | {"livenessProbe": get()}), seconds=30)
    story.node("kill -STOP $(pgrep -o nginx)")
    assert all(fact.data["result"] == "success" for fact in probes(story.until(60), 30))


def test_a_server_that_goes_on_passes_again() -> None:
    story = Story(pod(NGINX | {"readinessProbe": get(failureThreshold=1)}), seconds=30)
    story.node(WORKER.format("STOP"))
    assert not story.until(42).container()["ready"]
    story.node(WORKER.format("CONT"))
    assert story.until(60).container()["ready"]
    assert [fact.data["effect"] for fact in story.facts("signal")] == ["stopped", "continued"]


def test_a_tcp_probe_does_not_notice() -> None:
    probe = {"tcpSocket": {"port": 80}, "periodSeconds": 5, "failureThreshold": 1}
    story = Story(pod(NGINX | {"livenessProbe": probe}), seconds=30)
    story.node(WORKER.format("STOP"))
    assert story.until(60).messages("Unhealthy") == []


def test_a_grpc_probe_finds_nobody_to_shake_hands_with() -> None:
    probe = {"grpc": {"port": 5000}, "periodSeconds": 5, "failureThreshold": 3}
    agnhost = {"name": "app", "image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "args": ["grpc-health-checking"]}
    story = Story(pod(agnhost | {"livenessProbe": probe}), seconds=30)
    assert story.messages("Unhealthy") == []
    story.node("kill -STOP $(pgrep agnhost)")
    (message,) = set(story.until(42).messages("Unhealthy"))
    assert "timeout: failed to connect service" in message


def test_a_request_is_answered_when_the_process_goes_on_in_time() -> None:
    story = Story(pod(NGINX), seconds=10)
    ip = story.status["podIP"]
    story.simulation.act("node", {"command": f"{WORKER.format('STOP')}; sleep 3; {WORKER.format('CONT')}"})
    story.until(11)
    assert story.node(f"curl -s -o /dev/null -w '%{{http_code}}' http://{ip}/") == "200"


@pytest.mark.parametrize(("signal", "code"), [("", 137), ("CONT", 143)])
def test_sigterm_waits_until_a_stopped_process_goes_on(signal: str, code: int) -> None:
    script = {"name": "app", "image": "busybox:1.36", "command": ["sh", "-c", "sleep 1000"]}
    story = Story(pod(script, terminationGracePeriodSeconds=8, shareProcessNamespace=True), seconds=10)
    story.node("kill -STOP $(pgrep -f '[s]leep 1000')")
    story.simulation.act("node", {"command": "kubectl delete pod p --wait=false"})
    story.until(23)
    if signal:
        story.node("kill -CONT $(pgrep -f '[s]leep 1000')")
    (ended,) = story.until(40).facts("exit")
    assert ended.data["code"] == code
    assert "pending" in [fact.data["effect"] for fact in story.facts("signal")]


def test_the_pause_of_a_shared_process_namespace_ends_with_its_pod() -> None:
    sleeper = {"name": "app", "image": "busybox:1.36", "command": ["sleep", "1000"]}
    story = Story(pod(sleeper | {"livenessProbe": exec_probe("true")}, shareProcessNamespace=True), seconds=10)
    assert "/pause" in story.node("ps -ef")
    story.node("kubectl delete pod p --now")
    assert "/pause" not in story.until(50).node("ps -ef")
