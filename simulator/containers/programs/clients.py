"""Commands that ask whether a server in the container answers: pg_isready, mysqladmin ping, curl's kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.programs.generic import unsimulated
from simulator.containers.programs.serving import pairs
from simulator.containers.programs.static import http_server
from simulator.containers.syscalls import Program, Routine
from simulator.text import translatable as _

if TYPE_CHECKING:
    from simulator.containers.process import Process


def _is_open(p: Process, port: int) -> bool:
    """Whether something listens on a port of this Pod."""
    network = p.container.network
    if p.observation is not None:
        p.observation.saw(network.subject(port))
    return port in network.listeners


def pg_isready(p: Process) -> Routine[int]:
    """pg_isready [-h HOST] [-p PORT] [-U USER]"""
    port = 5432
    for word, value in pairs(p.argv):
        if word in ("-p", "--port") and value.isdigit():
            port = int(value)
    host = p.argv[p.argv.index("-h") + 1] if "-h" in p.argv[:-1] else "/var/run/postgresql"
    found = _is_open(p, port)
    yield from p.out(f"{host}:{port} - {'accepting connections' if found else 'no response'}\n")
    return 0 if found else 2


def mysqladmin(p: Process) -> Routine[int]:
    """mysqladmin ping"""
    if _is_open(p, 3306):
        yield from p.out("mysqld is alive\n")
        return 0
    socket = "/var/run/mysqld/mysqld.sock"
    yield from p.err(
        "mysqladmin: connect to server at 'localhost' failed\n"
        f"error: 'Can't connect to local MySQL server through socket '{socket}' (2)'\n"
        f"Check that mysqld is running and that the socket: '{socket}' exists!\n"
    )
    return 1


def mongosh(p: Process) -> Routine[int]:
    """mongosh --eval "db.adminCommand('ping')" """
    if _is_open(p, 27017):
        yield from p.out("{ ok: 1 }\n")
        return 0
    yield from p.err("MongoNetworkError: connect ECONNREFUSED 127.0.0.1:27017\n")
    return 1


def sql(p: Process) -> Routine[int]:
    """psql or mysql: whether it could connect; statements are not simulated."""
    port = 5432 if p.argv[0].endswith("psql") else 3306
    if _is_open(p, port):
        p.container.facts.unsimulated(_("%(command)s: SQL is not simulated.", command=p.command))
        return 0
    yield from p.err(f"{p.argv[0].rpartition('/')[2]}: could not connect to server: Connection refused\n")
    return 2 if port == 5432 else 1


def python(p: Process) -> Routine[int]:
    """python3 -m http.server; other Python is not simulated."""
    words = p.argv[1:]
    while words and words[0] in ("-u", "-B", "-s", "-E"):
        if words.pop(0) == "-u":
            p.env = p.env | {"PYTHONUNBUFFERED": "1"}
    if words[:2] == ["-m", "http.server"]:
        return (yield from http_server(p, words[2:]))
    return (yield from unsimulated(p))


CLIENTS: dict[str, Program] = {
    "pg_isready": pg_isready,
    "mysqladmin": mysqladmin,
    "mongosh": mongosh,
    "sql": sql,
    "python": python,
}
