"""The page's socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from channels.routing import URLRouter

from dashboard import consumers
from dashboard.consumers import NOT_FOUND
from dashboard.hub import Company, Frame, Hub, Topic
from dashboard.models import Cluster
from dashboard.rendering import render_frame
from dashboard.routing import websocket_urlpatterns
from dashboard.runner.wall import wall
from tests.dashboard.socket import Socket
from tests.dashboard.world import new_cluster

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    hub = Hub(render_frame, lambda: wall.sleep(0), lambda watched: None)
    monkeypatch.setattr(consumers, "hub", hub)
    yield hub
    await hub.close()


@pytest.fixture
async def cluster() -> Cluster:
    return await sync_to_async(new_cluster)()


def socket(path: str) -> Socket:
    return Socket(URLRouter(websocket_urlpatterns), path)


async def test_who_joins_gets_the_whole_page_and_then_what_changes(hub: Hub, cluster: Cluster) -> None:
    page = socket(f"/ws/clusters/{cluster.slug}/pods/default/ticker/?language=zh-hans")
    assert await page.connect()
    whole = await page.text()
    assert 'id="' in whole
    await Cluster.objects.filter(pk=cluster.pk).aupdate(playing=True, speed=60)
    hub.announce({cluster.pk})
    while 'data-speed="60"' not in (update := await page.text()):
        pass
    assert len(update) < len(whole)
    await page.disconnect()
    assert hub.company(cluster.pk).watchers == 0


async def test_the_clusters_page_has_a_socket_too(hub: Hub, cluster: Cluster) -> None:
    page = socket(f"/ws/clusters/{cluster.slug}/")
    await page.connect()
    assert "ticker" in await page.text()
    assert hub.company(cluster.pk).watchers == 1
    await page.disconnect()


async def test_the_language_is_the_pages_if_we_speak_it(hub: Hub, cluster: Cluster) -> None:
    asked: list[Topic] = []

    def render(topic: Topic, since: int | None, whole: bool, company: Company) -> Frame:
        asked.append(topic)
        return Frame(1, "u", "w")

    hub._render = render
    for language in ("zh-hans", "xx"):
        page = socket(f"/ws/clusters/{cluster.slug}/pods/default/ticker/?language={language}")
        await page.connect()
        await page.text()
        await page.disconnect()
    assert [topic.language for topic in asked] == ["zh-hans", "en"]


async def test_an_unknown_cluster_closes_the_socket(hub: Hub) -> None:
    page = socket("/ws/clusters/nobody/")
    await page.connect()
    assert await page.output() == {"type": "websocket.close", "code": NOT_FOUND}
    await page.disconnect()


async def test_what_a_browser_sends_is_ignored(hub: Hub, cluster: Cluster) -> None:
    page = socket(f"/ws/clusters/{cluster.slug}/")
    await page.connect()
    await page.text()
    await page.send("anything")
    assert hub.company(cluster.pk).watchers == 1
    await page.disconnect()


async def test_a_page_of_another_site_cannot_open_a_socket(cluster: Cluster) -> None:
    from podviz.asgi import application

    assert not await Socket(application, f"/ws/clusters/{cluster.slug}/", "https://example.org").connect()
