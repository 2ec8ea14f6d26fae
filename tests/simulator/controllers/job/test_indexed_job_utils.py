"""Completion indexes. Models pkg/controller/job/indexed_job_utils_test.go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controllers.job.indexed_job_utils import Intervals, first_pending, split_duplicates
from tests.simulator.stories import Json

indexes = st.sets(st.integers(0, 30))


def of(found: set[int]) -> Intervals:
    return Intervals().with_indexes(found)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (set(), ""),
        ({0}, "0"),
        ({0, 1}, "0,1"),
        ({0, 1, 2}, "0-2"),
        ({0, 2, 3, 4, 7, 8}, "0,2-4,7,8"),
        ({9, 10, 11}, "9-11"),
    ],
)
def test_two_neighbours_are_written_as_numbers_and_three_as_a_range(found: set[int], text: str) -> None:
    assert str(of(found)) == text


@given(indexes)
def test_what_is_written_is_read_back(found: set[int]) -> None:
    written = of(found)
    assert Intervals.parse(str(written), 31) == written
    assert len(written) == len(found)
    assert {index for index in range(31) if index in written} == found


@given(indexes, indexes)
def test_intervals_behave_like_sets(one: set[int], other: set[int]) -> None:
    assert of(one).merge(of(other)) == of(one | other)
    assert of(one).overlap(of(other)) == len(one & other)
    assert list(of(one).holes(20)) == sorted(set(range(20)) - one)


def test_indexes_beyond_the_completions_do_not_count() -> None:
    assert str(Intervals.parse("0,2-9,12", 5)) == "0,2-4"


def test_the_lowest_free_indexes_come_first() -> None:
    assert first_pending(of({0, 2}), 3, 6) == [1, 3, 4]
    assert first_pending(of({0, 1}), 3, 3) == [2]


def test_one_pod_an_index_stays_and_strangers_go() -> None:
    def pod(name: str, index: str) -> Json:
        annotations = {"batch.kubernetes.io/job-completion-index": index} if index else {}
        return {"metadata": {"name": name, "annotations": annotations}}

    pods = [pod("a", "0"), pod("b", "1"), pod("c", "0"), pod("d", ""), pod("e", "5"), pod("f", "-1")]
    remove, keep = split_duplicates(pods, 3)
    assert [pod["metadata"]["name"] for pod in remove] == ["a", "d", "e", "f"]
    assert [pod["metadata"]["name"] for pod in keep] == ["c", "b"]
