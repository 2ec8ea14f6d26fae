"""find."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.shell.patterns import match
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.accounts import number_of, parse_mode
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.files import remove
from simulator.containers.utilities.messages import complain, is_busybox

if TYPE_CHECKING:
    from simulator.containers.files.files import Stat
    from simulator.containers.process import Process

MAX_DEPTH = 60
MAX_TERMS = 500
Test = Callable[["_Find", str, "Stat"], Routine[bool]]


class FindFault(Exception):
    """The expression is wrong."""


def _plain(test: Callable[[_Find, str, Stat], bool]) -> Test:
    def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
        return test(find, path, stat)
        yield

    return run


class _Find:
    def __init__(self, process: Process, arguments: list[str], links: str = "") -> None:
        self.process = process
        self.links = links  # L: all are followed, H: those of the command
        self.words = arguments
        self.position = 0
        self.depth = 0
        self.lowest, self.deepest = 0, MAX_DEPTH
        self.acts = False
        self.depth_first = False
        self.pruned = False
        self.status = 0
        self.batches: list[tuple[list[str], list[str]]] = []
        self.now = 0

    # ---- the expression ----------------------------------------------------------
    def take(self) -> str:
        if self.position >= len(self.words):
            raise FindFault(f"'{self.words[-1]}' requires an argument")
        self.position += 1
        return self.words[self.position - 1]

    def peek(self) -> str:
        return self.words[self.position] if self.position < len(self.words) else ""

    def whole(self) -> Test:
        test: Test = self.either() if self.words else _plain(lambda find, path, stat: True)
        if self.position < len(self.words):
            raise FindFault(f"unexpected '{self.peek()}'")
        return test if self.acts else _and(test, _print("\n"))

    def either(self) -> Test:
        self.depth += 1
        if self.depth > 40:
            raise FindFault("expression too deep")
        result = self.both()
        while self.peek() in ("-o", "-or"):
            self.take()
            result = _or(result, self.both())
        self.depth -= 1
        return result

    def both(self) -> Test:
        result = self.one()
        while self.peek() not in ("", ")", "-o", "-or"):
            if self.peek() in ("-a", "-and"):
                self.take()
            result = _and(result, self.one())
        return result

    def one(self) -> Test:
        word = self.take()
        if word in ("!", "-not"):
            return _not(self.one())
        if word == "(":
            result = self.either()
            if self.take() != ")":
                raise FindFault("missing )")
            return result
        return self.primary(word)

    def primary(self, word: str) -> Test:
        if word in ("-name", "-iname", "-path", "-wholename", "-ipath"):
            return _name_test(word, self.take())
        if word in ("-mindepth", "-maxdepth"):
            depth = int(self.take()[:6])
            self.lowest, self.deepest = (depth, self.deepest) if word == "-mindepth" else (self.lowest, depth)
            return _plain(lambda find, path, stat: True)
        if word in ("-mtime", "-mmin", "-size"):
            return _number_test(word, self.take())
        if word in ("-exec", "-ok", "-execdir"):
            return self.execution()
        if word in ("-xdev", "-mount", "-depth", "-follow", "-noleaf", "-daystart"):
            self.depth_first = self.depth_first or word == "-depth"
            return _plain(lambda find, path, stat: True)
        return self._others(word)

    def _others(self, word: str) -> Test:
        if word in _SIMPLE:
            return _plain(_SIMPLE[word])
        if word in ("-print", "-print0", "-delete"):
            self.acts = True
            self.depth_first = self.depth_first or word == "-delete"
            return _plain(_delete) if word == "-delete" else _print("\n" if word == "-print" else "\0")
        if word in ("-type", "-newer", "-perm", "-user", "-group"):
            return self._attribute(word, self.take())
        raise FindFault(f"unrecognized: {word}" if is_busybox(self.process) else f"unknown predicate `{word}'")

    def _attribute(self, word: str, value: str) -> Test:
        if word == "-type":
            kinds = {"f": "file", "d": "dir", "l": "link", "c": "device"}
            wanted = {kinds.get(letter, "?") for letter in value.split(",")}
            return _plain(lambda find, path, stat: stat.kind in wanted)
        if word == "-newer":
            than = self.process.files.stat(value).mtime_ms
            return _plain(lambda find, path, stat: stat.mtime_ms > than)
        if word == "-perm":
            mode = parse_mode(value.lstrip("-/"), 0) or 0
            if value[:1] == "-":
                return _plain(lambda find, path, stat: stat.mode & mode == mode)
            return _plain(lambda find, path, stat: bool(stat.mode & mode) if value[:1] == "/" else stat.mode == mode)
        file, field = ("/etc/passwd", "uid") if word == "-user" else ("/etc/group", "gid")
        number = number_of(self.process, value, file)
        return _plain(lambda find, path, stat: getattr(stat, field) == number)

    def execution(self) -> Test:
        self.acts = True
        command: list[str] = []
        while (word := self.take()) not in (";", "+"):
            command.append(word)
        if word == "+" and command[-1:] == ["{}"]:
            batch: list[str] = []
            self.batches.append((command[:-1], batch))
            return _plain(lambda find, path, stat: _collect(batch, path))

        def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
            return (yield from find.execute([part.replace("{}", path) for part in command])) == 0

        return run

    def execute(self, command: list[str]) -> Routine[int]:
        process = self.process
        try:
            program = process.find(command[0])
        except OSFault as fault:
            text = f"'{command[0]}'" if not is_busybox(process) else command[0]
            return (yield from complain(process, f"{text}: {fault.message}", 1))
        child = process.fork(program, argv=command)
        result = yield from process.wait(child.pid)
        return result.status

    # ---- the walk -----------------------------------------------------------------
    def walk(self, path: str, test: Test, depth: int) -> Routine[None]:
        process = self.process
        try:
            follow = "L" in self.links or ("H" in self.links and not depth)
            stat = process.files.stat(path, follow=follow and process.files.exists(path))
        except OSFault as fault:
            text = f"{path}: {fault.message}" if is_busybox(process) else f"'{path}': {fault.message}"
            self.status = yield from complain(process, text, 1)
            return
        yield from breathe(process, 2)
        self.pruned = False
        if depth >= self.lowest and not self.depth_first:
            yield from test(self, path, stat)
        if stat.kind == "dir" and depth < self.deepest and not self.pruned:
            try:
                names = process.files.listdir(path)
            except OSFault as fault:
                self.status = yield from complain(process, f"{path}: {fault.message}", 1)
                names = []
            for name in names:
                yield from self.walk(f"{path.rstrip('/')}/{name}", test, depth + 1)
        self.pruned = False
        if depth >= self.lowest and self.depth_first:
            yield from test(self, path, stat)


def _collect(batch: list[str], path: str) -> bool:
    batch.append(path)
    return True


def _or(left: Test, right: Test) -> Test:
    def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
        return (yield from left(find, path, stat)) or (yield from right(find, path, stat))

    return run


def _and(left: Test, right: Test) -> Test:
    def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
        return (yield from left(find, path, stat)) and (yield from right(find, path, stat))

    return run


def _not(test: Test) -> Test:
    def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
        return not (yield from test(find, path, stat))

    return run


def _name_test(word: str, pattern: str) -> Test:
    ignore = word.startswith("-i")
    whole = "path" in word or "whole" in word
    pattern = pattern.lower() if ignore else pattern

    def test(find: _Find, path: str, stat: Stat) -> bool:
        text = path if whole else path.rstrip("/").rpartition("/")[2] or path
        find.process.spend(1 + len(pattern) * len(text) // 256)
        return match(pattern, text.lower() if ignore else text)

    return _plain(test)


def _number_test(word: str, text: str) -> Test:
    parsed = re.fullmatch(r"([+-]?)(\d{1,12})([cwbkMG]?)", text)
    if parsed is None:
        raise FindFault(f"invalid argument `{text}' to `{word}'")
    sign, number, unit = parsed.groups()
    wanted = int(number)
    size = {"c": 1, "w": 2, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}.get(unit, 512)

    def test(find: _Find, path: str, stat: Stat) -> bool:
        if word == "-size":
            value = -(-stat.size // size)
        else:
            value = (find.process.epoch_ms - stat.mtime_ms) // (86_400_000 if word == "-mtime" else 60_000)
        return value > wanted if sign == "+" else value < wanted if sign == "-" else value == wanted

    return _plain(test)


def _is_empty(find: _Find, path: str, stat: Stat) -> bool:
    return not find.process.files.listdir(path) if stat.kind == "dir" else stat.kind == "file" and stat.size == 0


def _print(end: str) -> Test:
    def run(find: _Find, path: str, stat: Stat) -> Routine[bool]:
        yield from find.process.out(path + end)
        return True

    return run


def _delete(find: _Find, path: str, stat: Stat) -> bool:
    if path == ".":
        return True
    try:
        if stat.kind == "dir":
            find.process.files.rmdir(path)
        else:
            remove(find.process, path, recursive=False)
    except OSFault:
        find.status = 1
        return False
    return True


def _prune(find: _Find, path: str, stat: Stat) -> bool:
    find.pruned = True
    return True


class _Quit(Exception):
    """-quit."""


def _quit(find: _Find, path: str, stat: Stat) -> bool:
    raise _Quit


_SIMPLE: dict[str, Callable[[_Find, str, Stat], bool]] = {
    "-empty": _is_empty,
    "-prune": _prune,
    "-quit": _quit,
    "-true": lambda find, path, stat: True,
    "-false": lambda find, path, stat: False,
}


def _split_arguments(arguments: list[str]) -> tuple[list[str], list[str], str]:
    """Where to look, the expression, and what the last option says of links."""
    rest, links = list(arguments), ""
    while rest[:1] in (["-L"], ["-H"], ["-P"]):
        links = rest.pop(0)
    paths: list[str] = []
    while rest and not rest[0].startswith("-") and rest[0] not in ("(", "!"):
        paths.append(rest.pop(0))
    return paths or ["."], rest, links


def find(process: Process) -> Routine[int]:
    paths, arguments, links = _split_arguments(process.argv[1:])
    if len(arguments) > MAX_TERMS:
        return (yield from complain(process, "expression too long", 1))
    state = _Find(process, arguments, links)
    try:
        test = state.whole()
        for path in paths:
            yield from state.walk(path, test, 0)
    except _Quit:
        pass
    except (FindFault, ValueError) as fault:
        return (yield from complain(process, str(fault), 1))
    except OSFault as fault:
        return (yield from complain(process, f"{fault.path}: {fault.message}", 1))
    for command, batch in state.batches:
        if batch:
            state.status = (yield from state.execute(command + batch)) or state.status
    return state.status
