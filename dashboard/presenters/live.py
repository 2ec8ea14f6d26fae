"""What the views and the hub call: the context of a page, of its partials, and of a message to those who watch.

HTMX asks for a part of the Pod page by its target: `panel` (`_panel.html`), `timeline` (`_timeline.html`), `why`
(`_why.html`) and `moments` (`_moment.html`: all that differs from moment to moment) get the context of the page.

`_live_pod.html` gets what `pod.html` gets and `since`, the newest entry that the client has: it sends the small parts
whole and, of the lanes, the items touched after `since`. All of it may be sent again without harm.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard.presenters import timescale
from dashboard.presenters.cluster import cluster_page
from dashboard.presenters.cluster_story import ClusterStory
from dashboard.presenters.page import TABS, PodPage
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import Window
from simulator.history import Entry

if TYPE_CHECKING:
    from dashboard.state import ClusterState

LONGEST_MS = 400 * 24 * 3600 * 1000


def page_context(
    state: ClusterState,
    entries: Sequence[Entry],
    namespace: str,
    name: str,
    *,
    at_ms: int | None = None,
    selected: int | None = None,
    window: tuple[int, int] | None = None,
    follow: bool = False,
    tab: str = "",
    wide: bool = False,
    story: Story | None = None,
    past: Callable[[Sequence[Entry]], Story] | None = None,
) -> dict[str, object]:
    """`at_ms`: the moment that is shown, on the cluster's clock; without it, the live edge. `window`: (from, span) in
    ms since the Pod was made. With `follow` it is moved on if the live edge has left it. `wide`: more is drawn than
    it shows. `story`: one that already read the first of these entries, so that only the later ones are read now.
    `past`: tells the story as of the last of the entries it is given, where that needs no reading from the start."""
    told = (story or Story(namespace, name)).read(entries)
    moment = None if at_ms is None or at_ms >= state.now_ms else at_ms
    tell = past or Story(namespace, name).read
    then = told if moment is None else tell(entries[: bisect_right(entries, moment, key=_time)])
    origin = told.origin_ms or 0
    now = max(0, state.now_ms - origin)
    shown = now if moment is None else max(0, moment - origin)
    view = _view(window, now, shown, follow)
    live = moment is None and view.shows(now, now)
    chosen = tab if tab in TABS else "events"
    return {"page": PodPage(state, then, view, live, selected or 0, chosen, moment, told, wide)}


def _view(window: tuple[int, int] | None, now_ms: int, shown_ms: int, follow: bool) -> Window:
    if window is None:
        return timescale.holding(timescale.live(now_ms), shown_ms)
    start = min(max(0, window[0]), LONGEST_MS)
    view = Window(start, start + min(max(1000, window[1]), LONGEST_MS))
    return timescale.following(view, now_ms) if follow else view


def _time(entry: Entry) -> int:
    return entry.at_ms


def why_context(
    state: ClusterState, entries: Sequence[Entry], namespace: str, name: str, number: int
) -> dict[str, object]:
    return page_context(state, entries, namespace, name, selected=number)


def cluster_context(
    state: ClusterState,
    entries: Sequence[Entry],
    *,
    show: str = "",
    story: ClusterStory | None = None,
    at_ms: int | None = None,
) -> dict[str, object]:
    """`show`: all, workloads or pods. `story`, `at_ms`: as for a Pod's page."""
    return {"page": cluster_page(state, entries, show=show, story=story, at_ms=at_ms)}
