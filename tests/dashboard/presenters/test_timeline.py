"""Lanes: what is drawn where, from facts or from revisions."""

from __future__ import annotations

import itertools

import pytest

from dashboard.presenters.conditions import ConditionTracks
from dashboard.presenters.page import PodPage
from dashboard.presenters.pieces import Item, Lane, changed
from dashboard.presenters.probes import ProbeTrack
from dashboard.presenters.probes import lane as probe_lane
from dashboard.presenters.processes import ProcessTrack
from dashboard.presenters.processes import lane as process_lane
from dashboard.presenters.timescale import Window
from simulator.history import Entry, Fact, Revision
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import Tale, checkout, pod_object


def lane(page: PodPage, ident: str) -> Lane:
    return next(lane for lane in page.timeline.lanes if lane.id == ident)


def shapes(lane: Lane, word: str) -> list[Item]:
    return [item for item in lane.items if word in item.shape.split() and not item.gone]


def test_lanes_come_in_the_order_of_the_page(page: PodPage) -> None:
    names = [lane.id for lane in page.timeline.lanes if lane.kind != "condition"]
    assert names == [
        "status", "ready", "fetch-config", "fetch-config-process", "proxy", "proxy-process", "proxy-readiness", "app",
        "app-process", "app-startup", "app-liveness", "app-readiness", "app-signals", "events",
    ]  # fmt: skip


def test_a_container_is_waiting_then_unready_then_ready_then_stopping(page: PodPage) -> None:
    bars = [item.shape for item in lane(page, "app").items if item.shape.startswith("bar") and not item.gone]
    assert bars[:5] == ["bar wait", "bar unready", "bar ready", "bar unready", "bar stop"]
    assert bars[-1] == "bar stop"


def test_bars_of_a_container_neither_overlap_nor_leave_gaps(page: PodPage) -> None:
    bars = [item for item in lane(page, "app").items if item.shape.startswith("bar")]
    for before, after in itertools.pairwise(bars):
        assert before.end_ms == after.at_ms
    assert bars[-1].end_ms is None


def test_exits_and_restarts_have_flags_with_their_numbers(page: PodPage) -> None:
    flags = [(item.shape, item.label) for item in shapes(lane(page, "app"), "flag")]
    assert flags == [("flag exit", "137"), ("flag restart", "1"), ("flag exit", "137"), ("flag restart", "2")]


def test_what_is_due_is_outlined_up_to_its_deadline(page: PodPage) -> None:
    (due,) = shapes(lane(page, "app"), "due")
    assert (due.at_ms, due.end_ms) == (207_700, 237_700)


def test_failures_climb_to_the_threshold(page: PodPage) -> None:
    fails = shapes(lane(page, "app-liveness"), "fail")
    assert [(item.label, round(item.level, 2)) for item in fails] == [("1", 0.33), ("2", 0.67), ("3", 1.0)] * 3


def test_a_steady_probe_is_one_item_that_says_how_often_it_passed(page: PodPage) -> None:
    first = shapes(lane(page, "app-liveness"), "streak")[0]
    assert first.every_ms == 5000
    assert "passed 6 times" in first.text


def test_a_streak_that_goes_on_counts_up_to_now(page: PodPage) -> None:
    (streak,) = shapes(lane(page, "proxy-readiness"), "streak")
    assert streak.end_ms is None
    assert "passed 22 times" in streak.text  # at 9 s, and every 10 s until 219 s


def test_a_signal_that_was_ignored_leaves_its_grace_and_the_due_kill(page: PodPage) -> None:
    signals = lane(page, "app-signals")
    assert len(shapes(signals, "term")) == 3
    assert len(shapes(signals, "kill")) == 2
    assert len(shapes(signals, "due-kill")) == 1


def test_every_item_can_be_read_aloud(page: PodPage) -> None:
    assert all(item.text for lane in page.timeline.lanes for item in lane.items if item.shape != "rest")


def test_ids_are_unique(page: PodPage) -> None:
    ids = [item.id for lane in page.timeline.lanes for item in lane.items]
    assert len(ids) == len(set(ids))


def test_what_changed_after_an_entry_is_all_that_differs(entries: list[Entry]) -> None:
    """A client that knows entry n and gets the newer items sees what a fresh page shows."""
    for known in range(20, len(entries), 17):
        before = page_of(entries[:known], entries[known - 1].at_ms).timeline
        after = page_of(entries, 222_000, window=(before.window.from_ms, before.window.span_ms)).timeline
        for now in after.lanes:
            old = next((lane.items for lane in before.lanes if lane.id == now.id), ())
            client = {item.id: item for item in old} | {item.id: item for item in changed(now.items, known)}
            shown = {item.id: item.style for item in client.values() if not item.gone}
            fresh = {item.id: item.style for item in now.items if not item.gone}
            if now.kind not in ("events", "process"):  # there, labels and clusters depend on their neighbours
                assert shown == fresh, now.id


def test_a_thousand_restarts_make_a_page_of_bounded_weight() -> None:
    entries = checkout(1e9, lives=300).entries
    now = entries[-1].at_ms
    whole = page_of(entries, now, window=(0, now))
    assert sum(len(lane.items) for lane in whole.timeline.lanes) < 1500
    assert len(whole.overview) < 400


def test_without_facts_the_bars_show_what_the_api_server_was_told(entries: list[Entry]) -> None:
    page = page_of([entry for entry in entries if isinstance(entry, Revision)], 222_000)
    app = lane(page, "app")
    bars = [item.shape for item in app.items if item.shape.startswith("bar") and not item.gone]
    assert bars[0] == "bar wait"
    assert {"bar ready", "bar stop", "bar unready"} <= set(bars)
    assert [item.label for item in shapes(app, "restart")] == ["1", "2"]


def test_a_band_opens_the_window_in_which_it_comes_apart() -> None:
    entries = checkout(1e9, lives=300).entries
    now = entries[-1].at_ms
    whole = lane(page_of(entries, now, window=(0, now)), "app-liveness")
    band = next(item for item in whole.items if item.opens)
    assert band.opens is not None
    assert band.label.startswith("×")
    assert band.text.endswith("too close to draw each")
    assert band.opens.shows(band.at_ms, band.at_ms)
    inner = page_of(entries, now, window=(band.opens.from_ms, band.opens.span_ms))
    assert len(lane(inner, "app-liveness").items) > 1


def test_a_steady_probe_that_is_too_dense_says_how_many_attempts_it_stands_for(page: PodPage) -> None:
    far = page_of(list(page.whole_story.entries.values()), 222_000, window=(0, 20_000_000))
    streak = next(item for item in lane(far, "proxy-readiness").items if "dense" in item.shape)
    assert streak.label == "×22"
    assert streak.opens is not None


def test_a_wide_timeline_holds_what_a_pan_brings_into_view(entries: list[Entry]) -> None:
    shown = page_of(entries, 222_000, window=(100_000, 60_000)).timeline
    wide = page_of(entries, 222_000, window=(100_000, 60_000), wide=True).timeline
    assert wide.window == shown.window
    assert (wide.drawn.from_ms, wide.drawn.to_ms) == (70_000, 190_000)
    for few, many in zip(shown.lanes, wide.lanes, strict=True):
        assert {item.id for item in few.items} <= {item.id for item in many.items} or few.kind in ("events", "signals")


def test_the_same_conditions_of_a_pod_made_again_begin_anew() -> None:
    tracks, pod = ConditionTracks(), {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    tracks.read(1, 0, pod)
    tracks.read(2, 5, pod)
    tracks.end(3, 10)
    tracks.read(4, 20, pod)
    assert [(piece.at_ms, piece.end_ms) for piece in tracks.strips["Ready"].pieces] == [(0, 10), (20, None)]


def test_two_attempts_in_the_room_of_one_mark_look_like_the_one_that_changed_the_state() -> None:
    track = ProbeTrack("readiness", {"failureThreshold": 1})
    for number, at_ms, count in ((1, 40_000, 1), (2, 41_000, 2)):
        data = {"probe": "readiness", "result": "failure", "count": count, "threshold": 1, "changed": count == 1}
        track.read(Fact(number, at_ms, 0, "probe", "default/p", "app", data), at_ms)
    (item,) = probe_lane(track, "app", 0, Window(0, 300_000), 60_000).items
    assert (item.shape, item.label, item.number) == ("attempt fail", "1", 2)
    assert "2 attempts" in item.text
    assert item.opens is not None


def test_the_conditions_have_a_heading_of_their_own(page: PodPage) -> None:
    headings = [(lane.id, lane.heading) for lane in page.timeline.lanes if lane.heading]
    assert headings == [("c-PodScheduled", "Conditions")]


def test_a_short_grace_has_room_for_one_word(entries: list[Entry]) -> None:
    words = {
        span: [item.label for item in lane(page_of(entries, 222_000, window=(30_000, span)), "app-signals").items]
        for span in (60_000, 300_000, 1_200_000)
    }
    assert {"TERM", "KILL"} <= set(words[60_000])
    assert "KILL" not in words[300_000]
    assert "TERM" in words[300_000]
    assert words[1_200_000].count("TERM") == 1  # the last one: nothing follows it


def test_the_main_process_has_another_number_where_the_process_namespace_is_shared() -> None:
    names = []
    for pid in (1, 7):
        track = ProcessTrack()
        fact = Fact(1, 0, 0, "process", "default/p", "app", {"phase": "start", "pid": pid, "command": "sleep 5"})
        track.process(fact, 0, first=True)
        names.append(process_lane(track, "app", Window(0, 60_000), 1_000).name)
    assert names == ["process 1, sleep", "main process, sleep"]


@pytest.mark.parametrize(("annotations", "end"), [({}, 20_000), ({"kubernetes.io/config.mirror": "abc"}, None)])
def test_a_static_pod_runs_on_without_the_pod_that_stands_for_it(annotations: dict[str, str], end: int | None) -> None:
    pod = pod_object()
    pod["metadata"]["annotations"] = annotations
    tale = Tale(pod)
    tale.pod("ADDED")
    tale.at(5).fact("container", "app", phase="started", restart=0)
    tale.at(20).pod("DELETED")
    tale.at(22).pod("ADDED")
    (running,) = shapes(lane(page_of(tale.history.entries, 30_000), "app"), "unready")
    assert running.end_ms == end


def test_a_command_is_shortened_to_the_word_that_says_most() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")
    for second, command in ((1, "kubectl exec app -- ls"), (30, "reboot")):
        tale.at(second)
        tale.history.action("node", {"command": command})
    commands = lane(page_of(tale.history.entries, 60_000), "you").items
    assert [(item.label, item.short) for item in commands] == [("kubectl exec app -- ls", "exec"), ("reboot", "reboot")]


def test_a_condition_that_is_taken_back_ends() -> None:
    tracks = ConditionTracks()
    tracks.read(1, 0, {"status": {"conditions": [{"type": "PodResizeInProgress", "status": "True"}]}})
    tracks.read(2, 5, {"status": {"conditions": []}})
    assert [(piece.at_ms, piece.end_ms) for piece in tracks.strips["PodResizeInProgress"].pieces] == [(0, 5)]
