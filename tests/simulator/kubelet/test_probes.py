"""Probes. Models pkg/kubelet/prober/{worker,prober_manager}.go."""

from tests.simulator.stories import Story, container, exec_probe, pod

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
