"""Models client-go/util/flowcontrol/backoff.go and the crash-loop rules of kuberuntime_manager.go doBackOff."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.kubelet.backoff import CAP_MS, FIRST_MS, FORGET_MS, Backoff


def test_the_first_restart_is_immediate_and_opens_an_entry_of_ten_seconds() -> None:
    backoff = Backoff()
    assert not backoff.in_back_off_since("c", 1000, 1000)
    assert backoff.next("c", 1000, 1000) == FIRST_MS
    assert backoff.in_back_off_since("c", 2000, 2000)
    assert not backoff.in_back_off_since("c", 2000, 12_000)


def test_delays_double_up_to_five_minutes() -> None:
    backoff, now, waits = Backoff(), 0, []
    for _ in range(8):
        waits.append(backoff.next("c", now, now))
        now += waits[-1]
    assert waits == [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]


def test_a_run_of_more_than_ten_minutes_starts_over() -> None:
    backoff = Backoff()
    backoff.next("c", 0, 0)
    backoff.next("c", 20_000, 20_000)
    ended = 20_000 + FORGET_MS + 1
    assert not backoff.in_back_off_since("c", ended, ended)
    assert backoff.next("c", ended, ended) == FIRST_MS


def test_keys_do_not_know_of_each_other() -> None:
    backoff = Backoff()
    backoff.next("a", 0, 0)
    assert not backoff.in_back_off_since("b", 0, 0)
    assert backoff.get("b") == 0


@given(st.lists(st.integers(0, 900_000), max_size=40))
def test_a_delay_never_leaves_its_bounds(runs: list[int]) -> None:
    backoff, now = Backoff(), 0
    for run in runs:
        now += run
        assert FIRST_MS <= backoff.next("c", now, now) <= CAP_MS
