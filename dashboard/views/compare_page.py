"""What if: a Pod's manifest with a line changed, and both runs beside each other."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import access, limits
from dashboard.comparing import Pod, both_until, comparison, pods_of, progress, related, troubles
from dashboard.copying import Change, refusal, what_if
from dashboard.creation import Draft, RefusedError, read_draft, touch
from dashboard.forms import HomeForm, form_for
from dashboard.models import HORIZON_MS, Cluster
from dashboard.presenters.asking import Asked, asking
from dashboard.rendering import clock_of
from dashboard.runner.process import runner
from dashboard.uploads import Upload, read_upload
from dashboard.views.common import CONFLICT, INVALID, TOO_MANY, find, find_with, say, see, whole

Place = tuple[Cluster, str, str]


@require_http_methods(["GET", "HEAD", "POST"])
def ask_what_if(request: HttpRequest, slug: str, namespace: str, name: str) -> HttpResponse:
    found = find_with(slug, namespace, name)
    if found.kind != Cluster.Kind.SIMULATED:
        return say(request, _("Only what is simulated can be run again with a change."), CONFLICT)
    place = found, namespace, name
    if request.method == "POST":
        return _run(request, place, read_upload(request))
    upload = Upload(found.manifest, "")
    return _form(request, place, form_for(upload, read_draft(found.manifest)), _asked(request.GET, found))


def _asked(fields: QueryDict, cluster: Cluster) -> Asked:
    """Until when, and from which moment on; what cannot be understood is as if it had not been said."""
    at, until = (fields.get(name, "") for name in ("at", "until"))
    moment = int(at) if at.isdecimal() and len(at) < 12 else None
    seconds = int(until) if until.isdecimal() and len(until) < 9 else None
    return asking(cluster.clock_ms, moment, seconds, later=fields.get("from") == "moment")


def _form(request: HttpRequest, place: Place, form: HomeForm, asked: Asked, status: int = 200) -> HttpResponse:
    cluster, namespace, name = place
    context = {"cluster": cluster, "namespace": namespace, "name": name, "form": form, "asked": asked}
    return render(request, "what_if.html", context, status=status)


def _run(request: HttpRequest, place: Place, upload: Upload) -> HttpResponse:
    cluster, asked = place[0], _asked(request.POST, place[0])
    draft = None if upload.refusal else read_draft(upload.text)
    notice = "" if draft is None else _notice(cluster, draft)
    if draft is None or not draft.good or notice:
        return _form(request, place, form_for(upload, draft, notice), asked, INVALID)
    copies = 1 if cluster.clock_ms >= asked.until_ms else 2
    if not all(limits.creations.spend(request) for _copy in range(copies)):
        notice = _("Too many clusters were made from your address. Wait a minute, then try again.")
        return _form(request, place, form_for(upload, draft, notice), asked, TOO_MANY)
    before = read_draft(cluster.manifest)
    at = asked.at_ms if asked.later and not refusal(before, draft) else None
    try:
        made = what_if(cluster, Change(draft, min(asked.until_ms, HORIZON_MS), at, upload.token))
    except RefusedError as refused:
        return _form(request, place, form_for(upload, draft, str(refused)), asked, INVALID)
    return _opened(request, place, made, asked)


def _notice(cluster: Cluster, draft: Draft) -> str:
    same = draft.text.strip() == cluster.manifest.strip()
    return _("Nothing is changed yet: change a line, then run both.") if same else ""


def _opened(request: HttpRequest, place: Place, made: tuple[Cluster, Cluster], asked: Asked) -> HttpResponse:
    """To the page that shows both. Who made a copy may act in it."""
    runner.wake()
    query = {"pod": f"{place[1]}/{place[2]}", "until": asked.until_ms} | ({"asked": asked.at_ms} if asked.later else {})
    response = see(f"{reverse('compare', args=[made[0].slug, made[1].slug])}?{urlencode(query)}")
    for copy in made:
        if copy.pk != place[0].pk:
            access.grant(request, response, copy)
    return response


@require_GET
def compare(request: HttpRequest, first: str, second: str) -> HttpResponse:
    a, b = find(first), find(second)
    for cluster in (a, b):
        touch(cluster)
    copies = related(a, b)
    asked = whole(request, "until")
    until = both_until(a, b, asked) if copies else asked if asked is not None else max(clock_of(a), clock_of(b))
    context: dict[str, object] = {"a": a, "b": b, "basis": _basis(a, b), "copies": copies}
    if copies and (waiting := progress(a, b, until)):
        response = render(request, "compare.html", context | {"progress": waiting})
        response["Refresh"] = "1"
        return response
    pods = pods_of(a, b, request.GET.get("pod", ""), request.GET.get("other", ""))
    if pods is None:
        raise Http404
    shown = comparison(a, b, pods, until, aligned=request.GET.get("align") == "restart")
    context |= {"c": shown, "anew": _anew(request, a, b), "troubles": troubles(a, b) if copies else ()}
    return render(request, "compare.html", context | _addresses(request, a, b, pods))


def _basis(a: Cluster, b: Cluster) -> str:
    """What both have in common, as far as it matters."""
    words = {"release": b.release, "cluster": b.title}
    if related(a, b):
        return _("Same seed, same actions, Kubernetes %(release)s.") % words
    if a.pk == b.pk:
        return _("Two Pods of %(cluster)s, each from when it was made. Kubernetes %(release)s.") % words
    return _("Two clusters that have nothing to do with each other; each Pod from when it was made.")


def _addresses(request: HttpRequest, a: Cluster, b: Cluster, pods: tuple[Pod, Pod]) -> dict[str, object]:
    """Where the buttons lead: another change, others to compare, the two swapped, and the two ways to align."""
    fields = request.GET.copy()
    fields.pop("align", None)
    start, restart = fields.urlencode(), f"{fields.urlencode()}&align=restart"
    ours, theirs = "/".join(pods[0]), "/".join(pods[1])
    back = request.GET.copy()
    back["pod"], back["other"] = theirs, ours
    picked = urlencode({"a": f"{a.slug}/{ours}", "b": f"{b.slug}/{theirs}"})
    again = related(a, b) and b.kind == Cluster.Kind.SIMULATED
    return {
        "again": reverse("what_if", args=[b.slug, *pods[1]]) if again else "",
        "others": f"{reverse('pick')}?{picked}",
        "swapped": f"{reverse('compare', args=[b.slug, a.slug])}?{back.urlencode()}",
        "start": f"?{start}",
        "restart": f"?{restart}",
    }


def _anew(request: HttpRequest, a: Cluster, b: Cluster) -> str:
    """Why the change does not begin at the moment that was asked for."""
    return "" if whole(request, "asked") is None else refusal(read_draft(a.manifest), read_draft(b.manifest))
