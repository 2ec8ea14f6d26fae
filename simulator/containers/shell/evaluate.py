"""The evaluator of compound commands and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell import patterns
from simulator.containers.shell.control import Break, Continue, Quit, ShellFault
from simulator.containers.shell.dispatch import handles, run
from simulator.containers.shell.expand import expand_arithmetic, expand_pattern, expand_text, expand_words
from simulator.containers.shell.jobs import start_job, wait_foreground
from simulator.containers.shell.redirect import apply
from simulator.containers.shell.report import report
from simulator.containers.shell.substitution import subshell_program
from simulator.containers.shell.syntax import (
    AndOr,
    ArithmeticCommand,
    Broken,
    Case,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Redirected,
    Sequence,
    Subshell,
    While,
)
from simulator.containers.shell.traps import run_error_trap, run_traps
from simulator.containers.shell.words import as_arithmetic
from simulator.containers.syscalls import Routine, Sleep, Spin

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

BUSY_US = 10_000
"""A loop that has worked for so long without waiting lets the time pass."""


@handles(Sequence)
def _sequence(shell: Shell, node: Sequence) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    shell.enter()
    status = 0
    last = len(node.items) - 1
    for number, (item, background) in enumerate(node.items):
        if background:
            shell.status = status = start_job(shell, item)
            continue
        if tail and number == last:
            shell.tail = True
        status = yield from run(shell, item)
    shell.depth -= 1
    return status


@handles(AndOr)
def _and_or(shell: Shell, node: AndOr) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    shell.enter()
    shell.conditional += 1
    status = yield from run(shell, node.first)
    last = len(node.rest) - 1
    for number, (operator, item) in enumerate(node.rest):
        if number == last:
            shell.conditional -= 1
        if (operator == "&&") == (status == 0):
            shell.tail = tail and number == last
            status = yield from run(shell, item)
    shell.depth -= 1
    return status


@handles(If)
def _if(shell: Shell, node: If) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    shell.enter()
    shell.process.spend(1)
    status = 0
    for condition, body in node.branches:
        shell.conditional += 1
        chosen = (yield from run(shell, condition)) == 0
        shell.conditional -= 1
        if chosen:
            shell.tail = tail
            status = yield from run(shell, body)
            break
    else:
        if node.otherwise is not None:
            shell.tail = tail
            status = yield from run(shell, node.otherwise)
    shell.depth -= 1
    shell.status = status
    return status


class _Loop:
    """Bookkeeping that all loops share."""

    __slots__ = ("conditional", "depth", "shell")

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        shell.tail = False
        shell.enter()
        shell.loops += 1
        self.depth = shell.depth
        self.conditional = shell.conditional

    def reset(self) -> None:
        self.shell.depth, self.shell.conditional = self.depth, self.conditional

    def turn(self) -> Routine[None]:
        """One turn: a loop that never waits must still let time pass, and end some day."""
        process = self.shell.process
        process.spend(1)
        if process.debt_us >= BUSY_US or process.tired:
            yield Sleep(0)
            if process.tired:
                yield Spin()
            if process.pending:
                yield from run_traps(self.shell)

    def attempt(self, routine: Routine[int]) -> Routine[int | None]:
        """Runs the condition or the body. Gives its status, None when the loop is left, -1 for the next turn."""
        try:
            return (yield from routine)
        except Continue as control:
            self.reset()
            if control.levels > 1 and self.shell.loops > 1:
                self.leave()
                raise Continue(control.levels - 1) from None
            return -1
        except Break as control:
            self.reset()
            if control.levels > 1 and self.shell.loops > 1:
                self.leave()
                raise Break(control.levels - 1) from None
            return None

    def leave(self) -> None:
        self.reset()
        self.shell.loops -= 1
        self.shell.depth -= 1


@handles(While)
def _while(shell: Shell, node: While) -> Routine[int]:
    loop = _Loop(shell)
    status = 0
    while True:
        yield from loop.turn()
        shell.conditional += 1
        verdict = yield from loop.attempt(run(shell, node.condition))
        shell.conditional = loop.conditional
        if verdict == -1:
            continue
        if verdict is None or (verdict == 0) == node.until:
            break
        result = yield from loop.attempt(run(shell, node.body))
        if result is None:
            status = 0
            break
        status = max(result, 0)
    loop.leave()
    shell.status = status
    return status


@handles(For)
def _for(shell: Shell, node: For) -> Routine[int]:
    values = list(shell.positional)
    if node.words is not None:
        values = yield from expand_words(shell, node.words)
    loop = _Loop(shell)
    status = 0
    for value in values:
        yield from loop.turn()
        shell.assign(node.name, value)
        result = yield from loop.attempt(run(shell, node.body))
        if result is None:
            status = 0
            break
        status = max(result, 0)
    loop.leave()
    shell.status = status
    return status


@handles(CountingFor)
def _counting_for(shell: Shell, node: CountingFor) -> Routine[int]:
    yield from expand_arithmetic(shell, as_arithmetic(node.start))
    loop = _Loop(shell)
    status = 0
    while True:
        yield from loop.turn()
        if node.condition and not (yield from expand_arithmetic(shell, as_arithmetic(node.condition))):
            break
        result = yield from loop.attempt(run(shell, node.body))
        if result is None:
            break
        status = max(result, 0)
        yield from expand_arithmetic(shell, as_arithmetic(node.step))
    loop.leave()
    shell.status = status
    return status


@handles(Case)
def _case(shell: Shell, node: Case) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    shell.enter()
    subject = yield from expand_text(shell, node.subject)
    status = 0
    falls = False
    for item in node.items:
        if not falls:
            for word in item.patterns:
                pattern = yield from expand_pattern(shell, word)
                shell.process.spend(1 + len(pattern) * len(subject) // 64)
                if patterns.match(pattern, subject):
                    break
            else:
                continue
        shell.tail = tail and item.end == ";;"
        status = yield from run(shell, item.body)
        falls = item.end == ";&"
        if item.end == ";;":
            break
    shell.depth -= 1
    shell.status = status
    return status


@handles(Function)
def _function(shell: Shell, node: Function) -> Routine[int]:
    shell.functions[node.name] = node.body
    shell.status = 0
    return 0
    yield


@handles(Group)
def _group(shell: Shell, node: Group) -> Routine[int]:
    return run(shell, node.body)


@handles(Subshell)
def _subshell(shell: Shell, node: Subshell) -> Routine[int]:
    """A process of its own, unless this one has nothing else to do: that of `(…) &`, or of a part of a pipeline."""
    tail, shell.tail = shell.tail, False
    if tail and not any(shell.traps.values()):
        shell.tail = True
        return (yield from run(shell, node.body))
    try:
        child = shell.fork(subshell_program(shell, node.body))
    except ShellFault as fault:
        return (yield from report(shell, fault))
    return (yield from finish(shell, (yield from wait_foreground(shell, child.pid, node.source))))


def finish(shell: Shell, status: int) -> Routine[int]:
    """After a command: traps, that of ERR too, and `set -e`."""
    shell.status = status
    if shell.process.pending:
        yield from run_traps(shell)
    if status and not shell.conditional:
        yield from run_error_trap(shell)
        if "e" in shell.options:
            raise Quit(status)
    return status


@handles(Redirected)
def _redirected(shell: Shell, node: Redirected) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    shell.enter()
    try:
        applied = yield from apply(shell, node.redirects)
    except ShellFault as fault:
        shell.depth -= 1
        status = yield from report(shell, fault)
        return (yield from finish(shell, status))
    try:
        shell.tail = tail and isinstance(node.body, Subshell)
        status = yield from run(shell, node.body)
    finally:
        applied.restore()
    shell.depth -= 1
    return status


@handles(ArithmeticCommand)
def _arithmetic(shell: Shell, node: ArithmeticCommand) -> Routine[int]:
    shell.tail = False
    try:
        value = yield from expand_arithmetic(shell, as_arithmetic(node.expression))
    except ShellFault as fault:
        fault.fatal = False
        return (yield from finish(shell, (yield from report(shell, fault))))
    return (yield from finish(shell, 0 if value else 1))


@handles(Broken)
def _broken(shell: Shell, node: Broken) -> Routine[int]:
    fault = node.fault
    text = shell.messages.syntax(fault.message, shell.name, fault.line, shell.from_file, shell.minus_c, fault.source)
    yield from shell.process.err(text + "\n")
    raise Quit(2)
