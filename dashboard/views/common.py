"""What several views need."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard import history_store
from dashboard.models import Cluster

FORBIDDEN, CONFLICT, INVALID, TOO_MANY = 403, 409, 422, 429


def place(cluster: Cluster) -> str:
    pod = history_store.only_pod(cluster.pk)
    if pod is not None:
        return reverse("pod", args=[cluster.slug, *pod])
    return reverse("cluster", args=[cluster.slug])


def see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)


def say(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """A refusal: a page for a browser, a line for HTMX."""
    if request.headers.get("HX-Request"):
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "limit.html", {"message": message, "status": status}, status=status)


def back(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """After a form: to the page that it names if that is one of ours. HTMX needs no page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    page = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(page, None, require_https=False)
    return see(page if allowed and page.startswith("/") else place(cluster))


def find(slug: str) -> Cluster:
    return get_object_or_404(Cluster, slug=slug)


def find_with(slug: str, namespace: str, name: str) -> Cluster:
    """The cluster, if that Pod is or was in it."""
    found = find(slug)
    if (namespace, name) not in history_store.pods(found.pk):
        raise Http404
    return found


def whole(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 14 else None
