"""What the presenter looks at reaches those who follow."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.core import signing
from django.db import OperationalError

from dashboard import access, consumers, leading
from dashboard.hub import Hub
from dashboard.leading import Lead, read_lead
from dashboard.models import Cluster
from dashboard.rendering import cluster_state, render_frame
from dashboard.routing import websocket_urlpatterns
from dashboard.runner.wall import wall
from tests.dashboard.socket import Socket
from tests.dashboard.world import TWO_PODS, new_cluster

PAST = {"namespace": "default", "name": "ticker", "at": 7000, "run": False, "live": False, "start": 0, "span": 60000}


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        (json.dumps({"lead": PAST}), Lead("default", "ticker", 7000, False, False, 0, 60000, 0)),
        ('{"lead":{}}', Lead()),
        ('{"lead":{"at":null,"selected":12}}', Lead(selected=12)),
        ("", None),
        ("[]", None),
        ('{"lead":5}', None),
        ('{"lead":{"at":-1}}', None),
        ('{"lead":{"at":1.5}}', None),
        ('{"lead":{"at":"7000"}}', None),
        ('{"lead":{"span":99999999999999999999}}', None),
        ('{"lead":{"live":1}}', None),
        ('{"lead":{"name":null}}', None),
        ('{"lead":' + "[" * 900, None),
        ('{"lead":{"name":"' + "x" * 1000 + '"}}', None),
    ],
)
def test_only_what_makes_sense_is_a_lead(text: str, lead: Lead | None) -> None:
    assert read_lead(text) == lead


@pytest.mark.django_db
def test_a_lead_to_a_pod_that_is_not_there_is_not_kept() -> None:
    cluster = new_cluster()
    assert not leading.store(cluster.pk, Lead("default", "nobody"))
    assert leading.store(cluster.pk, Lead("default", "ticker", selected=3))
    cluster.refresh_from_db()
    state = cluster_state(cluster)
    assert json.loads(state.lead)["selected"] == 3
    assert state.lead_place == f"/clusters/{cluster.slug}/pods/default/ticker/"


@pytest.mark.django_db
def test_what_a_page_told_before_never_replaces_what_it_told_after() -> None:
    cluster = new_cluster()
    told = [(1, "a", 1), (3, "a", 3), (2, "a", 2), (3, "a", 3), (9, "b", 1)]
    kept = []
    for selected, page, n in told:
        leading.store(cluster.pk, Lead("default", "ticker", selected=selected), page, n)
        kept.append(Cluster.objects.values_list("lead__selected", flat=True).get(pk=cluster.pk))
    assert kept == [1, 3, 3, 3, 9]


@pytest.mark.django_db
def test_the_place_of_a_cluster_is_its_only_pod_or_its_list() -> None:
    alone, several = new_cluster(), new_cluster(TWO_PODS, "several")
    assert leading.place_of(alone).endswith("/pods/default/ticker/")
    assert leading.place_of(several) == f"/clusters/{several.slug}/?list"


# ---- over the sockets


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    hub = Hub(render_frame, lambda: wall.sleep(0), lambda watched: None)
    monkeypatch.setattr(consumers, "hub", hub)
    monkeypatch.setattr(consumers, "OFTEN_S", 0)
    yield hub
    await hub.close()


@pytest.fixture
async def cluster() -> Cluster:
    return await sync_to_async(new_cluster)(open=True)


async def join(cluster: Cluster, *, key: str = "") -> Socket:
    cookie = f"{access.COOKIE}={signing.dumps([key], salt=access.COOKIE)}" if key else ""
    path = f"/ws/clusters/{cluster.slug}/pods/default/ticker/"
    page = Socket(URLRouter(websocket_urlpatterns), path, cookie=cookie)
    await page.connect()
    await page.text()
    return page


@pytest.mark.django_db(transaction=True)
async def test_followers_get_what_the_presenter_looks_at(hub: Hub, cluster: Cluster) -> None:
    presenter, follower = await join(cluster, key=cluster.key), await join(cluster)
    await presenter.send(json.dumps({"lead": PAST}))
    while '"at": 7000' not in unescape(await follower.text()):
        pass
    late = Socket(URLRouter(websocket_urlpatterns), f"/ws/clusters/{cluster.slug}/")
    await late.connect()
    assert '"at": 7000' in unescape(await late.text())
    for page in (presenter, follower, late):
        await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_nobody_else_leads_not_even_who_may_act(hub: Hub, cluster: Cluster) -> None:
    viewer = await join(cluster, key="x" * 20)
    await viewer.send(json.dumps({"lead": PAST}))
    await viewer.disconnect()
    fresh = await Cluster.objects.aget(pk=cluster.pk)
    assert fresh.lead == {}


async def until(page: Socket, *words: str) -> str:
    """The first message from now on that holds one of these."""
    while True:
        text = unescape(await page.text())
        if any(word in text for word in words):
            return text


@pytest.mark.django_db(transaction=True)
async def test_the_presenters_page_hears_that_it_is_kept(hub: Hub, cluster: Cluster) -> None:
    presenter = await join(cluster, key=cluster.key)
    await presenter.send(json.dumps({"lead": PAST, "page": "abc", "n": 7}))
    assert 'data-page="abc" data-n="7"' in await until(presenter, 'id="told"')
    await presenter.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_what_cannot_be_kept_is_tried_again(hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [OperationalError("database is locked")] * 3

    def store(*told: Any) -> bool:
        if failures:
            raise failures.pop()
        return leading.store(*told)

    monkeypatch.setattr(consumers, "store", store)
    presenter = await join(cluster, key=cluster.key)
    await presenter.send(json.dumps({"lead": PAST, "page": "abc", "n": 1}))
    await until(presenter, 'id="told"')
    await cluster.arefresh_from_db()
    assert (failures, cluster.lead["at"]) == ([], 7000)
    await presenter.disconnect()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "text",
    [json.dumps({"lead": PAST}), "", "[]", "{}", "x" * 5000, '{"play":true}', '{"following":1}', '{"lead":null}'],
)
async def test_whatever_a_viewer_sends_is_refused_and_says_why(hub: Hub, cluster: Cluster, text: str) -> None:
    viewer = await join(cluster)
    await viewer.send(text)
    answer = await until(viewer, 'id="refused"')
    assert "presenter" in answer
    await cluster.arefresh_from_db()
    assert cluster.lead == {}
    await viewer.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_had_the_key_before_it_was_renewed_leads_no_more(hub: Hub, cluster: Cluster) -> None:
    thief = await join(cluster, key=cluster.key)
    await Cluster.objects.filter(pk=cluster.pk).aupdate(key="renewed")
    await thief.send(json.dumps({"lead": PAST}))
    await until(thief, 'id="refused"')
    await cluster.arefresh_from_db()
    assert cluster.lead == {}
    await thief.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_follows_is_counted_and_not_longer_than_they_do(hub: Hub, cluster: Cluster) -> None:
    presenter, follower = await join(cluster, key=cluster.key), await join(cluster)
    await follower.send('{"following":true}')
    assert "2 watching" in await until(presenter, "1 following")
    await follower.send('{"following":false}')
    while "following</span>" in await until(presenter, "2 watching"):
        pass
    await follower.send('{"following":true}')
    await until(presenter, "1 following")
    await follower.disconnect()
    assert "following</span>" not in await until(presenter, "1 watching")
    await presenter.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_the_presenters_page_of_a_cluster_has_one_too(hub: Hub, cluster: Cluster) -> None:
    page = Socket(URLRouter(websocket_urlpatterns), f"/ws/clusters/{cluster.slug}/present/")
    await page.connect()
    text = await page.text()
    assert 'id="tally"' in text
    assert 'id="terminal"' not in text
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_the_presenters_page_has_a_socket_of_its_own(hub: Hub, cluster: Cluster) -> None:
    page = Socket(URLRouter(websocket_urlpatterns), f"/ws/clusters/{cluster.slug}/pods/default/ticker/present/")
    await page.connect()
    assert "data-lanes=" in await page.text()
    assert hub.company(cluster.pk).watchers == 1
    await page.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_is_kept_with_the_presenter_cannot_say_otherwise(hub: Hub, cluster: Cluster) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(roam=False, lead=PAST)
    presenter, follower = await join(cluster, key=cluster.key), await join(cluster)
    await follower.send('{"following":true}')
    await until(presenter, "1 following")
    await follower.send('{"following":false}')
    await until(follower, "The presenter keeps all viewers at their moment.")
    assert hub.company(cluster.pk).followers == 1
    await presenter.send('{"following":false}')
    for page in (presenter, follower):
        await page.disconnect()
