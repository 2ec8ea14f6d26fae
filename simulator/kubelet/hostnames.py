"""What a Pod's containers are called.

Models pkg/kubelet/kubelet_pods.go GeneratePodHostNameAndDomain and pkg/kubelet/util/util.go GetNodenameForKernel.
"""

from __future__ import annotations

from simulator.history import Json

LONGEST, LONGEST_FULL = 63, 64
CLUSTER = "cluster.local"


class HostnameFault(Exception):
    """The name cannot be; the words are the kubelet's."""


def pod_hostname(pod: Json) -> tuple[str, str]:
    """The short name, and the domain that a subdomain gives it."""
    spec, meta = pod["spec"], pod["metadata"]
    if spec.get("hostnameOverride"):
        return _cut(spec["hostnameOverride"]), ""
    domain = f"{spec['subdomain']}.{meta['namespace']}.svc.{CLUSTER}" if spec.get("subdomain") else ""
    return _cut(spec.get("hostname") or meta["name"]), domain


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[:LONGEST].rstrip("-.")


def kernel_hostname(pod: Json) -> str:
    """What `hostname` prints. Raises HostnameFault."""
    short, domain = pod_hostname(pod)
    if not domain or not pod["spec"].get("setHostnameAsFQDN"):
        return short
    full = f"{short}.{domain}"
    if len(full) > LONGEST_FULL:
        limit = f"({LONGEST_FULL} characters is the max, {len(full)} characters requested)"
        text = "failed to construct FQDN from pod hostname and cluster domain"
        raise HostnameFault(f"{text}, FQDN {full} is too long {limit}")
    return full
