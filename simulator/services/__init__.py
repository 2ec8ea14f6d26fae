"""What makes Services work: addresses that lead to Pods, names for them, and a record of who connects."""

from simulator.services.addresses import DNS_IP, KUBERNETES_IP, RangeFullError, ServiceAddresses, keep_addresses
from simulator.services.cluster_dns import ClusterDNS
from simulator.services.kube_proxy import ServiceProxy
from simulator.services.traffic import Traffic

__all__ = [
    "DNS_IP",
    "KUBERNETES_IP",
    "ClusterDNS",
    "RangeFullError",
    "ServiceAddresses",
    "ServiceProxy",
    "Traffic",
    "keep_addresses",
]
