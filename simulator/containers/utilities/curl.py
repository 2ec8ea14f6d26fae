"""curl."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.http import Response
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import duration_ms
from simulator.containers.utilities.echo import unescape
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.urls import Url, address_of, parse_url, redirect_of, request

if TYPE_CHECKING:
    from simulator.containers.process import Process

VERSION = "7.88.1"
_LETTERS = "sSo:OfkLIivw:m:X:H:d:u:A:e:b:c:C:T:F:Y:r:x:#46gGNnqajJ1R"
_LONG = {"silent": "s", "show-error": "S", "output": "o", "fail": "f", "insecure": "k", "location": "L", "head": "I",
         "include": "i", "verbose": "v", "write-out": "w", "max-time": "m", "connect-timeout": "Y", "request": "X",
         "header": "H", "data": "d", "user": "u", "user-agent": "A", "data-raw": "d", "json": "d", "compressed": "g",
         "fail-with-body": "f", "remote-name": "O", "http1.1": "1", "no-progress-meter": "#", "retry": "r",
         "max-redirs": "x", "get": "G", "ipv4": "4"}  # fmt: skip
_METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
)
MAX_REDIRECTS = 50


class CurlFault(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Transfer:
    def __init__(self, process: Process, options: Options, url: Url) -> None:
        self.process = process
        self.options = options
        self.url = url
        self.redirects = 0
        self.started = process.now_ms
        self.response: Response | None = None

    def verbose(self, text: str) -> Routine[None]:
        if "v" in self.options:
            yield from self.process.err(text)

    def run(self) -> Routine[None]:
        while True:
            self.response = yield from self._ask()
            target = redirect_of(self.url, self.response) if "L" in self.options else None
            if target is None:
                return
            self.redirects += 1
            if self.redirects > MAX_REDIRECTS:
                raise CurlFault(47, f"Maximum ({MAX_REDIRECTS}) redirects followed")
            self.url = target

    def _method(self) -> str:
        options = self.options
        if "X" in options:
            return options.get("X")
        return "HEAD" if "I" in options else "POST" if "d" in options and "G" not in options else "GET"

    def _limit(self) -> int:
        limits = [duration_ms(self.options.get(letter)) for letter in "mY" if letter in self.options]
        return min([limit for limit in limits if limit] or [300_000])

    def _ask(self) -> Routine[Response]:
        process, options, url = self.process, self.options, self.url
        headers = [("User-Agent", options.get("A") or f"curl/{VERSION}"), ("Accept", "*/*")]
        headers += [(n.strip(), v.strip()) for n, _, v in (text.partition(":") for text in options.all("H"))]
        body = "&".join(options.all("d")).encode() if "G" not in options else b""
        if body:
            headers += [("Content-Length", str(len(body))), ("Content-Type", "application/x-www-form-urlencoded")]
        method = self._method()
        limit = self._limit()
        try:
            address = address_of(process, url.host)
            yield from self.verbose(f"*   Trying {address}:{url.port}...\n")
            response = yield from request(
                process, url, method=method, headers=tuple(headers), body=body, timeout_ms=limit
            )
        except OSFault as fault:
            raise self._fault(fault, limit) from None
        lines = [f"{method} {url.path} HTTP/1.1", f"Host: {url.place}", *(f"{n}: {v}" for n, v in headers), ""]
        yield from self.verbose(f"* Connected to {url.host} ({address}) port {url.port} (#0)\n")
        yield from self.verbose("".join(f"> {line}\n" for line in lines))
        answer = [
            f"HTTP/{response.version} {response.status} {response.reason}",
            *(f"{n}: {v}" for n, v in response.headers),
        ]
        yield from self.verbose("".join(f"< {line}\n" for line in [*answer, ""]))
        return response

    def _fault(self, fault: OSFault, limit: int) -> CurlFault:
        url = self.url
        took = self.process.now_ms - self.started
        match fault.errno:
            case "ENOTFOUND":
                return CurlFault(6, f"Could not resolve host: {url.host}")
            case "ETIMEDOUT":
                if "Y" in self.options:
                    return CurlFault(
                        28, f"Failed to connect to {url.host} port {url.port} after {took} ms: Timeout was reached"
                    )
                return CurlFault(28, f"Operation timed out after {limit} milliseconds with 0 bytes received")
            case "ECONNREFUSED" | "EHOSTUNREACH":
                return CurlFault(
                    7, f"Failed to connect to {url.host} port {url.port} after {took} ms: Couldn't connect to server"
                )
        if fault.message == "EOF":
            return CurlFault(52, "Empty reply from server")
        return CurlFault(56, f"Recv failure: {fault.message}")


def curl(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], _LETTERS, _LONG)
    except UsageFault as fault:
        yield from process.err(
            f"curl: option {fault.option}: is unknown\n"
            "curl: try 'curl --help' or 'curl --manual' for more information\n"
        )
        return 2
    if not options.operands:
        yield from process.err("curl: try 'curl --help' or 'curl --manual' for more information\n")
        return 2
    status = 0
    for text in options.operands:
        status = yield from _fetch(process, options, text)
    return status


def _fetch(process: Process, options: Options, text: str) -> Routine[int]:
    url = parse_url(text)
    if url is None:
        yield from process.err("curl: (3) URL using bad/illegal format or missing URL\n")
        return 3
    transfer = _Transfer(process, options, url)
    silent = "s" in options or "#" in options
    code, message = 0, ""
    try:
        yield from transfer.run()
        code, message = yield from _deliver(process, options, transfer, silent=silent)
    except CurlFault as fault:
        code, message = fault.code, str(fault)
        if not silent:
            yield from process.err(_METER + "\n")
    if "w" in options:
        yield from process.out(_written(options.get("w"), transfer))
    if message and (not silent or "S" in options or "#" in options):
        yield from process.err(f"curl: ({code}) {message}\n")
    return code


def _deliver(process: Process, options: Options, transfer: _Transfer, *, silent: bool) -> Routine[tuple[int, str]]:
    """Writes the answer where it belongs. Gives curl's exit code and message."""
    response = transfer.response
    assert response is not None
    if "f" in options and response.status >= 400:
        if not silent:
            yield from process.err(_METER + "\n")
        return 22, f"The requested URL returned error: {response.status}"
    head = b""
    if "i" in options or "I" in options:
        lines = [f"HTTP/{response.version} {response.status} {response.reason}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    body = head if "I" in options else head + response.body
    size = len(body)
    if not silent:
        done = f"\r100 {size:>5}  100 {size:>5}    0     0   600k      0 --:--:-- --:--:-- --:--:--  600k\n"
        yield from process.err(_METER + done)
    name = options.get("o")
    if "O" in options:
        name = transfer.url.path.partition("?")[0].rpartition("/")[2]
    if not name or name == "-":
        yield from process.out(body)
        return 0, ""
    try:
        process.files.write(name, body)
    except OSFault:
        return 23, "Failure writing output to destination"
    return 0, ""


def _written(template: str, transfer: _Transfer) -> str:
    """What -w asks for."""
    response = transfer.response
    took = (transfer.process.now_ms - transfer.started) / 1000
    values = {
        "http_code": f"{response.status if response else 0:03}",
        "response_code": f"{response.status if response else 0:03}",
        "size_download": str(len(response.body) if response else 0),
        "content_type": response.header("content-type") if response else "",
        "url_effective": transfer.url.text,
        "num_redirects": str(transfer.redirects),
        "redirect_url": response.header("location") if response else "",
        "method": transfer._method(),
        "remote_port": str(transfer.url.port),
    }
    times = f"{took:.6f}"

    def replace(match: re.Match[str]) -> str:
        name = match.group(1)
        return values.get(name, times if name.startswith("time_") else "")

    return unescape(re.sub(r"%\{(\w+)\}", replace, template))[0].replace("%%", "%")
