"""Another manifest for a cluster that runs: the home page's editor and check, then the action `apply`."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboard.adding import add as apply
from dashboard.adding import read_addition
from dashboard.forms import HomeForm, form_for
from dashboard.models import Cluster
from dashboard.uploads import Upload, read_upload
from dashboard.views.cluster_page import refused
from dashboard.views.common import INVALID, find, see


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """`look`: files that were dropped on the cluster's page are shown here first."""
    found = find(slug)
    if (refusal := refused(request, found)) is not None:
        return refusal
    if request.method != "POST":
        return _form(request, found, form_for(Upload("", ""), None))
    upload = read_upload(request)
    draft = None if upload.refusal else read_addition(upload.text, found)
    form = form_for(upload, draft)
    if draft is None or not draft.good:
        return _form(request, found, form, status=INVALID)
    if "look" in request.POST:
        return _form(request, found, form)
    if said := apply(found, draft):
        return _form(request, found, form, said, INVALID)
    return see(f"{reverse('cluster', args=[slug])}?list")


def _form(request: HttpRequest, cluster: Cluster, form: HomeForm, said: str = "", status: int = 200) -> HttpResponse:
    """`said`: what the API server refused, in kubectl's words."""
    context = {"cluster": cluster, "form": form, "said": said, "largest": settings.MAX_MANIFEST_BYTES}
    return render(request, "add.html", context, status=status)
