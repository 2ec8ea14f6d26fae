"""When enough is done. Models pkg/controller/job/success_policy_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.controllers.job.indexed_job_utils import Intervals
from simulator.controllers.job.success_policy import match_success_policy


@pytest.mark.parametrize(
    ("rules", "succeeded", "words"),
    [
        ([{"succeededIndexes": "0-2"}], "0,1", None),
        ([{"succeededIndexes": "0-2"}], "0-3", "Matched rules at index 0"),
        ([{"succeededIndexes": "0-2", "succeededCount": 2}], "1-3", "Matched rules at index 0"),
        ([{"succeededIndexes": "0-2", "succeededCount": 2}], "2-4", None),
        ([{"succeededCount": 4}, {"succeededCount": 3}], "2-4", "Matched rules at index 1"),
        ([{"succeededIndexes": "9"}], "0-4", None),
        ([{"succeededCount": 1}], "", None),
        (None, "0-4", None),
    ],
)
def test_the_first_rule_that_holds_is_named(rules: Any, succeeded: str, words: str | None) -> None:
    policy = None if rules is None else {"rules": rules}
    assert match_success_policy(policy, 5, Intervals.parse(succeeded, 5)) == words
