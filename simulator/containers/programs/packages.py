"""Package managers: installing a package brings the command of its name, if it is one that we simulate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import make_file
from simulator.containers.syscalls import Program, Routine, Sleep
from simulator.text import translatable as _

if TYPE_CHECKING:
    from simulator.containers.process import Process

INSTALL = frozenset({"add", "install", "-S", "-Sy"})
MS_PER_PACKAGE = 700
# Packages that bring commands of other names.
BRINGS = {
    "procps": ("ps", "pgrep", "pkill", "top", "free", "uptime", "watch"),
    "iputils-ping": ("ping",),
    "iputils": ("ping",),
    "netcat": ("nc",),
    "netcat-openbsd": ("nc",),
    "net-tools": ("ifconfig", "netstat", "route"),
    "dnsutils": ("nslookup", "dig", "host"),
    "bind-tools": ("nslookup", "dig", "host"),
    "iproute2": ("ip", "ss"),
    "psmisc": ("killall",),
    "python3": ("python3",),
    "redis-tools": ("redis-cli",),
    "postgresql-client": ("psql", "pg_isready"),
}


def package_manager(p: Process) -> Routine[int]:
    """apt-get, apk, yum, dnf, microdnf: update and install."""
    # The registry holds this very program.
    from simulator.containers.programs import PROGRAMS

    words = [word for word in p.argv[1:] if not word.startswith("-") or word in INSTALL]
    if not words or words[0] not in INSTALL:
        yield Sleep(MS_PER_PACKAGE, interruptible=False)
        return 0
    if p.uid:
        yield from p.err("E: Unable to acquire the dpkg frontend lock, are you root?\n")
        return 100
    for package in words[1:]:
        yield Sleep(MS_PER_PACKAGE, interruptible=False)
        known = [name for name in BRINGS.get(package, (package,)) if name in PROGRAMS]
        if not known:
            text = _("%(command)s: what is in %(package)s is not simulated.", command=p.command, package=package)
            p.container.facts.unsimulated(text)
        for name in known:
            if not p.files.exists(f"/usr/bin/{name}"):
                make_file(p.container.mounts.root, f"/usr/bin/{name}", b"\x7fELF", 0o755, program=name)
        yield from p.out(f"Setting up {package} ...\n")
    return 0


PACKAGES: dict[str, Program] = dict.fromkeys(("apt-get", "apt", "apk", "yum", "dnf", "microdnf"), package_manager)
