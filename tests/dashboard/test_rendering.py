"""What a page shows of a cluster between two writes."""

from __future__ import annotations

import pytest

from dashboard import rendering
from dashboard.models import Cluster
from dashboard.rendering import Histories, clock_of
from tests.dashboard.world import Bench, FakeWall, new_cluster

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"playing": True, "speed": 10}, 25_000),
        ({"playing": True, "speed": 10, "target_ms": 9_000}, 9_000),
        ({"playing": True, "speed": 0}, 5_000),
        ({"playing": False, "speed": 10}, 5_000),
        ({"playing": True, "speed": 10, "lease_until": 0.0}, 5_000),  # nobody runs it
    ],
)
def test_the_clock_goes_on_between_writes_if_somebody_lets_it(
    monkeypatch: pytest.MonkeyPatch, columns: dict[str, object], expected: int
) -> None:
    wall = FakeWall()
    monkeypatch.setattr(rendering, "wall", wall)
    cluster = Cluster(clock_ms=5_000, clock_at=wall.time() - 2, **{"lease_until": wall.time() + 5, **columns})
    assert clock_of(cluster) == expected


def test_histories_grow_and_the_oldest_are_let_go(bench: Bench) -> None:
    histories = Histories(most=30)
    first, second = new_cluster(token="1"), new_cluster(token="2", playing=True, speed=0, target_ms=30_000)
    before = histories.upto(first.pk, first.last_number)
    bench.finish()
    second.refresh_from_db()
    assert len(histories.upto(second.pk, 5)) == 5
    assert [entry.number for entry in histories.upto(second.pk, second.last_number)] == list(
        range(1, second.last_number + 1)
    )
    assert list(histories._kept) == [second.pk]
    assert histories.upto(first.pk, first.last_number) == before


def test_a_cluster_that_is_gone_on_with_is_not_rebuilt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    new_cluster(playing=True, speed=0, target_ms=30_000)
    bench.finish()
    monkeypatch.setattr(bench.room, "_make", None)
    Cluster.objects.update(playing=True, target_ms=60_000)
    bench.room.wake()
    bench.finish()
    assert Cluster.objects.get().clock_ms == 60_000
    assert Cluster.objects.get().failure == ""
