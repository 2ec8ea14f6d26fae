"""nginx: a master, its worker, and static files. Log lines as nginx writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.containers.http import Reply, Request, Response
from simulator.containers.programs.nginx_config import Config, ConfigError, Location, read_config
from simulator.containers.programs.nginx_variables import host_of
from simulator.containers.programs.serving import Looked, ProcessService, content_type, http_date, when
from simulator.containers.signals import number_of
from simulator.containers.syscalls import Exit, NoChild, OSFault, Pause, Routine, Sleep, Terminated, WaitChild

if TYPE_CHECKING:
    from simulator.containers.log import Log
    from simulator.containers.observation import Observation
    from simulator.containers.process import Process

START_MS = 5  # besides what the runtime still has to do once the process runs
BIND_TRIES = 5
BIND_WAIT_MS = 500
STOPPING = {"QUIT": "shutting down", "TERM": "exiting", "INT": "exiting"}


def stamp(p: Process, at_ms: int) -> str:
    return _stamp((p.machine.epoch_ms + at_ms) // 1000)


@lru_cache(maxsize=16)
def _stamp(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y/%m/%d %H:%M:%S")


def note(p: Process, level: str, text: str) -> Routine[int]:
    """A line of the error log."""
    line = f"{stamp(p, p.kernel.engine.now)} [{level}] {p.pid}#{p.pid}: {text}\n"
    return (yield from p.err(line))


class NginxService(ProcessService):
    """The `server` blocks of one port."""

    def __init__(self, process: Process, port: int, master: Master) -> None:
        super().__init__(process)
        self.port = port
        self.master = master

    def answerer(self, owner: Process) -> Process:
        return self.master.worker or owner

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        worker = self.process = self.master.worker or self.process
        log = worker.container.log
        # The lines of earlier requests come first: each counts as a connection.
        log.settle()
        try:
            with Looked(worker, observation):
                response, error = self.answer(worker, request)
        except Terminated:
            return Reply(None)
        return Reply(response, 1, NginxAccess(self, request, response, error, log))

    def answer(self, worker: Process, request: Request) -> tuple[Response, str]:
        """The response, and what the error log says."""
        if request.method == "BAD":
            return self.page(400, request), ""
        path = _normal(request.plain_path)
        server = self.master.config.server(self.port, request)
        location = server.location(path)
        if (answer := location.answer(request, server.name)) is not None:
            status, text = answer
            if status in (301, 302, 303, 307, 308):
                return self.page(status, request, (("Location", self.absolute(text, request, server.name)),)), ""
            if not text:
                return self.page(status, request), ""
            return self.reply(status or 200, text.encode(), location.type or "text/plain", request), ""
        if location.proxied:
            return self.page(502, request), (
                f"connect() failed (111: Connection refused) while connecting to upstream, {self._who(request)}, "
                f'upstream: "{location.proxied}{path}"'
            )
        if request.method not in ("GET", "HEAD"):
            return self.page(405, request), ""
        return self.static(worker, request, location, path)

    def static(self, worker: Process, request: Request, location: Location, path: str) -> tuple[Response, str]:
        files = worker.files
        full = location.file(path)
        try:
            if path.endswith("/"):
                name = next((name for name in location.index if files.exists(full + name)), None)
                if name is None:
                    return self.no_index(worker, full, location.index[-1] if location.index else "", request)
                full += name
            elif files.is_dir(full):
                query = f"?{request.query}" if request.query else ""
                moved = self.absolute(f"{path}/{query}", request, "localhost")
                return self.page(301, request, (("Location", moved),)), ""
            data = files.read(full)
            modified = http_date(worker, files.stat(full).mtime_ms)
        except OSFault as fault:
            missing = fault.errno in ("ENOENT", "ENOTDIR")
            if missing and location.fallback is not None:
                return self.page(location.fallback, request), ""
            text = f'open() "{full}" failed ({fault.number}: {fault.message}), {self._who(request)}'
            return self.page(404 if missing else 403, request), text
        return self.reply(200, data, content_type(full), request, (("Last-Modified", modified),)), ""

    def absolute(self, path: str, request: Request, server: str) -> str:
        """A path with the name that was asked for before it, and the port if it is not the usual one."""
        if not path.startswith("/"):
            return path
        port = "" if self.port == 80 else f":{self.port}"
        return f"http://{host_of(request) or server}{port}{path}"

    def no_index(self, worker: Process, folder: str, name: str, request: Request) -> tuple[Response, str]:
        if not worker.files.is_dir(folder):
            text = f'"{folder}{name}" is not found (2: No such file or directory), {self._who(request)}'
            return self.page(404, request), text
        return self.page(403, request), f'directory index of "{folder}" is forbidden, {self._who(request)}'

    def _who(self, request: Request) -> str:
        line = f"{request.method} {request.path} HTTP/{request.version}"
        host = f', host: "{request.header("host")}"' if request.header("host") else ""
        name = self.master.config.server(self.port, request).name
        return f'client: {request.remote}, server: {name}, request: "{line}"{host}'

    def page(self, status: int, request: Request, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        title = f"{status} {Response(status).reason}".strip()
        version = f"nginx/{self.master.version}"
        text = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
            f"<hr><center>{version}</center>\r\n</body>\r\n</html>\r\n"
        )
        return self.reply(status, b"" if status in (204, 304) else text.encode(), "text/html", request, headers)

    def reply(
        self, status: int, data: bytes, type_: str, request: Request, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        basic = (
            ("Server", f"nginx/{self.master.version}"),
            ("Date", http_date(self.process, self.process.machine.epoch_ms + self.process.kernel.engine.now)),
            ("Content-Type", type_),
            ("Content-Length", str(len(data))),
            ("Connection", "close"),
        )
        return Response(status, (*basic, *headers), b"" if request.method == "HEAD" else data)


class NginxAccess:
    """What one request adds to the logs, at any time: the number of the connection counts on."""

    __slots__ = ("_error", "_line", "_service", "log")

    def __init__(self, service: NginxService, request: Request, response: Response, error: str, log: Log) -> None:
        agent = request.header("user-agent", "-")
        referer = request.header("referer", "-")
        forwarded = request.header("x-forwarded-for", "-")
        line = "" if request.method == "BAD" else f"{request.method} {request.path} HTTP/{request.version}"
        self._service = service
        self._line = f'"{line}" {response.status} {len(response.body)} "{referer}" "{agent}" "{forwarded}"'
        self._line = f"{request.remote} - - [%s] {self._line.replace('%', '%%')}"
        self._error = error
        self.log = log

    def __call__(self, at_ms: int) -> list[tuple[str, str]]:
        master, worker = self._service.master, self._service.process
        master.connections += 1
        moment = when(worker, at_ms)
        lines: list[tuple[str, str]] = []
        if self._error:
            number = f"{worker.pid}#{worker.pid}: *{master.connections}"
            lines.append(("stderr", f"{moment:%Y/%m/%d %H:%M:%S} [error] {number} {self._error}"))
        if master.config.access_log:
            lines.append(("stdout", self._line % moment.strftime("%d/%b/%Y:%H:%M:%S +0000")))
        return lines


class Master:
    """The master process' state."""

    def __init__(self, process: Process, config: Config) -> None:
        self.process = process
        self.config = config
        self.worker: Process | None = None
        self.connections = 0
        self.sockets: dict[int, int] = {}  # descriptors by port
        self.version = process.container.image.settings.get("nginx", "") or process.container.image.version or "1.27.4"

    def listen(self, config: Config) -> Routine[bool]:
        """Bind all ports that are not bound yet; as nginx, try for a while if one is taken."""
        p = self.process
        for server in config.one_per_port():
            for attempt in range(0 if server.port in self.sockets else BIND_TRIES):
                try:
                    socket = p.listen(server.port, service=NginxService(p, server.port, self))
                    self.sockets[server.port] = p.install(socket)
                    break
                except OSFault as fault:
                    why = f"({fault.number}: {fault.message})"
                    yield from note(p, "emerg", f"bind() to 0.0.0.0:{server.port} failed {why}")
                    if fault.errno != "EADDRINUSE":
                        return False
                    yield Sleep(BIND_WAIT_MS, interruptible=False)
                    if attempt == BIND_TRIES - 1:
                        yield from note(p, "emerg", "still could not bind()")
                        return False
        return True

    def start_worker(self) -> Routine[None]:
        p = self.process
        self.worker = p.fork(worker, argv=["nginx: worker process"])
        yield from note(p, "notice", f"start worker process {self.worker.pid}")

    def run(self) -> Routine[int]:
        """Look after the worker until a signal says stop."""
        p = self.process
        for name in ("QUIT", "TERM", "INT", "HUP", "USR1", "USR2", "WINCH", "CHLD"):
            p.actions[name] = "handle"
        while True:
            while p.pending:
                name = p.pending.pop(0)
                if name in STOPPING:
                    return (yield from self.stop(name))
                if name == "HUP":
                    yield from note(p, "notice", "signal 1 (SIGHUP) received, reconfiguring")
                    yield from self.reconfigure()
            try:
                ended = yield WaitChild()
            except NoChild:
                yield Pause()
                continue
            if ended is not None:
                yield from self.replace(*ended)

    def reconfigure(self) -> Routine[None]:
        """A new worker goes by the files as they are now; with faults in them all stays as it was."""
        p, before = self.process, self.worker
        yield from note(p, "notice", "reconfiguring")
        try:
            config = read_config(p)
        except ConfigError as error:
            yield from note(p, "emerg", str(error))
            return
        if not (yield from self.listen(config)):
            return
        self.config = config
        for port in self.sockets.keys() - {server.port for server in config.one_per_port()}:
            p.close(self.sockets.pop(port))
        for port in self.sockets:
            p.container.network.subject(port).changed(p.kernel, p.cause)
        yield from note(p, "notice", 'using the "epoll" event method')
        yield from note(p, "notice", "start worker processes")
        yield from self.start_worker()
        if before is not None and before.exit is None:
            p.kill(before.pid, "QUIT")

    def replace(self, pid: int, result: Exit) -> Routine[None]:
        p = self.process
        if "CHLD" in p.pending:
            p.pending.remove("CHLD")
        yield from note(p, "notice", f"signal 17 (SIGCHLD) received from {pid}")
        how = f"exited on signal {result.signal}" if result.signal else f"exited with code {result.code}"
        yield from note(p, "alert" if result.signal else "notice", f"worker process {pid} {how}")
        if self.worker is None or self.worker.pid == pid:
            yield from self.start_worker()

    def stop(self, name: str) -> Routine[int]:
        p = self.process
        yield from note(p, "notice", f"signal {number_of(name)} (SIG{name}) received, {STOPPING[name]}")
        worker_process = self.worker
        if worker_process is not None and worker_process.exit is None:
            try:
                p.kill(worker_process.pid, name)
                yield from p.wait(worker_process.pid)
            except (OSFault, NoChild):
                pass
            yield from note(p, "notice", f"signal 17 (SIGCHLD) received from {worker_process.pid}")
            yield from note(p, "notice", f"worker process {worker_process.pid} exited with code 0")
        yield from note(p, "notice", "exit")
        return 0


def worker(p: Process) -> Routine[int]:
    for name in ("QUIT", "TERM", "INT"):
        p.actions[name] = "handle"
    while not p.pending:
        yield Pause()
    graceful = p.pending.pop(0) == "QUIT"
    yield from note(p, "notice", "gracefully shutting down" if graceful else "exiting")
    if graceful:
        yield from note(p, "notice", "exiting")
    yield from note(p, "notice", "exit")
    return 0


def nginx(p: Process) -> Routine[int]:
    """nginx [-g directives] [-c file] [-t] [-v]"""
    if "-v" in p.argv or "-V" in p.argv:
        version = p.container.image.settings.get("nginx", "") or p.container.image.version or "1.27.4"
        yield from p.err(f"nginx version: nginx/{version}\n")
        return 0
    try:
        config = read_config(p)
    except ConfigError as error:
        yield from p.err(f"{stamp(p, p.kernel.engine.now)} [emerg] {p.pid}#{p.pid}: {error}\n")
        if "-t" in p.argv:
            yield from p.err("nginx: configuration file /etc/nginx/nginx.conf test failed\n")
        return 1
    if "-t" in p.argv:
        yield from p.err("nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n")
        yield from p.err("nginx: configuration file /etc/nginx/nginx.conf test is successful\n")
        return 0
    if "-s" in p.argv:
        return (yield from _signal_master(p))
    if config.daemon:
        p.fork(lambda child: serve(child, config), argv=["nginx: master process nginx"], new_group=True)
        return 0
    return (yield from serve(p, config))


def serve(p: Process, config: Config) -> Routine[int]:
    master = Master(p, config)
    yield Sleep(START_MS, interruptible=False)
    if not (yield from master.listen(config)):
        return 1
    yield from note(p, "notice", 'using the "epoll" event method')
    yield from note(p, "notice", f"nginx/{master.version}")
    yield from note(p, "notice", f"OS: Linux {p.machine.kernel_release}")
    yield from note(p, "notice", "getrlimit(RLIMIT_NOFILE): 20000:20000")
    if not (yield from _note_pid(p, config.pid)):
        return 1
    yield from note(p, "notice", "start worker processes")
    yield from master.start_worker()
    return (yield from master.run())


def _note_pid(p: Process, path: str) -> Routine[bool]:
    """Write the pid file. Without the right to do so nginx ends: not as root, or on a read-only file system."""
    try:
        p.files.write(path, f"{p.pid}\n")
    except OSFault as fault:
        yield from note(p, "emerg", f'open() "{path}" failed ({fault.number}: {fault.message})')
        return False
    return True


def _signal_master(p: Process) -> Routine[int]:
    """nginx -s stop|quit|reload|reopen"""
    words = {"stop": "TERM", "quit": "QUIT", "reload": "HUP", "reopen": "USR1"}
    word = p.argv[p.argv.index("-s") + 1] if p.argv[-1] != "-s" else ""
    if word not in words:
        yield from p.err(f'nginx: invalid option: "-s {word}"\n')
        return 1
    for process in p.processes():
        if process is not p and process.argv and process.argv[0].rpartition("/")[2] in ("nginx", "nginx:"):
            yield from note(p, "notice", "signal process started")
            p.kill(process.pid, words[word])
            return 0
    yield from p.err('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n')
    return 1


def _normal(path: str) -> str:
    """The path without //, . and .."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part and part != ".":
            parts.append(part)
    return "/" + "/".join(parts) + ("/" if path.endswith("/") and parts else "")
