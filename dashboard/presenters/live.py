"""What the views and the hub call: the context of a page, of its partials, and of a message to those who watch.

HTMX asks for a part of the Pod page by its target: `panel` (`_panel.html`), `timeline` (`_timeline.html`) and `why`
(`_why.html`) get the context of the page.

`_live_pod.html` gets what `pod.html` gets and `since`, the newest entry that the client has: it sends the small parts
whole and, of the lanes, the items touched after `since`. All of it may be sent again without harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.presenters import timescale
from dashboard.presenters.cluster import cluster_page
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
    story: Story | None = None,
) -> dict[str, object]:
    """`window`: (from, span) in ms since the Pod was made; without it, the live edge. With `follow` it is moved on if
    the live edge has left it. `story`: one that already read the first of these entries, so that only the later
    ones are read now."""
    told = (story or Story(namespace, name)).read(entries)
    now = max(0, state.now_ms - (told.origin_ms or 0))
    if window is None:
        view = timescale.live(now)
    else:
        start = min(max(0, window[0]), LONGEST_MS)
        view = Window(start, start + min(max(1000, window[1]), LONGEST_MS))
        if follow:
            view = timescale.following(view, now)
    follows = at_ms is None and view.shows(now, now)
    return {"page": PodPage(state, told, view, follows, selected or 0, tab if tab in TABS else "events")}


def why_context(
    state: ClusterState, entries: Sequence[Entry], namespace: str, name: str, number: int
) -> dict[str, object]:
    return page_context(state, entries, namespace, name, selected=number)


def cluster_context(state: ClusterState, entries: Sequence[Entry], *, at_ms: int | None = None) -> dict[str, object]:
    return {"page": cluster_page(state, entries)}
