"""The cast: one Pod, `checkout`, at two moments of its life."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.presenters.page import Look, PodPage, pod_page
from dashboard.presenters.retelling import Retelling
from dashboard.state import ClusterState
from simulator.history import Entry, Fact
from tests.dashboard.presenters.tales import CHECKOUT, START, checkout

Find = Callable[..., Fact]


def state_at(now_ms: int, number: int, manifest: str = CHECKOUT) -> ClusterState:
    return ClusterState(
        slug="abc",
        title="classroom-7",
        kind="simulated",
        namespace="default",
        release="v1.35.6",
        lesson="",
        manifest=manifest,
        start=START,
        now_ms=now_ms,
        number=number,
        playing=True,
        speed=10,
        horizon_ms=86_400_000,
    )


def page_of(
    entries: list[Entry],
    now_ms: int,
    *,
    at_ms: int | None = None,
    window: tuple[int, int] | None = None,
    wide: bool = False,
    selected: int = 0,
    tab: str = "",
    told: Retelling | None = None,
) -> PodPage:
    look = Look(at_ms=at_ms, window=window, wide=wide, selected=selected, tab=tab)
    story, past = (told.whole(entries), told.past) if told else (None, None)
    return pod_page(state_at(now_ms, len(entries)), entries, "default", "checkout", look, story=story, past=past)


@pytest.fixture
def entries() -> list[Entry]:
    """Up to 3:42.0, while `app` is being stopped for the third time."""
    return checkout(222.0).entries


@pytest.fixture
def page(entries: list[Entry]) -> PodPage:
    return page_of(entries, 222_000)


@pytest.fixture
def find(entries: list[Entry]) -> Find:
    """The last fact of a kind with such data."""

    def search(kind: str, container: str = "app", **data: object) -> Fact:
        return next(
            entry
            for entry in reversed(entries)
            if isinstance(entry, Fact)
            and (entry.kind, entry.container) == (kind, container)
            and data.items() <= entry.data.items()
        )

    return search
