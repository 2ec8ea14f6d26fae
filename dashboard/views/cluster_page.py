"""A cluster's page, its history as a file, and what people do in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from dashboard import access, history_store, limits, recent
from dashboard.actions import read_action, read_speed
from dashboard.creation import touch
from dashboard.models import Cluster
from dashboard.reading import BadRequestError
from dashboard.rendering import cluster_as_seen, context
from dashboard.runner.process import runner
from dashboard.runner.service import PATIENCE_S
from dashboard.views.common import CONFLICT, FORBIDDEN, INVALID, TOO_MANY, back, find, place, say, see
from dashboard.views.share_page import moment, sharing
from dashboard.views.take_page import takes

PARTS = {"moments": "_cluster_moment.html"}  # of the page, by id
PRESENT_PARTS = {"moments": "_present_cluster_moment.html"}


@require_GET
@vary_on_headers("HX-Target")
def cluster(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(slug)
    if request.GET.get("list") is None and history_store.only_pod(found.pk) is not None:
        return see(place(found))
    page = cluster_as_seen(found, moment(request, found), request.GET.get("show", ""))
    template = PARTS.get(request.headers.get("HX-Target", ""), "cluster.html")
    response = render(request, template, context(page) | sharing(request, found) | takes(found))
    recent.remember(request, response, slug)
    touch(found)
    return response


@require_GET
@vary_on_headers("HX-Target")
def present_cluster(request: HttpRequest, slug: str) -> HttpResponse:
    """The cluster for a room: its Pods, large, and the address as a code."""
    found = find(slug)
    template = PRESENT_PARTS.get(request.headers.get("HX-Target", ""), "present_cluster.html")
    page = cluster_as_seen(found, moment(request, found))
    touch(found)
    return render(request, template, context(page) | sharing(request, found))


@require_POST
def play(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(request, slug, "play")


@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(request, slug, "pause")


@require_POST
def step(request: HttpRequest, slug: str) -> HttpResponse:
    return _ask(request, slug, "step")


@require_POST
def speed(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        return _ask(request, slug, "speed", {"speed": read_speed(request.POST)})
    except BadRequestError as error:
        return say(request, str(error), INVALID)


@require_POST
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    try:
        return _ask(request, slug, *read_action(verb, request.POST.dict()))
    except BadRequestError as error:
        return say(request, str(error), INVALID)


def _ask(request: HttpRequest, slug: str, verb: str, data: dict[str, Any] | None = None) -> HttpResponse:
    found = find(slug)
    if (refusal := refused(request, found)) is not None:
        return refusal
    runner.ask(found, verb, data or {}, PATIENCE_S)
    return back(request, found)


def refused(request: HttpRequest, found: Cluster) -> HttpResponse | None:
    """The answer to who may not act here, or not now; None for who may."""
    if found.kind == Cluster.Kind.SIMULATED and not access.may_act(request.COOKIES, found):
        return say(request, _("You look on: to act here, or to move the clock, takes the presenter's link."), FORBIDDEN)
    if found.failure or found.kind != Cluster.Kind.SIMULATED:
        return say(request, _("Time stands still in this cluster for good."), CONFLICT)
    if not limits.requests.spend(request):
        return say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    return None
