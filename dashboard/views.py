"""The pages: parse, call, render.

Templates that these views render, and what each is given besides `request`:

- `home.html`: `form` (forms.HomeForm: text, token, problems, documents, notice, good), `lessons`, `recent` (list of
  models.Cluster)
- `lessons.html`: `lessons`; `lesson.html`: `lesson` (lessons.Lesson: slug, title,
  topic, summary, learns and try_ (tuples), scenario, manifest, duration), `form`, `token`
- `clusters.html`: `recent`
- `_problems.html`: `form` (for what is typed, without creating anything)
- `cluster.html`: `state` (state.ClusterState) and all of `presenters.live.cluster_context(...)`
- `pod.html`: `state` and all of `presenters.live.page_context(...)`
- `_why.html`: `state` and all of `presenters.live.why_context(...)`
- `limit.html`: `message` (a form that was refused: 409, 422, 429), `404.html`, `500.html`

What they call in `dashboard/presenters/live.py` (pure; `state` and `entries` come from here, `entries` are all of the
cluster, oldest first, entry n at index n-1):

- `page_context(state, entries, namespace, name, *, at_ms=None, selected=None) -> dict[str, object]`
- `cluster_context(state, entries, *, at_ms=None) -> dict[str, object]`
- `why_context(state, entries, namespace, name, number) -> dict[str, object]`

The socket sends `_live_pod.html` (given the same as `pod.html`, and `since`: number of the newest entry that the
client has, 0 when it needs everything) or `_live_cluster.html`, rendered once per Pod and language:
`/ws/clusters/<slug>/pods/<ns>/<name>/?language=<code>` and `/ws/clusters/<slug>/?language=<code>`.

The Pod's address takes `at` (ms on the cluster's clock: the page is as of then), `selected` (entry), `from` and `span`
(window, ms since the Pod was made), `tab`. HTMX gets a part alone if its target is one of PARTS. `_live_*.html` are
rendered without a request, so there is no CSRF token in them: buttons in there use `hx-post`, with the token in
`hx-headers` of the page's body.

Forms post to `{% url 'play' slug %}`, `pause`, `speed` (field `speed`: 1, 10, 60, 600, 0 = as fast as it can),
`step`, and `{% url 'act' slug verb %}`: `delete` (kind, name, namespace, grace_seconds, force), `exec` (pod, namespace,
container, command), `node` (command), `kill` (pod, namespace, container, signal), `apply` (manifest). A field `next`
names the page to return to; HTMX gets 204 and the socket brings the change.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from dashboard import history_store, limits, recent
from dashboard.actions import BadRequestError, read_action, read_speed
from dashboard.creation import RefusedError, create, read_draft, touch
from dashboard.forms import HomeForm, form_for
from dashboard.lessons import Lesson, find_lesson, lessons
from dashboard.models import Cluster
from dashboard.presenters.patterns import patterns_context
from dashboard.rendering import cluster_page_context, pod_context
from dashboard.runner.process import runner
from dashboard.uploads import Upload, example, read_token, read_upload

PATIENCE_S = 1.0  # how long a form waits until what it asked for was done
PARTS = {"panel": "_panel.html", "timeline": "_timeline.html", "why": "_why.html"}  # of the Pod's page, by id
INVALID, TOO_MANY, CONFLICT = 422, 429, 409


# ---- home and lessons


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    text = example()
    return _home(request, form_for(Upload(text, ""), read_draft(text)))


def _home(request: HttpRequest, form: HomeForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "largest": settings.MAX_MANIFEST_BYTES,
        "lessons": lessons(),
        "recent": recent.recent_clusters(request),
    }
    return render(request, "home.html", context, status=status)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with the text so far."""
    if not limits.requests.spend(request):
        return _say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    upload = read_upload(request)
    draft = None if upload.refusal else read_draft(upload.text)
    return render(request, "_problems.html", {"form": form_for(upload, draft)})


@require_http_methods(["GET", "HEAD", "POST"])
def clusters(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _create(request)
    return render(request, "clusters.html", {"recent": recent.recent_clusters(request)})


def _create(request: HttpRequest) -> HttpResponse:
    return _run(request, read_upload(request), partial(_home, request))


def _run(
    request: HttpRequest, upload: Upload, again: Callable[[HomeForm, int], HttpResponse], lesson: str = ""
) -> HttpResponse:
    """Make a cluster of what was uploaded, or show the form once more with what is wrong."""
    if upload.refusal:
        return again(form_for(upload, None), INVALID)
    if not limits.creations.spend(request):
        return again(form_for(upload, None, _too_many()), TOO_MANY)
    draft = read_draft(upload.text)
    if not draft.good:
        return again(form_for(upload, draft), INVALID)
    try:
        return _opened(create(draft, upload.token, lesson))
    except RefusedError as refused:
        return again(form_for(upload, draft, str(refused)), INVALID)


def _too_many() -> str:
    return _("Too many clusters were made from your address. Wait a minute, then try again.")


def _opened(cluster: Cluster) -> HttpResponse:
    """To the only Pod's page, or to the cluster's."""
    runner.wake()
    return _see(_place(cluster))


def _place(cluster: Cluster) -> str:
    pods = history_store.pods(cluster.pk)
    if len(pods) == 1:
        return reverse("pod", args=[cluster.slug, *pods[0]])
    return reverse("cluster", args=[cluster.slug])


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)


@require_GET
def lesson_list(request: HttpRequest) -> HttpResponse:
    return render(request, "lessons.html", {"lessons": lessons()})


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_lesson(slug)
    if found is None:
        raise Http404
    if request.method == "POST":
        upload = read_upload(request) if "manifest" in request.POST else Upload(found.scenario, read_token(request))
        return _run(request, upload, partial(_lesson, request, found), found.slug)
    return _lesson(request, found, HomeForm(found.scenario))


def _lesson(request: HttpRequest, found: Lesson, form: HomeForm, status: int = 200) -> HttpResponse:
    context = {"lesson": found, "form": form, "token": form.token}
    return render(request, "lesson.html", context, status=status)


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Every piece of the pages in every state, for who works on them."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "patterns.html", patterns_context())


# ---- a cluster


@require_GET
def cluster(request: HttpRequest, slug: str) -> HttpResponse:
    found = _find(slug)
    if request.GET.get("list") is None and len(history_store.pods(found.pk)) == 1:
        return _see(_place(found))
    response = render(request, "cluster.html", cluster_page_context(found, _whole(request, "at")))
    recent.remember(request, response, slug)
    touch(found)
    return response


@require_GET
@vary_on_headers("HX-Target")
def pod(request: HttpRequest, slug: str, namespace: str, name: str) -> HttpResponse:
    found = _find(slug)
    if (namespace, name) not in history_store.pods(found.pk):
        raise Http404
    template = PARTS.get(request.headers.get("HX-Target", ""), "pod.html")
    response = render(request, template, _pod_context(request, found, namespace, name))
    recent.remember(request, response, slug)
    touch(found)
    return response


@require_GET
def why(request: HttpRequest, slug: str, namespace: str, name: str, number: int) -> HttpResponse:
    found = _find(slug)
    if not 0 < number <= found.last_number:
        raise Http404
    return render(request, "_why.html", pod_context(found, namespace, name, selected=number))


def _pod_context(request: HttpRequest, found: Cluster, namespace: str, name: str) -> dict[str, object]:
    start, span = _whole(request, "from"), _whole(request, "span")
    return pod_context(
        found,
        namespace,
        name,
        at_ms=_whole(request, "at"),
        selected=_whole(request, "selected"),
        window=None if start is None or span is None else (start, span),
        follow="follow" in request.GET,
        tab=request.GET.get("tab", ""),
    )


@require_GET
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that happened, to keep or to compare."""
    found = _find(slug)
    head = {"title": found.title, "kubernetes": found.release, "start": found.start.isoformat(), "seed": found.seed}
    head |= {"clock_ms": found.clock_ms, "manifest": found.manifest}
    entries = history_store.as_json(history_store.rows(found.pk, upto=found.last_number))
    body = f'{history_store.compact(head)[:-1]},"entries":{entries}}}\n'
    return HttpResponse(body, content_type="application/json")


# ---- what people do in it


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
        return _say(request, str(error), INVALID)


@require_POST
def act(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    try:
        return _ask(request, slug, verb, read_action(verb, request.POST.dict()))
    except BadRequestError as error:
        return _say(request, str(error), INVALID)


def _ask(request: HttpRequest, slug: str, verb: str, data: dict[str, Any] | None = None) -> HttpResponse:
    found = _find(slug)
    if found.failure or found.kind != Cluster.Kind.SIMULATED:
        return _say(request, _("Time stands still in this cluster for good."), CONFLICT)
    if not limits.requests.spend(request):
        return _say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    runner.ask(found, verb, data or {}, PATIENCE_S)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, None, require_https=False)
    return _see(back if allowed and back.startswith("/") else _place(found))


def _say(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """A refusal: a page for a browser, a line for HTMX."""
    if request.headers.get("HX-Request"):
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "limit.html", {"message": message}, status=status)


def _find(slug: str) -> Cluster:
    return get_object_or_404(Cluster, slug=slug)


def _whole(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 14 else None
