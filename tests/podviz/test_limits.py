"""Large bodies are refused while they come in."""

from __future__ import annotations

from typing import Any

import pytest

from podviz.limits import LimitBody


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the size of what it read."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


async def status(headers: list[tuple[bytes, bytes]], *chunks: bytes) -> int:
    sent: list[Any] = []
    left = list(chunks)

    async def receive() -> Any:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    await LimitBody(app, 10)({"type": "http", "headers": headers}, receive, send)
    result: int = sent[0]["status"]
    return result


@pytest.mark.parametrize(
    ("headers", "chunks", "expected"),
    [
        ([], [b"12345", b"67890"], 200),
        ([], [b"12345", b"678901"], 413),
        ([(b"content-length", b"11")], [b""], 413),
        ([(b"content-length", b"nonsense")], [b"1"], 200),
    ],
)
async def test_a_body_is_read_up_to_the_limit(
    headers: list[tuple[bytes, bytes]], chunks: list[bytes], expected: int
) -> None:
    assert await status(headers, *chunks) == expected
