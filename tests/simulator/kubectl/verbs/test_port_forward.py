"""`kubectl port-forward`. Models kubectl pkg/cmd/portforward and client-go tools/portforward."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.services.test_services import server, service
from tests.simulator.stories import Story

USAGE = "error: TYPE/NAME and list of ports are required for port-forward\n"


def story(**spec: Any) -> Story:
    web = server("p")
    web["spec"]["containers"][0]["ports"] = [{"name": "http", "containerPort": 80}]
    return Story(web, service(ports=[{"name": "front", "port": 8000, "targetPort": "http"}], **spec), seconds=5)


def with_forward(line: str, then: str) -> str:
    return story().node(f"kubectl port-forward {line} & sleep 1; {then}; kill $!")


def test_a_port_here_leads_into_the_pod() -> None:
    told = with_forward("p 8080:80", "curl -s localhost:8080 | grep '<title>'")
    assert told == (
        "Forwarding from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\nHandling connection for 8080\n"
        "<title>Welcome to nginx!</title>\n"
    )


@pytest.mark.parametrize("line", ["svc/web 8080:front", "svc/web 8080:8000", "deploy/none 80", "p 8080:http"])
def test_services_and_named_ports_are_looked_up(line: str) -> None:
    told = with_forward(line, "curl -s localhost:8080 | grep -c '<title>'")
    expected = 'deployments.apps "none" not found' if "none" in line else "Forwarding from 127.0.0.1:8080 -> 80"
    assert expected in told


def test_any_free_port_and_all_addresses() -> None:
    told = with_forward("--address 0.0.0.0 p :80", "curl -s 10.99.0.2:32768 | grep -c '<title>'")
    assert told.splitlines() == ["Forwarding from 0.0.0.0:32768 -> 80", "Handling connection for 32768", "1"]


def test_the_connection_is_lost_with_the_pod() -> None:
    told = with_forward("p 8080:80", "kubectl delete pod p --grace-period=1; sleep 2; curl -s localhost:8080; echo $?")
    assert told.splitlines()[2:4] == ['pod "p" deleted from default namespace', "7"]
    assert "error: lost connection to pod\n" in told


def test_a_port_where_nobody_listens_ends_it() -> None:
    told = with_forward("p 8080:81", "curl -s localhost:8080; sleep 1")
    assert 'err="an error occurred forwarding 8080 -> 81: error forwarding port 81 to pod ' in told
    assert "IPv4: dial tcp4 127.0.0.1:81: connect: connection refused" in told
    assert "error: lost connection to pod\n" in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("p", f"{USAGE}See 'kubectl port-forward -h' for help and examples\n"),
        ("p 8080:x", "error: Pod 'p' does not have a named port 'x'\n"),
        ("p 8080:", "error: remote port cannot be empty\n"),
        ("p 0", "error: remote port must be > 0\n"),
        (
            "p 70000",
            "error: error parsing local port '70000': strconv.ParseUint: parsing \"70000\": value out of range\n",
        ),
        ("svc/web 9", "error: Service web does not have a service port 9\n"),
        ("svc/web x", "error: Service 'web' does not have a named port 'x'\n"),
    ],
)
def test_what_makes_no_sense_is_refused(line: str, words: str) -> None:
    assert story().node(f"kubectl port-forward {line}") == words


def test_a_pod_that_does_not_run_and_a_port_that_is_taken_are_refused() -> None:
    waiting = server("q", nodeSelector={"no": "where"})
    assert Story(waiting, seconds=5).node("kubectl port-forward q 80") == (
        "error: unable to forward port because pod is not running. Current status=Pending\n"
    )
    told = with_forward("p 8080:80", "kubectl port-forward p 8080:80")
    assert "unable to create listener: Error listen tcp4 127.0.0.1:8080: bind: address already in use" in told
    assert "error: unable to listen on any of the requested ports: [{8080 80}]" in told
