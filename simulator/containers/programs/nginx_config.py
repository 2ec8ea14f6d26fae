"""As much of nginx' configuration as manifests of Pods use: ports, roots, indexes, fixed answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.containers.http import Request
from simulator.containers.programs.nginx_variables import Condition, expanded, host_of
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAIN = "/etc/nginx/nginx.conf"
TOKEN = re.compile(r"""\s+|#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([{};])|([^\s{};"']+)""")
MAX_TOKENS = 20_000
ROOT = "/usr/share/nginx/html"
File = tuple[str, str]  # path and text
Included = dict[str, tuple[File, ...]]  # what an include directive names -> the files that it stands for


class ConfigError(Exception):
    """What nginx says about a file that it cannot read."""


@dataclass(slots=True)
class Directive:
    name: str
    words: list[str]
    block: list[Directive] | None = None


@dataclass(slots=True)
class Location:
    prefix: str = "/"
    exact: bool = False
    pattern: re.Pattern[str] | None = None
    root: str = ROOT
    alias: str = ""
    index: list[str] = field(default_factory=lambda: ["index.html"])
    answers: list[tuple[Condition | None, int, str]] = field(default_factory=list)  # of `return`, some in an `if`
    proxied: str = ""
    type: str = ""
    fallback: int | None = None  # try_files ... =404

    def answer(self, request: Request, server: str) -> tuple[int, str] | None:
        """What a `return` that applies says; `server` is the server's name."""
        for condition, status, text in self.answers:
            if condition is None or condition.holds(request, server):
                return status, expanded(text, request, server)
        return None

    def file(self, path: str) -> str:
        if self.alias:
            return self.alias + path[len(self.prefix) :]
        return self.root.rstrip("/") + path


@dataclass(slots=True)
class Server:
    port: int = 80
    names: list[str] = field(default_factory=list)
    default_on: list[int] = field(default_factory=list)  # the ports where it serves whoever asks for no known name
    locations: list[Location] = field(default_factory=list)
    default: Location = field(default_factory=Location)

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""

    def is_called(self, host: str) -> bool:
        """Models nginx' server names: as they are, or with a star for the first part."""
        wild = [name.removeprefix("*") for name in self.names if name.startswith(("*.", "."))]
        return host in self.names or any(host.endswith(end) or host == end[1:] for end in wild)

    def location(self, path: str) -> Location:
        """Models nginx' choice: exact, then the first matching expression, then the longest prefix."""
        longest = self.default
        length = 0
        for location in self.locations:
            if location.exact and location.prefix == path:
                return location
            plain = not location.exact and location.pattern is None
            if plain and path.startswith(location.prefix) and len(location.prefix) > length:
                longest, length = location, len(location.prefix)
        for location in self.locations:
            if location.pattern is not None and location.pattern.search(path):
                return location
        return longest


@dataclass(slots=True)
class Config:
    servers: list[Server] = field(default_factory=list)
    daemon: bool = True
    access_log: bool = True
    pid: str = "/run/nginx.pid"

    def one_per_port(self) -> list[Server]:
        first: dict[int, Server] = {}
        for server in self.servers:
            first.setdefault(server.port, server)
        return list(first.values())

    def server(self, port: int, request: Request) -> Server:
        """Servers that share a port are told apart by name; other names are the default server's, or the first's."""
        servers = [server for server in self.servers if server.port == port]
        host = host_of(request)
        others = [server for server in servers if port in server.default_on] or servers
        return next((server for server in servers if host and server.is_called(host)), others[0])


def read_config(p: Process) -> Config:
    """The configuration that `p`'s command line asks for. Raises ConfigError. It is shared: do not change it."""
    arguments = p.argv
    path = arguments[arguments.index("-c") + 1] if "-c" in arguments[:-1] else MAIN
    extra = " ".join(arguments[i + 1] for i, word in enumerate(arguments[:-1]) if word == "-g")
    files = ((path, _read(p, path)), ("command line", extra))
    included: Included = {}
    for name, text in files:
        _collect(p, parse(text, name), name, included)
    return _config(files, tuple(included.items()))


@lru_cache(maxsize=64)
def _config(files: tuple[File, ...], included: tuple[tuple[str, tuple[File, ...]], ...]) -> Config:
    """What the texts say; `included` holds those that each include directive stands for."""
    config, inner = Config(), dict(included)
    directives = [directive for path, text in files for directive in parse(text, path)]
    for directive in _flat(inner, directives):
        if directive.name == "daemon":
            config.daemon = directive.words != ["off"]
        elif directive.name == "pid":
            config.pid = next(iter(directive.words), config.pid)
        elif directive.name == "http":
            _http(inner, config, directive.block or [])
    return config


def _read(p: Process, path: str) -> str:
    try:
        return p.files.read(path).decode("utf-8", "replace")
    except OSFault as fault:
        raise ConfigError(f'open() "{path}" failed ({fault.number}: {fault.message})') from None


@lru_cache(maxsize=256)
def parse(text: str, path: str) -> list[Directive]:
    """The directives of a file. Raises ConfigError. The result is shared: do not change it."""
    stack: list[list[Directive]] = [[]]
    words: list[str] = []
    line = 1
    for count, match in enumerate(TOKEN.finditer(text)):
        if count > MAX_TOKENS:
            raise ConfigError(f"too long in {path}:{line}")
        line += match.group().count("\n")
        double, single, mark, word = match.groups()
        if mark is None:
            quoted = double if double is not None else single
            if quoted is not None or word:
                words.append(word if quoted is None else quoted.replace("\\n", "\n").replace('\\"', '"'))
        elif mark == "}":
            if words or len(stack) == 1:
                raise ConfigError(f'unexpected "}}" in {path}:{line}')
            stack.pop()
        else:
            if not words:
                raise ConfigError(f'unexpected "{mark}" in {path}:{line}')
            directive = Directive(words[0], words[1:], [] if mark == "{" else None)
            stack[-1].append(directive)
            words = []
            if directive.block is not None:
                stack.append(directive.block)
    if words or len(stack) > 1:
        wanted = 'expecting ";" or "}"' if words else 'expecting "}"'
        raise ConfigError(f"unexpected end of file, {wanted} in {path}:{line}")
    return stack[0]


def _collect(p: Process, directives: list[Directive], path: str, included: Included, depth: int = 0) -> None:
    """Read what the include directives name, and what those files include."""
    for directive in directives:
        if directive.block:
            _collect(p, directive.block, path, included, depth)
        if directive.name != "include" or not directive.words:
            continue
        if depth > 4:
            raise ConfigError(f"includes nested too deeply in {path}")
        names = [name for name in _matches(p, directive.words[0]) if not name.endswith("mime.types")]
        texts = included[directive.words[0]] = tuple((name, _read(p, name)) for name in names)
        for name, text in texts:
            _collect(p, parse(text, name), name, included, depth + 1)


def _flat(included: Included, directives: list[Directive]) -> list[Directive]:
    """Directives with the included files put in their place."""
    found: list[Directive] = []
    for directive in directives:
        if directive.name != "include" or not directive.words:
            found.append(directive)
            continue
        for name, text in included[directive.words[0]]:
            found += _flat(included, parse(text, name))
    return found


def _matches(p: Process, name: str) -> list[str]:
    full = name if name.startswith("/") else f"/etc/nginx/{name}"
    folder, _, last = full.rpartition("/")
    if "*" not in last:
        return [full]
    pattern = re.compile(re.escape(last).replace(r"\*", "[^/]*"))
    try:
        names = p.files.listdir(folder)
    except OSFault:
        return []
    return [f"{folder}/{entry}" for entry in names if pattern.fullmatch(entry)]


def _http(included: Included, config: Config, block: list[Directive]) -> None:
    base = Location(prefix="")
    for directive in _flat(included, block):
        if directive.name == "access_log":
            config.access_log = directive.words[:1] != ["off"]
        elif directive.name == "server":
            _server(included, config, directive.block or [], base)
        else:
            _place(base, directive)


def _server(included: Included, config: Config, block: list[Directive], base: Location) -> None:
    ports: list[int] = []
    server = Server(default=_copy(base, ""))
    inner: list[Directive] = []
    for directive in _flat(included, block):
        if directive.name == "listen" and directive.words:
            text = directive.words[0].rpartition(":")[2].rstrip("]")
            if text.isdigit() and int(text) not in ports:
                ports.append(int(text))
                if "default_server" in directive.words:
                    server.default_on.append(int(text))
        elif directive.name == "server_name":
            server.names = [name.lower() for name in directive.words]
        elif directive.name == "location":
            inner.append(directive)
        else:
            _place(server.default, directive)
    server.locations = [_location(directive, server.default) for directive in inner]
    for port in ports or [80]:
        config.servers.append(Server(port, server.names, server.default_on, server.locations, server.default))


def _location(directive: Directive, base: Location) -> Location:
    words = directive.words
    modifier, prefix = (words[0], words[1]) if len(words) > 1 else ("", words[0] if words else "/")
    location = _copy(base, prefix)
    location.exact = modifier == "="
    if modifier in ("~", "~*"):
        try:
            location.pattern = re.compile(prefix, re.IGNORECASE if modifier == "~*" else 0)
        except re.error:
            raise ConfigError(f'pcre2_compile() failed: in "{prefix}"') from None
    for inner in directive.block or []:
        _place(location, inner)
    return location


def _copy(base: Location, prefix: str) -> Location:
    return Location(prefix, root=base.root, index=list(base.index), answers=list(base.answers), type=base.type)


def _place(location: Location, directive: Directive) -> None:
    words = directive.words
    match directive.name:
        case "root" if words:
            location.root = words[0] if words[0].startswith("/") else f"/etc/nginx/{words[0]}"
        case "alias" if words:
            location.alias = words[0]
        case "index":
            location.index = words
        case "default_type" if words:
            location.type = words[0]
        case "add_header" if len(words) > 1 and words[0].lower() == "content-type":
            location.type = words[1]
        case "proxy_pass" if words:
            location.proxied = words[0]
        case "try_files" if words and words[-1].startswith("=") and words[-1][1:].isdigit():
            location.fallback = int(words[-1][1:])
        case "return" | "if" if words:
            _rewrite(location, directive)


def _rewrite(location: Location, directive: Directive) -> None:
    """A `return`, or an `if` with one in it: the first that applies decides."""
    if directive.name == "return":
        location.answers.append((None, *_answer(directive.words)))
    elif found := next(
        (inner.words for inner in directive.block or [] if inner.name == "return" and inner.words), None
    ):
        location.answers.append((Condition.read(directive.words), *_answer(found)))


def _answer(words: list[str]) -> tuple[int, str]:
    """The status and the text of a `return`."""
    number = words[0].isdigit()
    return int(words[0]) if number else 302, " ".join(words[1:] if number else words)
