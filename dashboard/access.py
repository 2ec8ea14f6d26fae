"""Who may do what. A cluster's address lets one look on; to act, or to move its clock, takes its key.

Who makes a cluster gets the key in a signed cookie that scripts cannot read; another device gets it by opening the
presenter's address. A cluster that is `open` lets everybody act who looks on. See
docs/adr/0010-two-addresses-for-a-cluster.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from dashboard.models import Cluster

COOKIE = "keys"
MOST = 60  # keys: with more the cookie would grow too large for a browser
YEAR_S = 365 * 24 * 3600

Cookies = Mapping[str, str]


def presents(cookies: Cookies, cluster: Cluster) -> bool:
    """Whether this browser has the cluster's key: what it looks at is what followers see."""
    return any(is_key(key, cluster) for key in _keys(cookies))


def is_key(key: str, cluster: Cluster) -> bool:
    return constant_time_compare(key, cluster.key)


def may_act(cookies: Cookies, cluster: Cluster) -> bool:
    """Nobody acts in what has already happened: a recording."""
    return cluster.kind == Cluster.Kind.SIMULATED and (cluster.open or presents(cookies, cluster))


def may_roam(cookies: Cookies, cluster: Cluster) -> bool:
    """Whether this browser may look at another moment than the presenter does."""
    return cluster.roam or presents(cookies, cluster)


def grant(request: HttpRequest, response: HttpResponse, cluster: Cluster) -> None:
    """This browser may act from now on. Beyond `MOST` clusters the first ones are forgotten."""
    if presents(request.COOKIES, cluster):
        return
    keys = [cluster.key, *_keys(request.COOKIES)][:MOST]
    value = signing.dumps(keys, salt=COOKIE)
    response.set_cookie(COOKIE, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure())


def _keys(cookies: Cookies) -> list[str]:
    try:
        keys = signing.loads(cookies.get(COOKIE, ""), salt=COOKIE)
    except signing.BadSignature:
        return []
    return [str(key) for key in keys]
