"""A browser's end of a socket. (Channels' own communicator comes with the Daphne server, which we do not use.)"""

from __future__ import annotations

from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket:
    def __init__(self, application: Any, address: str, origin: str = "http://testserver", cookie: str = "") -> None:
        path, _, query = address.partition("?")
        headers = [(b"host", b"testserver"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
        scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": headers}
        self._end = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def connect(self) -> bool:
        """Whether the socket was accepted."""
        await self._end.send_input({"type": "websocket.connect"})  # type: ignore[no-untyped-call]
        return bool((await self.output())["type"] == "websocket.accept")

    async def output(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._end.receive_output(5)  # type: ignore[no-untyped-call]
        return message

    async def text(self) -> str:
        return str((await self.output())["text"])

    async def send(self, text: str) -> None:
        await self._end.send_input({"type": "websocket.receive", "text": text})  # type: ignore[no-untyped-call]

    async def disconnect(self) -> None:
        await self._end.send_input({"type": "websocket.disconnect", "code": 1000})  # type: ignore[no-untyped-call]
        await self._end.wait(5)  # type: ignore[no-untyped-call]
