"""HTTP messages, and what a server program offers: a `Service`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.containers.observation import Dependencies, Observation
    from simulator.containers.process import Process
    from simulator.engine import Future

Headers = tuple[tuple[str, str], ...]
Access = Callable[[int], list[tuple[str, str]]]
"""What a server logs for one request at a given ms: (stream, line) pairs."""

REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found",
    303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 412: "Precondition Failed",
    429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str  # with the query
    headers: Headers = ()
    body: bytes = b""
    remote: str = "127.0.0.1"
    version: str = "1.1"

    def header(self, name: str, default: str = "") -> str:
        return header(self.headers, name, default)

    @property
    def plain_path(self) -> str:
        return self.path.partition("?")[0].partition("#")[0]

    @property
    def query(self) -> str:
        return self.path.partition("?")[2]

    def encode(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/{self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + self.body


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers = ()
    body: bytes = b""
    version: str = "1.1"

    @property
    def reason(self) -> str:
        return REASONS.get(self.status, "")

    def header(self, name: str, default: str = "") -> str:
        return header(self.headers, name, default)

    def encode(self) -> bytes:
        lines = [f"HTTP/{self.version} {self.status} {self.reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answers. `response` None: never, or `later`. `access` is what each request adds to the log."""

    response: Response | None
    delay_ms: int = 1
    access: Access | None = None
    repeatable: bool = True
    later: Future[Response | None] | None = None  # None if it closes the connection without a word


class Service:
    """What a server program does with requests. The kernel calls it; it must only look, not wait."""

    tls = False

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        """None: this server does not speak HTTP."""
        return None

    def answerer(self, owner: Process) -> Process:
        """The process that answers; `owner` is the one that listens."""
        return owner

    def health(self, service: str, observation: Observation | None) -> str | None:
        """The gRPC health protocol: SERVING, NOT_SERVING, SERVICE_UNKNOWN; None: it does not speak gRPC."""
        return None

    def talk(self, data: bytes, remote: str, state: dict[str, object]) -> tuple[bytes, bool] | None:
        """Answer to bytes of a raw stream: (answer, close); None: nothing yet. `state` is the connection's own."""
        request = parse_request(data, remote)
        if request is None:
            return None
        reply = self.http(request, None)
        if reply is None or reply.response is None:
            return None
        return reply.response.encode(), True

    def greeting(self) -> bytes:
        """What it says when somebody connects."""
        return b""

    def log(self, access: Access | None, at_ms: int) -> None:
        """Write a request's log lines."""


@dataclass(frozen=True, slots=True)
class HttpResult:
    """A request's outcome, as Go's client tells it."""

    status: int | None = None
    body: bytes = b""
    error: str | None = None
    headers: Headers = ()
    location: str | None = None  # where a redirect to another host, or one too many, led
    timed_out: bool = False
    unreached: str = ""  # the address that nobody answered at, as it is dialled
    broken: str = ""  # why the end of the body never came
    seen: Dependencies | None = None
    access: Access | None = None
    # The log that `access` lines belong to (a `log.Log`), for Log.repeat.
    log: object | None = field(default=None, compare=False)


def header(headers: Headers, name: str, default: str = "") -> str:
    lower = name.lower()
    return next((value for key, value in headers if key.lower() == lower), default)


def parse_request(data: bytes, remote: str) -> Request | None:
    """A whole request at the start of a stream, or None."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        head, end, body = data.partition(b"\n\n")
    if not end:
        return None
    lines = head.decode("latin-1").splitlines()
    words = lines[0].split(" ") if lines else []
    if len(words) < 2:
        return Request("BAD", "/", remote=remote)
    headers = _headers(lines[1:])
    if len(body) < _length(headers, 0):
        return None
    version = words[2].partition("/")[2] if len(words) > 2 else "0.9"
    return Request(words[0], words[1], headers, body, remote, version)


def is_short(response: Response) -> bool:
    """Less of the body came than its length said."""
    return len(response.body) < _length(response.headers, 0)


def has_headers(data: bytes) -> bool:
    return b"\r\n\r\n" in data or b"\n\n" in data


def parse_response(data: bytes, *, ended: bool) -> Response | str | None:
    """A response at the start of a stream; None: more is to come; a text: it is none."""
    head, end, body = data.partition(b"\r\n\r\n")
    plain_head, plain_end, plain_body = data.partition(b"\n\n")
    if plain_end and (not end or len(plain_head) < len(head)):
        head, end, body = plain_head, plain_end, plain_body
    if not end:
        if not ended:
            return None
        head = data
    lines = head.decode("latin-1").splitlines()
    first = lines[0] if lines else ""
    words = first.split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
        return first
    headers = _headers(lines[1:])
    length = _length(headers, -1)
    if not ended and (length < 0 or len(body) < length):
        return None
    return Response(int(words[1]), headers, body if length < 0 else body[:length], words[0][5:])


def _headers(lines: list[str]) -> Headers:
    pairs = (line.partition(":") for line in lines)
    return tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)


def _length(headers: Headers, default: int) -> int:
    text = header(headers, "content-length")
    return int(text) if text.isdigit() and len(text) < 10 else default
