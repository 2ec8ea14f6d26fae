"""Files with histories are hostile until all of them was read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.history_store import as_json, decode, encode
from dashboard.recordings.opening import read, reader_of, try_out
from dashboard.recordings.reading import RecordingError
from simulator.history import Action, Entry, Fact, Revision
from tests.dashboard.presenters.tales import CHECKOUT, START, checkout

Json = dict[str, Any]
TALE = checkout(222.0).entries


def file_of(entries: list[Entry], **head: object) -> Json:
    """As `dashboard.exports.history` writes it."""
    last = entries[-1].at_ms if entries else 0
    whole: Json = {
        "format": 1,
        "title": "checkout",
        "kubernetes": "v1.35.6",
        "start": START.isoformat(),
        "seed": 0,
        "clock_ms": last,
        "manifest": CHECKOUT,
    }
    return {**whole, "entries": json.loads(as_json(map(encode, entries))), **head}


def text_of(whole: Json) -> bytes:
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass")


def test_a_history_comes_back_as_it_was() -> None:
    tape = read(text_of(file_of(TALE)))
    assert list(tape.entries) == TALE
    assert (tape.title, tape.release, tape.manifest, tape.start) == ("checkout", "v1.35.6", CHECKOUT, START)
    assert tape.pods == (("default", "checkout"),)
    try_out(tape)


# ---- the round trip of anything that a history may hold

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
EXTRA = st.dictionaries(WORDS.map(lambda word: f"x-{word}"), VALUES, max_size=3)  # no name that has a meaning
FIELDS = st.lists(WORDS, max_size=2).map(tuple)
POD: Json = {"metadata": {"name": "p", "namespace": "default"}, "spec": {"containers": [{"name": "app", "image": "i"}]}}


@st.composite
def histories(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[Entry]:
    entries: list[Entry] = [Revision(1, 0, 0, "ADDED", "pods", POD)]
    for number in range(2, draw(st.integers(2, 8))):
        head = (number, entries[-1].at_ms + draw(st.integers(0, 10_000)), draw(st.integers(0, number - 1)))
        fields = draw(FIELDS)
        match draw(st.integers(0, 2)):
            case 0:
                obj = {"metadata": {"name": "o"}, **draw(EXTRA)}
                verb = draw(st.sampled_from(["ADDED", "MODIFIED", "DELETED"]))
                entries.append(Revision(*head, verb, "configmaps", obj, fields))
            case 1:
                entries.append(Fact(*head, "log", "default/p", "app", {"text": draw(WORDS), **draw(EXTRA)}, fields))
            case _:
                entries.append(Action(*head, "node", {"command": draw(WORDS), **draw(EXTRA)}, fields))
    return entries


@settings(deadline=None, max_examples=60)
@given(histories(), WORDS.filter(lambda word: "\0" not in word))
def test_nothing_is_lost_between_writing_and_reading(entries: list[Entry], manifest: str) -> None:
    written = text_of(file_of(entries, manifest=manifest))
    tape = read(written)
    assert list(tape.entries) == entries
    assert [decode(encode(entry)) for entry in tape.entries] == entries
    assert text_of(file_of(list(tape.entries), manifest=tape.manifest)) == written


# ---- what is refused, and with which words


def changed(index: int, **fields: object) -> Json:
    whole = file_of(TALE)
    whole["entries"][index] = {**whole["entries"][index], **fields}
    return whole


FIRST_FACT = next(index for index, entry in enumerate(TALE) if isinstance(entry, Fact))
FIRST_POD = next(index for index, entry in enumerate(TALE) if isinstance(entry, Revision) and entry.kind == "pods")
FIRST_EVENT = next(index for index, entry in enumerate(TALE) if isinstance(entry, Revision) and entry.kind == "events")


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (changed(4, number=9), "entries[4].number"),
        (changed(4, number="5"), "entries[4].number"),
        (changed(4, at_ms=-1), "entries[4].at_ms"),
        (changed(4, at_ms=1.5), "entries[4].at_ms"),
        (changed(8, cause=9), "entries[8].cause"),
        (changed(8, at_ms=0), "time goes back"),
        (changed(4, extra=1), "extra"),
        (changed(FIRST_FACT, object={}), "neither a revision"),
        (changed(FIRST_FACT, pod="../../etc"), "pod"),
        (changed(FIRST_FACT, container="<script>"), "container"),
        (changed(FIRST_FACT, data=[]), "data"),
        (changed(FIRST_FACT, data={"restart": "many"}), "data.restart"),
        (changed(FIRST_FACT, data={"probe": "curiosity"}), "data.probe"),
        (changed(FIRST_FACT, fields=[1]), "fields"),
        (changed(FIRST_POD, object={}), "object"),
        (changed(FIRST_POD, object={**POD, "spec": {"containers": "many"}}), "containers"),
        (changed(FIRST_POD, object={**POD, "spec": {"containers": [None]}}), "containers"),
        (changed(FIRST_POD, object={**POD, "status": {"podIP": 5}}), "podIP"),
        (changed(FIRST_POD, object={**POD, "status": {"startTime": "yesterday"}}), "startTime"),
        (changed(FIRST_POD, object={**POD, "metadata": {"name": "../x", "namespace": "default"}}), "name"),
        (changed(FIRST_EVENT, object={"metadata": {"name": "e"}, "involvedObject": 1}), "involvedObject"),
        (changed(FIRST_EVENT, object={"metadata": {"name": "e"}, "lastTimestamp": "noon"}), "lastTimestamp"),
        (file_of(TALE, start="noon"), "start"),
        (file_of(TALE, start="2026-11-23T04:34:14"), "start"),
        (file_of(TALE, start="9999-11-23T04:34:14+00:00"), "start"),
        (file_of(TALE, clock_ms=5), "clock_ms"),
        (file_of(TALE, seed=2**70), "seed"),
        (file_of(TALE, format=2), "format"),
        (file_of(TALE, title="a\nb"), "title"),
        (file_of(TALE, kubernetes="<b>"), "kubernetes"),
        (file_of(TALE, unknown=True), "unknown"),
        (file_of(TALE, manifest="x" * 300_000), "manifest"),
        (file_of([]), "no Pod"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(whole: Json, words: str) -> None:
    with pytest.raises(RecordingError) as caught:
        read(text_of(whole))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"entries":',
        b'{"entries":' + b"[" * 100_000,
        b'{"entries":[NaN]}',
        b'{"entries":[1e999]}',
        b'{"entries":"\xff"}',
        b'{"entries":"\\ud800"}',
        b'{"entries":[' + b"9" * 5000 + b"]}",
        b"[]",
        b"",
        b'{"applied":1}',
    ],
)
def test_what_is_no_json_of_ours_is_refused(text: bytes) -> None:
    with pytest.raises(RecordingError):
        read(text)


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(RecordingError, match="24 MB"):
        read(b'{"entries":' + b" " * 24_000_000)


PLACES = st.integers(0, len(TALE) - 1)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_is_changed_it_is_refused_or_it_can_be_shown(data: st.DataObject) -> None:
    """Some value somewhere becomes another one: no other exception may come of it, then or on the pages."""
    whole = file_of(TALE)
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = whole["entries"][data.draw(PLACES)]
        while isinstance(place, dict | list) and place:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.integers(0, 3)) == 0:
                place[key] = data.draw(VALUES)
                break
            place = place[key]
    with contextlib.suppress(RecordingError):
        try_out(read(text_of(whole)))


# ---- recordings of a real cluster


def recording(**more: object) -> Json:
    seen = [{"t": -0.008, "type": "ADDED", "object": {**POD, "metadata": {**POD["metadata"], "resourceVersion": "7"}}}]
    about = {"kind": "Pod", "namespace": "default", "name": "p"}
    event = {"metadata": {"name": "e", "resourceVersion": "9"}, "involvedObject": about, "reason": "Pulled"}
    whole: Json = {
        "name": "rec",
        "kubernetes": "v1.35.6",
        "applied": 1795408459.4,
        "duration": 60,
        "manifests": "kind: Pod\n",
    }
    whole |= {"pods": seen, "events": [{"t": 1.5, "type": "ADDED", "object": event}]}
    whole |= {"actions": [{"at": 0, "run": "kubectl apply", "output": "ok\n", "code": 0}], "logs": {"p/app": "hello\n"}}
    return {**whole, "get": "NAME", "describe": "Name: p", **more}


def test_a_recording_of_a_cluster_opens_too() -> None:
    tape = read(text_of(recording()))
    assert (tape.title, tape.clock_ms, tape.pods) == ("rec", 60_000, (("default", "p"),))
    assert tape.start == datetime.fromtimestamp(1795408459.4, UTC)
    kinds = [type(entry).__name__ for entry in tape.entries]
    assert kinds == ["Action", "Fact", "Revision", "Revision", "Fact"]
    assert [entry.number for entry in tape.entries] == [1, 2, 3, 4, 5]
    assert [entry.at_ms for entry in tape.entries] == [0, 0, 0, 1500, 60_000]
    try_out(tape)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pods": [{"t": 0, "type": "ADDED", "object": {}}]}, "object"),
        ({"events": [{"t": 0, "type": "GONE", "object": {}}]}, "events[0].type"),
        ({"applied": "noon"}, "applied"),
        ({"duration": 10**9}, "duration"),
        ({"logs": []}, "logs"),
    ],
)
def test_a_recording_is_read_as_strictly(more: Json, words: str) -> None:
    with pytest.raises(RecordingError) as caught:
        read(text_of(recording(**more)))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        b"kind: Pod",
        b'{"kind":"ConfigMap","data":{"entries":"1"}}',
        b'{"kind":"Pod","applied":1}',
        b'{"spec":{"entries":[]}}',
        b"",
    ],
)
def test_a_manifest_is_no_history(text: bytes) -> None:
    assert reader_of(text) is None
