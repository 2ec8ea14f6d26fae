"""Runs a Go template. Models Go's text/template/exec.go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.kubectl.go_template.functions import FUNCTIONS, CallError, type_text, value_text
from simulator.kubectl.go_template.parse import Branch, Jump, Node, Operand, Pipe, Template, Text

_SHOWN = 20  # how much of an expression an error shows
NO_VALUE = "<no value>"


class ExecutionError(ValueError):
    """What stopped a template while it ran; `text` is what it had printed."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class _Missing:
    """The value of a key that a map does not have. To functions it is nil."""

    def __bool__(self) -> bool:
        return False


MISSING = _Missing()


class _Break(Exception):
    """Ends a range."""


class _Continue(Exception):
    """Ends one round of a range."""


def render(template: Template, data: Any, *, strict: bool = False) -> str:
    """What the template prints. `strict`: a key that is missing is an error (missingkey=error)."""
    run = _Run(template, strict, [("$", data)])
    run.walk(template.nodes, data)
    return "".join(run.out)


@dataclass(slots=True)
class _Run:
    template: Template
    strict: bool
    variables: list[tuple[str, Any]]
    out: list[str] = field(default_factory=list)

    def wrong(self, operand: Operand, message: str) -> ExecutionError:
        before = self.template.source[: operand.at]
        line, column = 1 + before.count("\n"), operand.at - (before.rfind("\n") + 1)
        shown = operand.shown if len(operand.shown) <= _SHOWN else operand.shown[:_SHOWN] + "..."
        where = f'template: output:{line}:{column}: executing "output" at <{shown}>'
        return ExecutionError(f"{where}: {message}", "".join(self.out))

    def walk(self, nodes: Sequence[Node], dot: Any) -> None:
        for node in nodes:
            if isinstance(node, Text):
                self.out.append(node.text)
            elif isinstance(node, Jump):
                raise _Break if node.kind == "break" else _Continue
            elif isinstance(node, Branch):
                before = len(self.variables)
                self.branch(node, dot)
                del self.variables[before:]
            else:
                value = self.pipe(node, dot)
                if not node.variables:
                    self.out.append(NO_VALUE if value is MISSING else value_text(value))

    def branch(self, node: Branch, dot: Any) -> None:
        value = self.pipe(node.pipe, dot, assign=node.kind != "range")
        if node.kind == "range":
            self.range(node, value, dot)
        elif value:
            self.walk(node.body, value if node.kind == "with" else dot)
        else:
            self.walk(node.otherwise, dot)

    def range(self, node: Branch, value: Any, dot: Any) -> None:
        rounds = 0
        before = len(self.variables)
        for key, item in self.items(node, value):
            rounds += 1
            names = node.pipe.variables
            pairs = list(zip(names, (key, item) if len(names) > 1 else (item,), strict=False))
            for name, what in pairs:
                self.assign(name, what, declares=node.pipe.declares)
            try:
                self.walk(node.body, item)
            except _Break:
                break
            except _Continue:
                pass
            finally:
                del self.variables[before:]
        if not rounds:
            self.walk(node.otherwise, dot)

    def items(self, node: Branch, value: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(value, dict):
            return iter(sorted(value.items()))
        if isinstance(value, list):
            return enumerate(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return ((i, i) for i in range(value))
        if value is MISSING or value is None:
            return iter(())
        raise self.wrong(node.pipe.commands[-1][0], f"range can't iterate over {value_text(value)}")

    def assign(self, name: str, value: Any, *, declares: bool) -> None:
        if declares:
            self.variables.append((name, value))
            return
        place = max(i for i, (known, _) in enumerate(self.variables) if known == name)
        self.variables[place] = (name, value)

    def pipe(self, pipe: Pipe, dot: Any, *, assign: bool = True) -> Any:
        """The value of the last command; each gets what the one before it gave as its last argument."""
        value: Any = None
        for number, command in enumerate(pipe.commands):
            value = self.command(command, dot, [value] if number else [])
            value = MISSING if value is None else value
        if assign:
            for name in pipe.variables:
                self.assign(name, value, declares=pipe.declares)
        return value

    def command(self, command: tuple[Operand, ...], dot: Any, last: list[Any]) -> Any:
        first, *rest = command
        if first.kind == "function" and not first.fields:
            return self.call(first, rest, dot, last)
        if not rest and not last:
            if first.kind == "nil":
                raise self.wrong(first, "nil is not a command")
            return self.value(first, dot)
        if first.kind == "field":
            raise self.wrong(first, f"{first.fields[-1]} has arguments but cannot be invoked as function")
        raise self.wrong(first, f"can't give argument to non-function {first.shown}")

    def call(self, operand: Operand, rest: Sequence[Operand], dot: Any, last: list[Any]) -> Any:
        function = FUNCTIONS[operand.value]
        lazy = operand.value in ("and", "or")  # these look no further than they have to
        values: list[Any] = []
        for each in rest:
            values.append(_argument(self.value(each, dot)))
            if lazy and bool(values[-1]) == (operand.value == "or"):
                return values[-1]
        values += [_argument(value) for value in last]
        operand = replace(operand, shown=" ".join(each.shown for each in (operand, *rest)))
        try:
            return function(*values)
        except CallError as error:
            raise self.wrong(operand, f"error calling {operand.value}: {error}") from None
        except (TypeError, IndexError):
            words = f"wrong number of args for {operand.value}: got {len(values)}"
            raise self.wrong(operand, words) from None

    def value(self, operand: Operand, dot: Any) -> Any:
        match operand.kind:
            case "dot" | "field":
                value = dot
            case "variable":
                value = next(known for name, known in reversed(self.variables) if name == operand.value)
            case "function":
                value = self.call(operand, (), dot, [])
            case "pipe":
                value = self.pipe(operand.value, dot)
            case _:
                value = operand.value
        for name in operand.fields:
            value = self.field(operand, value, name)
        return value

    def field(self, operand: Operand, value: Any, name: str) -> Any:
        if value is MISSING:
            if self.strict:
                raise self.wrong(operand, f'nil data; no entry for key "{name}"')
            return MISSING
        if value is None:
            raise self.wrong(operand, f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(value, dict):
            kind = "interface {}" if operand.kind in ("field", "variable", "dot") else type_text(value)
            raise self.wrong(operand, f"can't evaluate field {name} in type {kind}")
        if name not in value and self.strict:
            raise self.wrong(operand, f'map has no entry for key "{name}"')
        return value.get(name, MISSING)


def _argument(value: Any) -> Any:
    return None if value is MISSING else value
