"""What a host name means to a process: /etc/hosts first, then the name servers of /etc/resolv.conf.

As a C library's resolver does it: a short name is tried in the search domains before it is taken as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.containers.process import Process

NDOTS = 1


@dataclass(frozen=True, slots=True)
class ResolverConfig:
    """What /etc/resolv.conf says."""

    servers: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    ndots: int = NDOTS

    def candidates(self, name: str) -> list[str]:
        """The full names that are asked for, in order."""
        if name.endswith("."):
            return [name]
        searched = [f"{name}.{domain}" for domain in self.search]
        return [name, *searched] if name.count(".") >= self.ndots else [*searched, name]


def parse_resolv_conf(text: str) -> ResolverConfig:
    """The last of several search or ndots lines counts; what is not understood is passed over."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    ndots = NDOTS
    for line in text.splitlines():
        word, *rest = line.split() or [""]
        if word == "nameserver" and rest:
            servers.append(rest[0])
        elif word in ("search", "domain"):
            search = tuple(rest)
        elif word == "options":
            given = [option.removeprefix("ndots:") for option in rest if option.startswith("ndots:")]
            ndots = int(given[-1][:2]) if given and given[-1].isdecimal() else ndots
    return ResolverConfig(tuple(servers), search, ndots)


def resolver_config(process: Process) -> ResolverConfig:
    return parse_resolv_conf(_read(process, "/etc/resolv.conf"))


def resolve(process: Process, host: str) -> tuple[str, list[str]]:
    """The full name that was found, and its addresses. Raises OSFault ENOTFOUND."""
    network = process.machine.network
    if found := network.literal(host, process.container.network) or _in_hosts(_read(process, "/etc/hosts"), host):
        return host, found
    config = resolver_config(process)
    process.unrepeatable()
    if network.resolver is not None and config.servers:
        for name in config.candidates(host):  # "no such name" is an answer too: no other server is asked
            if found := network.resolver(name, config.servers[0]):
                return name.rstrip("."), found
    raise OSFault("ENOTFOUND", host)


def canonical_name(process: Process, host: str) -> str:
    """The first of the names that /etc/hosts has for the same address."""
    named = (fields[1] for fields in _entries(_read(process, "/etc/hosts")) if host in fields[1:])
    return next(named, host)


def _read(process: Process, path: str) -> str:
    try:
        return process.files.read(path).decode("utf-8", "replace")
    except OSFault:
        return ""


def _entries(text: str) -> Iterator[list[str]]:
    return (line.partition("#")[0].split() for line in text.splitlines())


def _in_hosts(text: str, host: str) -> list[str]:
    return [fields[0] for fields in _entries(text) if host in fields[1:] and ":" not in fields[0]]
