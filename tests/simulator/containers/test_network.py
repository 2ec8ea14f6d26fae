"""Ports, requests from the node and from processes, and their failures in Go's words."""

from __future__ import annotations

import pytest

from simulator.containers import OSFault, Process, Routine
from simulator.containers.http import Reply, Request, Response, Service, parse_request, parse_response
from simulator.containers.syscalls import Accept, Connect, HttpRequest, Sleep
from tests.simulator.containers.world import IP, World


class Hello(Service):
    """Says hello; /slow takes two seconds, /never answers never, /moved leads to /, /away to another host."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def http(self, request: Request, observation: object) -> Reply:
        self.asked.append(request)
        match request.plain_path:
            case "/slow":
                return Reply(Response(200, (), b"late"), 2000)
            case "/never":
                return Reply(None)
            case "/moved":
                return Reply(Response(301, (("Location", "/"),)))
            case "/away":
                return Reply(Response(302, (("Location", "http://example.org/"),), b"go"))
            case "/loop":
                return Reply(Response(302, (("Location", "/loop"),)))
            case _:
                return Reply(Response(200, (("Content-Length", "5"),), b"hello"))


def serving(world: World, service: Service | None, port: int = 8080, host: str = "", lives_ms: int = 10**9) -> None:
    def main(p: Process) -> Routine[int]:
        p.install(p.listen(port, host, service=service))
        yield Sleep(lives_ms)
        return 0

    world.run_program(main)
    world.after(10)


def test_a_service_is_asked_and_what_it_said_holds_until_the_port_changes() -> None:
    world = World()
    service = Hello()
    serving(world, service, lives_ms=5000)
    result = world.get("/?a=1", 8080)
    assert (result.status, result.body, result.error) == (200, b"hello", None)
    assert service.asked[0].header("host") == f"{IP}:8080"
    assert service.asked[0].header("User-Agent") == "kube-probe/1.35"
    assert (service.asked[0].remote, service.asked[0].query) == ("10.244.0.1", "a=1")
    assert result.seen is not None
    assert result.seen.cause == world.facts("process")[0].number
    fired: list[int] = []
    result.seen.watch(lambda: fired.append(world.engine.now))
    world.after(10_000)
    assert fired == [5001]


def test_nobody_listening_is_refused_and_nobody_there_times_out() -> None:
    world = World()
    refused = world.get("/x", 8080)
    assert refused.error == f'Get "http://{IP}:8080/x": dial tcp {IP}:8080: connect: connection refused'
    assert not refused.timed_out
    assert refused.seen is not None
    lost = world.get("/", 80, "10.9.9.9")
    assert lost.error == (
        'Get "http://10.9.9.9:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    )
    assert lost.timed_out
    fired: list[int] = []
    refused.seen.watch(lambda: fired.append(world.engine.now))
    serving(world, Hello())
    assert len(fired) == 1


@pytest.mark.parametrize("path", ["/slow", "/never"])
def test_an_answer_that_comes_too_late_is_none(path: str) -> None:
    world = World()
    serving(world, Hello())
    assert world.get(path, 8080, timeout_ms=1000).error == (
        f'Get "http://{IP}:8080{path}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    )
    if path == "/slow":
        assert world.get(path, 8080, timeout_ms=3000).body == b"late"


def test_redirects_on_the_same_host_are_followed_others_end_there() -> None:
    world = World()
    service = Hello()
    serving(world, service)
    assert world.get("/moved", 8080).body == b"hello"
    away = world.get("/away", 8080)
    assert (away.status, away.location, away.body) == (302, "http://example.org/", b"go")
    service.asked.clear()
    assert world.get("/loop", 8080).error == 'Get "/loop": stopped after 10 redirects'
    assert len(service.asked) == 10


def test_https_needs_a_server_that_speaks_it() -> None:
    world = World()
    serving(world, Hello())
    assert world.get("/", 8080, scheme="HTTPS").error == (
        f'Get "https://{IP}:8080/": http: server gave HTTP response to HTTPS client'
    )


def test_a_host_that_no_one_knows_is_no_such_host() -> None:
    world = World()
    result = world.get("/", 8080, host="nope.example")
    assert result.error == 'Get "http://nope.example:8080/": dial tcp: lookup nope.example: no such host'


def test_a_server_that_speaks_something_else_is_malformed() -> None:
    class Greeter(Service):
        def greeting(self) -> bytes:
            return b"220 mail ready\r\n"

    world = World()
    serving(world, Greeter())
    serving(world, Service(), 8081)
    assert "malformed HTTP response" in (world.get("/", 8080).error or "")
    assert (world.get("/", 8081).error or "").endswith("EOF")


def test_a_program_that_accepts_by_itself_can_answer() -> None:
    asked: list[bytes | None] = []

    def main(p: Process) -> Routine[int]:
        listener = p.install(p.listen(8080))
        for answer in ("HTTP/1.1 503 Busy\nContent-Length: 2\n\nno", "HTTP/1.0 200 OK\r\n\r\nyes", "what?"):
            fd = p.install((yield Accept(listener)))
            asked.append((yield from p.read_line(fd)))
            yield from p.write(fd, answer)
            p.close(fd)
        yield Sleep(100_000)
        return 0

    world = World()
    world.run_program(main)
    world.after(10)
    busy, fine, broken = (world.get("/a", 8080) for _ in range(3))
    assert asked[0] == b"GET /a HTTP/1.1\r\n"
    assert (busy.status, busy.body, fine.status, fine.body) == (503, b"no", 200, b"yes")
    assert (broken.error or "").endswith('malformed HTTP response "what?"')
    assert busy.seen is None
    # Nobody accepts any more, but the kernel still takes connections.
    assert world.get("/", 8080).timed_out
    assert world.connect(8080).error is None


def test_a_tcp_probe_only_needs_a_listener() -> None:
    world = World()
    assert world.connect(8080).error == f"dial tcp {IP}:8080: connect: connection refused"
    lost = world.connect(80, "10.9.9.9")
    assert (lost.error, lost.timed_out) == ("dial tcp 10.9.9.9:80: i/o timeout", True)
    serving(world, Hello())
    assert world.connect(8080).error is None


def test_a_server_on_localhost_is_reached_from_the_pod_only() -> None:
    seen: list[object] = []

    def client(p: Process) -> Routine[int]:
        response = yield HttpRequest("localhost", 8080, path="/x")
        seen.append(response.body)
        return 0

    world = World()
    serving(world, Hello(), host="127.0.0.1")
    assert world.connect(8080).error is not None
    world.run_program(client)
    world.after(100)
    assert seen == [b"hello"]


def test_two_servers_cannot_share_a_port() -> None:
    def main(p: Process) -> Routine[int]:
        p.install(p.listen(8080))
        with pytest.raises(OSFault, match="Address already in use"):
            p.listen(8080)
        p.close(3)
        p.install(p.listen(8080))
        return 4
        yield

    world = World()
    world.run_program(main)
    world.after(10)
    assert world.exits[0][1].code == 4


def test_streams_go_both_ways_and_end() -> None:
    said: list[object] = []

    def server(p: Process) -> Routine[int]:
        fd = p.install((yield Accept(p.install(p.listen(7)))))
        said.append((yield from p.read_all(fd)))
        yield from p.write(fd, "bye")
        return 0

    def client(p: Process) -> Routine[int]:
        stream = yield Connect("localhost", 7)
        fd = p.install(stream)
        yield from p.write(fd, "hello")
        stream.shut()
        said.append((yield from p.read_all(fd)))
        return 0

    def main(p: Process) -> Routine[int]:
        one = p.fork(server)
        yield Sleep(10)
        two = p.fork(client)
        yield from p.wait(one.pid)
        yield from p.wait(two.pid)
        with pytest.raises(OSFault, match="Connection refused"):
            yield Connect("localhost", 7)
        with pytest.raises(OSFault, match="timed out"):
            yield Connect("10.8.8.8", 7, 500)
        with pytest.raises(OSFault, match="not known"):
            yield Connect("nowhere", 7)
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert said == [b"hello", b"bye"]
    assert world.exits[0][1].code == 0


def test_services_are_named_and_led_to_endpoints() -> None:
    world = World()
    network = world.machine.network
    network.resolver = lambda name, server: {"shop": ["10.96.0.7"], "empty": ["10.96.0.8"]}.get(name, [])
    network.router = lambda asked, client, node: {"10.96.0.7": (IP, 8080), "10.96.0.8": ("", 0)}.get(asked[0])
    serving(world, Hello())
    assert world.get("/", 80, "10.96.0.7").body == b"hello"
    assert (world.get("/", 80, "10.96.0.8").error or "").endswith("connection refused")
    seen: list[object] = []

    def client(p: Process) -> Routine[int]:
        seen.append(p.resolve("shop"))
        response = yield HttpRequest("shop", 80)
        seen.append(response.body)
        with pytest.raises(OSFault, match="Connection refused"):
            yield HttpRequest("empty", 80)
        return 0

    world.run_program(client, resolv_conf="nameserver 10.96.0.10\n")
    world.after(100)
    assert seen == [["10.96.0.7"], b"hello"]


def test_a_pod_that_is_gone_answers_no_more() -> None:
    world = World()
    serving(world, Hello())
    result = world.get("/", 8080)
    fired: list[int] = []
    assert result.seen is not None
    result.seen.watch(lambda: fired.append(1))
    world.machine.drop_network_namespace(world.network)
    assert world.get("/", 8080).timed_out
    assert fired == [1]


def test_messages_are_read_from_streams() -> None:
    assert parse_request(b"GET / HTTP/1.1\r\nHo", "x") is None
    request = parse_request(b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "x")
    assert request is not None
    assert (request.method, request.body) == ("POST", b"abc")
    assert parse_request(b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\na", "x") is None
    bad = parse_request(b"nonsense\n\n", "x")
    assert bad is not None
    assert bad.method == "BAD"
    assert parse_response(b"HTTP/1.1 200 OK\r\n", ended=False) is None
    assert parse_response(b"SSH-2.0\r\n\r\n", ended=False) == "SSH-2.0"
    whole = parse_response(b"HTTP/1.1 200 OK", ended=True)
    assert isinstance(whole, Response)
    assert parse_request(request.encode(), "x") == request
    assert parse_response(Response(404, (("A", "b"),), b"x").encode(), ended=True) == Response(404, (("A", "b"),), b"x")
