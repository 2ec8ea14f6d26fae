"""Which kernel parameters a Pod may set.

Models pkg/kubelet/sysctl/allowlist.go and safe_sysctls.go, where nobody has allowed what is not safe.
"""

from __future__ import annotations

from simulator.history import Json

REASON = "SysctlForbidden"
SAFE = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
}
SWAPPED = str.maketrans("./", "/.")


def forbidden_sysctl(spec: Json) -> str:
    """What is wrong with the first parameter that is not allowed; nothing if all are."""
    asked = (normalized(sysctl["name"]) for sysctl in (spec.get("securityContext") or {}).get("sysctls", ()))
    return next((f'forbidden sysctl: "{name}" not allowlisted' for name in asked if name not in SAFE), "")


def normalized(name: str) -> str:
    """Slashes may separate too. Models component-helpers/node/util/sysctl NormalizeName."""
    first = next((letter for letter in name if letter in "./"), ".")
    return name if first == "." else name.translate(SWAPPED)
