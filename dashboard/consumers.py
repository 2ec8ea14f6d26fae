"""A page's socket: join, get the whole state, get what is new, leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from dashboard.hub import Client, Topic
from dashboard.models import Cluster
from dashboard.runner.process import hub

NOT_FOUND = 4404


class PageConsumer(AsyncWebsocketConsumer):
    """What it sends is rendered by the hub; what it receives is ignored: people act by forms."""

    client: Client | None = None

    async def connect(self) -> None:
        cluster = await database_sync_to_async(_cluster)(self._named("slug"))
        await self.accept()
        if cluster is None:
            await self.close(NOT_FOUND)
            return
        topic = Topic(cluster, self._named("namespace"), self._named("name"), self._language())
        self.client = hub.join(topic, self._forward)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        pass

    async def disconnect(self, code: int) -> None:
        if self.client is not None:
            hub.leave(self.client)
            self.client = None

    async def _forward(self, message: str) -> None:
        await self.send(text_data=message)

    def _named(self, part: str) -> str:
        arguments: dict[str, Any] = self.scope["url_route"]["kwargs"]
        return str(arguments.get(part, ""))

    def _language(self) -> str:
        asked = parse_qs(self.scope["query_string"].decode()).get("language", [""])[0]
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _cluster(slug: str) -> int | None:
    return Cluster.objects.filter(slug=slug).values_list("pk", flat=True).first()
