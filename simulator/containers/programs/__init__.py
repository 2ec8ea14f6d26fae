"""All programs by name: servers, the shell, the utilities."""

from __future__ import annotations

from simulator.containers.programs import agnhost
from simulator.containers.programs.clients import CLIENTS
from simulator.containers.programs.generic import GENERIC
from simulator.containers.programs.nginx import nginx
from simulator.containers.programs.packages import PACKAGES
from simulator.containers.programs.redis import redis_cli, redis_server
from simulator.containers.programs.static import apache, busybox_httpd
from simulator.containers.programs.webapps import WEBAPPS
from simulator.containers.shell import sh
from simulator.containers.syscalls import Program
from simulator.containers.utilities import UTILITIES

BASE: dict[str, Program] = {**UTILITIES, **dict.fromkeys(("sh", "ash", "bash", "dash"), sh)}
# What every system with a shell brings, as far as its flavour does not leave it out.
COMMANDS: dict[str, Program] = {**BASE, **PACKAGES, "httpd": busybox_httpd}
PROGRAMS: dict[str, Program] = {
    **COMMANDS,
    **GENERIC,
    **CLIENTS,
    **WEBAPPS,
    **agnhost.PROGRAMS,
    "nginx": nginx,
    "apache": apache,
    "redis-server": redis_server,
    "redis-cli": redis_cli,
    "python3": CLIENTS["python"],
    "psql": CLIENTS["sql"],
}
