"""sed."""

from __future__ import annotations

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
        at = 0
        steps = 0
        substituted = False
        appended: list[str] = []
        shows = True
        restart: str | None = None
        while at < len(self.commands):
            command = self.commands[at]
            at += 1
            steps += 1
            if steps % 64 == 0:
                yield from breathe(self.process, 64)
            if steps > MAX_STEPS or len(space) > MAX_SPACE:
                self.process.allocate(1 << 50)
            if not self.applies(command, space):
                at = command.target + 1 if command.name == "{" else at
                continue
            match command.name:
                case "s":
                    space, done = yield from self._substitute(command, space)
                    substituted = substituted or done
                case "b":
                    at = command.target if command.text else len(self.commands)
                case "t" | "T" if substituted == (command.name == "t"):
                    at = command.target if command.text else len(self.commands)
                    substituted = False
                case "d":
                    shows = False
                    break
                case "D":
                    shows = False
                    if "\n" in space:
                        restart = space.partition("\n")[2]
                    break
                case "c":
                    shows = False
                    if command.last is None or not command.active:
                        yield from self.write(command.text)
                    break
                case "q" | "Q":
                    self.quits = command.number
                    shows = command.name == "q"
                    break
                case "n" | "N":
                    moved = yield from self._next(command.name, space, appended)
                    if moved is None:
                        self.quits = 0
                        break
                    space = moved
                case _:
                    space = yield from self._simple(command, space, appended)
        if shows and not self.quiet:
            yield from self.write(space + "\n")
        for text in appended:
            yield from self.write(text)
        if restart is not None:
            return restart
        return (yield from self.next_line())

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
        match command.name:
            case "p":
                yield from self.write(space + "\n")
            case "P":
                yield from self.write(space.partition("\n")[0] + "\n")
            case "=":
                yield from self.write(f"{self.number}\n")
            case "l":
                yield from self.write(space.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") + "$\n")
            case "i":
                yield from self.write(command.text)
            case "a":
                appended.append(command.text)
            case "r":
                try:
                    appended.append(decode(self.process.files.read(command.text)))
                except OSFault:
                    pass
            case "w":
                self.process.files.write(command.text, encode(space + "\n"), append=True)
            case "h":
                self.hold = space
            case "H":
                self.hold = f"{self.hold}\n{space}"[: 2 * MAX_SPACE]
            case "g":
                return self.hold
            case "G":
                return f"{space}\n{self.hold}"
            case "x":
                space, self.hold = self.hold, space
            case "y":
                return space.translate(str.maketrans(command.text, command.flags))
        return space

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
