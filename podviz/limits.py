"""Refuses a request body that is too large while it comes in, before Django keeps any of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]

BODY = b"The upload is too large.\n"


class _TooLarge(Exception):
    pass


class LimitBody:
    def __init__(self, app: App, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._announced(scope["headers"]) <= self._limit:
            try:
                await self._app(scope, self._counted(receive), send)
                return
            except _TooLarge:
                pass
        await _refuse(send)

    @staticmethod
    def _announced(headers: Any) -> int:
        length = dict(headers).get(b"content-length", b"0")
        return int(length) if length.isdigit() else 0

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Any:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self._limit:
                    raise _TooLarge
            return message

        return counted


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": BODY, "more_body": False})
