"""What a Pod's /etc/resolv.conf says. Models pkg/kubelet/network/dns/dns.go GetPodDNS."""

from __future__ import annotations

from functools import lru_cache

from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.services.addresses import DNS_IP
from simulator.services.cluster_dns import DOMAIN

MAX_SERVERS = 3
MAX_SEARCHES = 32
SERVERS_EXCEEDED = (
    "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is:"
)
SEARCHES_EXCEEDED = "Search Line limits were exceeded, some search paths have been omitted, the applied search line is:"
HOST_SERVERS = ["10.99.0.1"]  # whom the node itself asks; it knows no Service


def resolv_conf(agent: PodAgent) -> str:
    """As containerd writes it. Beyond the limits entries are left out."""
    servers, searches, options = _wanted(agent)
    return _file(tuple(searches[:MAX_SEARCHES]), tuple(servers[:MAX_SERVERS]), tuple(options.items()))


def exceeded(agent: PodAgent) -> list[str]:
    """What is said whenever the sandbox's configuration is put together. Models formDNSConfigFitsLimits."""
    if not agent.pod["spec"].get("dnsConfig"):
        return []
    servers, searches, _ = _wanted(agent)
    limits = ((servers, MAX_SERVERS, SERVERS_EXCEEDED), (searches, MAX_SEARCHES, SEARCHES_EXCEEDED))
    return [f"{words} {' '.join(entries[:most])}" for entries, most, words in limits if len(entries) > most]


def _wanted(agent: PodAgent) -> tuple[list[str], list[str], dict[str, str]]:
    spec = agent.pod["spec"]
    servers, searches, options = _base(spec, agent.pod["metadata"]["namespace"])
    extra = spec.get("dnsConfig") or {}
    servers = list(dict.fromkeys([*servers, *extra.get("nameservers", ())]))
    searches = list(dict.fromkeys([*searches, *extra.get("searches", ())]))
    return servers, searches, options | {each["name"]: each.get("value") or "" for each in extra.get("options", ())}


@lru_cache(maxsize=256)
def _file(searches: tuple[str, ...], servers: tuple[str, ...], options: tuple[tuple[str, str], ...]) -> str:
    """One text for all Pods of a namespace that ask for nothing else."""
    lines = [f"search {' '.join(searches)}"] if searches else []
    lines += [f"nameserver {server}" for server in servers]
    if options:
        lines.append("options " + " ".join(f"{name}:{value}" if value else name for name, value in options))
    return "\n".join(lines) + "\n" if lines else ""


def _base(spec: Json, namespace: str) -> tuple[list[str], list[str], dict[str, str]]:
    """Servers, search domains and options that the policy stands for. Models getPodDNSType."""
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if policy == "None":
        return [], [], {}
    if policy == "Default" or (policy == "ClusterFirst" and spec.get("hostNetwork")):
        return list(HOST_SERVERS), [], {}
    searches = [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
    return [DNS_IP], searches, {"ndots": "5"}
