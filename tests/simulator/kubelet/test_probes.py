"""Probes. Models pkg/kubelet/prober/{worker,prober_manager}.go."""

import pytest

from simulator.kubelet.probe import probe_headers
from tests.simulator.stories import Story, container, exec_probe, pod

LISTEN = "nc -lk -p 8080"
OK = "HTTP/1.1 200 OK\\r\\n"
FLAG = "touch /tmp/ok; sleep 20; rm /tmp/ok; sleep 1000"


def test_liveness_kills_at_its_threshold_and_the_container_starts_again() -> None:
    story = Story(pod(container(FLAG, livenessProbe=exec_probe("cat", "/tmp/ok"))), seconds=60)
    assert story.messages("Killing") == ["Container app failed liveness probe, will be restarted"]
    failures = [f for f in story.facts("probe") if f.data["result"] == "failure"]
    assert [f.data["count"] for f in failures[:2]] == [1, 2]
    assert failures[1].data["changed"]
    assert not failures[0].data["changed"]
    assert story.container()["lastState"]["terminated"]["exitCode"] == 137


def test_readiness_takes_away_readiness_and_never_restarts() -> None:
    story = Story(pod(container(FLAG, readinessProbe=exec_probe("cat", "/tmp/ok"))), seconds=60)
    assert story.container()["restartCount"] == 0
    assert not story.container()["ready"]
    assert story.condition("Ready")["reason"] == "ContainersNotReady"
    assert story.condition("Ready")["message"] == "containers with unready status: [app]"


def test_startup_failure_kills_and_the_other_probes_wait_for_its_success() -> None:
    app = container(
        "sleep 12; touch /tmp/up; sleep 1000",
        startupProbe=exec_probe("cat", "/tmp/up", failureThreshold=10),
        livenessProbe=exec_probe("cat", "/tmp/up"),
    )
    story = Story(pod(app), seconds=40)
    first = {f.data["probe"]: f for f in reversed(story.facts("probe"))}
    assert first["liveness"].at_ms > first["startup"].at_ms
    assert first["liveness"].data["result"] == "success"
    assert [f.data["reason"] for f in story.facts("probe.rest")] == ["passed"]
    failing = container(startupProbe=exec_probe("false"))
    assert Story(pod(failing), seconds=20).messages("Killing")[0].startswith("Container app failed startup probe")


def test_a_success_that_cannot_change_is_one_fact_until_it_does() -> None:
    story = Story(pod(container(FLAG, readinessProbe=exec_probe("cat", "/tmp/ok"))), seconds=19)
    (streak,) = story.facts("probe")
    assert streak.data["every_ms"] == 5000
    story.until(30)
    assert story.facts("probe")[1].data["result"] == "failure"


def test_a_day_of_a_healthy_pod_writes_no_more_than_an_hour_of_it() -> None:
    healthy = container(
        "sleep infinity", livenessProbe=exec_probe("true"), readinessProbe=exec_probe("cat", "/etc/hostname")
    )
    story = Story(pod(healthy), seconds=3600)
    entries, transitions = len(story.entries), story.simulation.engine.transitions
    story.until(24 * 3600)
    assert (len(story.entries), story.simulation.engine.transitions) == (entries, transitions)


def test_a_probe_that_writes_is_run_every_time() -> None:
    story = Story(pod(container(livenessProbe=exec_probe("sh", "-c", "date > /tmp/seen"))), seconds=31)
    attempts = [f for f in story.facts("probe") if f.data["probe"] == "liveness"]
    assert len(attempts) >= 5
    assert all(f.data["every_ms"] is None for f in attempts)


def test_a_command_that_is_not_there_errors_and_does_not_count() -> None:
    story = Story(pod(container(livenessProbe=exec_probe("/no/such"))), seconds=60)
    assert story.container()["restartCount"] == 0
    assert "Liveness probe errored and resulted in unknown state" in story.messages("Unhealthy")[0]


def test_an_attempt_that_takes_too_long_fails() -> None:
    story = Story(pod(container(readinessProbe=exec_probe("sleep", "5", timeoutSeconds=2))), seconds=20)
    assert 'command timed out: "sleep 5" timed out after 2s' in story.messages("Unhealthy")[0]


def test_what_a_killed_command_started_is_waited_for_and_the_command_is_quoted() -> None:
    """Models containerd's internal/cri/server/container_execsync.go drainExecSyncIO and cri-client's execSyncV1."""
    probe = exec_probe("sh", "-c", 'sleep 4; echo "late"', periodSeconds=30)
    story = Story(pod(container(livenessProbe=probe)), seconds=40)
    assert story.messages("Unhealthy") == [
        'Liveness probe failed: command timed out: "sh -c sleep 4; echo \\"late\\"" timed out after 1s'
    ]
    told = next(fact.at_ms for fact in story.facts("probe"))
    assert 34_000 < told < 36_000


def test_a_command_is_not_done_before_what_it_left_behind() -> None:
    """Models containerd's internal/cri/server/container_execsync.go drainExecSyncIO: the time limit is the command's."""
    story = Story(pod(container(readinessProbe=exec_probe("sh", "-c", "sleep 6 & exit 0"))), seconds=6)
    assert not story.container()["ready"]
    assert story.until(8).container()["ready"]
    assert story.messages("Unhealthy") == []
    quiet = exec_probe("sh", "-c", "sleep 6 > /dev/null 2>&1 & exit 0")
    assert Story(pod(container(readinessProbe=quiet)), seconds=3).container()["ready"]


def test_an_attempt_under_way_is_told_of_when_its_pod_ends() -> None:
    """Models pkg/kubelet/prober/worker.go stop, which an attempt does not hear."""
    slow = exec_probe("sleep", "8", timeoutSeconds=9, periodSeconds=10)
    story = Story(pod(container("trap 'exit 0' TERM; while true; do sleep 1; done", livenessProbe=slow)), seconds=14)
    story.node("kubectl delete pod p")
    assert story.messages("Unhealthy") == ["Liveness probe failed: "]


def test_a_warning_is_told_at_every_attempt() -> None:
    """Models pkg/kubelet/prober/prober.go probe and pkg/probe/http/http.go RedirectChecker."""
    script = "mkdir -p /etc/nginx/conf.d; echo 'server { listen 80; return 302 http://a.example/; }' > $0; exec nginx"
    command = ["sh", "-c", f"{script} -g 'daemon off;'", "/etc/nginx/conf.d/default.conf"]
    probe = {"httpGet": {"port": 80}, "periodSeconds": 5}
    web = {"name": "app", "image": "nginx", "command": command, "readinessProbe": probe}
    story = Story(pod(web), seconds=31)
    assert [event["count"] for event in story.events("ProbeWarning")] == [7]
    assert story.container()["ready"]


def test_an_answer_beyond_300_warns_wherever_it_leads() -> None:
    """Models pkg/probe/http/http.go DoHTTPProbe."""
    script = "echo 'server { listen 80; return 304; }' > $0; exec nginx -g 'daemon off;'"
    command = ["sh", "-c", f"mkdir -p /etc/nginx/conf.d; {script}", "/etc/nginx/conf.d/default.conf"]
    web = {"name": "app", "image": "nginx", "command": command, "readinessProbe": {"httpGet": {"port": 80}}}
    story = Story(pod(web), seconds=5)
    assert story.messages("ProbeWarning") == ["Readiness probe warning: Probe terminated redirects, Response body: "]
    assert story.container()["ready"]


@pytest.mark.parametrize(
    ("server", "error"),
    [
        (f"{LISTEN} -e printf '{OK}\\r\\nok'", "read: connection reset by peer"),
        (
            f"{LISTEN} -e sh -c 'timeout 0.1 cat > /dev/null; printf \"{OK}Content-Length: 9\\r\\n\\r\\nok\"'",
            "unexpected EOF",
        ),
        (f"{LISTEN} -e sh -c 'printf \"{OK}\\r\\nok\"; sleep 60'", "while reading body)"),
    ],
)
def test_an_answer_that_breaks_off_is_no_answer(server: str, error: str) -> None:
    """Models pkg/probe/http/http.go DoHTTPProbe and pkg/kubelet/prober/prober.go probe."""
    probe = {"httpGet": {"port": 8080}, "periodSeconds": 5, "failureThreshold": 1}
    story = Story(pod(container(server, livenessProbe=probe)), seconds=40)
    told = story.messages("Unhealthy")
    assert all(message.startswith("Liveness probe errored and resulted in failure state: ") for message in told)
    assert told[0].endswith(error)
    assert story.container()["restartCount"] == 0


def test_a_whole_answer_counts_whatever_comes_after_it() -> None:
    """Models pkg/probe/http/http.go DoHTTPProbe."""
    answer = f"{OK}Content-Length: 2\\r\\n\\r\\nok"
    for server in (f"-e printf '{answer}'", f"-e sh -c 'printf \"{answer}\"; sleep 60'"):
        probe = {"httpGet": {"port": 8080}, "periodSeconds": 5}
        story = Story(pod(container(f"{LISTEN} {server}", readinessProbe=probe)), seconds=4)
        assert story.container()["ready"]


def test_a_request_to_probe_now_is_not_kept_for_later() -> None:
    """Models pkg/kubelet/prober/worker.go run: it is taken up after the attempt that was under way."""
    startup = exec_probe("true", initialDelaySeconds=5, periodSeconds=1)
    app = container("sleep 7; exit 1", startupProbe=startup, readinessProbe=exec_probe("true", periodSeconds=1))
    story = Story(pod(app), seconds=20)
    ticks = [fact.at_ms // 1000 for fact in story.facts("probe") if fact.data["result"] == "unknown"]
    assert len(ticks) == len(set(ticks))


def test_the_initial_delay_is_counted_from_the_start_and_looked_at_on_ticks() -> None:
    story = Story(pod(container(livenessProbe=exec_probe("false", initialDelaySeconds=12))), seconds=30)
    first = story.facts("probe")[0].at_ms / 1000
    assert 12 <= first <= 12 + 5 + 1


def test_http_404_fails_and_a_refused_port_says_so() -> None:
    web = {"name": "app", "image": "nginx", "readinessProbe": {"httpGet": {"path": "/x", "port": 80}}}
    assert "HTTP probe failed with statuscode: 404" in Story(pod(web), seconds=5).messages("Unhealthy")[0]
    web = {"name": "app", "image": "nginx", "readinessProbe": {"tcpSocket": {"port": 81}}}
    assert "connect: connection refused" in Story(pod(web), seconds=5).messages("Unhealthy")[0]


def test_the_access_log_holds_the_attempts_that_were_not_run_one_by_one() -> None:
    web = {
        "name": "app",
        "image": "nginx",
        "livenessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10},
    }
    story = Story(pod(web), seconds=125)
    log = story.simulation.logs("default", "p", "app")
    assert log.count("kube-probe/1.35") == 12


def test_an_action_on_the_node_makes_a_failing_probe_pass() -> None:
    volume = {"name": "html", "hostPath": {"path": "/dongguo/tmp"}}
    web = {
        "name": "app",
        "image": "nginx",
        "volumeMounts": [{"name": "html", "mountPath": "/usr/share/nginx/html"}],
        "readinessProbe": {"httpGet": {"path": "/abc.html", "port": 80}, "periodSeconds": 2},
    }
    story = Story(pod(web, volumes=[volume]), seconds=10)
    assert not story.container()["ready"]
    story.node("echo abc > /dongguo/tmp/abc.html")
    assert story.container()["ready"]
    passed = next(f for f in story.facts("probe") if f.data["result"] == "success")
    assert any(getattr(entry, "verb", "") == "node" for entry in story.why(passed.number))


def test_an_exec_probe_knows_the_variables_that_the_manifest_sets_literally() -> None:
    """Models pkg/kubelet/container/helpers.go ExpandContainerCommandOnlyStatic."""
    env = [{"name": "F", "value": "/gone"}, {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    story = Story(pod(container(env=env, readinessProbe=exec_probe("cat", "$(F)$(N)", "$(G)"))), seconds=4)
    lines = story.messages("Unhealthy")[0].removeprefix("Readiness probe failed: ").splitlines()
    assert [line.split("'")[-2] for line in lines] == ["/gone", "$(G)"]


def test_a_sidecar_is_probed_until_it_is_gone() -> None:
    """Models pkg/kubelet/prober/worker.go doProbe: the Pod that a worker knows is the one it was made for."""
    side = container(name="side", restartPolicy="Always", livenessProbe=exec_probe("false", periodSeconds=1))
    side["livenessProbe"]["failureThreshold"] = 100
    app = container(readinessProbe=exec_probe("false", periodSeconds=1))
    story = Story(pod(app, init=[side]), seconds=10)
    story.node("kubectl delete pod p")
    later = [fact for fact in story.facts("probe") if fact.at_ms > 10_500 and fact.container == "side"]
    assert len(later) >= 3
    assert [message for message in story.messages("Unhealthy") if "errored" in message] == [
        "Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = "
        "failed to exec in container: container is in CONTAINER_EXITED state"
    ]


def test_that_a_container_has_started_is_shown_before_the_sync_that_makes_it_ready() -> None:
    """Models pkg/kubelet/status/status_manager.go SetContainerStartup, which does not wait for the Pod's worker."""
    startup = exec_probe("true", initialDelaySeconds=3, periodSeconds=2)
    story = Story(pod(container(startupProbe=startup)), seconds=10)
    shown = [c for r in story.revisions() for c in r.object["status"].get("containerStatuses", ())]
    steps = [(c["started"], c["ready"]) for c in shown if "running" in c["state"]]
    assert list(dict.fromkeys(steps)) == [(False, False), (True, False), (True, True)]


def http_failure(**action: object) -> str:
    probe = {"httpGet": {"port": 80} | action, "periodSeconds": 1}
    return Story(pod(container(readinessProbe=probe)), seconds=4).messages("Unhealthy")[0]


def test_a_host_that_is_named_is_asked_from_the_node() -> None:
    """Models pkg/probe/http/request.go NewRequestForHTTPGetAction: 127.0.0.1 is the node's own."""
    failed = "Readiness probe failed: "
    refused = "connect: connection refused"
    assert http_failure(host="127.0.0.1") == f'{failed}Get "http://127.0.0.1:80/": dial tcp 127.0.0.1:80: {refused}'
    assert http_failure(host="localhost") == f'{failed}Get "http://localhost:80/": dial tcp [::1]:80: {refused}'
    tcp = {"tcpSocket": {"port": 80, "host": "no.such.example"}, "periodSeconds": 1}
    story = Story(pod(container(readinessProbe=tcp)), seconds=4)
    assert story.messages("Unhealthy") == [f"{failed}dial tcp: lookup no.such.example: no such host"]


def test_pods_on_the_hosts_network_share_it() -> None:
    """Models kuberuntime_sandbox.go: with hostNetwork the sandbox has the node's network namespace."""
    probe = {"httpGet": {"port": 80}, "periodSeconds": 1}
    web = {"name": "web", "image": "nginx:1.27", "readinessProbe": probe}
    other = container(readinessProbe={"httpGet": {"port": 80, "host": "127.0.0.1"}, "periodSeconds": 1})
    story = Story(pod(web, name="w", hostNetwork=True), pod(other, hostNetwork=True), seconds=6)
    assert story.status["podIP"] == story.status["hostIP"]
    ready = {
        r.object["metadata"]["name"]: r.object["status"]["containerStatuses"][0]["ready"]
        for r in story.revisions()[-4:]
    }
    assert ready == {"w": True, "p": True}


def test_headers_are_sent_as_go_writes_them() -> None:
    """Models pkg/probe/http/request.go newProbeRequest."""
    asked = [{"name": "user-agent", "value": "me"}, {"name": "x-a", "value": "1"}, {"name": "X-A", "value": "2"}]
    headers = probe_headers({"httpHeaders": [*asked, {"name": "accept", "value": ""}]})
    assert headers == (("Connection", "close"), ("User-Agent", "me"), ("X-A", "1"), ("X-A", "2"))
