"""Servers of static files: Apache, busybox httpd, Python's http.server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from simulator.containers.files.open import NullFile, Sink
from simulator.containers.http import Reply, Request, Response, parse_response
from simulator.containers.programs.serving import (
    Looked,
    ProcessService,
    content_type,
    http_date,
    until_signal,
    when,
)
from simulator.containers.syscalls import OSFault, Pause, Routine, Sleep, Terminated
from simulator.engine import Future

if TYPE_CHECKING:
    from simulator.containers.log import Log
    from simulator.containers.observation import Observation
    from simulator.containers.process import Process


CGI = "/cgi-bin/"


class StaticAccess:
    """The log lines of one kind of request."""

    __slots__ = ("_request", "_response", "_service", "log")

    def __init__(self, service: StaticService, request: Request, response: Response, log: Log) -> None:
        self._service = service
        self._request = request
        self._response = response
        self.log = log

    def __call__(self, at_ms: int) -> list[tuple[str, str]]:
        return self._service.lines(self._request, self._response, at_ms)


class StaticService(ProcessService):
    """Files below `root`. What differs between servers: `server`, the error pages, the log, listings."""

    server = ""
    indexes: tuple[str, ...] = ("index.html",)
    lists = False
    logs = True
    moved = 301
    default_type = "application/octet-stream"

    def __init__(self, process: Process, root: str) -> None:
        super().__init__(process)
        self.root = root.rstrip("/")

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        log = self.process.container.log
        log.settle()
        try:
            with Looked(self.process, observation) as process:
                response = self.answer(process, request)
        except Terminated:
            return Reply(None)
        return Reply(response, 1, StaticAccess(self, request, response, log) if self.logs else None)

    def answer(self, process: Process, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return self.error(501, request)
        path = unquote(request.plain_path)
        if ".." in path.split("/"):
            return self.error(404, request)
        full = self.root + path
        files = process.files
        try:
            if files.is_dir(full):
                if not path.endswith("/"):
                    return self.error(self.moved, request, (("Location", path + "/"),))
                name = next((name for name in self.indexes if files.exists(full + name)), None)
                if name is None:
                    return self.listing(process, full, request) if self.lists else self.error(403, request)
                full += name
            data = files.read(full)
        except OSFault as fault:
            return self.error(404 if fault.errno in ("ENOENT", "ENOTDIR") else 403, request)
        return self.reply(200, data, content_type(full, self.default_type), request)

    def lines(self, request: Request, response: Response, at_ms: int) -> list[tuple[str, str]]:
        """What one request adds to the log."""
        return []

    def listing(self, process: Process, folder: str, request: Request) -> Response:
        files = process.files
        names = [name + ("/" if files.is_dir(folder + name) else "") for name in files.listdir(folder)]
        items = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in names)
        title = f"Directory listing for {request.plain_path}"
        head = f'<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
        text = (
            f'<!DOCTYPE HTML>\n<html lang="en">\n{head}<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{items}</ul>\n<hr>\n'
            "</body>\n</html>\n"
        )
        return self.reply(200, text.encode(), "text/html; charset=utf-8", request)

    def page(self, status: int, reason: str) -> str:
        title = f"{status} {reason}"
        return f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n<BODY><H1>{title}</H1>\n</BODY></HTML>\n"

    def error(self, status: int, request: Request, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        text = self.page(status, Response(status).reason)
        return self.reply(status, text.encode(), "text/html", request, headers)

    def reply(
        self, status: int, data: bytes, type_: str, request: Request, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        p = self.process
        basic = (
            ("Date", http_date(p, p.machine.epoch_ms + p.kernel.engine.now)),
            ("Server", self.server),
            ("Content-Length", str(len(data))),
            ("Content-Type", type_),
        )
        return Response(status, (*basic, *headers), b"" if request.method == "HEAD" else data)


# ---- Apache ------------------------------------------------------------------
class ApacheService(StaticService):
    server = "Apache/2.4.65 (Unix)"
    lists = True

    TEXTS = {
        403: ("Forbidden", "You don't have permission to access this resource."),
        404: ("Not Found", "The requested URL was not found on this server."),
        301: ("Moved Permanently", "The document has moved here."),
    }

    def lines(self, request: Request, response: Response, at_ms: int) -> list[tuple[str, str]]:
        moment = when(self.process, at_ms).strftime("%d/%b/%Y:%H:%M:%S +0000")
        line = f"{request.method} {request.path} HTTP/{request.version}"
        size = len(response.body) or "-"
        return [("stdout", f'{request.remote} - - [{moment}] "{line}" {response.status} {size}')]

    def page(self, status: int, reason: str) -> str:
        title, text = self.TEXTS.get(status, (reason, ""))
        return (
            '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
            f"<title>{status} {reason}</title>\n</head><body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body></html>\n"
        )


def _apache_note(p: Process, module: str, text: str) -> Routine[int]:
    at = p.kernel.engine.now
    moment = when(p, at).strftime(f"%a %b %d %H:%M:%S.{(p.machine.epoch_ms + at) % 1000:03d}000 %Y")
    return (yield from p.err(f"[{moment}] [{module}:notice] [pid {p.pid}:tid {p.pid}] {text}\n"))


def apache(p: Process) -> Routine[int]:
    """httpd-foreground: logs to stdout and stderr; SIGWINCH ends it gracefully, SIGTERM at once."""
    p.argv = ["httpd", "-DFOREGROUND"]
    name = (
        "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using "
        f"{p.container.network.ip}. Set the 'ServerName' directive globally to suppress this message\n"
    )
    yield from p.err(name)
    yield Sleep(30, interruptible=False)
    service = ApacheService(p, p.container.image.settings.get("root", "/usr/local/apache2/htdocs"))
    try:
        p.install(p.listen(80, service=service))
    except OSFault as fault:
        yield from p.err(f"({fault.number}){fault.message}: AH00072: make_sock: could not bind to address 0.0.0.0:80\n")
        yield from p.err("no listening sockets available, shutting down\nAH00015: Unable to open logs\n")
        return 1
    yield from p.err(name)
    yield from _apache_note(p, "mpm_event", f"AH00489: {service.server} configured -- resuming normal operations")
    yield from _apache_note(p, "core", "AH00094: Command line: 'httpd -D FOREGROUND'")
    p.actions["CHLD"] = "ignore"
    signal, code = yield from until_signal(p, {"WINCH": 0, "TERM": 0, "INT": 0})
    texts = {"WINCH": "AH00492: caught SIGWINCH, shutting down gracefully"}
    yield from _apache_note(p, "mpm_event", texts.get(signal, f"AH00491: caught SIG{signal}, shutting down"))
    return code


# ---- busybox httpd -----------------------------------------------------------
class BusyboxService(StaticService):
    server = "httpd"
    logs = False
    moved = 302

    def page(self, status: int, reason: str) -> str:
        text = {404: "The requested URL was not found\n", 403: ""}.get(status, "")
        title = f"{status} {reason}"
        return f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n<BODY><H1>{title}</H1>\n{text}</BODY></HTML>\n"

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        if unquote(request.plain_path).startswith(CGI) and len(request.plain_path) > len(CGI):
            return self.run(unquote(request.plain_path), request)
        return super().http(request, observation)

    def run(self, path: str, request: Request) -> Reply:
        """What is below /cgi-bin is run for each request. Models busybox' networking/httpd.c send_cgi_and_exit."""
        p, script = self.process, self.root + path
        said = bytearray()
        later: Future[Response | None] = Future()
        output = Sink(
            lambda stream, child, data: said.extend(data),
            "stdout",
            on_close=lambda: later.resolve(cgi_response(bytes(said))),
        )
        env = {**p.env, "REQUEST_METHOD": request.method, "QUERY_STRING": request.query, "SCRIPT_NAME": path}
        fds = {0: NullFile(), 1: output, 2: p.fds.get(2, output)}
        try:
            p.fork(p.find(script), argv=[script], env=env, cwd=script.rpartition("/")[0], fds=fds)
        except OSFault:
            return Reply(self.error(404, request), repeatable=False)
        except Terminated:
            return Reply(None)
        output.close()
        return Reply(None, repeatable=False, later=later)

    def answer(self, process: Process, request: Request) -> Response:
        response = super().answer(process, request)
        # Without an index busybox looks for a CGI program that lists; there is none.
        return self.error(404, request) if response.status == 403 else response


def cgi_response(said: bytes) -> Response | None:
    """From what a script printed: its own status line, a Status header, or 200. None if it said nothing."""
    if not said.startswith(b"HTTP/"):
        status = said.removeprefix(b"Status: ") if said.startswith(b"Status: ") else b"200 OK\r\n" + said
        said = b"HTTP/1.1 " + status if said else b""
    answer = parse_response(said, ended=True)
    return answer if isinstance(answer, Response) else None


def _option(argv: list[str], name: str, default: str) -> str:
    for index, word in enumerate(argv):
        if word == name and index + 1 < len(argv):
            return argv[index + 1]
        if word.startswith(name) and len(word) > 2 and not word.startswith("--"):
            return word[2:]
    return default


def busybox_httpd(p: Process) -> Routine[int]:
    """httpd [-f] [-p [ADDR:]PORT] [-h HOME]: has no handler for SIGTERM."""
    host, _, port = _option(p.argv, "-p", "80").rpartition(":")
    home = _option(p.argv, "-h", ".")
    if not p.files.is_dir(home):
        yield from p.err(f"httpd: can't change directory to '{home}': No such file or directory\n")
        return 1
    root = p.files.resolve(home)

    def run(server: Process) -> Routine[int]:
        try:
            server.install(server.listen(int(port), host, service=BusyboxService(server, root)))
        except OSFault as fault:
            yield from server.err(f"httpd: bind: {fault.message}\n")
            return 1
        server.actions["CHLD"] = "ignore"
        while True:
            yield Pause()
            server.pending.clear()

    if not any(word.startswith("-") and "f" in word and not word.startswith(("-p", "-h")) for word in p.argv[1:]):
        p.fork(run, argv=p.argv, new_group=True)
        return 0
    return (yield from run(p))


# ---- python3 -m http.server ----------------------------------------------------
class PythonService(StaticService):
    server = "SimpleHTTP/0.6 Python/3.13.7"
    lists = True
    indexes = ("index.html", "index.htm")

    def lines(self, request: Request, response: Response, at_ms: int) -> list[tuple[str, str]]:
        start = f"{request.remote} - - [{when(self.process, at_ms):%d/%b/%Y %H:%M:%S}]"
        line = f"{request.method} {request.path} HTTP/{request.version}"
        lines = [("stderr", f'{start} "{line}" {response.status} -')]
        if response.status >= 400:
            texts = {404: "File not found", 403: "Forbidden", 501: f"Unsupported method ('{request.method}')"}
            message = texts.get(response.status, "")
            lines.insert(0, ("stderr", f"{start} code {response.status}, message {message}"))
        return lines


def http_server(p: Process, arguments: list[str]) -> Routine[int]:
    """python3 -m http.server [-d DIR] [-b ADDR] [PORT]"""
    port, root, host, words = 8000, ".", "", list(arguments)
    while words:
        word = words.pop(0)
        if word in ("-d", "--directory") and words:
            root = words.pop(0)
        elif word in ("-b", "--bind") and words:
            host = words.pop(0)
        elif word.isdigit():
            port = int(word)
    try:
        p.install(p.listen(port, host, service=PythonService(p, p.files.resolve(root))))
    except OSFault as fault:
        yield from p.err(f"OSError: [Errno {fault.number}] {fault.message}\n")
        return 1
    if p.env.get("PYTHONUNBUFFERED"):
        yield from p.out(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...\n")
    yield from until_signal(p, {"INT": 0})
    yield from p.out("\nKeyboard interrupt received, exiting.\n")
    return 0
