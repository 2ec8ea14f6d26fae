"""How a process finds the address of a name."""

from __future__ import annotations

import pytest

from simulator.containers.resolver import ResolverConfig, parse_resolv_conf
from tests.simulator.containers.world import World

NAMES = {"shop.shop.svc.cluster.local": ["10.0.0.7"], "example.org": ["1.2.3.4"]}
CONF = "search shop.svc.cluster.local svc.cluster.local\nnameserver 10.0.0.10\nnameserver 10.0.0.11\noptions ndots:5\n"


@pytest.mark.parametrize(("text", "config"), [
    ("", ResolverConfig()),
    (CONF, ResolverConfig(("10.0.0.10", "10.0.0.11"), ("shop.svc.cluster.local", "svc.cluster.local"), 5)),
    ("search a\nsearch b c\noptions timeout:1 ndots:2\n", ResolverConfig((), ("b", "c"), 2)),
    ("nameserver\noptions ndots:x\n# nothing\n", ResolverConfig()),
])  # fmt: skip
def test_the_resolver_is_configured_by_its_file(text: str, config: ResolverConfig) -> None:
    assert parse_resolv_conf(text) == config


@pytest.mark.parametrize(("name", "asked"), [
    ("web", ["web.a.b", "web"]),
    ("web.shop", ["web.shop.a.b", "web.shop"]),
    ("x.y.z", ["x.y.z", "x.y.z.a.b"]),
    ("web.", ["web."]),
])  # fmt: skip
def test_few_dots_mean_that_the_search_domains_come_first(name: str, asked: list[str]) -> None:
    assert ResolverConfig((), ("a.b",), 2).candidates(name) == asked


def test_names_are_asked_of_the_first_server_alone() -> None:
    world = World()
    asked: list[tuple[str, str]] = []

    def server(name: str, address: str) -> list[str]:
        asked.append((name, address))
        return NAMES.get(name, [])

    world.machine.network.resolver = server
    container = world.start(command="sleep 9", resolv_conf=CONF)
    assert world.exec(container, "getent", "hosts", "shop").stdout == b"10.0.0.7        shop\n"
    assert world.exec(container, "getent", "hosts", "example.org").exit.code == 0
    assert world.exec(container, "getent", "hosts", "nobody.").exit.code == 2
    assert {address for _, address in asked} == {"10.0.0.10"}


def test_the_hosts_file_comes_before_any_server() -> None:
    world = World()
    container = world.start(command="sleep 9", hosts=[("10.9.9.9", ["db.local"])])
    assert world.exec(container, "getent", "hosts", "db.local").stdout == b"10.9.9.9        db.local\n"
    world.exec(container, "sh", "-c", "echo '10.9.9.8 cache # ours' >> /etc/hosts")
    assert world.exec(container, "getent", "hosts", "cache").stdout == b"10.9.9.8        cache\n"
