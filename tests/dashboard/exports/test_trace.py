"""Trace events, by the rules of their format."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest

from dashboard.exports.trace import trace_json
from dashboard.presenters.page import PodPage
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import checkout

Event = dict[str, Any]


@pytest.fixture
def events(page: PodPage) -> list[Event]:
    whole = json.loads(trace_json([page.story], 222_000, {"kubernetes": "v1.35.6"}))
    assert whole["otherData"] == {"kubernetes": "v1.35.6"}
    found: list[Event] = whole["traceEvents"]
    return found


def names(events: list[Event]) -> dict[int, str]:
    return {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}


def test_a_pod_is_a_process_and_a_lane_is_a_thread(events: list[Event]) -> None:
    (process,) = [event for event in events if event["name"] == "process_name"]
    assert process["args"]["name"] == "default/checkout"
    assert {"STATUS", "app (main)", "app (main) liveness probe", "app (main) signals", "events"} <= set(
        names(events).values()
    )


def test_every_event_has_what_its_kind_needs(events: list[Event]) -> None:
    assert {event["ph"] for event in events} == {"M", "X", "i"}
    for event in events:
        assert isinstance(event["pid"], int)
        assert event["name"]
        if event["ph"] != "M":
            assert event["ts"] >= 0
            assert event["tid"] in names(events)
        assert event["ph"] != "X" or event["dur"] >= 0
        assert event["ph"] != "i" or event["s"] == "t"


def test_slices_of_a_thread_do_not_overlap(events: list[Event]) -> None:
    """A viewer would draw them below each other, as if one were within the other."""
    threads: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            threads[event["tid"]].append(event)
    for slices in threads.values():
        ordered = sorted(slices, key=lambda event: event["ts"])
        for before, after in pairwise(ordered):
            assert before["ts"] + before["dur"] <= after["ts"]


def test_no_thread_has_the_number_of_another_pods(page: PodPage) -> None:
    other = page_of(checkout(60.0).entries, 60_000)
    both = json.loads(trace_json([page.story, other.story], 222_000, {}))["traceEvents"]
    owners: dict[int, set[int]] = defaultdict(set)
    for event in both:
        owners[event["tid"]].add(event["pid"])
    assert all(len(pods) == 1 for pods in owners.values())


def test_what_goes_on_is_cut_off_now_and_says_so(events: list[Event]) -> None:
    last = max((event for event in events if event["ph"] == "X"), key=lambda event: event["ts"] + event["dur"])
    assert last["ts"] + last["dur"] == 222_000_000
    assert last["args"]["open"] is True


def test_kubernetes_words_and_messages_are_kept(events: list[Event]) -> None:
    failed = next(event for event in events if event["name"] == "failure 3 of 3")
    assert "No such file" in failed["args"]["detail"]
    assert any(event["name"] == "exit 137 Error" for event in events)
