"""Clusters that this browser opened, newest first: kept in a signed cookie, as nobody lists other people's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from dashboard import history_store, rendering
from dashboard.models import Cluster
from dashboard.presenters.story import Story
from dashboard.presenters.thumbnail import Thumbnail, thumbnail

COOKIE = "recent"
MOST = 12
DRAWN = 2000  # entries: a longer history is not read to be drawn in passing
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


@dataclass(frozen=True, slots=True)
class Recent:
    """A cluster as lists show it. `picture`: None of a long history."""

    cluster: Cluster
    pods: int
    picture: Thumbnail | None


def recent_cards(request: HttpRequest, most: int = MOST) -> list[Recent]:
    return [_card(cluster) for cluster in recent_clusters(request)[:most]]


def _card(cluster: Cluster) -> Recent:
    pods = tuple(history_store.pods(cluster.pk))
    drawn = pods and cluster.last_number <= DRAWN
    shown = (cluster.pk, cluster.last_number, cluster.clock_ms, pods, get_language())
    return Recent(cluster, len(pods), _picture(*shown) if drawn else None)


@lru_cache(maxsize=200)
def _picture(
    cluster: int, number: int, length_ms: int, pods: tuple[tuple[str, str], ...], _language: str | None
) -> Thumbnail:
    entries = rendering.histories.upto(cluster, number)
    return thumbnail([Story(*pod).read(entries) for pod in pods], length_ms)


def remember(request: HttpRequest, response: HttpResponse, slug: str) -> None:
    before = recent_slugs(request)
    if before[:1] == [slug]:
        return
    slugs = [slug, *(other for other in before if other != slug)][:MOST]
    value = signing.dumps(slugs, salt=COOKIE)
    response.set_cookie(COOKIE, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure())
