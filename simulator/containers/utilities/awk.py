"""awk: enough of it for the usual one-liners. getline and pipes are not simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities import awk_values as values
from simulator.containers.utilities.awk_functions import call_function
from simulator.containers.utilities.awk_parser import AwkFault, Node, Parser
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

MAX_DEPTH = 30
MAX_STRING = 1 << 20
MAX_ITEMS = 50_000
MAX_FIELDS = 20_000


class Jump(Exception):
    """next, break, continue, exit, return."""

    def __init__(self, kind: str, value: Value = 0.0) -> None:
        self.kind = kind
        self.value = value


class Awk:
    def __init__(self, process: Process, text: str) -> None:
        self.process = process
        parser = Parser(text)
        self.items = parser.program()
        self.functions = parser.functions
        self.variables: dict[str, Value] = {"FS": " ", "OFS": " ", "ORS": "\n", "SUBSEP": "\x1c", "RS": "\n",
                                            "NR": 0.0, "NF": 0.0, "FNR": 0.0, "RSTART": 0.0, "RLENGTH": -1.0}  # fmt: skip
        self.arrays: dict[str, dict[str, Value]] = {"ENVIRON": {k: Input(v) for k, v in process.env.items()}}
        self.locals: list[dict[str, Any]] = []
        self.record = ""
        self.fields: list[Value] = []
        self.output: list[str] = []
        self.files: dict[str, list[str]] = {}
        self.ranges: set[int] = set()
        self.depth = 0
        self.size = 0

    # ---- records ---------------------------------------------------------------
    def split(self, text: str, separator: str) -> list[str]:
        if separator == " ":
            return text.split()
        if not text:
            return []
        if len(separator) == 1 and separator not in "\\|.*+?[^$(":
            return text.split(separator)
        if not separator:
            return list(text)
        pieces: list[str] = []
        regex = compile_regex(
            separator if len(separator) > 1 else "\\" + separator if separator != "|" else "[|]", extended=True
        )
        pos = at = 0
        while (match := regex.search(text, at, self.process.spend)) is not None:
            if match.end == match.start:
                at += 1
                if at > len(text):
                    break
                continue
            pieces.append(text[pos : match.start])
            pos = at = match.end
        return [*pieces, text[pos:]]

    def set_record(self, text: str) -> None:
        self.record = text
        self.fields = [Input(part) for part in self.split(text, values.text(self.variables["FS"]))]
        self.variables["NF"] = float(len(self.fields))

    def field(self, index: int) -> Value:
        if index == 0:
            return Input(self.record)
        return self.fields[index - 1] if 0 < index <= len(self.fields) else Input("")

    def set_field(self, index: int, value: Value) -> None:
        if index == 0:
            self.set_record(values.text(value))
            return
        if index < 0 or index > MAX_FIELDS:
            raise AwkFault("trying to access out of range field")
        self.fields.extend([Input("")] * (index - len(self.fields)))
        self.fields[index - 1] = value
        self.variables["NF"] = float(len(self.fields))
        self.join()

    def join(self) -> None:
        self.record = values.text(self.variables["OFS"]).join(values.text(value) for value in self.fields)

    def set_fields(self, count: int) -> None:
        count = max(0, min(count, MAX_FIELDS))
        self.fields = [*self.fields[:count], *[Input("")] * (count - len(self.fields))]
        self.join()

    # ---- variables -----------------------------------------------------------------
    def array(self, name: str) -> dict[str, Value]:
        for scope in self.locals[-1:]:
            if name in scope:
                if not isinstance(scope[name], dict):
                    scope[name] = {}
                found: dict[str, Value] = scope[name]
                return found
        return self.arrays.setdefault(name, {})

    def get(self, name: str) -> Value:
        if self.locals and name in self.locals[-1]:
            value = self.locals[-1][name]
            return value if isinstance(value, (float, str)) else Input("")
        return self.variables.get(name, Input(""))

    def set(self, name: str, value: Value) -> None:
        if self.locals and name in self.locals[-1]:
            self.locals[-1][name] = value
            return
        self.variables[name] = value
        if name == "NF":
            self.set_fields(int(values.number(value)))

    def key(self, subscripts: list[Node]) -> str:
        return values.text(self.variables["SUBSEP"]).join(values.text(self.value(node)) for node in subscripts)

    def store(self, target: Node, value: Value) -> None:
        if isinstance(value, str):
            self.check(len(value))
        if target[0] == "var":
            self.set(target[1], value)
        elif target[0] == "field":
            self.set_field(int(values.number(self.value(target[1]))), value)
        elif target[0] == "item":
            array = self.array(target[1])
            array[self.key(target[2])] = value
            if len(array) > MAX_ITEMS:
                self.process.allocate(1 << 50)
        else:
            raise AwkFault("Unexpected token")

    def check(self, size: int) -> None:
        if size > MAX_STRING:
            self.process.allocate(1 << 50)

    # ---- expressions -----------------------------------------------------------------
    def value(self, node: Node) -> Value:
        self.process.spend(1)
        match node[0]:
            case "number" | "string":
                constant: Value = node[1]
                return constant
            case "regex":
                return float(self.matches(self.record, node[1]))
            case "var":
                return self.get(node[1])
            case "field":
                return self.field(int(values.number(self.value(node[1]))))
            case "item":
                return self.array(node[1]).setdefault(self.key(node[2]), Input(""))
            case "group":
                return self.value(node[1][0])
            case "binary":
                return self.binary(node[1], node[2], node[3])
            case "unary":
                operand = self.value(node[2])
                if node[1] == "!":
                    return float(not values.truth(operand))
                return -values.number(operand) if node[1] == "-" else values.number(operand)
            case "?":
                return self.value(node[2] if values.truth(self.value(node[1])) else node[3])
            case "assign":
                result = self.value(node[3])
                if node[1]:
                    result = values.calculate(node[1], values.number(self.value(node[2])), values.number(result))
                self.store(node[2], result)
                return result
            case "step":
                before = values.number(self.value(node[2]))
                after = before + (1 if node[1] == "++" else -1)
                self.store(node[2], after)
                return after if node[3] else before
            case "in":
                subscripts = node[1][1] if node[1][0] == "group" else [node[1]]
                return float(self.key(subscripts) in self.array(node[2]))
            case "call":
                return self.call(node[1], node[2])
        raise AwkFault("Unexpected token")

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
        if len(self.locals) >= MAX_DEPTH:
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
        match node[0]:
            case "block":
                for statement in node[1]:
                    self.run(statement)
            case "expression":
                self.value(node[1])
            case "print" | "printf":
                self.show(node)
            case "if":
                if values.truth(self.value(node[1])):
                    self.run(node[2])
                elif node[3] is not None:
                    self.run(node[3])
            case "while" | "for" | "do":
                self.loop(node)
            case "forin":
                for key in list(self.array(node[2])):
                    self.set(node[1], Input(key))
                    if not self.body(node[3]):
                        break
            case "delete":
                if node[2] is None:
                    self.array(node[1]).clear()
                else:
                    self.array(node[1]).pop(self.key(node[2]), None)
            case kind:
                value = self.value(node[1]) if len(node) > 1 and node[1] is not None else 0.0
                raise Jump(kind, value)

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
        status = int(values.number(jump.value)) & 255
    try:
        awk.special("END")
    except Jump as jump:
        status = int(values.number(jump.value)) & 255
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
