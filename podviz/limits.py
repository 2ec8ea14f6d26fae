"""Refuses a request body that is too large while it comes in, before Django keeps any of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]

BODY = b"The upload is too large.\n"


class _TooLarge(Exception):
    pass


class LimitBody:
    def __init__(self, app: App, limit: int, larger: Mapping[str, int] | None = None) -> None:
        """`larger`: the limits of addresses that take more."""
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        limit = self._larger.get(scope.get("path", ""), self._limit)
        if scope["type"] != "http" or self._announced(scope["headers"]) <= limit:
            try:
                await self._app(scope, self._counted(receive, limit), send)
                return
            except _TooLarge:
                pass
        await _refuse(send)

    @staticmethod
    def _announced(headers: Any) -> int:
        length = dict(headers).get(b"content-length", b"0")
        return int(length) if length.isdigit() else 0

    @staticmethod
    def _counted(receive: Receive, limit: int) -> Receive:
        seen = 0

        async def counted() -> Any:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise _TooLarge
            return message

        return counted


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": BODY, "more_body": False})
