"""Sends what is new to everybody who watches, rendered once for each Pod and language.

A topic has one task that renders and a client has one that writes, with a short queue between them. A client that does
not read fills only its own queue; it then loses what waited and gets the whole state once it reads again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

logger = logging.getLogger(__name__)

QUEUE = 8


@dataclass(frozen=True, slots=True)
class Topic:
    """What a page shows: one Pod, or with empty names the cluster."""

    cluster: int
    namespace: str
    name: str
    language: str
    view: str = ""  # "present": the presenter's page of that Pod


@dataclass(frozen=True, slots=True)
class Frame:
    """A topic as of history entry `number`: what changed, and the whole (each "" if not asked for)."""

    number: int
    update: str
    whole: str


@dataclass(frozen=True, slots=True)
class Company:
    """How many people have a cluster open. One person's tabs count once."""

    watchers: int = 0
    followers: int = 0  # of these, who goes where the presenter goes


Render = Callable[[Topic, int | None, bool, Company], Frame]
"""Renders a topic: what changed since an entry (None: not wanted), the whole if wanted, in this company. Runs in a
thread."""

Send = Callable[[str], Awaitable[None]]


class Client:
    """Somebody's open page. `person`: the same in all tabs of a browser."""

    def __init__(self, topic: Topic, send: Send, refresh: Callable[[Client], None], person: str) -> None:
        self.topic = topic
        self.person = person or f"page {id(self)}"
        self.follows = False
        self._send = send
        self._refresh = refresh
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._stale = False
        self._task = asyncio.create_task(self._write(), name="hub writer")

    def offer(self, message: str) -> None:
        """Queue a message, never waiting."""
        if self._stale or not message:
            return
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self._stale = True
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait("")  # wakes the writer when it is done with the message it holds

    def close(self) -> None:
        self._task.cancel()

    async def _write(self) -> None:
        while True:
            message = await self._queue.get()
            if message:
                try:
                    await self._send(message)
                except Exception as error:  # the connection's end is told to the consumer, not to us
                    logger.debug("a client went away: %r", error)
                    return
            if self._stale and self._queue.empty():
                self._stale = False
                self._refresh(self)


class _Channel:
    """A topic that somebody watches."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.clients: set[Client] = set()
        self.joiners: set[Client] = set()  # want the whole
        self.number = 0
        self.news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def share(self, frame: Frame, joiners: set[Client]) -> None:
        """Who joined while this was rendered waits for the next."""
        self.number = frame.number
        for client in self.clients - self.joiners:
            client.offer(frame.whole if client in joiners else frame.update)


class Hub:
    """All topics of a process. Lives in the event loop."""

    FRAME_S = 0.1  # a topic is not rendered more often

    def __init__(
        self, render: Render, rest: Callable[[], Awaitable[None]], on_watch: Callable[[frozenset[int]], None]
    ) -> None:
        self._render = render
        self._rest = rest
        self._on_watch = on_watch
        self._channels: dict[Topic, _Channel] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")

    def join(self, topic: Topic, send: Send, person: str = "") -> Client:
        """A new client; it gets the whole state first."""
        client = Client(topic, send, self._refresh, person)
        channel = self._channels.get(topic)
        if channel is None:
            channel = self._channels[topic] = _Channel(topic)
            channel.task = asyncio.create_task(self._serve(channel), name="hub topic")
        channel.clients.add(client)
        self._refresh(client)
        self._tell_watched()
        return client

    def leave(self, client: Client) -> None:
        client.close()
        channel = self._channels.get(client.topic)
        if channel is None:
            return
        channel.clients.discard(client)
        channel.joiners.discard(client)
        if not channel.clients and channel.task is not None:
            channel.task.cancel()
            del self._channels[client.topic]
        self._tell_watched()

    def announce(self, clusters: Iterable[int]) -> None:
        """These clusters have something new."""
        changed = frozenset(clusters)
        for topic, channel in self._channels.items():
            if topic.cluster in changed:
                channel.news.set()

    def follow(self, client: Client, follows: bool) -> None:
        """Whether a page goes where the presenter goes."""
        if client.follows != follows:
            client.follows = follows
            self.announce({client.topic.cluster})

    def company(self, cluster: int) -> Company:
        channels = [channel for topic, channel in self._channels.items() if topic.cluster == cluster]
        clients = [client for channel in channels for client in channel.clients]
        followers = {client.person for client in clients if client.follows}
        return Company(len({client.person for client in clients}), len(followers))

    async def close(self) -> None:
        for channel in list(self._channels.values()):
            for client in list(channel.clients):
                self.leave(client)
        self._thread.shutdown()

    def _refresh(self, client: Client) -> None:
        if (channel := self._channels.get(client.topic)) is not None and client in channel.clients:
            channel.joiners.add(client)
            channel.news.set()

    def _tell_watched(self) -> None:
        watched = frozenset(topic.cluster for topic in self._channels)
        self.announce(watched)  # the number of people who watch is shown, too
        self._on_watch(watched)

    async def _serve(self, channel: _Channel) -> None:
        while True:
            await channel.news.wait()
            channel.news.clear()
            joiners, channel.joiners = channel.joiners, set()
            since = channel.number if channel.clients - joiners else None
            try:
                company = self.company(channel.topic.cluster)
                frame = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._render, channel.topic, since, bool(joiners), company
                )
                channel.share(frame, joiners)
            except Exception:
                logger.exception("cannot show %s", channel.topic)
                channel.joiners |= joiners & channel.clients  # with the next change
            await self._rest()
