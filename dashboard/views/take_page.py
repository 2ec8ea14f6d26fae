"""What can be taken along of a Pod or a cluster, as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import history_store, limits, rendering
from dashboard.exports.board import cluster_svg
from dashboard.exports.drawing import svg
from dashboard.exports.events import events_csv
from dashboard.exports.history import history_json
from dashboard.exports.page import MOST_PODS, cluster_html, page_html
from dashboard.exports.palette import palette
from dashboard.exports.pen import PLOT
from dashboard.exports.trace import trace_json
from dashboard.models import Cluster
from dashboard.presenters.page import PodPage
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import MINUTE, WIDTH, Window, duration
from dashboard.rendering import clock_of, cluster_as_seen, pod_as_seen
from dashboard.views.common import TOO_MANY, find, say

PodKey = tuple[str, str]  # namespace and name; both empty for a whole cluster
WHOLE: PodKey = ("", "")
FINE = 8.0  # screens: so far one may zoom into the page that was taken along, and see each mark


@dataclass(frozen=True, slots=True)
class TakeFile:
    """A line of the menu. `picture`: the name under which the browser keeps it as PNG."""

    address: str
    title: str
    note: str = ""
    picture: str = ""

    @property
    def picture_title(self) -> str:
        return _("Timeline, PNG")


def takes(cluster: Cluster, pod: PodKey = WHOLE) -> dict[str, object]:
    """The menu's lines."""
    lines = []
    for what, maker in FILES.items():
        picture = _filename(cluster, pod, "timeline.png") if what.endswith(".svg") else ""
        lines.append(TakeFile(_address(cluster, pod, what), *maker.words(), picture))
    return {"takes": lines}


def _address(cluster: Cluster, pod: PodKey, what: str) -> str:
    if pod == WHOLE:
        return reverse("take", args=[cluster.slug, what])
    return reverse("take_pod", args=[cluster.slug, *pod, what])


@require_GET
def take(request: HttpRequest, slug: str, what: str, namespace: str = "", name: str = "") -> HttpResponse:
    cluster, pod, maker = find(slug), (namespace, name), FILES.get(what)
    if maker is None:
        raise Http404
    if pod != WHOLE and pod not in history_store.pods(cluster.pk):
        raise Http404
    if not limits.exports.spend(request):
        return say(request, _("That was too much at once. Wait a moment."), TOO_MANY)
    response = HttpResponse(maker.make(cluster, pod), content_type=maker.type)
    filename = _filename(cluster, WHOLE if what == "history.json" else pod, what)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def history(request: HttpRequest, slug: str) -> HttpResponse:
    """The history's address of old."""
    return take(request, slug, "history.json")


def _filename(cluster: Cluster, pod: PodKey, what: str) -> str:
    """What it is of and how long it was: checkout-3m42s-timeline.svg."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", pod[1] or cluster.title).strip("-.") or "podviz"
    return f"{name[:80]}-{duration(cluster.clock_ms)}-{what}"


@dataclass(frozen=True, slots=True)
class _Maker:
    make: Callable[[Cluster, PodKey], str]
    type: str
    words: Callable[[], tuple[str, str]]  # title and note, in the language of the moment


def _page(cluster: Cluster, pod: PodKey, screens: float = 1.0) -> PodPage:
    """The Pod's page as of now, with all of its time in the window; `screens`: how much wider than a screen."""
    page = pod_as_seen(cluster, *pod)
    window = Window(0, max(MINUTE, int(page.edge_ms * 1.02)), screens)
    return replace(page, window=window)


def _svg(cluster: Cluster, pod: PodKey) -> str:
    if pod == WHOLE:
        return cluster_svg(cluster_as_seen(cluster), palette("light"))
    return svg(_page(cluster, pod, PLOT / WIDTH), palette("light"))


def _html(cluster: Cluster, pod: PodKey) -> str:
    if pod != WHOLE:
        return page_html(_page(cluster, pod, FINE))
    page = cluster_as_seen(cluster)
    pods = history_store.pods(cluster.pk)
    files = [_page(cluster, each, FINE) for each in pods[:MOST_PODS]]
    return cluster_html(page, files, max(0, len(pods) - MOST_PODS))


def _trace(cluster: Cluster, pod: PodKey) -> str:
    entries = rendering.histories.upto(cluster.pk, cluster.last_number)
    pods = history_store.pods(cluster.pk) if pod == WHOLE else [pod]
    about = {"cluster": cluster.title, "kubernetes": cluster.release, "start": cluster.start.isoformat()}
    stories = [Story(*each).read(entries) for each in pods]
    return trace_json(stories, clock_of(cluster), about)


def _events(cluster: Cluster, pod: PodKey) -> str:
    entries = rendering.histories.upto(cluster.pk, cluster.last_number)
    return events_csv(entries, cluster.start, "" if pod == WHOLE else "/".join(pod))


FILES = {
    "page.html": _Maker(
        _html, "text/html; charset=utf-8", lambda: (_("Page, HTML"), _("one file that opens without a server"))
    ),
    "timeline.svg": _Maker(_svg, "image/svg+xml", lambda: (_("Timeline, SVG"), _("a picture"))),
    "history.json": _Maker(
        lambda cluster, _pod: history_json(cluster),
        "application/json",
        lambda: (_("History, JSON"), _("all of the cluster; opens here again from the home page")),
    ),
    "trace.json": _Maker(
        _trace, "application/json", lambda: (_("Trace, JSON"), _("opens in Perfetto and chrome://tracing"))
    ),
    "events.csv": _Maker(_events, "text/csv; charset=utf-8", lambda: (_("Events, CSV"), _("for a spreadsheet"))),
}
