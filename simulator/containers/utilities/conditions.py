"""The expressions of `test` and `[`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.messages import complain, is_busybox

if TYPE_CHECKING:
    from simulator.containers.files.files import Stat
    from simulator.containers.process import Process

UNARY = frozenset("-" + letter for letter in "abcdefghknoprstuvwxzGLNOSR")
BINARY = frozenset(("=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"))
_NUMBER = re.compile(r"\s*[+-]?\d{1,30}\s*\Z")
MAX_NESTING = 60
_TEXTS = {
    "number": ("{}: bad number", "Illegal number: {}", "{}: integer expression expected"),
    "operand": ("{}: unknown operand", "{}: unexpected operator", "{}: binary operator expected"),
    "many": ("too many arguments", "too many arguments", "too many arguments"),
    "missing": ("missing ]", "missing ]", "missing `]'"),
    "argument": ("{}: argument expected", "{}: argument expected", "{}: argument expected"),
    "closing": ("closing paren expected", "closing paren expected", "`)' expected"),
}


class ConditionFault(Exception):
    """The expression is not one."""

    def __init__(self, kind: str, argument: str = "", *, before: str = "", count: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.argument = argument
        self.before = before
        self.count = count

    def text(self, who: str) -> str:
        """In the words of "busybox", "dash" or bash (and the GNU tools)."""
        kind, argument = self.kind, self.argument
        if kind == "operand" and who == "dash":
            argument = self.before or argument
        elif kind in ("operand", "argument") and who not in ("busybox", "dash") and self.count:
            if self.count > 3:
                kind = "many"
            elif self.count == 2:
                return f"{self.before}: unary operator expected"
        return _TEXTS[kind][{"busybox": 0, "dash": 1}.get(who, 2)].format(argument)

    def __str__(self) -> str:
        return self.text("bash")


def evaluate(process: Process, arguments: list[str]) -> bool:
    """Whether the expression holds. Raises ConditionFault."""
    count = len(arguments)
    # POSIX decides by the number of arguments up to four, so that no operand is taken for an operator.
    if count == 0:
        return False
    if count == 1:
        return arguments[0] != ""
    if count == 2 and arguments[0] == "!":
        return arguments[1] == ""
    if count == 3 and arguments[1] in BINARY:
        return _binary(process, *arguments)
    if count == 3 and arguments[0] == "(" and arguments[2] == ")":
        return arguments[1] != ""
    if count == 4 and arguments[0] == "!":
        return not evaluate(process, arguments[1:])
    expression = _Expression(process, arguments)
    result = expression.either()
    if expression.position < count:
        raise ConditionFault(
            "operand", arguments[expression.position], before=arguments[expression.position - 1], count=count
        )
    return result


class _Expression:
    def __init__(self, process: Process, arguments: list[str]) -> None:
        self.process = process
        self.arguments = arguments
        self.position = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str | None:
        at = self.position + ahead
        return self.arguments[at] if at < len(self.arguments) else None

    def take(self) -> str:
        value = self.peek()
        if value is None:
            raise ConditionFault("argument", self.arguments[-1], before=self.arguments[0], count=len(self.arguments))
        self.position += 1
        return value

    def either(self) -> bool:
        result = self.both()
        while self.peek() == "-o":
            self.position += 1
            result = self.both() or result
        return result

    def both(self) -> bool:
        result = self.one()
        while self.peek() == "-a":
            self.position += 1
            result = self.one() and result
        return result

    def one(self) -> bool:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ConditionFault("many")
        try:
            if self.peek() == "!" and self.peek(1) is not None:
                self.position += 1
                return not self.one()
            return self.primary()
        finally:
            self.depth -= 1

    def primary(self) -> bool:
        following = self.peek(1)
        if following in BINARY and self.peek(2) is not None:
            left, operator, right = self.take(), self.take(), self.take()
            return _binary(self.process, left, operator, right)
        first = self.take()
        if first == "(":
            result = self.either()
            if self.peek() != ")":
                raise ConditionFault("closing")
            self.position += 1
            return result
        if first in UNARY and self.peek() is not None:
            return _unary(self.process, first, self.take())
        if following in BINARY:
            self.position += 1
            self.take()
        if len(first) == 2 and first[0] == "-" and self.peek() is not None:
            raise ConditionFault("operand", first)
        return first != ""


def _number(text: str) -> int:
    if not _NUMBER.match(text):
        raise ConditionFault("number", text)
    return int(text)


def _binary(process: Process, left: str, operator: str, right: str) -> bool:
    match operator:
        case "=" | "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case ">":
            return left > right
        case "-nt" | "-ot" | "-ef":
            return _compare_files(process, left, operator, right)
    a, b = _number(left), _number(right)
    return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b}[operator]


def _stat(process: Process, path: str, *, follow: bool = True) -> Stat | None:
    try:
        return process.files.stat(path, follow=follow)
    except OSFault:
        return None


def _compare_files(process: Process, left: str, operator: str, right: str) -> bool:
    if operator == "-ef":
        files = process.files
        return files.exists(left) and files.exists(right) and files.resolve(left) == files.resolve(right)
    a, b = _stat(process, left), _stat(process, right)
    if operator == "-ot":
        a, b = b, a
    return a is not None and (b is None or a.mtime_ms > b.mtime_ms)


def _unary(process: Process, operator: str, value: str) -> bool:
    letter = operator[1]
    if letter == "z":
        return value == ""
    if letter == "n":
        return value != ""
    if letter == "t":
        file = process.fds.get(int(value[:9])) if value.isdecimal() else None
        return file is not None and file.is_terminal
    if letter in "rwx":
        return process.files.access(value, letter)
    stat = _stat(process, value, follow=letter not in "hL")
    return stat is not None and _is(process, stat, letter)


def _is(process: Process, stat: Stat, letter: str) -> bool:
    match letter:
        case "f":
            return stat.kind == "file"
        case "d":
            return stat.kind == "dir"
        case "h" | "L":
            return stat.kind == "link"
        case "c":
            return stat.kind == "device"
        case "s":
            return stat.size > 0
        case "e" | "a":
            return True
        case "O":
            return stat.uid == process.uid
        case "G":
            return stat.gid == process.gid
        case "u" | "g" | "k":
            return bool(stat.mode & {"u": 0o4000, "g": 0o2000, "k": 0o1000}[letter])
    return False


def test(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    try:
        if process.argv[0].endswith("["):
            if not arguments or arguments[-1] != "]":
                raise ConditionFault("missing", "]")
            arguments = arguments[:-1]
        return 0 if evaluate(process, arguments) else 1
    except ConditionFault as fault:
        return (yield from complain(process, fault.text("busybox" if is_busybox(process) else "gnu"), 2))
