"""How often Python looks for garbage where podviz runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from podviz.garbage import YOUNG, look_less_often


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_the_collector_leaves_alone_what_is_loaded_and_looks_less_often_at_the_rest() -> None:
    look_less_often()
    assert gc.get_threshold()[0] == YOUNG > 10_000
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()
