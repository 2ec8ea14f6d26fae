"""A Pod's page, whole or in parts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from dashboard import recent
from dashboard.creation import touch
from dashboard.models import Cluster
from dashboard.presenters.page import Look, PodPage
from dashboard.presenters.stage import stage
from dashboard.rendering import context, pod_as_seen
from dashboard.views.common import find, find_with, whole
from dashboard.views.share_page import moment, sharing
from dashboard.views.take_page import takes

PARTS = {  # of the page, by id
    "panel": "_panel.html",
    "debuggers": "_panel.html",
    "timeline": "_timeline.html",
    "why": "_why.html",
    "so-far": "_why.html",
    "moments": "_moment.html",
}
PRESENT_PARTS = {"timeline": "_timeline.html", "moments": "_present_moment.html"}


@require_GET
@vary_on_headers("HX-Target")
def pod(request: HttpRequest, slug: str, namespace: str, name: str) -> HttpResponse:
    found = find_with(slug, namespace, name)
    template = PARTS.get(request.headers.get("HX-Target", ""), "pod.html")
    page = _as_asked(request, found, namespace, name)
    response = render(request, template, context(page) | sharing(request, found) | takes(found, (namespace, name)))
    recent.remember(request, response, slug)
    touch(found)
    return response


@require_GET
@vary_on_headers("HX-Target")
def present(request: HttpRequest, slug: str, namespace: str, name: str) -> HttpResponse:
    """The same Pod for a room: live by a socket of its own."""
    found = find_with(slug, namespace, name)
    template = PRESENT_PARTS.get(request.headers.get("HX-Target", ""), "present.html")
    page = stage(_as_asked(request, found, namespace, name))
    touch(found)
    return render(request, template, context(page) | sharing(request, found))


@require_GET
def why(request: HttpRequest, slug: str, namespace: str, name: str, number: int) -> HttpResponse:
    found = find(slug)
    if not 0 < number <= found.last_number:
        raise Http404
    return render(request, "_why.html", context(pod_as_seen(found, namespace, name, Look(selected=number))))


def _as_asked(request: HttpRequest, found: Cluster, namespace: str, name: str) -> PodPage:
    start, span = whole(request, "from"), whole(request, "span")
    look = Look(
        at_ms=moment(request, found),
        window=None if start is None or span is None else (start, span),
        follow="follow" in request.GET,
        wide="wide" in request.GET,
        selected=whole(request, "selected") or 0,
        tab=request.GET.get("tab", ""),
    )
    return pod_as_seen(found, namespace, name, look)
