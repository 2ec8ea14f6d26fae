"""Clusters that this browser opened, newest first: kept in a signed cookie, as nobody lists other people's."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse

from dashboard.models import Cluster

COOKIE = "recent"
MOST = 12
YEAR_S = 365 * 24 * 3600


def recent_slugs(request: HttpRequest) -> list[str]:
    try:
        slugs = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE)
    except signing.BadSignature:
        return []
    return [str(slug) for slug in slugs]


def recent_clusters(request: HttpRequest) -> list[Cluster]:
    slugs = recent_slugs(request)
    found = {cluster.slug: cluster for cluster in Cluster.objects.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def remember(request: HttpRequest, response: HttpResponse, slug: str) -> None:
    before = recent_slugs(request)
    if before[:1] == [slug]:
        return
    slugs = [slug, *(other for other in before if other != slug)][:MOST]
    value = signing.dumps(slugs, salt=COOKIE)
    response.set_cookie(COOKIE, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure())
