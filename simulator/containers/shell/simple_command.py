"""Simple commands: assignments, then a function, a builtin, or a program in a process of its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.shell.assign import assign_all, assigned_environment
from simulator.containers.shell.builtins import BUILTINS, SPECIAL
from simulator.containers.shell.control import Quit, Replace, Return, ShellFault
from simulator.containers.shell.dispatch import handles, run
from simulator.containers.shell.evaluate import finish
from simulator.containers.shell.expand import expand_text, expand_words
from simulator.containers.shell.jobs import wait_foreground
from simulator.containers.shell.parse import parse
from simulator.containers.shell.programs import find_program
from simulator.containers.shell.redirect import apply, resolve
from simulator.containers.shell.report import report, say
from simulator.containers.shell.syntax import Node, Simple
from simulator.containers.shell.trace import trace
from simulator.containers.shell.words import WordReader
from simulator.containers.syscalls import OSFault, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process
    from simulator.containers.shell.state import Shell

CALL_DEPTH = 4
MAX_ARGUMENTS = 1 << 20


@handles(Simple)
def _simple(shell: Shell, node: Simple) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    process = shell.process
    process.spend(1)
    shell.line = node.line
    depth, conditional = shell.depth, shell.conditional
    try:
        status = yield from _execute(shell, node, tail)
    except ShellFault as fault:
        shell.depth, shell.conditional = depth, conditional
        status = yield from report(shell, fault)
    shell.status = status
    if process.pending or (status and ("e" in shell.options or "ERR" in shell.traps)):
        return (yield from finish(shell, status))
    return status


def _execute(shell: Shell, node: Simple, tail: bool) -> Routine[int]:
    shell.substituted = 0
    if node.declares and shell.dialect != "dash":
        words = yield from _declaration(shell, node)
    else:
        words = yield from expand_words(shell, node.words)
    if words and words[0] in shell.aliases and node.words[0].plain is not None:
        return (yield from _alias(shell, node, words))
    if "x" in shell.options:
        yield from trace(shell, node, words)
    if not words:
        return (yield from _assignments_only(shell, node))
    name = words[0]
    function = shell.functions.get(name)
    if function is not None and name not in SPECIAL:
        return (yield from _in_shell(shell, node, words, function))
    if name in BUILTINS and not (name == "[[" and shell.dialect == "dash"):
        return (yield from _in_shell(shell, node, words, None))
    return (yield from _external(shell, node, words, tail))


def _declaration(shell: Shell, node: Simple) -> Routine[list[str]]:
    """`export A=$x`: what looks like an assignment is one, and does not split."""
    from_words: list[str] = []
    for word in node.words:
        first = word.source.partition("=")[0]
        if "=" in word.source and first.isidentifier():
            value = WordReader(word.source, len(first) + 1).word()
            from_words.append(f"{first}=" + (yield from expand_text(shell, value, assignment=True)))
        else:
            from_words.extend((yield from expand_words(shell, (word,))))
    return from_words


def _alias(shell: Shell, node: Simple, words: list[str]) -> Routine[int]:
    text = shell.aliases[words[0]]
    rest = node.source[len(node.words[0].source) :] if node.source.startswith(node.words[0].source) else ""
    saved, shell.aliases = shell.aliases, {k: v for k, v in shell.aliases.items() if k != words[0]}
    shell.enter(3)
    try:
        return (yield from run(shell, parse(text + rest, bash=shell.bash)))
    finally:
        shell.aliases = saved
        shell.depth -= 3


def _assignments_only(shell: Shell, node: Simple) -> Routine[int]:
    yield from assign_all(shell, node.assignments)
    if node.redirects:
        (yield from resolve(shell, node.redirects)).close()
    return shell.substituted


# ---- functions and builtins ------------------------------------------------------------
def _in_shell(shell: Shell, node: Simple, words: list[str], function: Node | None) -> Routine[int]:
    """A command that runs in the shell's own process, its redirections undone afterwards."""
    special = function is None and words[0] in SPECIAL
    process = shell.process
    applied = None
    if node.redirects:
        process.doing = node.source
        try:
            applied = yield from apply(shell, node.redirects)
        except ShellFault as fault:
            fault.fatal = fault.fatal or (special and shell.dialect != "bash")
            raise
    undo = None
    try:
        if node.assignments:
            undo = yield from assign_all(shell, node.assignments, temporary=not special)
        if function is not None:
            return (yield from call_function(shell, function, words))
        status = yield from _builtin(shell, words, special)
        if applied is not None and words[0] == "exec" and len(words) == 1:
            applied.keep()
            applied = None
        return status
    finally:
        process.doing = ""
        if undo is not None:
            undo()
        if applied is not None:
            applied.restore()


def _builtin(shell: Shell, words: list[str], special: bool) -> Routine[int]:
    name = words[0]
    try:
        return (yield from BUILTINS[name](shell, words))
    except ShellFault as fault:
        if special and shell.dialect != "bash":
            fault.fatal = True
        raise
    except OSFault as fault:
        if fault.errno == "EPIPE":
            return 1
        raise ShellFault(f"write error: {fault.message}", 1, command=name) from None


def call_function(shell: Shell, body: Node, words: list[str]) -> Routine[int]:
    shell.enter(CALL_DEPTH)
    positional, loops, depth, conditional = shell.positional, shell.loops, shell.depth, shell.conditional
    shell.positional, shell.loops = words[1:], 0
    shell.variables.enter()
    shell.calls += 1
    try:
        return (yield from run(shell, body))
    except Return as control:
        return control.status
    finally:
        shell.calls -= 1
        shell.positional, shell.loops = positional, loops
        shell.depth, shell.conditional = depth - CALL_DEPTH, conditional
        shell.variables.leave()


# ---- programs ----------------------------------------------------------------------------
def _external(shell: Shell, node: Simple, words: list[str], tail: bool) -> Routine[int]:
    process = shell.process
    env = dict(process.env)
    if node.assignments:
        env.update((yield from assigned_environment(shell, node.assignments)))
    if sum(map(len, words)) > MAX_ARGUMENTS:
        raise ShellFault(f"{words[0]}: Argument list too long", 126)
    if tail and not any(shell.traps.values()) and not process.pending:
        yield from _replace(shell, node, words, env)
    process.doing = node.source if node.redirects else ""
    redirection = yield from resolve(shell, node.redirects)
    try:
        program = find_program(shell, words[0], env.get("PATH"))
        if isinstance(program, tuple):
            child = shell.fork(_complainer(shell, *program), fds=redirection.fds)
        else:
            child = shell.fork(program, argv=words, env=env, fds=redirection.fds)
    finally:
        process.doing = ""
        redirection.close()
    return (yield from wait_foreground(shell, child.pid, node.source))


def _complainer(shell: Shell, message: str, status: int) -> Program:
    """The child that could not become the program says so itself."""
    prefix = shell.prefix

    def program(process: Process) -> Routine[int]:
        with suppress(OSFault):
            yield from process.err(f"{prefix}{message}\n")
        return status

    return program


def _replace(shell: Shell, node: Simple, words: list[str], env: dict[str, str]) -> Routine[None]:
    """The last command of a process takes its place."""
    shell.process.doing = node.source if node.redirects else ""
    applied = yield from apply(shell, node.redirects)
    applied.keep()
    shell.process.doing = ""
    program = find_program(shell, words[0], env.get("PATH"))
    if isinstance(program, tuple):
        yield from say(shell, shell.prefix + program[0])
        raise Quit(program[1])
    raise Replace(program, words, env)
