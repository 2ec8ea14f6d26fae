"""awk: enough of it for the usual one-liners. getline and pipes are not simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities import awk_values as values
from simulator.containers.utilities.awk_functions import call_function
from simulator.containers.utilities.awk_parser import AwkFault, Node
from simulator.containers.utilities.awk_state import State
from simulator.containers.utilities.awk_values import DivisionByZero, Input, Value
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.echo import unescape
from simulator.containers.utilities.formats import format_all
from simulator.containers.utilities.messages import bad_option, complain
from simulator.containers.utilities.options import UsageFault, parse_options
from simulator.containers.utilities.regex import RegexFault, compile_regex
from simulator.containers.utilities.text_input import decode, encode, open_input

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_CALLS = 12
MAX_ITEMS = 50_000


class Jump(Exception):
    """next, break, continue, exit, return."""

    def __init__(self, kind: str, value: Value = 0.0) -> None:
        self.kind = kind
        self.value = value


class Awk(State):
    """Runs the program."""

    # ---- expressions -----------------------------------------------------------------
    def value(self, node: Node) -> Value:
        self.process.spend(1)
        return _EXPRESSIONS[node[0]](self, node)

    def key(self, subscripts: list[Node]) -> str:
        return values.text(self.variables["SUBSEP"]).join(values.text(self.value(node)) for node in subscripts)

    def store(self, target: Node, value: Value) -> None:
        if isinstance(value, str):
            self.check(len(value))
        if target[0] == "var":
            self.set(target[1], value)
        elif target[0] == "field":
            self.set_field(values.whole(self.value(target[1])), value)
        elif target[0] == "item":
            array = self.array(target[1])
            array[self.key(target[2])] = value
            if len(array) > MAX_ITEMS:
                self.process.allocate(1 << 50)
        else:
            raise AwkFault("Unexpected token")

    def unary(self, operator: str, operand: Value) -> Value:
        if operator == "!":
            return float(not values.truth(operand))
        return -values.number(operand) if operator == "-" else values.number(operand)

    def assign(self, node: Node) -> Value:
        _, operator, target, expression = node
        result = self.value(expression)
        if operator:
            result = values.calculate(operator, values.number(self.value(target)), values.number(result))
        self.store(target, result)
        return result

    def step(self, node: Node) -> Value:
        """++ and --, in front or behind."""
        _, operator, target, in_front = node
        before = values.number(self.value(target))
        after = before + (1 if operator == "++" else -1)
        self.store(target, after)
        return after if in_front else before

    def contains(self, node: Node) -> Value:
        subscripts = node[1][1] if node[1][0] == "group" else [node[1]]
        return float(self.key(subscripts) in self.array(node[2]))

    def matches(self, text: str, pattern: str) -> bool:
        return compile_regex(pattern, extended=True).search(text, 0, self.process.spend) is not None

    def pattern(self, node: Node) -> str:
        return str(node[1]) if node[0] == "regex" else values.text(self.value(node))

    def binary(self, operator: str, left: Node, right: Node) -> Value:
        if operator == "&&":
            return float(values.truth(self.value(left)) and values.truth(self.value(right)))
        if operator == "||":
            return float(values.truth(self.value(left)) or values.truth(self.value(right)))
        a = self.value(left)
        if operator in ("~", "!~"):
            return float(self.matches(values.text(a), self.pattern(right)) == (operator == "~"))
        b = self.value(right)
        if operator == " ":
            joined = values.text(a) + values.text(b)
            self.check(len(joined))
            return joined
        if operator in ("<", "<=", ">", ">=", "==", "!="):
            return float(values.compare(operator, a, b))
        return values.calculate(operator, values.number(a), values.number(b))

    def call(self, name: str, arguments: list[Node]) -> Value:
        if name not in self.functions:
            return call_function(self, name, arguments)
        if len(self.locals) >= MAX_CALLS:
            raise AwkFault("function call nesting too deep")
        names, body = self.functions[name]
        scope: dict[str, Any] = {}
        for number, parameter in enumerate(names):
            argument = arguments[number] if number < len(arguments) else None
            if argument is not None and argument[0] == "var" and argument[1] in self.arrays:
                scope[parameter] = self.arrays[argument[1]]
            else:
                scope[parameter] = self.value(argument) if argument is not None else Input("")
        self.locals.append(scope)
        try:
            self.run(body)
        except Jump as jump:
            if jump.kind != "return":
                raise
            return jump.value
        finally:
            self.locals.pop()
        return Input("")

    # ---- statements --------------------------------------------------------------------
    def run(self, node: Node) -> None:
        self.process.spend(1)
        statement = _STATEMENTS.get(node[0])
        if statement is not None:
            statement(self, node)
            return
        value = self.value(node[1]) if len(node) > 1 and node[1] is not None else 0.0
        raise Jump(node[0], value)

    def block(self, node: Node) -> None:
        for statement in node[1]:
            self.run(statement)

    def branch(self, node: Node) -> None:
        if values.truth(self.value(node[1])):
            self.run(node[2])
        elif node[3] is not None:
            self.run(node[3])

    def each(self, node: Node) -> None:
        """for (name in array)"""
        for key in list(self.array(node[2])):
            self.set(node[1], Input(key))
            if not self.body(node[3]):
                break

    def delete(self, node: Node) -> None:
        if node[2] is None:
            self.array(node[1]).clear()
        else:
            self.array(node[1]).pop(self.key(node[2]), None)

    def body(self, node: Node) -> bool:
        """One turn of a loop; False when it is left."""
        try:
            self.run(node)
        except Jump as jump:
            if jump.kind == "break":
                return False
            if jump.kind != "continue":
                raise
        return True

    def loop(self, node: Node) -> None:
        kind = node[0]
        if kind == "for":
            _, start, condition, step, body = node
            if start is not None:
                self.run(start)
        else:
            condition, body, step = (node[1], node[2], None) if kind == "while" else (node[2], node[1], None)
        first = kind == "do"
        while first or condition is None or values.truth(self.value(condition)):
            first = False
            if not self.body(body):
                break
            if step is not None:
                self.run(step)

    def show(self, node: Node) -> None:
        arguments = [values.text(self.value(argument)) for argument in node[1]]
        if node[0] == "printf":
            text, _ = format_all(arguments[0], arguments[1:]) if arguments else ("", [])
        else:
            text = values.text(self.variables["OFS"]).join(arguments) if node[1] else self.record
            text += values.text(self.variables["ORS"])
        if node[2] == "|":
            raise AwkFault("pipes are not simulated")
        if node[3] is None:
            self.output.append(text)
            self.check(sum(map(len, self.output[-8:])))
        else:
            self.write(values.text(self.value(node[3])), text, append=node[2] == ">>")

    def write(self, path: str, text: str, *, append: bool) -> None:
        if path == "/dev/stderr" or path == "/dev/stdout":
            self.output.append(text)
            return
        again = path in self.files
        self.files[path] = []
        self.process.files.write(path, encode(text), append=append or again)

    # ---- the whole ------------------------------------------------------------------------
    def selected(self, number: int, pattern: Node) -> bool:
        match pattern[0]:
            case "always":
                return True
            case "match":
                return values.truth(self.value(pattern[1]))
            case "range":
                if number not in self.ranges:
                    if not values.truth(self.value(pattern[1])):
                        return False
                    self.ranges.add(number)
                if values.truth(self.value(pattern[2])):
                    self.ranges.discard(number)
                return True
        return False

    def one_record(self) -> None:
        for number, (pattern, action) in enumerate(self.items):
            if self.selected(number, pattern):
                if action is None:
                    self.output.append(self.record + values.text(self.variables["ORS"]))
                else:
                    self.run(action)

    def special(self, name: str) -> None:
        for pattern, action in self.items:
            if pattern[0] == name and action is not None:
                self.run(action)

    def flush(self) -> Routine[None]:
        text, self.output = "".join(self.output), []
        if text:
            yield from self.process.out(encode(text))

    def reads(self) -> bool:
        return any(pattern[0] != "BEGIN" for pattern, _ in self.items)


_EXPRESSIONS: dict[str, Callable[[Awk, Node], Value]] = {
    "number": lambda awk, node: node[1],
    "string": lambda awk, node: node[1],
    "regex": lambda awk, node: float(awk.matches(awk.record, node[1])),
    "var": lambda awk, node: awk.get(node[1]),
    "field": lambda awk, node: awk.field(values.whole(awk.value(node[1]))),
    "item": lambda awk, node: awk.array(node[1]).setdefault(awk.key(node[2]), Input("")),
    "group": lambda awk, node: awk.value(node[1][0]),
    "binary": lambda awk, node: awk.binary(node[1], node[2], node[3]),
    "unary": lambda awk, node: awk.unary(node[1], awk.value(node[2])),
    "?": lambda awk, node: awk.value(node[2] if values.truth(awk.value(node[1])) else node[3]),
    "assign": Awk.assign,
    "step": Awk.step,
    "in": Awk.contains,
    "call": lambda awk, node: awk.call(node[1], node[2]),
}
_STATEMENTS: dict[str, Callable[[Awk, Node], object]] = {
    "block": Awk.block,
    "expression": lambda awk, node: awk.value(node[1]),
    "print": Awk.show,
    "printf": Awk.show,
    "if": Awk.branch,
    "while": Awk.loop,
    "for": Awk.loop,
    "do": Awk.loop,
    "forin": Awk.each,
    "delete": Awk.delete,
}


def _records(awk: Awk, paths: list[str]) -> Routine[int]:
    status = 0
    for path in paths or ["-"]:
        if "=" in path and path.partition("=")[0].isidentifier():
            awk.set(path.partition("=")[0], Input(path.partition("=")[2]))
            continue
        source = yield from open_input(awk.process, path)
        if source is None:
            status = 2
            continue
        awk.variables["FILENAME"] = "" if path == "-" else path
        awk.variables["FNR"] = 0.0
        while line := (yield from source.line()):
            awk.variables["NR"] = values.number(awk.variables["NR"]) + 1
            awk.variables["FNR"] = values.number(awk.variables["FNR"]) + 1
            awk.set_record(decode(line).removesuffix("\n"))
            try:
                awk.one_record()
            except Jump as jump:
                if jump.kind != "next":
                    raise
            yield from awk.flush()
            yield from breathe(awk.process)
        source.close()
    return status


def _main(awk: Awk, paths: list[str]) -> Routine[int]:
    status = 0
    try:
        awk.special("BEGIN")
        yield from awk.flush()
        if awk.reads():
            status = yield from _records(awk, paths)
    except Jump as jump:
        if jump.kind != "exit":
            raise AwkFault("Unexpected token") from None
        status = values.whole(jump.value) & 255
    try:
        awk.special("END")
    except Jump as jump:
        status = values.whole(jump.value) & 255
    yield from awk.flush()
    return status


def awk(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "F:v:f:", in_order=True)
        paths = list(options.operands)
        text = "\n".join(decode(process.files.read(name)) for name in options.all("f"))
        if "f" not in options:
            if not paths:
                return (yield from complain(process, "missing program", 1))
            text = paths.pop(0)
        program = Awk(process, text)
        for setting in options.all("v"):
            name, _, value = setting.partition("=")
            program.set(name, Input(unescape(value, octal=True)[0]))
        if "F" in options:
            separator = unescape(options.get("F"), octal=True)[0]
            program.variables["FS"] = "\t" if separator == "t" else separator
        return (yield from _main(program, paths))
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option))
    except OSFault as fault:
        return (yield from complain(process, f"{fault.path}: {fault.message}", 1))
    except (AwkFault, RegexFault) as fault:
        return (yield from complain(process, f"cmd. line:1: {fault}", 1))
    except DivisionByZero:
        return (yield from complain(process, "cmd. line:1: Division by zero", 1))
