"""Sharing a cluster: the viewers' short address, the presenter's, and what viewers may do."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dashboard import access, limits
from dashboard.leading import held_at, place_of
from dashboard.models import Cluster, new_slug
from dashboard.presenters.sharing import Sharing
from dashboard.runner.process import runner
from dashboard.views.common import FORBIDDEN, TOO_MANY, back, find, say, see, whole


def sharing(request: HttpRequest, cluster: Cluster) -> dict[str, object]:
    """What a page says of who may do what in this cluster."""
    presents = access.presents(request.COOKIES, cluster)
    own = request.build_absolute_uri(reverse("presenter", args=[cluster.slug, cluster.key])) if presents else ""
    address = request.build_absolute_uri(reverse("short", args=[cluster.code]))
    return {
        "acts": access.may_act(request.COOKIES, cluster),
        "presents": presents,
        "share": Sharing(address, own, cluster.open, cluster.roam),
    }


def moment(request: HttpRequest, cluster: Cluster) -> int | None:
    """The moment to show: the one that the address names, if this browser may leave the presenter's."""
    asked = whole(request, "at")
    return asked if access.may_roam(request.COOKIES, cluster) else held_at(cluster, asked)


@require_GET
@never_cache
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The address that is typed from a screen. Leads to where the presenter is."""
    if not limits.codes.spend(request):
        return say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    cluster = Cluster.objects.filter(code=code.lower()).first()
    if cluster is None:
        raise Http404
    return see(place_of(cluster))


@require_GET
@never_cache
def presenter(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The presenter's address: whoever opens it may act. It does not stay in the address bar."""
    cluster = find(slug)
    if not access.is_key(key, cluster):
        return say(request, _("This presenter's link is no longer valid: a new one was made since."), FORBIDDEN)
    response = see(place_of(cluster))
    access.grant(request, response, cluster)
    return response


@require_POST
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """What viewers may do, or a new presenter's link; the old one is then worth nothing."""
    cluster = find(slug)
    if not access.presents(request.COOKIES, cluster):
        return say(request, _("Only who has the presenter's link may change this."), FORBIDDEN)
    response = back(request, cluster)
    if "renew" in request.POST:
        cluster.key = new_slug()
        cluster.save(update_fields=["key"])
        access.grant(request, response, cluster)
    else:
        cluster.open, cluster.roam = "open" in request.POST, "roam" in request.POST
        cluster.save(update_fields=["open", "roam"])
        runner.wake()  # who has the page open is told
    return response
