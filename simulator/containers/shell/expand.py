"""Word expansion: parameters, substitutions, arithmetic, field splitting, pathnames, quote removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell import patterns
from simulator.containers.shell.braces import expand_braces
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.fields import DEFAULT_IFS, split
from simulator.containers.shell.glob import expand_path
from simulator.containers.shell.parameters import compute, lookup
from simulator.containers.shell.state import MAX_VALUE
from simulator.containers.shell.substitution import substitute_command
from simulator.containers.shell.syntax import Parameter, Part, Substitution, Text, Word
from simulator.containers.shell.words import as_word, has_braces
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.containers.shell.state import Shell

MAX_FIELDS = 50_000
Chunks = list[tuple[str, bool]]


class Builder:
    """Fields in the making. A field is a list of (text, quoted)."""

    __slots__ = ("fields", "ifs", "open", "shell", "size", "splits", "vanished")

    def __init__(self, shell: Shell, splits: bool) -> None:
        self.shell = shell
        self.splits = splits
        self.fields: list[Chunks] = [[]]
        self.open = False  # the last field has content, or is quoted
        self.vanished = False  # a "$@" without parameters was here
        self.size = 0
        ifs = shell.variables.values.get("IFS")
        self.ifs = DEFAULT_IFS if ifs is None else ifs

    def add(self, text: str, quoted: bool) -> None:
        if text or quoted:
            self.fields[-1].append((text, quoted))
            self.grow(len(text))

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > MAX_VALUE or len(self.fields) > MAX_FIELDS:
            # More than we are willing to hold: taken to eat all the memory there is.
            self.shell.process.allocate(1 << 50)

    def value(self, text: str, quoted: bool) -> None:
        """The result of an expansion."""
        if quoted or not self.splits:
            self.add(text, quoted)
            return
        if text.isalnum() and self.ifs == DEFAULT_IFS:
            self.add(text, False)
            return
        self.shell.process.spend(1 + len(text) // 256)
        fields, before, after = split(text, self.ifs)
        if before or not fields:
            self.separate(bool(text) and before)
        for number, field in enumerate(fields):
            if number:
                self.next()
            self.add(field, False) if field else self.fields[-1].append(("", True))
        if after and fields:
            self.separate(True)

    def separate(self, wanted: bool) -> None:
        if wanted and self.fields[-1]:
            self.fields.append([])

    def next(self) -> None:
        self.fields.append([])
        self.grow(0)

    def listing(self, values: Sequence[str], quoted: bool) -> None:
        """`$@`: a field each."""
        if not values:
            self.vanished = True
        for number, value in enumerate(values):
            if number:
                self.next() if quoted or self.fields[-1] else None
            if quoted or not self.splits:
                self.add(value, True)
            else:
                self.value(value, False)

    def result(self) -> list[Chunks]:
        if not self.fields[-1] or (self.vanished and all(text == "" for text, _ in self.fields[-1])):
            self.fields.pop()
        return self.fields


_PLAIN = frozenset(("", "length", "-", "=", "?", "+", ":-", ":=", ":?", ":+", "#", "##", "%", "%%"))
_OF_ASH = _PLAIN | {"/", "//", ":"}
_CHANGES = {"dash": _PLAIN, "ash": _OF_ASH, "bash": _OF_ASH | {"^", "^^", ",", ",,", "@"}}


def _text(chunks: Chunks) -> str:
    return chunks[0][0] if len(chunks) == 1 else "".join(text for text, _ in chunks)


def _pattern(chunks: Chunks) -> str:
    return "".join(patterns.escape(text) if quoted else text for text, quoted in chunks)


def _globs(chunks: Chunks) -> bool:
    return any(not quoted and patterns.is_pattern(text) for text, quoted in chunks)


# ---- the doors ---------------------------------------------------------------------
def expand_words(shell: Shell, words: Sequence[Word]) -> Routine[list[str]]:
    """Words to arguments, with everything."""
    result: list[str] = []
    for word in words:
        if word.plain is not None:
            result.append(word.plain)
        elif shell.dialect == "bash" and has_braces(word.source):
            for source in expand_braces(word.source):
                result.extend((yield from _expand_one(shell, as_word(source))))
        else:
            result.extend((yield from _expand_one(shell, word)))
    return result


def _expand_one(shell: Shell, word: Word) -> Routine[list[str]]:
    builder = Builder(shell, splits=True)
    yield from _expand_parts(shell, _with_home(shell, word), builder)
    result: list[str] = []
    for chunks in builder.result():
        if "f" not in shell.options and _globs(chunks):
            paths = expand_path(shell.process, _pattern(chunks))
            if paths:
                result.extend(paths)
                continue
        result.append(_text(chunks))
    return result


def expand_text(shell: Shell, word: Word, *, assignment: bool = False) -> Routine[str]:
    """A word to one string: no splitting, no pathnames (assignments, here-documents, `case`)."""
    if word.plain is not None:
        return word.plain
    builder = Builder(shell, splits=False)
    yield from _expand_parts(shell, _with_home(shell, word, assignment=assignment), builder)
    return " ".join(_text(chunks) for chunks in builder.fields)


def expand_pattern(shell: Shell, word: Word) -> Routine[str]:
    """A word to a pattern in which what was quoted is escaped."""
    builder = Builder(shell, splits=False)
    yield from _expand_parts(shell, _with_home(shell, word), builder)
    return " ".join(_pattern(chunks) for chunks in builder.fields)


def expand_arithmetic(shell: Shell, word: Word) -> Routine[int]:
    text = yield from expand_text(shell, word)
    return compute(shell, text)


# ---- parts ---------------------------------------------------------------------------
def _with_home(shell: Shell, word: Word, *, assignment: bool = False) -> Sequence[Part]:
    """The word's parts with a leading ~ replaced; in an assignment also those after a colon."""
    parts = word.parts
    if not parts or not isinstance(parts[0], Text):
        return parts
    if assignment and any(isinstance(p, Text) and not p.quoted and ":~" in p.text for p in parts):
        parts = tuple(
            Text(p.text.replace(":~", ":" + home(shell, "")), False) if isinstance(p, Text) and not p.quoted else p
            for p in parts
        )
    first = parts[0]
    if not word.tilde or not isinstance(first, Text):
        return parts
    user, slash, rest = first.text[1:].partition("/")
    if not slash and len(parts) > 1:
        return parts
    folder = home(shell, user)
    return parts if folder.startswith("~") else (Text(folder, True), Text(slash + rest, False), *parts[1:])


def home(shell: Shell, user: str) -> str:
    if not user:
        return shell.variables.values.get("HOME", "~")
    if user == "+":
        return shell.process.cwd
    return "/root" if user == "root" else f"~{user}"


def _expand_parts(shell: Shell, parts: Sequence[Part], out: Builder) -> Routine[None]:
    for part in parts:
        if isinstance(part, Text):
            out.add(part.text, part.quoted)
        elif isinstance(part, Parameter):
            if part.operator or part.index is not None or part.name in ("@", "*") or part.name[:1] == "!" != part.name:
                yield from _parameter(shell, part, out)
                continue
            value = lookup(shell, part.name)
            if value is None:
                _check_unset(shell, part.name)
            else:
                out.value(value, part.quoted)
        elif isinstance(part, Substitution):
            shell.enter(4)
            out.value((yield from substitute_command(shell, part.text)), part.quoted)
            shell.depth -= 4
        else:
            number = yield from expand_arithmetic(shell, part.expression)
            out.value(str(number), part.quoted)


def _check_unset(shell: Shell, name: str) -> None:
    if "u" in shell.options and name not in "@*":
        raise ShellFault(shell.messages.unset(name), shell.messages.fatal_status(), fatal=True)


def _values(shell: Shell, part: Parameter) -> Routine[list[str] | str | None]:
    """What the name stands for: a list for `@`, `*` and whole arrays."""
    name = part.name
    if name in ("@", "*"):
        return shell.positional
    if name.startswith("!") and len(name) > 1:
        target = lookup(shell, name[1:])
        return lookup(shell, target) if target else None
    if part.index is None:
        return lookup(shell, name)
    index = yield from expand_text(shell, part.index)
    items = shell.variables.items(name)
    if index in ("@", "*"):
        return [items[key] for key in sorted(items)]
    position = compute(shell, index)
    return items.get(position + (max(items, default=-1) + 1 if position < 0 else 0))


def _joins(shell: Shell, part: Parameter) -> Routine[bool]:
    """Whether a quoted list is one field: "$*"."""
    if part.name == "*":
        return True
    return part.index is not None and (yield from expand_text(shell, part.index)) == "*"


def _emit(shell: Shell, part: Parameter, value: list[str] | str | None, out: Builder) -> Routine[None]:
    if isinstance(value, list):
        if part.quoted and (yield from _joins(shell, part)):
            out.add(out.ifs[:1].join(value), True)
        else:
            out.listing(value, part.quoted)
    elif value is not None:
        out.value(value, part.quoted)


def _check_dialect(shell: Shell, part: Parameter) -> None:
    """Arrays, `${!name}`, `${name^^}` and the like are bash's alone; dash knows neither substrings nor replacements."""
    known = _CHANGES[shell.dialect]
    if part.operator not in known or (not shell.bash and (part.index is not None or part.name[:1] == "!" != part.name)):
        raise ShellFault(shell.messages.bad_substitution(), shell.messages.fatal_status(), fatal=True)


def _parameter(shell: Shell, part: Parameter, out: Builder) -> Routine[None]:
    _check_dialect(shell, part)
    shell.enter(3)
    value = yield from _values(shell, part)
    operator = part.operator
    if operator == "length":
        count = len(value) if value is not None else 0
        if value is None:
            _check_unset(shell, part.name)
        out.value(str(count), part.quoted)
    elif operator.lstrip(":") in ("-", "=", "?", "+") and operator:
        yield from _default(shell, part, value, out)
    else:
        if (value is None and operator) or (value is None and part.name not in ("@", "*")):
            _check_unset(shell, part.name)
        if operator and part.operand is not None:
            value = yield from _transform_all(shell, part, value)
        yield from _emit(shell, part, value, out)
    shell.depth -= 3


def _default(shell: Shell, part: Parameter, value: list[str] | str | None, out: Builder) -> Routine[None]:
    """`:-` `:=` `:?` `:+`, and those without the colon, which look at unset only."""
    operand = part.operand or Word(())
    missing = value is None or value == []
    if part.operator[0] == ":" and not missing:
        missing = value == "" or (isinstance(value, list) and all(item == "" for item in value))
    match part.operator[-1]:
        case "+":
            if not missing:
                yield from _expand_parts(shell, _with_home(shell, operand), out)
        case _ if not missing:
            yield from _emit(shell, part, value, out)
        case "-":
            yield from _expand_parts(shell, _with_home(shell, operand), out)
        case "=":
            text = yield from expand_text(shell, operand)
            shell.assign(part.name, text)
            out.value(text, part.quoted)
        case "?":
            text = yield from expand_text(shell, operand)
            standard = "parameter not set or null" if part.operator[0] == ":" else "parameter not set"
            if shell.dialect == "bash":
                standard = "parameter null or not set" if part.operator[0] == ":" else "parameter not set"
            fault = f"{part.name}: {text or standard}"
            raise ShellFault(fault, shell.messages.fatal_status(), fatal=True)


def _transform_all(shell: Shell, part: Parameter, value: list[str] | str | None) -> Routine[list[str] | str | None]:
    if isinstance(value, list):
        if part.operator == ":":
            return (yield from _slice_list(shell, part, value))
        changed: list[str] = []
        for item in value:
            changed.append((yield from _transform(shell, part, item)))
        return changed
    if value is None:
        return None
    return (yield from _transform(shell, part, value))


def _transform(shell: Shell, part: Parameter, value: str) -> Routine[str]:
    assert part.operand is not None
    operator = part.operator
    if operator in ("#", "##", "%", "%%"):
        pattern = yield from expand_pattern(shell, part.operand)
        _pay_for_match(shell, pattern, value)
        if operator[0] == "#":
            return patterns.strip_prefix(pattern, value, operator == "##")
        return patterns.strip_suffix(pattern, value, operator == "%%")
    if operator in ("/", "//"):
        return (yield from _replace(shell, part.operand, operator == "//", value))
    if operator == ":":
        offset, length = yield from _bounds(shell, part.operand, len(value))
        return value[offset : offset + length]
    if operator in ("^^", "^", ",,", ","):
        change = str.upper if operator[0] == "^" else str.lower
        return change(value) if len(operator) == 2 else change(value[:1]) + value[1:]
    return value


def _pay_for_match(shell: Shell, pattern: str, value: str) -> None:
    shell.process.spend(1 + len(pattern) * len(value) // 64)


def _replace(shell: Shell, operand: Word, everywhere: bool, value: str) -> Routine[str]:
    before: list[Part] = []
    after: list[Part] = []
    parts = list(operand.parts)
    anchor = ""
    if parts and isinstance(parts[0], Text) and not parts[0].quoted and parts[0].text[:1] in ("#", "%"):
        anchor = parts[0].text[0]
        parts[0] = Text(parts[0].text[1:], False)
    for number, part in enumerate(parts):
        if isinstance(part, Text) and not part.quoted and "/" in part.text:
            head, _, rest = part.text.partition("/")
            before.append(Text(head, False))
            after = [Text(rest, False), *parts[number + 1 :]]
            break
        before.append(part)
    pattern = yield from expand_pattern(shell, Word(tuple(before)))
    replacement = yield from expand_text(shell, Word(tuple(after)))
    _pay_for_match(shell, pattern, value)
    if not pattern:
        return value
    result = patterns.substitute(pattern, value, replacement, everywhere, anchor)
    if len(result) > MAX_VALUE:
        shell.process.allocate(1 << 50)
    return result


def _bounds(shell: Shell, operand: Word, size: int) -> Routine[tuple[int, int]]:
    """Offset and length of `${x:offset:length}`."""
    text = yield from expand_text(shell, operand)
    first, colon, second = text.partition(":")
    offset = compute(shell, first)
    offset = max(0, size + offset) if offset < 0 else min(offset, size)
    length = compute(shell, second) if colon else size
    if length < 0:
        length = max(0, size + length - offset)
    return offset, length


def _slice_list(shell: Shell, part: Parameter, value: list[str]) -> Routine[list[str]]:
    assert part.operand is not None
    values = [shell.name, *value] if part.name in ("@", "*") else value
    offset, length = yield from _bounds(shell, part.operand, len(values))
    return values[offset : offset + length]
