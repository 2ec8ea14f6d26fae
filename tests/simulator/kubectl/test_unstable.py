"""The order of equals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kubectl.unstable import go_sorted


@given(st.lists(st.integers(min_value=0, max_value=9), max_size=200))
def test_the_result_is_sorted_and_nothing_is_lost(numbers: list[int]) -> None:
    pairs = list(enumerate(numbers))
    result = go_sorted(pairs, lambda pair: pair[1])
    assert [value for _, value in result] == sorted(numbers)
    assert sorted(result) == sorted(pairs)


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=12))
def test_up_to_a_dozen_the_order_of_equals_is_kept(numbers: list[int]) -> None:
    pairs = list(enumerate(numbers))
    assert go_sorted(pairs, lambda pair: pair[1]) == sorted(pairs, key=lambda pair: pair[1])


def test_beyond_a_dozen_equals_change_places() -> None:
    pairs = list(enumerate([1] * 7 + [0] * 7))
    result = go_sorted(pairs, lambda pair: pair[1])
    assert [value for _, value in result] == [0] * 7 + [1] * 7
    assert result != sorted(pairs, key=lambda pair: pair[1])


@pytest.mark.parametrize(
    "numbers",
    [
        list(range(100, 0, -1)),
        [*range(60), 5, *range(60, 70)],
        [*range(50), *range(50, 0, -1)],
        [n * 7919 % 101 for n in range(150)],
        [0] * 60,
        [n % 2 for n in range(90)],
        [*range(0, 200, 2), *range(1, 200, 2)],
        [0, *[9] * 100, 1],
    ],
)
def test_long_and_awkward_lists_are_sorted_too(numbers: list[int]) -> None:
    assert go_sorted(numbers, lambda n: n) == sorted(numbers)
