"""nginx: its log lines, files, signals and configuration."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.containers import Container, Data, EmptyDir, Exit, Mount
from tests.simulator.containers.world import IP, World

STAMP = "2026/11/23 04:34:06"


def nginx(world: World, config: str = "", **more: object) -> Container:
    if config:
        volume = Data("conf", {"default.conf": config.encode()})
        more["mounts"] = [Mount("/etc/nginx/conf.d", volume)]
    more.setdefault("command", None)
    container = world.start("nginx", **more)  # type: ignore[arg-type]
    world.after(100)
    return container


def test_it_starts_with_the_lines_that_nginx_writes() -> None:
    container = nginx(World())
    lines = container.log.text(stream="stderr").splitlines()
    worker = lines[-1].rpartition(" ")[2]
    assert worker in ("6", "7", "8")
    assert lines == [
        f"{STAMP} [notice] 1#1: {text}"
        for text in (
            'using the "epoll" event method',
            "nginx/1.22.1",
            "OS: Linux 6.18.44-fc-v657",
            "getrlimit(RLIMIT_NOFILE): 20000:20000",
            "start worker processes",
            f"start worker process {worker}",
        )
    ]


@pytest.mark.parametrize(
    ("settings", "why"),
    [({"user": 1000}, "13: Permission denied"), ({"read_only_root": True}, "30: Read-only file system")],
)
def test_where_it_may_not_write_its_pid_file_it_ends(settings: dict[str, Any], why: str) -> None:
    world = World()
    lines = nginx(world, **settings).log.text(stream="stderr").splitlines()
    assert lines[-1] == f'{STAMP} [emerg] 1#1: open() "/run/nginx.pid" failed ({why})'
    assert [result for _, result in world.exits] == [Exit(1)]


def test_its_pid_file_is_there_and_nobodys_news() -> None:
    world = World()
    assert world.exec(nginx(world), "cat", "/run/nginx.pid").stdout == b"1\n"
    assert "/run/nginx.pid" not in [fact.data.get("path") for fact in world.facts("file")]


def test_its_pid_file_lies_where_the_configuration_says() -> None:
    world = World()
    main = Data("main", {"nginx.conf": b"pid /tmp/n.pid; events {} http { server { listen 8080; } }"})
    container = nginx(world, user=1000, mounts=[Mount("/etc/nginx", main)])
    assert world.exec(container, "cat", "/tmp/n.pid").stdout == b"1\n"


def test_requests_are_logged_and_errors_count_connections() -> None:
    world = World()
    container = nginx(world)
    before = len(container.log.lines())
    assert world.get("/").status == 200
    assert world.get("/111.html").status == 404
    assert [(line.stream, re.sub(r"\d+#\d+", "W#W", line.text)) for line in container.log.lines()[before:]] == [
        ("stdout", '10.244.0.1 - - [23/Nov/2026:04:34:06 +0000] "GET / HTTP/1.1" 200 121 "-" "kube-probe/1.35" "-"'),
        (
            "stderr",
            '2026/11/23 04:34:07 [error] W#W: *2 open() "/usr/share/nginx/html/111.html" failed (2: No such file or '
            'directory), client: 10.244.0.1, server: , request: "GET /111.html HTTP/1.1", host: "10.244.0.5:80"',
        ),
        (
            "stdout",
            '10.244.0.1 - - [23/Nov/2026:04:34:07 +0000] "GET /111.html HTTP/1.1" 404 153 "-" "kube-probe/1.35" "-"',
        ),
    ]


def test_a_repeated_probe_writes_its_lines_when_somebody_looks() -> None:
    world = World()
    container = nginx(world)
    result = world.get("/111.html")
    assert result.access is not None
    assert result.log is container.log
    repeat = container.log.repeat(result.access, world.engine.now + 4000, 5000)
    world.after(60_000)
    repeat.stop(world.engine.now)
    world.after(60_000)
    world.get("/222.html")
    errors = [line.text for line in container.log.lines() if "[error]" in line.text]
    assert [re.search(r"\*(\d+)", text).group(1) for text in errors] == [str(n) for n in range(1, 15)]  # type: ignore[union-attr]
    times = [line.at_ms for line in container.log.lines() if "[error]" in line.text]
    assert times[1:13] == list(range(5100, 60_200, 5000))


def test_files_directories_and_indexes() -> None:
    world = World()
    container = nginx(world)
    world.exec(container, "cd /usr/share/nginx/html; mkdir full empty; echo x > full/index.html; echo hey > a.txt")
    text = world.get("/a.txt")
    assert (text.status, text.body, dict(text.headers)["Content-Type"]) == (200, b"hey\n", "text/plain")
    assert dict(text.headers)["Content-Length"] == "4"
    assert world.get("/full/").body == b"x\n"
    # A directory without its slash is led to the one with it, on the same host.
    assert world.get("/full").body == b"x\n"
    assert world.get("/empty/").status == 403
    assert world.get("/nope/").status == 404
    assert world.get("/../../etc/passwd").status == 404
    assert 'directory index of "/usr/share/nginx/html/empty/" is forbidden' in container.log.text()


def test_an_empty_volume_over_its_files_is_forbidden() -> None:
    world = World()
    nginx(world, mounts=[Mount("/usr/share/nginx/html", EmptyDir("html"))])
    result = world.get("/")
    assert result.status == 403
    assert result.seen is not None


@pytest.mark.parametrize(("signal", "word"), [("QUIT", "gracefully shutting down"), ("TERM", "exiting")])
def test_it_ends_with_0(signal: str, word: str) -> None:
    world = World()
    container = nginx(world)
    assert container.signal(signal) == "handled"
    world.after(100)
    assert world.exits[0][1] == Exit(0)
    assert word in container.log.text()
    assert container.log.text().endswith("[notice] 1#1: exit\n")
    assert world.connect(80).error is not None


def test_a_killed_worker_is_replaced() -> None:
    world = World()
    container = nginx(world)
    worker = container.processes()[1]
    world.exec(container, f"kill -9 {worker.pid}")
    assert container.running
    assert f"worker process {worker.pid} exited on signal 9" in container.log.text()
    assert world.get("/").status == 200
    container.signal("HUP")
    assert "reconfiguring" in container.log.text()


def test_two_of_them_in_a_pod_fight_for_the_port() -> None:
    world = World()
    nginx(world)
    second = world.start("nginx", None)
    world.after(10_000)
    assert second.exit == Exit(1)
    assert second.log.text().count("bind() to 0.0.0.0:80 failed (98: Address already in use)") == 5
    assert second.log.text().endswith("still could not bind()\n")


def test_its_configuration_is_obeyed() -> None:
    world = World()
    nginx(
        world,
        """
        # a comment
        server {
            listen 8080 default_server; server_name "example.org";
            location = /healthz { access_log off; default_type text/plain; return 200 "ok\\n"; }
            location /old { return 301 https://example.org/new; }
            location ~ \\.php$ { return 404; }
            location /api/ { proxy_pass http://backend; }
            location /files/ { alias /etc/nginx/; }
            location /app { try_files $uri =503; }
            location / { root /usr/share/nginx/html; index index.html; }
        }
        server { return 204; }
        """,
    )
    assert world.get("/healthz", 8080).body == b"ok\n"
    assert world.get("/old", 8080).location == "https://example.org/new"
    assert world.get("/x.php", 8080).status == 404
    assert world.get("/api/x", 8080).status == 502
    assert world.get("/files/mime.types", 8080).status == 200
    assert world.get("/app", 8080).status == 503
    assert world.get("/", 8080).status == 200
    assert world.get("/", 80).status == 204


def test_servers_are_told_apart_by_name_and_answers_by_what_is_asked() -> None:
    world = World()
    nginx(
        world,
        """
        server { listen 80; server_name a.example *.b.example; return 200 "$host $request_uri ${http_x_who}"; }
        server {
            listen 80 default_server;
            if ($http_x_probe != "yes") { return 403; }
            location /old { return 301 https://$host/new; }
            location = /gone { return 302 /old; }
            location / { if ($arg_v ~ ^2) { return 202; } return 204; }
        }
        """,
    )

    def get(path: str, **headers: str) -> int | None:
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return world.get(path, headers=named).status

    assert get("/", Host="a.example") == get("/", Host="www.b.example:80") == 200
    assert world.get("/x?y", headers=(("Host", "a.example"), ("X-Who", "me"))).body == b"a.example /x?y me"
    assert (get("/"), get("/", X_Probe="yes"), get("/?v=21", X_Probe="yes")) == (403, 204, 202)
    moved = world.get("/gone", headers=(("X-Probe", "yes"),))
    assert moved.error == f'Get "https://{IP}/new": dial tcp {IP}:443: connect: connection refused'


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ("server { listen 80", 'unexpected end of file, expecting ";" or "}" in /etc/nginx/conf.d/default.conf:1'),
        ("server {\n listen 80; }\n}", 'unexpected "}" in /etc/nginx/conf.d/default.conf:3'),
        (";", 'unexpected ";" in /etc/nginx/conf.d/default.conf:1'),
        ("include /nope;", 'open() "/nope" failed (2: No such file or directory)'),
    ],
)
def test_a_broken_configuration_ends_it(config: str, text: str) -> None:
    world = World()
    container = nginx(world, config)
    assert container.exit == Exit(1)
    assert container.log.text() == f"{STAMP} [emerg] 1#1: {text}\n"


def test_its_other_uses() -> None:
    world = World()
    container = nginx(world)
    assert world.exec(container, "nginx", "-v").stderr == b"nginx version: nginx/1.22.1\n"
    assert b"syntax is ok" in world.exec(container, "nginx", "-t").stderr
    assert world.exec(container, "nginx", "-s", "nope").exit.code == 1
    assert world.exec(container, "nginx", "-s", "quit").exit.code == 0
    assert not container.running


def test_without_daemon_off_the_container_ends_at_once() -> None:
    world = World()
    container = nginx(world, command=["nginx"])
    assert container.exit == Exit(0)


def test_it_goes_by_new_files_when_it_is_told_to() -> None:
    """nginx's ngx_master_process_cycle: a new worker takes over, and the old one ends when it has nothing to do."""
    world = World()
    container = nginx(world)
    worker = container.processes()[1]
    config = "server { listen 8080; location / { return 200 new; } }"
    world.exec(container, f"echo '{config}' > /etc/nginx/conf.d/default.conf")
    assert world.get("/").status == 200
    assert "signal process started" in world.exec(container, "nginx -s reload").stderr.decode()
    world.after(10)
    assert world.connect(80).error is not None
    assert world.get("/", port=8080).body == b"new"
    assert f"worker process {worker.pid} exited with code 0" in container.log.text()
    assert len(container.processes()) == 2


def test_a_fault_in_new_files_changes_nothing() -> None:
    world = World()
    container = nginx(world)
    world.exec(container, "echo 'server { nonsense' > /etc/nginx/conf.d/default.conf")
    assert world.exec(container, "nginx -s reload").exit == Exit(1)
    container.signal("HUP")
    world.after(10)
    assert "[emerg]" in container.log.text()
    assert world.get("/").status == 200
