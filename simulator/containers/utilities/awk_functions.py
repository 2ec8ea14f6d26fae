"""awk's own functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.utilities import awk_values as values
from simulator.containers.utilities.awk_parser import AwkFault, Node
from simulator.containers.utilities.awk_values import MATH, Input, Value
from simulator.containers.utilities.dates import strftime
from simulator.containers.utilities.formats import format_all
from simulator.containers.utilities.regex import compile_regex
from simulator.containers.utilities.sed import fill
from simulator.containers.utilities.sed_parser import replacement_parts

if TYPE_CHECKING:
    from simulator.containers.utilities.awk import Awk


def call_function(awk: Awk, name: str, arguments: list[Node]) -> Value:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(awk, arguments)
    given = [awk.value(argument) for argument in arguments]
    if name in MATH and given:
        return MATH[name](values.number(given[0]))
    function, least = _PLAIN.get(name, (None, 0))
    if function is None:
        raise AwkFault("Call to undefined function" if name != "system" else "system() is not simulated")
    if len(given) < least:
        raise AwkFault("Too few arguments")
    return function(awk, given)


def _substring(awk: Awk, given: list[Value]) -> Value:
    text = values.text(given[0])
    start = values.whole(given[1])
    end = start + values.whole(given[2]) if len(given) > 2 else len(text) + 1
    return text[max(0, start - 1) : max(0, end - 1)]


def _time(awk: Awk, given: list[Value]) -> Value:
    seconds = values.whole(given[1]) if len(given) > 1 else awk.process.epoch_ms // 1000
    return strftime(values.text(given[0]) if given else "%c", seconds * 1000)


_PLAIN: dict[str, tuple[Callable[[Awk, list[Value]], Value], int]] = {
    "substr": (_substring, 2),
    "index": (lambda awk, given: float(values.text(given[0]).find(values.text(given[1])) + 1), 2),
    "tolower": (lambda awk, given: values.text(given[0]).lower(), 1),
    "toupper": (lambda awk, given: values.text(given[0]).upper(), 1),
    "sprintf": (lambda awk, given: format_all(values.text(given[0]), [values.text(v) for v in given[1:]])[0], 1),
    "rand": (lambda awk, given: awk.process.random.random(), 0),
    "srand": (lambda awk, given: 0.0, 0),
    "systime": (lambda awk, given: float(awk.process.epoch_ms // 1000), 0),
    "strftime": (_time, 0),
}


def _length(awk: Awk, arguments: list[Node]) -> Value:
    if not arguments:
        return float(len(awk.record))
    node = arguments[0]
    if node[0] == "var" and node[1] in awk.arrays:
        return float(len(awk.arrays[node[1]]))
    return float(len(values.text(awk.value(node))))


def _substitute(awk: Awk, everywhere: bool, arguments: list[Node]) -> Value:
    if len(arguments) < 2:
        raise AwkFault("Too few arguments")
    regex = compile_regex(awk.pattern(arguments[0]), extended=True)
    parts = tuple(
        part for part in replacement_parts(values.text(awk.value(arguments[1]))) if part == 0 or isinstance(part, str)
    )
    target: Node = arguments[2] if len(arguments) > 2 else ("field", ("number", 0.0))
    text = values.text(awk.value(target))
    pieces: list[str] = []
    pos = count = 0
    while pos <= len(text) and (match := regex.search(text, pos, awk.process.spend)) is not None:
        count += 1
        pieces += [text[pos : match.start], fill(parts, match)]
        pos = match.end
        if match.end == match.start:
            pieces.append(text[pos : pos + 1])
            pos += 1
        awk.check(sum(map(len, pieces[-3:])) + pos)
        if not everywhere:
            break
    if count:
        awk.store(target, "".join(pieces) + text[pos:])
    return float(count)


def _split(awk: Awk, arguments: list[Node]) -> Value:
    if len(arguments) < 2 or arguments[1][0] != "var":
        raise AwkFault("Too few arguments")
    text = values.text(awk.value(arguments[0]))
    separator = awk.pattern(arguments[2]) if len(arguments) > 2 else values.text(awk.variables["FS"])
    pieces = awk.split(text, separator)
    array = awk.array(arguments[1][1])
    array.clear()
    array.update({str(number): Input(piece) for number, piece in enumerate(pieces, 1)})
    return float(len(pieces))


def _match(awk: Awk, arguments: list[Node]) -> Value:
    if len(arguments) < 2:
        raise AwkFault("Too few arguments")
    text = values.text(awk.value(arguments[0]))
    found = compile_regex(awk.pattern(arguments[1]), extended=True).search(text, 0, awk.process.spend)
    awk.variables["RSTART"] = float(found.start + 1) if found else 0.0
    awk.variables["RLENGTH"] = float(found.end - found.start) if found else -1.0
    return awk.variables["RSTART"]


_SPECIAL: dict[str, Callable[[Awk, list[Node]], Value]] = {
    "length": _length,
    "sub": lambda awk, arguments: _substitute(awk, False, arguments),
    "gsub": lambda awk, arguments: _substitute(awk, True, arguments),
    "split": _split,
    "match": _match,
}
