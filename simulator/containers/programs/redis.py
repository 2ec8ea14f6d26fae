"""redis-server, and redis-cli to ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.programs.serving import ProcessService, until_signal, when
from simulator.containers.syscalls import Connect, OSFault, Routine, Sleep

if TYPE_CHECKING:
    from simulator.containers.process import Process

DEFAULT_PORT = 6379
MAX_KEYS = 10_000
Reply = str | int | list[str] | None


def _stamp(p: Process) -> str:
    at = p.kernel.engine.now
    return when(p, at).strftime(f"%d %b %Y %H:%M:%S.{(p.machine.epoch_ms + at) % 1000:03d}")


class RedisService(ProcessService):
    """The protocol and a handful of commands over strings."""

    def __init__(self, process: Process, password: str) -> None:
        super().__init__(process)
        self.password = password
        self.keys: dict[str, str] = {}

    def talk(self, data: bytes, remote: str, state: dict[str, object]) -> tuple[bytes, bool] | None:
        if data.startswith((b"GET ", b"POST ", b"HEAD ")) and b"Host:" in data:
            return b"", True
        answers = b""
        for words in _requests(data):
            command = words[0].upper() if words else ""
            if command == "AUTH":
                state["known"] = words[-1] == self.password
                answers += b"+OK\r\n" if state["known"] else b"-WRONGPASS invalid username-password pair\r\n"
            elif command == "QUIT":
                return answers + b"+OK\r\n", True
            elif self.password and not state.get("known"):
                answers += b"-NOAUTH Authentication required.\r\n"
            else:
                answers += self.run(command, words[1:])
        return (answers, False) if answers else None

    def run(self, command: str, words: list[str]) -> bytes:
        match command, words:
            case "PING", []:
                return b"+PONG\r\n"
            case (("PING" | "ECHO"), [text]):
                return _encode(text)
            case "KEYS", [_]:
                return _encode(sorted(self.keys))
            case "DBSIZE", _:
                return _encode(len(self.keys))
            case (("FLUSHALL" | "FLUSHDB"), _):
                self.keys.clear()
                return b"+OK\r\n"
            case (("INFO" | "ROLE"), _):
                return _encode("# Replication\r\nrole:master\r\nconnected_slaves:0\r\nloading:0\r\n")
            case _, [key, *rest]:
                return self.on_key(command, key, rest)
        return _unknown(command)

    def on_key(self, command: str, key: str, rest: list[str]) -> bytes:
        keys = self.keys
        match command:
            case "SET" if rest and (len(keys) < MAX_KEYS or key in keys):
                keys[key] = rest[0]
                return b"+OK\r\n"
            case "GET":
                return _encode(keys.get(key))
            case "DEL":
                return _encode(sum(keys.pop(name, None) is not None for name in (key, *rest)))
            case "EXISTS":
                return _encode(sum(name in keys for name in (key, *rest)))
            case "INCR" | "DECR":
                if not keys.get(key, "0").lstrip("-").isdigit():
                    return b"-ERR value is not an integer or out of range\r\n"
                keys[key] = str(int(keys.get(key, "0")) + (1 if command == "INCR" else -1))
                return _encode(int(keys[key]))
        return _unknown(command)


def _unknown(command: str) -> bytes:
    return f"-ERR unknown command '{command.lower()}'\r\n".encode()


def _encode(value: Reply) -> bytes:
    if value is None:
        return b"$-1\r\n"
    if isinstance(value, int):
        return f":{value}\r\n".encode()
    if isinstance(value, list):
        return f"*{len(value)}\r\n".encode() + b"".join(_encode(item) for item in value)
    data = value.encode()
    return f"${len(data)}\r\n".encode() + data + b"\r\n"


def _requests(data: bytes) -> list[list[str]]:
    """Inline commands and arrays of bulk strings."""
    lines = data.decode("utf-8", "replace").split("\n")
    found: list[list[str]] = []
    index = 0
    while index < len(lines):
        line = lines[index].rstrip("\r")
        index += 1
        if line.startswith("*") and line[1:].isdigit():
            count = int(line[1:])
            found.append([word.rstrip("\r") for word in lines[index + 1 : index + 2 * count : 2]])
            index += 2 * count
        elif line.strip():
            found.append(line.split())
    return found


def redis_server(p: Process) -> Routine[int]:
    """redis-server [conf] [--port N] [--requirepass P]"""
    version = p.container.image.version or "8.2.1"
    port, password = DEFAULT_PORT, ""
    config = p.argv[1] if len(p.argv) > 1 and not p.argv[1].startswith("-") else ""
    options = " ".join(p.argv[1:]).split("--")
    try:
        text = p.files.read(config).decode() if config else ""
    except OSFault as fault:
        yield from p.err(f"\n*** FATAL CONFIG FILE ERROR (Redis {version}) ***\n")
        yield from p.err(f"Fatal error, can't open config file '{config}': {fault.message}\n")
        return 1
    for line in (*text.splitlines(), *options):
        words = line.split()
        if words[:1] == ["port"] and words[1:2] and words[1].isdigit():
            port = int(words[1])
        elif words[:1] == ["requirepass"] and words[1:2]:
            password = words[1].strip('"')
    return (yield from _serve(p, version, port, password, config))


def _serve(p: Process, version: str, port: int, password: str, config: str) -> Routine[int]:
    def say(role: str, mark: str, text: str) -> Routine[int]:
        return (yield from p.out(f"{p.pid}:{role} {_stamp(p)} {mark} {text}\n"))

    yield from say("C", "*", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo")
    build = f"Redis version={version}, bits=64, commit=00000000, modified=0, pid={p.pid}"
    yield from say("C", "*", f"{build}, just started")
    if config:
        yield from say("C", "*", "Configuration loaded")
    else:
        text = "Warning: no config file specified, using the default config. In order to specify a config file use "
        yield from say("C", "#", f"{text}redis-server /path/to/redis.conf")
    yield Sleep(20, interruptible=False)
    try:
        p.install(p.listen(port, service=RedisService(p, password)))
    except OSFault as fault:
        text = f"Could not create server TCP listening socket *:{port}: bind: {fault.message}"
        yield from say("M", "#", f"Warning: {text}")
        yield from say("M", "#", f"Failed listening on port {port} (tcp), aborting.")
        return 1
    yield from say("M", "*", f"Running mode=standalone, port={port}.")
    yield from say("M", "*", "Server initialized")
    yield from say("M", "*", "Ready to accept connections tcp")
    p.actions["CHLD"] = "ignore"
    signal, code = yield from until_signal(p, {"TERM": 0, "INT": 0})
    seconds = (p.machine.epoch_ms + p.kernel.engine.now) // 1000
    yield from p.out(f"{p.pid}:signal-handler ({seconds}) Received SIG{signal} scheduling shutdown...\n")
    yield from say("M", "*", "User requested shutdown...")
    yield from say("M", "*", "Saving the final RDB snapshot before exiting.")
    yield from say("M", "*", "DB saved on disk")
    yield from say("M", "#", "Redis is now ready to exit, bye bye...")
    return code


def redis_cli(p: Process) -> Routine[int]:
    """redis-cli [-h HOST] [-p PORT] [-a PASSWORD] COMMAND ..."""
    host, port, password, words = "127.0.0.1", DEFAULT_PORT, p.env.get("REDISCLI_AUTH", ""), p.argv[1:]
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-h", "-p", "-a", "-n", "--user", "--pass") and words:
            value = words.pop(0)
            host = value if option == "-h" else host
            port = int(value) if option == "-p" and value.isdigit() else port
            password = value if option in ("-a", "--pass") else password
    if not words:
        words = (yield from p.read_all(0)).decode().split()
    try:
        stream = yield Connect(host, port)
    except OSFault as fault:
        yield from p.err(f"Could not connect to Redis at {host}:{port}: {fault.message}\n")
        return 1
    fd = p.install(stream)
    if password:
        yield from p.write(fd, f"AUTH {password}\r\n")
        yield from p.read_line(fd)
    yield from p.write(fd, f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words))
    text, failed = yield from _answer(p, fd)
    yield from p.out(text)
    p.close(fd)
    return 1 if failed else 0


def _answer(p: Process, fd: int) -> Routine[tuple[str, bool]]:
    """One reply as text."""
    line = ((yield from p.read_line(fd)) or b"").decode().rstrip("\r\n")
    kind, rest = line[:1], line[1:]
    if kind == "*":
        parts: list[str] = []
        for _ in range(int(rest)):
            part, _ = yield from _answer(p, fd)
            parts.append(part)
        return "".join(parts) or "\n", False
    if kind == "$":
        if rest == "-1":
            return "\n", False
        data = b""
        while len(data) < int(rest) + 2:
            more = yield from p.read_line(fd)
            if not more:
                break
            data += more
        return data[:-2].decode() + "\n", False
    return rest + "\n", kind == "-"
