"""What the presenter looks at reaches those who follow."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html import unescape

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.core import signing

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


@pytest.mark.django_db(transaction=True)
async def test_the_presenters_page_has_a_socket_of_its_own(hub: Hub, cluster: Cluster) -> None:
    page = Socket(URLRouter(websocket_urlpatterns), f"/ws/clusters/{cluster.slug}/pods/default/ticker/present/")
    await page.connect()
    assert "data-lanes=" in await page.text()
    assert hub.watchers(cluster.pk) == 1
    await page.disconnect()
