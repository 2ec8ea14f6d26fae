"""Events as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard.exports.events import COLUMNS, events_csv, harmless
from simulator.history import Entry, Fact, Revision
from tests.dashboard.presenters.tales import START


def event(number: int, message: str, pod: str = "checkout", **more: object) -> Revision:
    about = {"kind": "Pod", "namespace": "default", "name": pod, "fieldPath": "spec.containers{app}"}
    fields = {"type": "Warning", "reason": "Unhealthy", "count": 2, "source": {"component": "kubelet"}, **more}
    meta = {"metadata": {"name": f"e{number}", "namespace": "default"}}
    return Revision(number, 1500, 0, "ADDED", "events", {**meta, "involvedObject": about, "message": message, **fields})


def table(entries: list[Entry], pod: str = "") -> list[dict[str, str]]:
    text = events_csv(entries, START, pod)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_a_row_tells_when_what_and_about_what() -> None:
    (row,) = table([event(1, 'Liveness probe failed: "no"\nsecond line, with a comma')])
    assert tuple(row) == COLUMNS
    assert row["time"] == "2026-11-23T09:00:01.500+00:00"
    assert (row["seconds"], row["written"], row["reason"], row["container"]) == ("1.500", "ADDED", "Unhealthy", "app")
    assert row["message"] == 'Liveness probe failed: "no"\nsecond line, with a comma'


def test_what_the_spam_filter_kept_back_is_told_apart() -> None:
    data = {"reason": "BackOff", "message": "Back-off restarting", "count": 9}
    (row,) = table([Fact(1, 0, 0, "event.dropped", "default/checkout", "app", data)])
    assert (row["written"], row["reason"], row["name"], row["count"]) == ("no", "BackOff", "checkout", "9")


def test_of_a_pod_only_its_own_events_are_taken() -> None:
    entries: list[Entry] = [event(1, "mine"), event(2, "other", pod="another")]
    assert [row["message"] for row in table(entries, "default/checkout")] == ["mine"]
    assert len(table(entries)) == 2


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_spreadsheet_computes_what_a_manifest_says(start: str) -> None:
    (row,) = table([event(1, start, reason=f"{start}x")])
    assert row["message"].startswith("'")
    assert row["reason"].startswith("'")


def test_a_harmless_cell_stays_as_it_is() -> None:
    assert [harmless(cell) for cell in ("Killing", "", 5, "a=b")] == ["Killing", "", "5", "a=b"]
