"""wget, busybox' and GNU's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.http import Response
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import duration_ms
from simulator.containers.utilities.dates import strftime
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.urls import Url, address_of, parse_url, redirect_of, request

if TYPE_CHECKING:
    from simulator.containers.process import Process

_LONG = {"quiet": "q", "output-document": "O", "server-response": "S", "spider": "s", "timeout": "T", "tries": "t",
         "header": "H", "post-data": "d", "user-agent": "U", "no-check-certificate": "k", "continue": "c",
         "directory-prefix": "P", "no-verbose": "q"}  # fmt: skip
MAX_REDIRECTS = 5
AGENT = {True: "Wget", False: "Wget/1.21.3"}


def wget(process: Process) -> Routine[int]:
    # GNU's -nv and -qO- are read letter by letter: n is taken for nothing.
    try:
        options = parse_options(process.argv[1:], "qO:SsT:t:H:d:U:kcP:vY:n", _LONG)
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 1 if is_busybox(process) else 2))
    if not options.operands:
        return (yield from complain(process, "missing URL", 1))
    status = 0
    for text in options.operands:
        url = parse_url(text)
        if url is None:
            status = yield from complain(process, f"bad address '{text}'", 1)
            continue
        status = (yield from _Download(process, options, url).run()) or status
    return status


class _Download:
    def __init__(self, process: Process, options: Options, url: Url) -> None:
        self.process = process
        self.options = options
        self.url = url
        self.busybox = is_busybox(process)
        self.quiet = "q" in options
        self.output = options.get("O")
        limit = duration_ms(options.get("T")) if "T" in options else None
        self.timeout_ms = limit or 900_000

    def note(self, text: str) -> Routine[None]:
        if not self.quiet:
            yield from self.process.err(text)

    def run(self) -> Routine[int]:
        response: Response | None = None
        for _ in range(MAX_REDIRECTS + 1):
            try:
                response = yield from self._ask()
            except OSFault as fault:
                return (yield from self._unreachable(fault))
            target = redirect_of(self.url, response)
            if target is None:
                break
            self.url = target
        else:
            return (yield from complain(self.process, "too many redirections", 1))
        assert response is not None
        if response.status >= 400 or response.status < 200:
            return (yield from self._refused(response))
        return (yield from self._save(response))

    def _ask(self) -> Routine[Response]:
        url, options = self.url, self.options
        if not self.busybox:
            yield from self.note(f"--{strftime('%Y-%m-%d %H:%M:%S', self.process.epoch_ms)}--  {url.text}\n")
        address = address_of(self.process, url.host)
        if self.busybox:
            yield from self.note(f"Connecting to {url.place} ({address}:{url.port})\n")
        else:
            shown = f"{url.host} ({url.host})|{address}|" if address != url.host else url.host
            if address != url.host:
                yield from self.note(f"Resolving {url.host} ({url.host})... {address}\n")
            yield from self.note(f"Connecting to {shown}:{url.port}... ")
        headers = [("User-Agent", options.get("U") or AGENT[self.busybox]), ("Accept", "*/*")]
        headers += [(n.strip(), v.strip()) for n, _, v in (text.partition(":") for text in options.all("H"))]
        body = options.get("d").encode()
        method = "POST" if "d" in options else "HEAD" if "s" in options and not self.busybox else "GET"
        response = yield from request(
            self.process, url, method=method, headers=tuple(headers), body=body, timeout_ms=self.timeout_ms
        )
        if not self.busybox:
            yield from self.note(
                f"connected.\nHTTP request sent, awaiting response... {response.status} {response.reason}\n"
            )
        if "S" in options:
            lines = [f"HTTP/{response.version} {response.status} {response.reason}"]
            lines += [f"{name}: {value}" for name, value in response.headers]
            yield from self.process.err("".join(f"  {line}\n" for line in lines))
        return response

    def _unreachable(self, fault: OSFault) -> Routine[int]:
        process, url = self.process, self.url
        if self.busybox:
            if fault.errno == "ENOTFOUND":
                return (yield from complain(process, f"bad address '{url.host}'", 1))
            if fault.errno == "ETIMEDOUT":
                return (yield from complain(process, "download timed out", 1))
            if fault.errno == "ECONNREFUSED":
                address = address_of(process, url.host)
                return (yield from complain(process, f"can't connect to remote host ({address}): {fault.message}", 1))
            return (yield from complain(process, "error getting response", 1))
        if fault.errno == "ENOTFOUND":
            yield from self.note(f"Resolving {url.host} ({url.host})... ")
            yield from self.note("failed: Name or service not known.\n")
            if not self.quiet:
                yield from complain(process, f"unable to resolve host address '{url.host}'", 4)
            return 4
        yield from self.note(
            f"failed: {fault.message}.\n" if fault.errno != "EIO" else "connected.\nNo data received.\n"
        )
        return 4

    def _refused(self, response: Response) -> Routine[int]:
        process = self.process
        line = f"{response.status} {response.reason}"
        if self.busybox:
            text = f"server returned error: HTTP/{response.version} {line}"
            return (yield from complain(process, text, 1))
        yield from self.note(
            f"{strftime('%Y-%m-%d %H:%M:%S', process.epoch_ms)} ERROR {line.replace(' ', ': ', 1)}.\n\n"
        )
        return 8

    def _save(self, response: Response) -> Routine[int]:
        process, body = self.process, response.body
        if "s" in self.options:
            yield from self.note("remote file exists\n" if self.busybox else "Remote file exists.\n\n")
            return 0
        name = self.output or self.url.path.partition("?")[0].rpartition("/")[2] or "index.html"
        if "P" in self.options and not self.output:
            name = f"{self.options.get('P')}/{name}"
        shown = "stdout" if name == "-" else f"'{name}'"
        if self.busybox:
            yield from self.note("writing to stdout\n" if name == "-" else f"saving to {shown}\n")
        else:
            kind = response.header("content-type").partition(";")[0]
            length = f"{len(body)} [{kind}]" if kind else str(len(body))
            yield from self.note(f"Length: {length}\nSaving to: {'STDOUT' if name == '-' else shown}\n\n")
        if name == "-":
            yield from process.out(body)
        else:
            try:
                process.files.write(name, body)
            except OSFault as fault:
                text = f"can't open '{name}'" if self.busybox else name
                return (yield from complain(process, f"{text}: {fault.message}", 1 if self.busybox else 3))
        yield from self._finished(name, shown, len(body))
        return 0

    def _finished(self, name: str, shown: str, size: int) -> Routine[None]:
        if self.busybox:
            bar = f"{name:<20.20} 100% |{'*' * 32}| {size:>5}  0:00:00 ETA\n"
            yield from self.note(bar + ("written to stdout\n" if name == "-" else f"{shown} saved\n"))
            return
        clock = strftime("%Y-%m-%d %H:%M:%S", self.process.epoch_ms)
        target = "written to stdout" if name == "-" else f"{shown} saved"
        yield from self.note(
            f"{name:<19.19} 100%[{'=' * 19}>] {size:>7}  --.-KB/s    in 0s\n\n"
            f"{clock} (1.00 MB/s) - {target} [{size}/{size}]\n\n"
        )
