"""The start page, the lessons, and the clusters that are made there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dashboard import access, course, limits, recent
from dashboard.creation import RefusedError, create, read_draft
from dashboard.forms import HomeForm, form_for
from dashboard.lessons import Lesson, find_lesson, lessons
from dashboard.models import Cluster
from dashboard.presenters.patterns import patterns_context
from dashboard.recordings.opening import open_recording
from dashboard.recordings.reading import RecordingError
from dashboard.runner.process import runner
from dashboard.uploads import Upload, example, read_recording, read_token, read_upload
from dashboard.views.common import INVALID, TOO_MANY, place, say, see

RECENT = 5  # clusters on the home page


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    text = example()
    return _home(request, form_for(Upload(text, ""), read_draft(text)))


def _home(request: HttpRequest, form: HomeForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "largest": settings.MAX_MANIFEST_BYTES,
        "cards": course.picked(),
        "count": len(lessons()),
        "recent": recent.recent_cards(request, RECENT),
    }
    return render(request, "home.html", context, status=status)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with the text so far."""
    if not limits.requests.spend(request):
        return say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    upload = read_upload(request)
    draft = None if upload.refusal else read_draft(upload.text)
    return render(request, "_problems.html", {"form": form_for(upload, draft)})


@require_http_methods(["GET", "HEAD", "POST"])
def clusters(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _create(request)
    return render(request, "clusters.html", {"recent": recent.recent_cards(request)})


def _create(request: HttpRequest) -> HttpResponse:
    recording = read_recording(request)
    if recording is not None:
        return _open(request, recording)
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
        return _opened(request, create(draft, upload.token, lesson))
    except RefusedError as refused:
        return again(form_for(upload, draft, str(refused)), INVALID)


def _open(request: HttpRequest, recording: bytes) -> HttpResponse:
    """A history that was taken along, to look at it once more."""
    upload = Upload("", read_token(request))
    if not limits.creations.spend(request):
        return _home(request, form_for(upload, None, _too_many()), TOO_MANY)
    try:
        return _opened(request, open_recording(recording, upload.token))
    except RecordingError as error:
        notice = _("This history cannot be opened. %(error)s") % {"error": error}
        return _home(request, form_for(upload, None, notice), INVALID)


def _too_many() -> str:
    return _("Too many clusters were made from your address. Wait a minute, then try again.")


def _opened(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """To the only Pod's page, or to the cluster's. Who made it may act in it."""
    runner.wake()
    response = see(place(cluster))
    access.grant(request, response, cluster)
    return response


@require_GET
def lesson_list(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:100]
    chapters = course.chapters(words)
    context = {"words": words, "chapters": chapters, "count": sum(len(chapter.cards) for chapter in chapters)}
    return render(request, "lessons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_lesson(slug)
    if found is None:
        raise Http404
    if request.method == "POST":
        upload = read_upload(request) if "manifest" in request.POST else Upload(found.scenario, read_token(request))
        return _run(request, upload, partial(_lesson, request, found), found.slug)
    return _lesson(request, found, form_for(Upload(found.scenario, ""), read_draft(found.scenario)))


def _lesson(request: HttpRequest, found: Lesson, form: HomeForm, status: int = 200) -> HttpResponse:
    context = {"lesson": found, "form": form, "token": form.token}
    return render(request, "lesson.html", context, status=status)


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Every piece of the pages in every state, for who works on them."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "patterns.html", patterns_context())
