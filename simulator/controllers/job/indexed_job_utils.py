"""Completion indexes of Indexed Jobs: which are done, which have failed, which come next.

Models pkg/controller/job/indexed_job_utils.go.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.controllers.job.pod_failure_policy import match_pod_failure_policy
from simulator.controllers.job.pods import completion_index, failure_count, has_finalizer, is_failed
from simulator.history import Json

_INTERVAL = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Intervals:
    """Indexes as sorted ranges that do not touch, both ends included (orderedIntervals)."""

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, text: str, completions: int) -> Intervals:
        """What `1,3-5` means; indexes from `completions` on, and what is no index, do not count.

        Models parseIndexesFromString.
        """
        spans = []
        for part in text.split(","):
            match = _INTERVAL.fullmatch(part)
            if match is not None and int(match[1]) < completions:
                spans.append((int(match[1]), min(int(match[2] or match[1]), completions - 1)))
        return cls().merge(cls(tuple(spans)))

    def merge(self, other: Intervals) -> Intervals:
        merged: list[tuple[int, int]] = []
        for first, last in sorted((*self.spans, *other.spans)):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return Intervals(tuple(merged))

    def with_indexes(self, indexes: Iterable[int]) -> Intervals:
        return self.merge(Intervals(tuple((index, index) for index in indexes)))

    def overlap(self, other: Intervals) -> int:
        """How many indexes both hold."""
        return len(self) + len(other) - len(self.merge(other))

    def holes(self, until: int) -> Iterator[int]:
        """The indexes below `until` that are missing, in order."""
        start = 0
        for first, last in self.spans:
            yield from range(start, min(first, until))
            start = last + 1
        yield from range(start, until)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.spans)

    def __contains__(self, index: int) -> bool:
        place = bisect_left(self.spans, index, key=lambda span: span[1])
        return place < len(self.spans) and self.spans[place][0] <= index

    def __str__(self) -> str:
        """`0,2-4,7,8`: a range of two is written as two numbers."""
        words = []
        for first, last in self.spans:
            joint = "," if last == first + 1 else "-"
            words.append(str(first) if first == last else f"{first}{joint}{last}")
        return ",".join(words)


def is_indexed(job: Json) -> bool:
    return bool(job["spec"].get("completionMode") == "Indexed")


def has_backoff_limit_per_index(job: Json) -> bool:
    return job["spec"].get("backoffLimitPerIndex") is not None


def valid_index(pod: Json, job: Json) -> int | None:
    """The Pod's index, None if it has none that the Job still asks for."""
    index = completion_index(pod)
    return index if index is not None and index < job["spec"]["completions"] else None


def indexes_of(pods: Iterable[Json]) -> set[int]:
    return {index for pod in pods if (index := completion_index(pod)) is not None}


def newly_succeeded(job: Json, pods: Iterable[Json]) -> set[int]:
    """Indexes whose Pods succeeded and are not counted yet (calculateSucceededIndexes)."""
    return {
        index
        for pod in pods
        if pod["status"].get("phase") == "Succeeded" and has_finalizer(pod)
        if (index := valid_index(pod, job)) is not None
    }


def newly_failed(job: Json, pods: Iterable[Json]) -> set[int]:
    """Indexes that are given up, by Pods that are not counted yet (calculateFailedIndexes)."""
    return {
        index
        for pod in pods
        if has_finalizer(pod) and _gives_its_index_up(job, pod)
        if (index := valid_index(pod, job)) is not None
    }


def _gives_its_index_up(job: Json, pod: Json) -> bool:
    """Models isIndexFailed."""
    if not is_failed(pod, job):
        return False
    match = match_pod_failure_policy(job["spec"].get("podFailurePolicy"), pod)
    if match.action == "FailIndex":
        return True
    return match.counts and failure_count(pod) >= int(job["spec"]["backoffLimitPerIndex"])


def first_pending(taken: Intervals, count: int, completions: int) -> list[int]:
    """The lowest `count` indexes that nothing holds (firstPendingIndexes)."""
    return [index for index, _ in zip(taken.holes(completions), range(count), strict=False)]


def split_duplicates(pods: Sequence[Json], completions: int) -> tuple[list[Json], list[Json]]:
    """(Pods to remove, Pods to keep): one Pod an index stays, the last of `pods`.

    Pods without an index, or with one that is not asked for any more, go. `pods` are in the order in which they may
    go (appendDuplicatedIndexPodsForRemoval).
    """
    keep: dict[int, Json] = {}
    remove: list[Json] = []
    for pod in pods:
        index = completion_index(pod)
        if index is None or index >= completions:
            remove.append(pod)
            continue
        if index in keep:
            remove.append(keep[index])
        keep[index] = pod
    return remove, list(keep.values())
