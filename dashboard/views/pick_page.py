"""Which two are compared: any Pods of clusters that this browser opened, or whose address one has."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import history_store, limits, recent
from dashboard.models import Cluster
from dashboard.presenters.picking import Known, sides
from dashboard.presenters.timescale import duration
from dashboard.views.common import INVALID, TOO_MANY, say, see

Chosen = tuple[Cluster, str]  # with the Pod, namespace/name
_PLACE = re.compile(r"^/clusters/(?P<slug>[a-z0-9-]{1,32})(?:/(?:pods/(?P<pod>[^/]+/[^/]+)/?.*)?)?$")
_VALUE = re.compile(r"^(?P<slug>[a-z0-9-]{1,32})(?:/(?P<pod>[^/]+/[^/]+))?$")


@require_GET
def pick(request: HttpRequest) -> HttpResponse:
    """The form; or with both chosen, to the page that shows them."""
    if not limits.codes.spend(request):
        return say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    first, second = request.GET.get("a", ""), request.GET.get("address", "").strip() or request.GET.get("b", "")
    if "go" not in request.GET:
        return _form(request, first, second)
    a, b = _chosen(first), _chosen(second)
    if a is None or b is None:
        return _form(request, first, second, _("There is no such Pod. Choose one, or paste a Pod's address."))
    if a == b:
        return _form(request, first, second, _("These are the same. Choose two Pods that differ."))
    query = {"pod": a[1], "other": b[1], "until": max(a[0].clock_ms, b[0].clock_ms)}
    return see(f"{reverse('compare', args=[a[0].slug, b[0].slug])}?{urlencode(query)}")


def _form(request: HttpRequest, first: str, second: str, problem: str = "") -> HttpResponse:
    known = _known(request, [slug for text in (first, second) if (slug := _slug(text))])
    context = {
        "sides": sides(known, first, second),
        "given": request.GET.get("address", "")[:500],
        "problem": problem,
    }
    return render(request, "pick.html", context, status=INVALID if problem else 200)


def _known(request: HttpRequest, slugs: list[str]) -> list[Known]:
    """Those that this browser opened, and those that the address names: who has it may look."""
    found = {cluster.slug: cluster for cluster in recent.recent_clusters(request)}
    named = Cluster.objects.filter(slug__in=[slug for slug in slugs if slug not in found])
    clusters = [*named, *found.values()]
    return [
        Known(cluster.slug, cluster.title, _note(cluster), tuple(history_store.pods(cluster.pk)))
        for cluster in clusters
    ]


def _note(cluster: Cluster) -> str:
    kind = _("recorded") if cluster.kind == Cluster.Kind.RECORDED else _("simulated")
    return f"{kind} · {duration(cluster.clock_ms)} · …{cluster.slug[-4:]}"


def _slug(text: str) -> str:
    found = _VALUE.match(text)
    return found["slug"] if found else ""


def _chosen(text: str) -> Chosen | None:
    """What a choice or a pasted address names; the first Pod if it names a cluster alone."""
    path = _path(text)
    found = _PLACE.match(path) or _VALUE.match(path)
    cluster = Cluster.objects.filter(slug=found["slug"]).first() if found else None
    if cluster is None or found is None:
        cluster, pod = _by_code(path), None
    else:
        pod = found["pod"]
    if cluster is None:
        return None
    names = ["/".join(each) for each in history_store.pods(cluster.pk)]
    chosen = pod or next(iter(names), "")
    return (cluster, chosen) if chosen in names else None


def _path(text: str) -> str:
    """Without host, query and fragment. What is no address is left as it is."""
    try:
        return unquote(urlsplit(text).path)
    except ValueError:
        return text


def _by_code(path: str) -> Cluster | None:
    """The short address that is read from a screen."""
    return Cluster.objects.filter(code=path.strip("/").lower()).first()
