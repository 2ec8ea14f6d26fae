"""A history that was taken along opens as a cluster in which time is over."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from dashboard import history_store
from dashboard.models import Cluster, Request
from tests.dashboard.world import PLANNED, TWO_PODS, Bench, new_cluster

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(client: Client, bench: Bench) -> bytes:
    """The history of a cluster that ran for a minute."""
    cluster = new_cluster(PLANNED, playing=True, speed=0, target_ms=60_000, lesson="liveness-exec")
    bench.finish()
    return client.get(f"/clusters/{cluster.slug}/history.json").content


def reopen(client: Client, taken: bytes, token: str = "again") -> Cluster:
    file = SimpleUploadedFile("ticker-1m-history.json", taken)
    answer = client.post("/clusters/", {"manifest": "kind: Pod\n", "files": [file], "token": token})
    assert answer.status_code == 303, answer.content.decode()
    return Cluster.objects.get(slug=answer["Location"].split("/")[2])


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: app, image: nginx}]}
"""
SCRIPT = "</script><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("endpointslices", ("endpoints", 0, "targetRef", "name"), SCRIPT),
        ("endpointslices", ("endpoints", 0, "targetRef", "namespace"), "a/b"),
        ("endpointslices", ("endpoints", 0, "targetRef"), [None]),
        ("endpointslices", ("endpoints",), 2**53),
        ("services", ("spec", "ports"), 7),
        ("services", ("metadata",), None),
        ("nodes", ("status", "conditions"), {"a": 1}),
        ("nodes", ("metadata", "name"), SCRIPT),
        ("pods", ("metadata", "labels"), {"app": SCRIPT}),
        ("pods", ("status", "podIP"), SCRIPT),
        ("pods", ("spec", "nodeName"), "=cmd|' /C calc'!A0"),
    ],
)
def test_a_hostile_object_is_refused_or_stays_text(
    client: Client, bench: Bench, kind: str, path: tuple[str | int, ...], value: object
) -> None:
    cluster = new_cluster(SERVICE, playing=True, speed=0, target_ms=30_000)
    bench.finish()
    history = json.loads(client.get(f"/clusters/{cluster.slug}/history.json").content)
    for entry in history["entries"]:
        if entry.get("kind") == kind:
            _put(entry["object"], path, value)
    answer = client.post("/clusters/", {"manifest": json.dumps(history), "token": "hostile"})
    if answer.status_code == 422:
        assert "cannot be opened" in answer.content.decode()
        return
    again = answer["Location"].split("/")[2]
    for page in (
        "?list",
        "?list&show=all&at=9000",
        "present/",
        "take/timeline.svg",
        "take/page.html",
        "take/events.csv",
    ):
        shown = client.get(f"/clusters/{again}/{page}")
        assert shown.status_code == 200, page
        assert b"<script>alert" not in shown.content


def _put(value: Any, path: tuple[str | int, ...], new: object) -> None:
    """In place; where a version of the object lacks the path, nothing."""
    for step in path[:-1]:
        if not isinstance(value, dict | list) or (isinstance(value, dict) and step not in value) or not value:
            return
        value = value[step]  # type: ignore[index]
    if isinstance(value, dict | list) and value:
        value[path[-1]] = new  # type: ignore[index]


def test_what_was_taken_along_comes_back_to_the_last_byte(client: Client, taken: bytes) -> None:
    first = Cluster.objects.get()
    second = reopen(client, taken)
    assert second.pk != first.pk
    assert client.get(f"/clusters/{second.slug}/history.json").content == taken
    assert history_store.rows(second.pk) == history_store.rows(first.pk)


def test_time_is_over_in_it(client: Client, bench: Bench, taken: bytes) -> None:
    cluster = reopen(client, taken)
    assert (cluster.kind, cluster.playing, cluster.clock_ms, cluster.lesson) == (
        "recorded",
        False,
        60_000,
        "liveness-exec",
    )
    for path in ("play", "step", "actions/node"):
        assert client.post(f"/clusters/{cluster.slug}/{path}", {"command": "ls"}).status_code == 409
    assert not Request.objects.filter(cluster=cluster).exists()
    bench.turns()
    cluster.refresh_from_db()
    assert cluster.clock_ms == 60_000


def test_its_pages_work_and_have_no_buttons(client: Client, taken: bytes) -> None:
    cluster = reopen(client, taken)
    place = f"/clusters/{cluster.slug}/pods/default/ticker/"
    for address in (place, f"{place}?at=5000&tab=logs", f"{place}why/9/", f"{place}present/", f"{place}take/page.html"):
        assert client.get(address).status_code == 200, address
    page = client.get(place).content.decode()
    assert "/actions/" not in page
    assert f'action="/clusters/{cluster.slug}/play"' not in page
    assert "data-replay" in page
    assert "recorded" in page


def test_several_pods_open_on_the_clusters_page(client: Client, bench: Bench) -> None:
    cluster = new_cluster(TWO_PODS, playing=True, speed=0, target_ms=10_000)
    bench.finish()
    again = reopen(client, client.get(f"/clusters/{cluster.slug}/history.json").content)
    page = client.get(f"/clusters/{again.slug}/").content.decode()
    assert f"/clusters/{again.slug}/pods/default/two/" in page


def test_the_same_form_sent_twice_opens_one(client: Client, taken: bytes) -> None:
    assert reopen(client, taken).pk == reopen(client, taken).pk
    assert reopen(client, taken, "another").pk != reopen(client, taken).pk


def test_pasted_text_is_opened_too(client: Client, taken: bytes) -> None:
    answer = client.post("/clusters/", {"manifest": taken.decode(), "token": "pasted"})
    assert answer.status_code == 303
    assert Cluster.objects.filter(kind="recorded").count() == 1


def test_a_broken_file_opens_nothing_and_says_where(client: Client, taken: bytes) -> None:
    broken = taken.replace(b'"number":3', b'"number":4', 1)
    page = client.post("/clusters/", {"files": [SimpleUploadedFile("h.json", broken)], "token": "t"})
    assert page.status_code == 422
    assert "entries[2].number" in page.context["form"].notice
    assert not Cluster.objects.filter(kind="recorded").exists()


def test_what_the_simulate_command_prints_opens_too(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text(PLANNED, encoding="utf-8")
    output = StringIO()
    call_command("simulate", str(file), "--json", "--until", "60", stdout=output)
    cluster = reopen(client, output.getvalue().encode())
    assert cluster.clock_ms == 60_000
    assert history_store.pods(cluster.pk) == [("s-ticker", "ticker")]
