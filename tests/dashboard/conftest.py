"""Fixtures of the dashboard's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from dashboard import limits, rendering
from dashboard.limits import Allowance
from tests.dashboard.world import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps in memory would outlive the test's database."""
    monkeypatch.setattr(rendering, "histories", rendering.Histories())
    monkeypatch.setattr(limits, "creations", Allowance(30, 20))
    monkeypatch.setattr(limits, "requests", Allowance(120, 600))
    rendering._stories.clear()


@pytest.fixture(autouse=True)
def _english_first() -> Iterator[None]:
    """A request that was answered in another language leaves its thread in that language."""
    with translation.override("en"):
        yield
