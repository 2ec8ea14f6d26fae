"""A page's socket: join, get the whole state, get what is new, leave."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboard import access
from dashboard.hub import Client, Topic
from dashboard.leading import OFTEN_S, Message, read_message, store
from dashboard.models import Cluster
from dashboard.runner.process import hub
from dashboard.runner.wall import wall

logger = logging.getLogger(__name__)

NOT_FOUND = 4404


class PageConsumer(AsyncWebsocketConsumer):
    """What it sends is rendered by the hub. People act by forms; all that is received is where the presenter looks,
    and who follows."""

    client: Client | None = None
    told: Message | None = None  # the newest lead that is not kept yet
    telling: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        cluster = await database_sync_to_async(_cluster)(self._named("slug"))
        await self.accept()
        if cluster is None:
            await self.close(NOT_FOUND)
            return
        view = "present" if self._named("view") == "present" else ""
        topic = Topic(cluster, self._named("namespace"), self._named("name"), self._language(), view)
        self.client = hub.join(topic, self._forward, _person(self._cookies()))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.client is None:
            return
        message = read_message(text_data or "")
        if message is None or (message.lead is None and message.following is None):
            self._refuse(_("This is nothing that a page sends: it tells where the presenter looks, or who follows."))
        elif message.lead is None:
            await self._follow(bool(message.following))
        else:
            self.told = message
            if self.telling is None or self.telling.done():
                self.telling = asyncio.create_task(self._tell(), name="lead")

    async def disconnect(self, code: int) -> None:
        if self.client is not None:
            hub.leave(self.client)
            self.client = None

    async def _follow(self, follows: bool) -> None:
        held = not follows and await database_sync_to_async(_held)(self._named("slug"), self._cookies())
        if held:
            self._refuse(_("The presenter keeps all viewers at their moment."))
        elif self.client is not None:
            hub.follow(self.client, follows)

    async def _tell(self) -> None:
        """Keep the newest, and those that come meanwhile not too often. What cannot be kept now is tried again."""
        while (told := self.told) is not None and self.client is not None:
            self.told = None
            try:
                may = await database_sync_to_async(_keep)(self.client.topic.cluster, self._cookies(), told)
            except DatabaseError:
                logger.exception("cannot keep where the presenter looks")
                if self.told is None:
                    self.told = told
            else:
                self._answer(told, may)
            await wall.sleep(OFTEN_S)

    def _answer(self, told: Message, may: bool) -> None:
        if self.client is None:
            return
        self.client.offer(render_to_string("_told.html", {"told": told}))
        if may:
            hub.announce({self.client.topic.cluster})
        else:
            self._refuse(_("You look on: to lead takes the presenter's link, as it is now."))

    def _refuse(self, text: Promise) -> None:
        if self.client is None:
            return
        with translation.override(self.client.topic.language):
            self.client.offer(render_to_string("_refused.html", {"message": text}))

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


def _cluster(slug: str) -> int | None:
    """Its key in the database."""
    return Cluster.objects.filter(slug=slug).values_list("pk", flat=True).first()


def _held(slug: str, cookies: dict[str, str]) -> bool:
    """Whether this browser has to stay with the presenter, and there is one."""
    cluster = Cluster.objects.filter(slug=slug).first()
    return cluster is not None and bool(cluster.lead) and not access.may_roam(cookies, cluster)


def _keep(pk: int, cookies: dict[str, str], told: Message) -> bool:
    """Whether this browser presents the cluster; its key may have been renewed since the page was opened."""
    cluster = Cluster.objects.filter(pk=pk).first()
    if cluster is None or told.lead is None or not access.presents(cookies, cluster):
        return False
    store(pk, told.lead, told.page, told.n)
    return True


def _person(cookies: dict[str, str]) -> str:
    """What all tabs of a browser have in common and no other browser has; "" if it keeps no cookies."""
    token = cookies.get(settings.CSRF_COOKIE_NAME, "")
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
