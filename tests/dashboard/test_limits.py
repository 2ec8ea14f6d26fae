"""How much one address may ask for."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from dashboard import limits
from dashboard.limits import Allowance
from tests.dashboard.world import FakeWall


def test_what_is_used_up_comes_back_with_time() -> None:
    wall, request = FakeWall(), RequestFactory().get("/")
    allowance = Allowance(2, 60, wall)
    assert [allowance.spend(request) for _ in range(3)] == [True, True, False]
    wall.seconds += 1
    assert [allowance.spend(request) for _ in range(2)] == [True, False]
    wall.seconds += 3600
    assert [allowance.spend(request) for _ in range(3)] == [True, True, False]


def test_addresses_do_not_share_and_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESSES", 2)
    allowance = Allowance(1, 1, FakeWall())
    for address in "abc":
        assert allowance.spend(RequestFactory().get("/", REMOTE_ADDR=address))
    assert not allowance.spend(RequestFactory().get("/", REMOTE_ADDR="c"))
    assert allowance.spend(RequestFactory().get("/", REMOTE_ADDR="a"))  # forgotten, as it was the oldest
