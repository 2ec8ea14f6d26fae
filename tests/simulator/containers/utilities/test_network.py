"""wget, curl, nc and their like, against a server in the same Pod and against nobody."""

from __future__ import annotations

import pytest

from simulator.containers import Container
from tests.simulator.containers.scripts import run_script
from tests.simulator.containers.world import IP, World

SERVER = "while true; do printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nhello\\n' | nc -l -p 8080 > /dev/null; done"


@pytest.fixture
def world() -> World:
    world = World()
    world.start("nginx:1.27")
    world.after(1000)
    return world


def run(world: World, script: str, image: str = "busybox:1.36", wait_ms: int = 30_000) -> tuple[str, str, int]:
    container: Container = world.start(image, "sleep 100000", restart=1)
    world.after(10)
    ended = world.exec(container, "sh", "-c", script, wait_ms=wait_ms)
    return ended.stdout.decode(), ended.stderr.decode(), ended.exit.code


def test_wget_of_busybox_saves_a_page(world: World) -> None:
    out, err, code = run(world, f"wget http://{IP}/ && grep -c nginx index.html")
    assert code == 0
    assert int(out) > 0
    assert err.startswith(f"Connecting to {IP} ({IP}:80)\nsaving to 'index.html'\n")
    assert err.endswith("'index.html' saved\n")


def test_wget_writes_to_standard_output(world: World) -> None:
    out, err, code = run(world, "wget -q -O - http://localhost/ | head -n 1")
    assert (out, err, code) == ("<!DOCTYPE html>\n", "", 0)


@pytest.mark.parametrize(
    ("command", "error", "code"),
    [
        (f"wget -q http://{IP}/nope", "wget: server returned error: HTTP/1.1 404 Not Found\n", 1),
        (f"wget -q http://{IP}:81/", f"wget: can't connect to remote host ({IP}): Connection refused\n", 1),
        ("wget -q http://nobody/", "wget: bad address 'nobody'\n", 1),
        ("wget -q -T 2 http://10.9.9.9/", "wget: download timed out\n", 1),
        (f"wget -q --spider http://{IP}/", "", 0),
        (f"nc -z {IP} 80", "", 0),
        (f"nc -z {IP} 81", "", 1),
        (f"nc -zv {IP} 81", f"nc: {IP} ({IP}:81): Connection refused\n", 1),
        ("nslookup nobody > /dev/null", "", 1),
        ("ping -c 1 nobody", "ping: bad address 'nobody'\n", 1),
    ],
)
def test_clients_fail_with_their_own_words(world: World, command: str, error: str, code: int) -> None:
    _, err, status = run(world, command)
    assert (err, status) == (error, code)


@pytest.mark.parametrize(
    ("arguments", "out", "err", "code"),
    [
        (f"-s -o /dev/null -w '%{{http_code}}' http://{IP}/", "200", "", 0),
        (f"-s -o /dev/null -w '%{{http_code}}\\n' http://{IP}/nope", "404\n", "", 0),
        (f"-sf http://{IP}/nope", "", "", 22),
        (f"-sSf http://{IP}/nope", "", "curl: (22) The requested URL returned error: 404\n", 22),
        (
            f"-sS http://{IP}:81/",
            "",
            f"curl: (7) Failed to connect to {IP} port 81 after 1 ms: Couldn't connect to server\n",
            7,
        ),
        ("-sS http://nobody/", "", "curl: (6) Could not resolve host: nobody\n", 6),
        (
            "-sS -m 1 http://10.9.9.9/",
            "",
            "curl: (28) Operation timed out after 1000 milliseconds with 0 bytes received\n",
            28,
        ),
        (f"-sI http://{IP}/ | head -n 1", "HTTP/1.1 200 OK\r\n", "", 0),
        ("-s", "", "curl: try 'curl --help' or 'curl --manual' for more information\n", 2),
    ],
)
def test_curl(world: World, arguments: str, out: str, err: str, code: int) -> None:
    assert run(world, f"curl {arguments}", "nicolaka/netshoot") == (out, err, code)


def test_a_server_made_of_nc_answers_probes() -> None:
    world = World()
    world.start(command=SERVER)
    world.after(1000)
    for _ in range(2):
        result = world.get(port=8080)
        assert (result.status, result.body) == (200, b"hello\n")
        world.after(100)


def test_nc_runs_a_program_for_each_connection() -> None:
    world = World()
    world.start(command="nc -lk -p 9000 -e echo served")
    world.after(100)
    assert run(world, f"nc {IP} 9000; nc {IP} 9000") == ("served\nserved\n", "", 0)


def test_nc_goes_on_listening_only_with_a_program_and_does_not_wait_for_it() -> None:
    """Models busybox' networking/nc_bloaty.c dolisten."""
    world = World()
    world.start(command="nc -lk -p 9000 -e sh -c 'sleep 2; echo served'")
    world.after(100)
    assert run(world, f"nc {IP} 9000 & nc {IP} 9000; wait", wait_ms=2500) == ("served\nserved\n", "", 0)
    once = run_script("nc -lk -p 7000 & sleep 0.1; echo hi | nc 127.0.0.1 7000; wait")
    assert (once.out, once.code) == ("hi\n", 0)


def test_what_one_side_of_a_connection_says_the_other_hears() -> None:
    result = run_script("nc -l -p 7000 > got & sleep 0.1; echo hi | nc 127.0.0.1 7000; wait; cat got")
    assert (result.out, result.code) == ("hi\n", 0)


def test_waiting_for_a_service_as_init_containers_do() -> None:
    script = (
        "(sleep 3; nc -l -p 5432 > /dev/null) & until nc -z 127.0.0.1 5432; do echo waiting; sleep 1; done; echo up"
    )
    result = run_script(script, within_ms=10_000)
    assert result.out == "waiting\n" * 3 + "up\n"


def test_listeners_and_addresses_are_listed(world: World) -> None:
    out, _, _ = run(
        world, "netstat -lnt | tail -n 1; hostname -i; ip -4 addr | grep -c eth0; ifconfig eth0 | head -n 1 | cut -c1-4"
    )
    assert out.splitlines() == [
        "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      ",
        IP,
        "2",
        "eth0",
    ]


def test_ping_counts(world: World) -> None:
    out, _, code = run(world, f"ping -c 2 {IP}")
    assert code == 0
    assert out.splitlines()[-2] == "2 packets transmitted, 2 packets received, 0% packet loss"
