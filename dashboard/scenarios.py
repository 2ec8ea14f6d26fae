"""Names that every scenario relies on."""

from __future__ import annotations

from collections.abc import Mapping

NODE = "node1"
STATIC_PODS = "/etc/kubernetes/manifests"


def variables(namespace: str, hostdir: str) -> Mapping[str, str]:
    """What `$NS`, `$NODE`, `$HOSTDIR` and `$STATICDIR` in a manifest stand for. In a command the shell knows them."""
    return {"NS": namespace, "NODE": NODE, "HOSTDIR": hostdir, "STATICDIR": STATIC_PODS}
