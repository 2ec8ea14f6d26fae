"""`[[ … ]]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell import patterns
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.dispatch import handles
from simulator.containers.shell.evaluate import finish
from simulator.containers.shell.expand import expand_pattern, expand_text
from simulator.containers.shell.parameters import compute
from simulator.containers.shell.report import report, say
from simulator.containers.shell.syntax import Condition, Word
from simulator.containers.syscalls import Routine
from simulator.containers.utilities.conditions import ConditionFault, evaluate
from simulator.containers.utilities.regex import RegexFault, compile_regex

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

_NUMERIC = {"-eq": "==", "-ne": "!=", "-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">="}
MAX_NESTING = 40


@handles(Condition)
def _condition(shell: Shell, node: Condition) -> Routine[int]:
    shell.tail = False
    shell.line = node.line
    shell.process.spend(1)
    if shell.dialect == "dash":
        yield from say(shell, f"{shell.prefix}[[: not found")
        return (yield from finish(shell, 127))
    shell.enter(4)
    reader = _Reader(shell, list(node.tokens))
    try:
        result = yield from reader.either()
        if reader.tokens:
            raise ShellFault("syntax error in conditional expression", 2)
        status = 0 if result else 1
    except ShellFault as fault:
        status = yield from report(shell, fault)
    except (ConditionFault, RegexFault) as fault:
        yield from say(shell, f"{shell.prefix}[[: {fault}")
        status = 2
    shell.depth -= 4
    return (yield from finish(shell, status))


class _Reader:
    """Recursive descent; `skip` is set where && and || have decided already."""

    def __init__(self, shell: Shell, tokens: list[Word | str]) -> None:
        self.shell = shell
        self.tokens = tokens
        self.depth = 0

    def peek(self) -> str:
        token = self.tokens[0] if self.tokens else ""
        return token if isinstance(token, str) else token.source

    def either(self, skip: bool = False) -> Routine[bool]:
        result = yield from self.both(skip)
        while self.peek() == "||":
            self.tokens.pop(0)
            result = (yield from self.both(skip or result)) or result
        return result

    def both(self, skip: bool) -> Routine[bool]:
        result = yield from self.one(skip)
        while self.peek() == "&&":
            self.tokens.pop(0)
            following = yield from self.one(skip or not result)
            result = result and following
        return result

    def one(self, skip: bool) -> Routine[bool]:
        self.depth += 1
        if self.depth > MAX_NESTING or not self.tokens:
            raise ShellFault("syntax error in conditional expression", 2)
        if self.peek() == "!":
            self.tokens.pop(0)
            result = not (yield from self.one(skip))
        elif self.peek() == "(":
            self.tokens.pop(0)
            result = yield from self.either(skip)
            if self.peek() != ")":
                raise ShellFault("syntax error in conditional expression: expected `)'", 2)
            self.tokens.pop(0)
        else:
            result = yield from self.primary(skip)
        self.depth -= 1
        return result

    def primary(self, skip: bool) -> Routine[bool]:
        words: list[Word | str] = [self.tokens.pop(0)]
        while self.tokens and self.peek() not in ("&&", "||", ")") and len(words) < 3:
            words.append(self.tokens.pop(0))
        if skip:
            return False
        left = yield from self.text(words[0])
        if len(words) == 1:
            return left != ""
        if len(words) == 2:
            return evaluate(self.shell.process, [left, (yield from self.text(words[1]))])
        operator = words[1] if isinstance(words[1], str) else words[1].source
        return (yield from self.binary(left, operator, words[2]))

    def text(self, token: Word | str) -> Routine[str]:
        return token if isinstance(token, str) else (yield from expand_text(self.shell, token))

    def binary(self, left: str, operator: str, right: Word | str) -> Routine[bool]:
        shell = self.shell
        if operator in ("=", "==", "!=") and isinstance(right, Word):
            pattern = yield from expand_pattern(shell, right)
            shell.process.spend(1 + len(pattern) * len(left) // 64)
            return patterns.match(pattern, left) == (operator != "!=")
        value = yield from self.text(right)
        if operator == "=~":
            return self.matches(left, value)
        if operator in _NUMERIC:
            a, b = compute(shell, left), compute(shell, value)
            return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[_NUMERIC[operator]]
        return evaluate(shell.process, [left, operator, value])

    def matches(self, text: str, pattern: str) -> bool:
        found = compile_regex(pattern, extended=True).search(text, spend=self.shell.process.spend)
        groups = [] if found is None else [found.group(number) or "" for number in range(found.count + 1)]
        if self.shell.dialect == "bash":
            self.shell.variables.set_items("BASH_REMATCH", groups, False)
        return found is not None
