"""sed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.regex import Match, Regex
from simulator.containers.utilities.sed_parser import Address, Command, Parser, SedFault
from simulator.containers.utilities.text_input import Input, decode, encode

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_SPACE = 1 << 20
MAX_STEPS = 100_000


class _Cycle:
    """One pass of the script: where it is, and what becomes of the pattern space."""

    def __init__(self, space: str) -> None:
        self.space = space
        self.at = 0
        self.steps = 0
        self.substituted = False
        self.shows = True
        self.appended: list[str] = []
        self.restart: str | None = None


class _Editor:
    def __init__(self, process: Process, commands: list[Command], *, quiet: bool) -> None:
        self.process = process
        self.commands = commands
        self.quiet = quiet
        self.hold = ""
        self.number = 0
        self.output: list[str] | None = None  # of an in-place edit
        self.sources: list[str] = []
        self.source: Input | None = None
        self.following: bytes | None = None
        self.quits: int | None = None
        self.previous: Regex | None = None
        self.status = 0

    # ---- input and output ------------------------------------------------------
    def next_line(self) -> Routine[str | None]:
        if self.following is None:
            self.following = yield from self._raw()
        line = self.following
        if line == b"":
            return None
        self.following = yield from self._raw()
        self.number += 1
        return decode(line).removesuffix("\n")

    def _raw(self) -> Routine[bytes]:
        while True:
            if self.source is not None:
                line = yield from self.source.line()
                if line:
                    return line
                self.source.close()
                self.source = None
            if not self.sources:
                return b""
            path = self.sources.pop(0)
            try:
                self.source = Input(self.process, path)
            except OSFault as fault:
                text = f"{path}: {fault.message}" if is_busybox(self.process) else f"can't read {path}: {fault.message}"
                self.status = yield from complain(self.process, text, 1 if is_busybox(self.process) else 2)

    def write(self, text: str) -> Routine[None]:
        if self.output is not None:
            self.output.append(text)
        else:
            yield from self.process.out(encode(text))

    # ---- addresses ----------------------------------------------------------------
    def _is(self, address: Address, space: str) -> bool:
        if address.line == -1:
            return self.following == b""
        if address.step:
            return self.number >= address.line and (self.number - address.line) % address.step == 0
        if address.line:
            return self.number == address.line
        return self._search(address.regex, space, 0) is not None

    def _search(self, regex: Regex | None, space: str, start: int) -> Match | None:
        regex = regex or self.previous
        self.previous = regex
        return regex.search(space, start, self.process.spend) if regex is not None else None

    def applies(self, command: Command, space: str) -> bool:
        if command.first is None:
            return not command.negated
        if command.last is None:
            return self._is(command.first, space) != command.negated
        return self._in_range(command, command.first, command.last, space) != command.negated

    def _in_range(self, command: Command, first: Address, last: Address, space: str) -> bool:
        if not command.active:
            if not self._is(first, space):
                return False
            command.until = self.number + last.plus if last.line == -2 else max(0, last.line)
            command.active = not (command.until and command.until <= self.number) and last.plus >= 0
            if last.line == -2 and last.plus == 0:
                command.active = False
            return True
        if command.until:
            command.active = self.number < command.until
            return self.number <= command.until
        command.active = not self._is(last, space)
        return True

    # ---- running --------------------------------------------------------------------
    def run(self) -> Routine[None]:
        space: str | None = yield from self.next_line()
        while space is not None:
            space = yield from self._cycle(space)
            if self.quits is not None:
                return

    def _cycle(self, space: str) -> Routine[str | None]:
        """One pass of the script over the pattern space; gives the next."""
        cycle = _Cycle(space)
        while cycle.at < len(self.commands):
            command = self.commands[cycle.at]
            cycle.at += 1
            cycle.steps += 1
            if cycle.steps % 64 == 0:
                yield from breathe(self.process, 64)
            if cycle.steps > MAX_STEPS or len(cycle.space) > MAX_SPACE:
                self.process.allocate(1 << 50)
            if not self.applies(command, cycle.space):
                cycle.at = command.target + 1 if command.name == "{" else cycle.at
                continue
            yield from self._one(command, cycle)
        if cycle.shows and not self.quiet:
            yield from self.write(cycle.space + "\n")
        for text in cycle.appended:
            yield from self.write(text)
        if cycle.restart is not None:
            return cycle.restart
        return (yield from self.next_line())

    def _one(self, command: Command, cycle: _Cycle) -> Routine[None]:
        """A command that applies."""
        match command.name:
            case "s":
                cycle.space, done = yield from self._substitute(command, cycle.space)
                cycle.substituted = cycle.substituted or done
            case "b":
                self._jump(command, cycle)
            case "t" | "T":
                if cycle.substituted == (command.name == "t"):
                    self._jump(command, cycle)
                cycle.substituted = False
            case "d" | "D" | "c" | "q" | "Q":
                yield from self._last(command, cycle)
                cycle.at = len(self.commands)
            case "n" | "N":
                moved = yield from self._next(command.name, cycle.space, cycle.appended)
                if moved is None:
                    self.quits = 0
                    cycle.at = len(self.commands)
                else:
                    cycle.space = moved
            case _:
                cycle.space = yield from self._simple(command, cycle.space, cycle.appended)

    def _jump(self, command: Command, cycle: _Cycle) -> None:
        cycle.at = command.target if command.text else len(self.commands)

    def _last(self, command: Command, cycle: _Cycle) -> Routine[None]:
        """A command that ends the cycle."""
        cycle.shows = command.name == "q"
        if command.name in ("q", "Q"):
            self.quits = command.number
        elif command.name == "D" and "\n" in cycle.space:
            cycle.restart = cycle.space.partition("\n")[2]
        elif command.name == "c" and (command.last is None or not command.active):
            yield from self.write(command.text)

    def _next(self, name: str, space: str, appended: list[str]) -> Routine[str | None]:
        if self.following == b"":
            return None
        if name == "n":
            if not self.quiet:
                yield from self.write(space + "\n")
            for text in appended:
                yield from self.write(text)
            appended.clear()
        line = yield from self.next_line()
        return line if name == "n" or line is None else f"{space}\n{line}"

    def _simple(self, command: Command, space: str, appended: list[str]) -> Routine[str]:
        """A command that shows something or changes the space, and no more. Gives the space."""
        shown = _SHOWN.get(command.name)
        if shown is not None:
            yield from self.write(shown(self, command, space))
        elif command.name == "a":
            appended.append(command.text)
        elif command.name == "r":
            with suppress(OSFault):
                appended.append(decode(self.process.files.read(command.text)))
        elif command.name == "w":
            self.process.files.write(command.text, encode(space + "\n"), append=True)
        elif command.name == "y":
            return space.translate(str.maketrans(command.text, command.flags))
        else:
            return self._exchange(command.name, space)
        return space

    def _exchange(self, name: str, space: str) -> str:
        """Between the pattern space and the hold space."""
        before = self.hold
        match name:
            case "h" | "x":
                self.hold = space
            case "H":
                self.hold = f"{before}\n{space}"[: 2 * MAX_SPACE]
        if name in ("g", "x"):
            return before
        return f"{space}\n{before}" if name == "G" else space

    def _substitute(self, command: Command, space: str) -> Routine[tuple[str, bool]]:
        pieces: list[str] = []
        pos = count = size = 0
        wanted = command.number or 1
        while (match := self._search(command.regex, space, pos)) is not None:
            count += 1
            pieces.append(space[pos : match.start])
            if count == wanted or (count > wanted and "g" in command.flags):
                pieces.append(fill(command.parts, match))
            else:
                pieces.append(space[match.start : match.end])
            size += len(pieces[-1])
            if size > MAX_SPACE:
                self.process.allocate(1 << 50)
            pos = match.end
            if match.end == match.start:
                pieces.append(space[pos : pos + 1])
                pos += 1
            if pos > len(space) or (count >= wanted and "g" not in command.flags):
                break
        done = count >= wanted
        if not done:
            return space, False
        space = "".join(pieces) + space[pos:]
        if "p" in command.flags:
            yield from self.write(space + "\n")
        if command.text:
            self.process.files.write(command.text, encode(space + "\n"), append=True)
        return space, True


_SHOWN: dict[str, Callable[[_Editor, Command, str], str]] = {
    "p": lambda editor, command, space: space + "\n",
    "P": lambda editor, command, space: space.partition("\n")[0] + "\n",
    "=": lambda editor, command, space: f"{editor.number}\n",
    "i": lambda editor, command, space: command.text,
    "l": lambda editor, command, space: space.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") + "$\n",
}


def fill(parts: tuple[str | int, ...], match: Match) -> str:
    """A replacement with its groups filled in."""
    pieces: list[str] = []
    change = once = 0
    for part in parts:
        if isinstance(part, int) and part < 0:
            if part <= -3 and part != -5:
                once = part
            else:
                change = 0 if part == -5 else part
            continue
        text = part if isinstance(part, str) else match.group(part) or ""
        if change:
            text = text.upper() if change == -1 else text.lower()
        if once and text:
            text = (text[0].upper() if once == -3 else text[0].lower()) + text[1:]
            once = 0
        pieces.append(text)
    return "".join(pieces)


def sed(process: Process) -> Routine[int]:
    try:
        arguments = ["-i" if a.startswith("-i") and not a.startswith("--") else a for a in process.argv[1:]]
        options = parse_options(arguments, "ne:f:Eris", {"quiet": "n", "silent": "n", "expression": "e", "file": "f",
                                "regexp-extended": "E", "in-place": "i", "separate": "s"})  # fmt: skip
        commands = Parser(_script(process, options), extended="E" in options or "r" in options).parse()
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option))
    except OSFault as fault:
        return (yield from complain(process, f"{fault.path}: {fault.message}", 1))
    except SedFault as fault:
        text = str(fault) if is_busybox(process) else f"-e expression #1, char 0: {fault}"
        return (yield from complain(process, text, 1))
    paths = options.operands
    if "i" in options:
        status = 0
        for path in paths:
            status = (yield from _in_place(process, commands, path, quiet="n" in options)) or status
        return status
    editor = _Editor(process, commands, quiet="n" in options)
    editor.sources = paths or ["-"]
    yield from editor.run()
    return editor.quits or editor.status


def _script(process: Process, options: Options) -> str:
    pieces: list[str] = []
    for name, value in options.given:
        if name == "e":
            pieces.append(value)
        elif name == "f":
            pieces.append(decode(process.files.read(value)))
    if not pieces:
        if not options.operands:
            raise SedFault("no script specified")
        pieces.append(options.operands.pop(0))
    return "\n".join(pieces)


def _in_place(process: Process, commands: list[Command], path: str, *, quiet: bool) -> Routine[int]:
    editor = _Editor(process, commands, quiet=quiet)
    editor.output = []
    editor.sources = [path]
    for command in commands:
        command.active = False
    yield from editor.run()
    if editor.status:
        return editor.status
    try:
        rest = yield from _rest(editor)
        process.files.write(path, encode("".join(editor.output)) + rest)
    except OSFault as fault:
        return (yield from complain(process, f"{path}: {fault.message}", 1))
    return editor.quits or 0


def _rest(editor: _Editor) -> Routine[bytes]:
    """After `q` the rest of the file stays."""
    if editor.quits is None or not editor.following:
        return b""
    pieces = [editor.following]
    while editor.source is not None and (line := (yield from editor.source.line())):
        pieces.append(line)
    return b"".join(pieces)
