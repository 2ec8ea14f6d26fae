"""A page's socket: join, get the whole state, get what is new, leave."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie

from dashboard import access
from dashboard.hub import Client, Topic
from dashboard.leading import OFTEN_S, Lead, read_lead, store
from dashboard.models import Cluster
from dashboard.runner.process import hub
from dashboard.runner.wall import wall

NOT_FOUND = 4404


class PageConsumer(AsyncWebsocketConsumer):
    """What it sends is rendered by the hub. People act by forms; all that is received is where the presenter looks."""

    client: Client | None = None
    presents = False
    lead: Lead | None = None  # the newest one that is not stored yet
    telling: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        cluster, self.presents = await database_sync_to_async(_cluster)(self._named("slug"), self._cookies())
        await self.accept()
        if cluster is None:
            await self.close(NOT_FOUND)
            return
        view = "present" if self._named("view") == "present" else ""
        topic = Topic(cluster, self._named("namespace"), self._named("name"), self._language(), view)
        self.client = hub.join(topic, self._forward)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        lead = read_lead(text_data or "") if self.presents and self.client is not None else None
        if lead is None:
            return
        self.lead = lead
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self._tell(), name="lead")

    async def disconnect(self, code: int) -> None:
        if self.client is not None:
            hub.leave(self.client)
            self.client = None

    async def _tell(self) -> None:
        """Pass on the newest, and those that come meanwhile not too often."""
        while self.lead is not None and self.client is not None:
            lead, self.lead = self.lead, None
            cluster = self.client.topic.cluster
            if await database_sync_to_async(store)(cluster, lead):
                hub.announce({cluster})
            await wall.sleep(OFTEN_S)

    async def _forward(self, message: str) -> None:
        await self.send(text_data=message)

    def _named(self, part: str) -> str:
        arguments: dict[str, Any] = self.scope["url_route"]["kwargs"]
        return str(arguments.get(part, ""))

    def _language(self) -> str:
        asked = parse_qs(self.scope["query_string"].decode()).get("language", [""])[0]
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def _cookies(self) -> dict[str, str]:
        sent = dict(self.scope["headers"]).get(b"cookie", b"")
        return parse_cookie(sent.decode("latin-1"))


def _cluster(slug: str, cookies: dict[str, str]) -> tuple[int | None, bool]:
    """Its key in the database, and whether this browser presents it."""
    cluster = Cluster.objects.filter(slug=slug).first()
    return (None, False) if cluster is None else (cluster.pk, access.presents(cookies, cluster))
