"""What can be taken along, as files."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from dashboard import limits
from dashboard.limits import Allowance
from tests.dashboard.world import TWO_PODS, Bench, FakeWall, new_cluster

pytestmark = pytest.mark.django_db

OF_A_POD = ["page.html", "timeline.svg", "history.json", "trace.json", "events.csv"]


@pytest.mark.parametrize("what", OF_A_POD)
def test_a_pod_can_be_taken_along(client: Client, bench: Bench, what: str) -> None:
    cluster = new_cluster(playing=True, speed=0, target_ms=60_000)
    bench.finish()
    answer = client.get(f"/clusters/{cluster.slug}/pods/default/ticker/take/{what}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="ticker-1m-{what}"'
    assert b"ticker" in answer.content


@pytest.mark.parametrize("what", OF_A_POD)
def test_a_cluster_can_be_taken_along(client: Client, bench: Bench, what: str) -> None:
    cluster = new_cluster(TWO_PODS, playing=True, speed=0, target_ms=60_000)
    bench.finish()
    answer = client.get(f"/clusters/{cluster.slug}/take/{what}")
    assert answer.status_code == 200
    assert b"one" in answer.content
    assert b"two" in answer.content


@pytest.mark.parametrize("path", ["take/none", "pods/default/nobody/take/page.html"])
def test_what_there_is_not_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/clusters/{new_cluster().slug}/{path}").status_code == 404


def test_the_trace_of_a_cluster_has_all_its_pods(client: Client) -> None:
    cluster = new_cluster(TWO_PODS)
    trace = json.loads(client.get(f"/clusters/{cluster.slug}/take/trace.json").content)
    pods = [event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "process_name"]
    assert pods == ["default/one", "default/two"]


def test_viewers_may_take_it_along_too(client: Client) -> None:
    cluster = new_cluster(open=False)
    page = client.get(f"/clusters/{cluster.slug}/pods/default/ticker/").content.decode()
    for what in OF_A_POD:
        assert f"/take/{what}" in page
    assert client.get(f"/clusters/{cluster.slug}/history.json").status_code == 200


def test_names_of_files_hold_nothing_strange(client: Client) -> None:
    cluster = new_cluster(TWO_PODS, title='a"b/../c\r\nX: y 中')
    answer = client.get(f"/clusters/{cluster.slug}/take/events.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="a-b-..-c-X-y-0s-events.csv"'


def test_too_many_at_once_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "exports", Allowance(1, 1, FakeWall()))
    address = f"/clusters/{new_cluster().slug}/take/events.csv"
    assert [client.get(address).status_code for _ in range(2)] == [200, 429]
