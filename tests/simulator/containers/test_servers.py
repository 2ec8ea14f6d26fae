"""Server programs besides nginx, and the programs of the documentation's images."""

from __future__ import annotations

import re

import pytest

from simulator.containers import Exit
from simulator.containers.images.catalogue import data
from tests.simulator.containers.world import IP, World


@pytest.mark.parametrize(
    ("image", "port", "signal", "code"),
    [
        ("httpd", 80, "WINCH", 0),
        ("redis:7-alpine", 6379, "TERM", 0),
        ("memcached", 11211, "TERM", 0),
        ("tomcat", 8080, "TERM", 143),
        ("mongo", 27017, "TERM", 0),
        ("registry.k8s.io/goproxy:0.1", 8080, "TERM", 2),
        ("gcr.io/google-samples/hello-app:1.0", 8080, "TERM", 2),
        ("registry.k8s.io/echoserver:1.4", 8080, "TERM", 2),
        ("prom/node-exporter", 9100, "TERM", 2),
        ("rabbitmq", 5672, "TERM", 0),
        ("quay.io/nobody/knows:1", 7777, "TERM", 143),
        ("registry.k8s.io/hpa-example", 80, "WINCH", 0),
    ],
)
def test_servers_listen_and_end_as_they_do(image: str, port: int, signal: str, code: int) -> None:
    world = World()
    container = world.start(image, None, declared_ports=[7777])
    world.after(10_000)
    assert world.connect(port).error is None
    assert container.signal(signal) == "handled"
    world.after(5000)
    assert container.exit == Exit(code)
    assert world.connect(port).error is not None


@pytest.mark.parametrize(
    ("image", "variable", "port", "said"),
    [
        ("mysql:8.4", "MYSQL_ROOT_PASSWORD", 3306, "Database is uninitialized and password option is not specified"),
        ("mariadb", "MARIADB_ROOT_PASSWORD", 3306, "Database is uninitialized and password option is not specified"),
        ("postgres:17", "POSTGRES_PASSWORD", 5432, "superuser password is not specified"),
    ],
)
def test_a_database_needs_its_password(image: str, variable: str, port: int, said: str) -> None:
    world = World()
    without = world.start(image, None)
    world.after(1000)
    assert without.exit == Exit(1)
    assert said in without.log.text()
    world.start(image, None, env={variable: "x"})
    assert world.connect(port).error is not None
    world.after(20_000)
    assert world.connect(port).error is None


def test_commands_that_ask_whether_a_database_is_there() -> None:
    world = World()
    postgres = world.start("postgres", None, env={"POSTGRES_PASSWORD": "x"})
    early = world.exec(postgres, "pg_isready", "-U", "postgres", observe=True)
    assert (early.exit.code, early.stdout) == (2, b"/var/run/postgresql:5432 - no response\n")
    assert early.seen is not None
    ready: list[int] = []
    early.seen.watch(lambda: ready.append(world.engine.now))
    world.after(5000)
    assert len(ready) == 1
    assert world.exec(postgres, "pg_isready", "-h", "localhost").stdout == b"localhost:5432 - accepting connections\n"
    assert world.exec(postgres, "psql", "-c", "select 1").exit.code == 0
    mysql = world.start("mysql", None, env={"MYSQL_ROOT_PASSWORD": "x"})
    assert world.exec(mysql, "mysqladmin", "ping").exit.code == 1
    assert world.exec(mysql, "mysql", "-e", "select 1").exit.code == 1
    world.after(10_000)
    assert world.exec(mysql, "mysqladmin", "ping").stdout == b"mysqld is alive\n"
    mongo = world.start("mongo", None)
    assert world.exec(mongo, "mongosh", "--eval", "1").exit.code == 1
    world.after(5000)
    assert world.exec(mongo, "mongosh", "--eval", "1").exit.code == 0


def test_apache_serves_and_logs() -> None:
    world = World()
    container = world.start("httpd", None)
    world.after(100)
    assert world.get("/").body == b"<html><body><h1>It works!</h1></body></html>\n"
    missing = world.get("/nope")
    assert missing.status == 404
    assert b"The requested URL was not found on this server." in missing.body
    log = container.log.text()
    assert '10.244.0.1 - - [23/Nov/2026:04:34:06 +0000] "GET / HTTP/1.1" 200 45\n' in log
    assert "AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations" in log
    second = world.start("httpd", None)
    world.after(1000)
    assert second.exit == Exit(1)
    assert "could not bind to address 0.0.0.0:80" in second.log.text()


def test_busybox_httpd_serves_a_directory_and_ignores_sigterm() -> None:
    world = World()
    container = world.start(command="mkdir /www; echo hi > /www/index.html; exec httpd -f -p 8080 -h /www")
    world.after(100)
    assert world.get("/", 8080).body == b"hi\n"
    assert world.get("/nope", 8080).status == 404
    assert container.signal("TERM") == "ignored"
    assert world.exec(container, "httpd", "-h", "/nope").exit.code == 1
    assert b"bind: Address already in use" in world.exec(container, "httpd -f -p 8080").stderr
    assert world.exec(container, "httpd", "-p", "127.0.0.1:8081").exit.code == 0
    assert world.connect(8081).error is not None
    assert 8081 in world.network.listeners


CGI = r"""
mkdir -p /www/cgi-bin; cd /www/cgi-bin
printf '#!/bin/sh\nsleep 3\necho Content-type: text/plain\necho\necho $QUERY_STRING\n' > slow
printf '#!/bin/sh\necho Status: 503 Busy\necho\n' > busy
printf '#!/bin/sh\nexit 1\n' > mute
chmod +x slow busy mute; echo no > plain; exec httpd -f -p 8080 -h /www
"""


def test_busybox_httpd_runs_the_programs_of_its_cgi_bin() -> None:
    """Models busybox' networking/httpd.c send_cgi_and_exit."""
    world = World()
    world.start(command=["sh", "-c", CGI])
    world.after(1000)
    answer = world.get("/cgi-bin/slow?a=1", 8080, timeout_ms=4000)
    assert (answer.status, answer.body) == (200, b"a=1\n")
    late = world.get("/cgi-bin/slow", 8080, timeout_ms=1000).error
    assert late is not None
    assert late.endswith("(Client.Timeout exceeded while awaiting headers)")
    assert [world.get(f"/cgi-bin/{name}", 8080).status for name in ("busy", "plain", "none")] == [503, 404, 404]
    assert world.get("/cgi-bin/mute", 8080).error == f'Get "http://{IP}:8080/cgi-bin/mute": EOF'


def test_pythons_http_server_lists_and_logs() -> None:
    world = World()
    container = world.start("python:3.13-slim", ["python3", "-u", "-m", "http.server", "8000", "-d", "/etc"])
    world.after(100)
    listing = world.get("/", 8000)
    assert listing.status == 200
    assert b'<a href="passwd">passwd</a>' in listing.body
    assert world.get("/nope", 8000).status == 404
    log = container.log.text()
    assert log.startswith("Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...\n")
    assert "code 404, message File not found" in log
    assert container.signal("TERM") == "ignored"
    container.signal("INT")
    world.after(10)
    assert container.exit == Exit(0)


def test_redis_answers_its_client() -> None:
    world = World()
    container = world.start("redis", None)
    world.after(100)
    assert world.exec(container, "redis-cli", "ping").stdout == b"PONG\n"
    assert world.exec(container, "redis-cli set n 5; redis-cli incr n; redis-cli get n").stdout == b"OK\n6\n6\n"
    assert world.exec(container, "redis-cli del n; redis-cli get n; redis-cli exists n").stdout == b"1\n\n0\n"
    assert world.exec(container, "redis-cli set a 'x y'; redis-cli keys '*'; redis-cli dbsize").stdout == b"OK\na\n1\n"
    assert world.exec(container, "redis-cli info").stdout.startswith(b"# Replication")
    wrong = world.exec(container, "redis-cli set a b; redis-cli incr a; redis-cli nope")
    assert b"ERR value is not an integer" in wrong.stdout
    assert world.exec(container, "redis-cli", "flushall").stdout == b"OK\n"
    assert world.exec(container, "redis-cli", "-p", "1", "ping").exit.code == 1
    assert (world.get("/", 6379).error or "").endswith("EOF")
    assert "Ready to accept connections tcp" in container.log.text()


def test_redis_with_a_password_wants_it() -> None:
    world = World()
    container = world.start("redis", ["redis-server", "--requirepass", "s3cret", "--port", "7000"])
    world.after(100)
    assert b"NOAUTH" in world.exec(container, "redis-cli", "-p", "7000", "ping").stdout
    assert world.exec(container, "redis-cli", "-p", "7000", "-a", "s3cret", "ping").stdout == b"PONG\n"
    broken = world.start("redis", ["redis-server", "/no.conf"])
    world.after(100)
    assert broken.exit == Exit(1)


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("registry.k8s.io/liveness", None),
        ("registry.k8s.io/e2e-test-images/agnhost:2.40", ["/agnhost", "liveness"]),
    ],
)
def test_the_liveness_example_is_healthy_for_ten_seconds(image: str, command: list[str] | None) -> None:
    world = World()
    world.start(image, command)
    world.after(5000)
    fine = world.get("/healthz", 8080)
    assert (fine.status, fine.body) == (200, b"ok")
    assert fine.seen is not None
    changed: list[int] = []
    fine.seen.watch(lambda: changed.append(world.engine.now))
    world.after(10_000)
    assert changed == [10_002]
    failed = world.get("/healthz", 8080)
    assert failed.status == 500
    assert failed.seen is not None


def test_agnhosts_other_subcommands() -> None:
    world = World()
    container = world.start("registry.k8s.io/e2e-test-images/agnhost:2.40", None, args=["netexec", "--http-port=8081"])
    world.after(100)
    assert world.get("/hostname", 8081).body == b"web"
    assert world.get("/echo?msg=hi", 8081).body == b"hi"
    assert world.get("/clientip", 8081).body == b"10.244.0.1:40000"
    assert (world.get("/nope", 8081).body or b"").startswith(b"NOW: 2026-11-23 ")
    lines = [line.split("]") for line in container.log.text().splitlines()]
    assert re.fullmatch(r"I1123 04:34:0\d\.\d{6}       1 log\.go:195", lines[0][0])
    assert [line[1].strip() for line in lines] == [
        "Started HTTP server on port 8081", "Started UDP server on port  8081",
        "GET /hostname", "GET /echo?msg=hi&code=", "GET /clientip", "GET /",
    ]  # fmt: skip
    world.get("/exit?code=3", 8081)
    assert container.exit == Exit(3)
    paused = world.start("registry.k8s.io/e2e-test-images/agnhost:2.40", None)
    unknown = world.start("registry.k8s.io/e2e-test-images/agnhost:2.40", None, args=["dns-suffix"])
    world.after(100)
    assert paused.log.text() == "Paused\nSignals registered\n"
    assert unknown.running
    assert "dns-suffix is not simulated" in world.facts("unsimulated")[0].data["message"]


def test_agnhost_ends_as_each_of_its_commands_does() -> None:
    """As upstream's test/images/agnhost: a pause that is ended has failed, serve-hostname stays for a minute."""
    world = World()
    image = "registry.k8s.io/e2e-test-images/agnhost:2.56"
    paused, named, told = (world.start(image, None, args=args) for args in
                           (None, ["serve-hostname"], ["entrypoint-tester", "a", "b"]))  # fmt: skip
    world.after(100)
    for container in (paused, named):
        container.signal("TERM")
    world.after(59_000)
    assert (paused.exit and paused.exit.code, named.running) == (2, True)
    assert paused.termination_message() == 'exiting because of signal "terminated"\n'
    assert named.log.text().splitlines()[-1].endswith("] Awaiting pod deletion.")
    assert told.log.text() == "[/agnhost entrypoint-tester a b]\n"
    world.after(2000)
    assert named.exit is not None
    assert named.exit.code == 0


def test_grpc_health_is_what_the_server_says() -> None:
    world = World()
    assert world.health(5000).error == (
        f'timeout: failed to connect service "{IP}:5000" within 1s: context deadline exceeded'
    )
    world.start("registry.k8s.io/e2e-test-images/agnhost:2.40", None, args=["grpc-health-checking"])
    world.after(100)
    serving = world.health(5000)
    assert (serving.error, serving.status) == (None, "SERVING")
    assert serving.seen is not None
    changed: list[int] = []
    serving.seen.watch(lambda: changed.append(1))
    world.get("/make-not-serving", 8080)
    assert changed == [1]
    assert world.health(5000).error == 'service unhealthy (responded with "NOT_SERVING")'
    world.get("/make-serving", 8080)
    assert world.health(5000).status == "SERVING"
    assert (
        world.health(5000, "db").error
        == "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service"
    )
    assert world.health(8080).timed_out
    world.start("nginx", None)
    world.after(100)
    assert world.health(80).timed_out


def test_grpc_health_may_fail_from_some_time_on() -> None:
    """Upstream's test/images/agnhost/grpc-health-checking says when."""
    world = World()
    args = ["grpc-health-checking", "--delay-unhealthy-sec=2", "--service", "db", "--port=5001"]
    container = world.start("registry.k8s.io/e2e-test-images/agnhost:2.40", None, args=args)
    world.after(1000)
    serving = world.health(5001, "db")
    changed: list[int] = []
    assert serving.seen is not None
    serving.seen.watch(lambda: changed.append(1))
    world.after(1000)
    assert changed == [1]
    assert world.health(5001, "db").status == "NOT_SERVING"
    assert container.log.text().endswith("gRPC server starting to listen on :5001\n")


def test_etcd_is_healthy_where_it_listens() -> None:
    world = World()
    url = "http://0.0.0.0:2379"
    world.start("registry.k8s.io/etcd:3.5.1-0", ["etcd", "--listen-client-urls", url])
    world.after(1000)
    assert world.health(2379).status == "SERVING"
    local = World()
    local.start("registry.k8s.io/etcd:3.5.1-0", None)
    local.after(1000)
    assert local.health(2379).error is not None


def test_small_web_programs_say_who_they_are() -> None:
    world = World()
    world.start("hashicorp/http-echo", None, args=["-text=hello", "-listen=:5680"])
    world.start("gcr.io/google-samples/hello-app:2.0", None, env={"PORT": "50000"})
    world.start("traefik/whoami", None, args=["--port", "2001"])
    world.after(100)
    assert world.get("/", 5680).body == b"hello\n"
    assert world.get("/", 50000).body == b"Hello, world!\nVersion: 2.0.0\nHostname: web\n"
    assert b"Hostname: web\n" in world.get("/x", 2001).body
    silent = world.start("hashicorp/http-echo", None)
    world.after(100)
    assert silent.exit == Exit(127)


def test_pi_is_computed_as_the_documentation_does() -> None:
    world = World()
    container = world.start("perl:5.34.0", ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"])
    world.after(4000)
    assert container.running
    world.after(4000)
    text = container.log.text()
    assert text.startswith("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")
    assert len(text) == 2002


def test_a_language_that_is_not_simulated_says_so() -> None:
    world = World()
    server = world.start("node:22", ["node", "app.js"], declared_ports=[3000])
    once = world.start("python", ["python3", "-c", "print(1)"])
    world.after(100)
    assert server.running
    assert world.connect(3000).error is None
    assert once.exit == Exit(0)
    assert len(world.facts("unsimulated")) == 2
    assert world.exec(server, "node", "--version").stdout == b"node 22\n"


def test_an_unknown_image_is_taken_to_have_its_commands() -> None:
    world = World()
    container = world.start("example.com/app:1", ["/app/server", "--port=80"], declared_ports=[80])
    world.after(100)
    assert world.get("/ready").status == 200
    assert world.exec(container, "/app/healthcheck").exit == Exit(0)
    assert "taken to succeed" in world.facts("unsimulated")[0].data["message"]
    assert world.exec(container, "echo really; test -d /tmp").stdout == b"really\n"


def test_packages_bring_the_commands_we_have() -> None:
    world = World()
    container = world.start("alpine", "sleep 1000")
    world.exec(container, "apk", "add", "--no-cache", "bash", "made-up", wait_ms=5000)
    assert world.exec(container, "bash", "-c", "echo hi").stdout == b"hi\n"
    assert "made-up is not simulated" in world.facts("unsimulated")[0].data["message"]
    assert world.exec(container, "apk", "update", wait_ms=5000).exit == Exit(0)


def test_every_image_of_the_catalogue_starts() -> None:
    world = World()
    for number, entry in enumerate(data()["images"][1:]):
        network = world.machine.network_namespace(f"10.244.1.{number}", "p")
        world.start(entry["names"][0], None, network=network, env={"MYSQL_ROOT_PASSWORD": "x"})
    world.after(30_000)
    for _, result in world.exits:
        assert result.code in (0, 1, 2, 127)
