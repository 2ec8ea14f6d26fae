"""URLs, and one HTTP request as the clients make it: with redirects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from simulator.containers.http import Response
from simulator.containers.syscalls import HttpRequest, OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process

REDIRECTS = frozenset((301, 302, 303, 307, 308))
PORTS = {"http": 80, "https": 443, "ftp": 21}


@dataclass(frozen=True, slots=True)
class Url:
    scheme: str
    host: str
    port: int
    path: str
    text: str

    @property
    def place(self) -> str:
        """host, with the port where it is not the usual one."""
        return self.host if self.port == PORTS.get(self.scheme) else f"{self.host}:{self.port}"


def parse_url(text: str) -> Url | None:
    """None if it is no URL that anybody could ask."""
    full = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(full)
        port = parts.port or PORTS.get(parts.scheme, 80)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(parts.scheme, parts.hostname, port, path, full)


def request(
    process: Process,
    url: Url,
    *,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    timeout_ms: int = 900_000,
) -> Routine[Response]:
    """One request. Raises OSFault ENOTFOUND, ECONNREFUSED, ETIMEDOUT or EIO (with what went wrong)."""
    process.resolve(url.host)
    if not any(name.lower() == "host" for name, _ in headers):
        headers = (("Host", url.place), *headers)
    response: Response = yield HttpRequest(url.host, url.port, method, url.path, headers, body, timeout_ms)
    return response


def redirect_of(url: Url, response: Response) -> Url | None:
    location = response.header("location")
    if response.status not in REDIRECTS or not location:
        return None
    return parse_url(urljoin(url.text, location))


def address_of(process: Process, host: str) -> str:
    """Raises OSFault ENOTFOUND."""
    found = process.resolve(host)
    if not found:
        raise OSFault("ENOTFOUND", host)
    return found[0]
