"""Clusters that run by a wall clock that stands still until told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dashboard.models import HORIZON_MS, ActionRecord, Cluster, HistoryEntry, Request
from dashboard.runner import drive
from simulator import Simulation
from simulator.history import Action, Fact
from tests.dashboard.world import PLANNED, Bench, FakeWall, new_cluster, stored

pytestmark = pytest.mark.django_db


def ask(cluster: Cluster, verb: str, **data: object) -> None:
    Request.objects.create(cluster=cluster, verb=verb, data=data)


def test_a_cluster_at_rest_costs_nothing(bench: Bench) -> None:
    cluster = new_cluster()
    before = stored(cluster)
    assert bench.turns().rest_s is None
    bench.wall.seconds += 3600
    assert bench.turns().rest_s is None
    cluster.refresh_from_db()
    assert (cluster.clock_ms, cluster.lease_owner, stored(cluster)) == (0, "", before)


def test_playing_follows_the_wall_clock_at_the_chosen_speed(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(2)
    ends = [row for row in stored(cluster) if row[4] == "exit"]
    assert not ends  # after 20 s, and some for the start
    bench.play(0.5)
    ends = [row for row in stored(cluster) if row[4] == "exit"]
    assert [20_000 < row[1] < 25_000 for row in ends] == [True]


def test_between_two_moments_at_which_something_is_due_nothing_is_done(bench: Bench) -> None:
    new_cluster(playing=True, speed=1)
    bench.play(5)
    drives = list(bench.room._drives.values())
    rest = bench.turns().rest_s
    due = drives[0].sim.next_at()
    assert rest is not None
    assert due is not None
    assert 0 < rest <= (due - drives[0].sim.now) / 1000


def test_pause_stops_the_clock_and_gives_the_lease_back(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    ask(cluster, "pause")
    bench.room.wake()
    assert bench.turns().rest_s is None
    bench.wall.seconds += 100
    bench.turns()
    cluster.refresh_from_db()
    assert cluster.clock_ms == pytest.approx(10_000, abs=20)
    assert (cluster.playing, cluster.lease_owner) == (False, "")


def test_going_on_after_a_pause_does_not_skip_the_time_between(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    ask(cluster, "pause")
    bench.room.wake()
    bench.turns()
    bench.wall.seconds += 1000
    ask(cluster, "play")
    bench.room.wake()
    bench.play(1)
    ask(cluster, "pause")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    assert cluster.clock_ms == pytest.approx(20_000, abs=20)


def test_another_speed_counts_from_now_on(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=1)
    bench.play(2)
    ask(cluster, "speed", speed=60)
    ask(cluster, "speed", speed=7)  # no such speed
    bench.room.wake()
    bench.play(1)
    ask(cluster, "pause")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    assert cluster.speed == 60
    assert cluster.clock_ms == pytest.approx(62_000, abs=50)


def test_a_step_ends_at_the_next_change_that_can_be_seen(bench: Bench) -> None:
    cluster = new_cluster()
    seen = []
    for _ in range(4):
        ask(cluster, "step")
        bench.room.wake()
        bench.turns()
        cluster.refresh_from_db()
        seen.append((cluster.last_number, cluster.clock_ms))
    assert seen == sorted(set(seen))
    assert not cluster.playing
    entries = bench.room._aside[cluster.pk].sim.history.entries
    assert all(any(map(drive._is_change, entries[a[0] : b[0]])) for a, b in pairwise(seen))


def test_as_fast_as_it_can_runs_to_the_horizon_in_slices(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=0, target_ms=120_000)
    bench.finish()
    cluster.refresh_from_db()
    assert (cluster.playing, cluster.stopped, cluster.clock_ms) == (False, "horizon", 120_000)


def test_playing_on_from_the_horizon_sets_another(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=0, target_ms=10_000)
    bench.turns(5)
    ask(cluster, "speed", speed=1)
    ask(cluster, "play")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    assert (cluster.playing, cluster.stopped, cluster.target_ms) == (True, "", 10_000 + HORIZON_MS)


class TickingWall(FakeWall):
    """Time passes with every look at it: work has a price."""

    def monotonic(self) -> float:
        self.seconds += 0.002
        return self.seconds


def test_a_slice_ends_when_its_time_is_used_up() -> None:
    bench = Bench(TickingWall())
    cluster = new_cluster(playing=True, speed=0, target_ms=600_000)
    bench.room.turn()
    cluster.refresh_from_db()
    assert cluster.playing
    assert cluster.clock_ms < 600_000
    bench.finish()
    cluster.refresh_from_db()
    assert cluster.clock_ms == 600_000


def test_an_action_happens_at_the_clusters_clock_and_is_recorded(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    ask(cluster, "node", command="echo hi")
    bench.room.wake()
    bench.turns()
    record = ActionRecord.objects.get(cluster=cluster, verb="node")
    assert record.at_ms == pytest.approx(10_000, abs=20)
    entry = next(row for row in stored(cluster) if row[0] == record.number)
    assert (entry[3], entry[7]) == ("A", "node")
    assert not Request.objects.exists()


def test_a_planned_action_happens_at_its_time(bench: Bench) -> None:
    cluster = new_cluster(PLANNED, playing=True, speed=0, target_ms=30_000)
    bench.turns(50)
    record = ActionRecord.objects.get(cluster=cluster, verb="node")
    assert record.at_ms == 7000
    assert record.number is not None
    result = next(row for row in stored(cluster) if row[4] == "result" and row[2] == record.number)
    assert "hello, node1" in result[-1]


def test_an_action_that_does_not_exist_changes_nothing(bench: Bench) -> None:
    cluster = new_cluster()
    ask(cluster, "kill", pod="ticker")  # no container named
    bench.turns()
    cluster.refresh_from_db()
    assert (cluster.stopped, Request.objects.count()) == ("", 0)


def test_a_history_that_is_full_stops_the_cluster_and_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive, "MAX_ENTRIES", 40)
    cluster = new_cluster(playing=True, speed=0)
    bench.turns(50)
    ask(cluster, "play")
    ask(cluster, "node", command="echo more")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    assert (cluster.playing, cluster.stopped) == (False, "history-full")
    assert 40 <= cluster.last_number < 80


def test_an_error_in_the_simulator_is_told_and_keeps_what_happened(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    before = len(stored(cluster))

    def broken(*_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr(Simulation, "act", broken)
    ask(cluster, "node", command="x")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    assert (cluster.playing, cluster.stopped, cluster.failure) == (False, "failed", "RuntimeError: it broke")
    assert cluster.last_number == len(stored(cluster)) >= before
    assert not Request.objects.exists()
    assert bench.turns().rest_s is None


# ---- several processes


def test_two_processes_never_run_the_same_cluster(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    other = Bench(bench.wall)
    for _ in range(20):
        bench.wall.seconds += 0.1
        bench.room.turn()
        other.room.turn()
    cluster.refresh_from_db()
    assert cluster.lease_owner == bench.room.owner
    assert not other.room._drives
    assert [row[0] for row in stored(cluster)] == list(range(1, cluster.last_number + 1))


def test_a_lease_that_expired_is_taken_over_and_the_history_goes_on(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(2)
    stored_before = stored(cluster)
    other = Bench(bench.wall)
    other.turns()
    assert not other.room._drives
    bench.wall.seconds += 10  # the first process is dead: nobody renews
    other.play(2)
    cluster.refresh_from_db()
    assert cluster.lease_owner == other.room.owner
    assert stored(cluster)[: len(stored_before)] == stored_before
    assert cluster.last_number > len(stored_before)


def test_a_process_that_lost_its_lease_writes_nothing(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    Cluster.objects.filter(pk=cluster.pk).update(lease_owner="somebody else", lease_until=bench.wall.time() + 1000)
    before = stored(cluster)
    bench.play(3)
    assert stored(cluster) == before
    assert not bench.room._drives


def test_the_next_survey_comes_when_the_other_processs_lease_ends(bench: Bench) -> None:
    new_cluster(playing=True, lease_owner="other", lease_until=bench.wall.time() + 5)
    assert bench.turns().rest_s == pytest.approx(5)


def test_closing_gives_everything_back_at_once(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    bench.room.close()
    other = Bench(bench.wall)
    other.turns()
    cluster.refresh_from_db()
    assert cluster.lease_owner == other.room.owner


def test_what_another_process_changed_is_news_to_those_who_watch_here(bench: Bench) -> None:
    cluster = new_cluster()
    bench.room.watch([cluster.pk])
    bench.turns()
    assert bench.room.turn().changed == set()
    Cluster.objects.filter(pk=cluster.pk).update(clock_ms=5)
    bench.wall.seconds += 1
    turn = bench.room.turn()
    assert (turn.changed, turn.rest_s) == ({cluster.pk}, 1.0)


# ---- after a crash


def uninterrupted(text: str, seconds: int) -> list[object]:
    bench = Bench()
    cluster = new_cluster(text, token="straight on", playing=True, speed=0, target_ms=seconds * 1000)
    bench.finish()
    rows: list[object] = list(stored(cluster))
    return rows


def test_a_crash_leaves_no_trace_in_the_history(bench: Bench) -> None:
    cluster = new_cluster(PLANNED, playing=True, speed=10, target_ms=60_000)
    bench.play(2.5)
    later = Bench(FakeWall(bench.wall.seconds + 100))  # the first one is gone without a word
    later.play(6)
    cluster.refresh_from_db()
    assert cluster.stopped == "horizon"
    assert stored(cluster) == uninterrupted(PLANNED, 60)


def test_a_rebuilt_history_that_differs_is_not_gone_on_with(bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=10)
    bench.play(1)
    cluster.refresh_from_db()
    HistoryEntry.objects.filter(cluster=cluster, number=cluster.last_number).update(payload="{}")
    before = stored(cluster)
    later = Bench(FakeWall(bench.wall.seconds + 100))
    later.turns()
    cluster.refresh_from_db()
    assert cluster.stopped == "failed"
    assert "differs" in cluster.failure
    assert stored(cluster) == before


def test_slices_and_actions_do_not_change_what_happens(bench: Bench) -> None:
    """The same actions at the same times, reached by steps, pauses and speeds, give the same history."""
    cluster = new_cluster(PLANNED)
    for verb, data in (("step", {}), ("step", {}), ("speed", {"speed": 60}), ("play", {})):
        ask(cluster, verb, **data)
    bench.room.wake()
    bench.play(0.5, frame=0.07)
    ask(cluster, "pause")
    bench.room.wake()
    bench.turns()
    cluster.refresh_from_db()
    ours = stored(cluster)
    rows = uninterrupted(PLANNED, 60)
    assert len(ours) > 10
    assert rows[: len(ours)] == ours


def test_simulations_make_actions_and_results(bench: Bench) -> None:
    cluster = new_cluster(PLANNED, playing=True, speed=0, target_ms=10_000)
    bench.turns(20)
    entries = bench.room._aside[cluster.pk].sim.history.entries
    assert [entry.verb for entry in entries if isinstance(entry, Action)] == ["apply", "node"]
    assert sum(isinstance(entry, Fact) and entry.kind == "result" for entry in entries) == 2
