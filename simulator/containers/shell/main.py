"""The program `sh`: its command line, and scripts from a string, a file or standard input."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.options import set_options
from simulator.containers.shell.control import Control, Quit, Replace, Return, ShellFault
from simulator.containers.shell.dispatch import run
from simulator.containers.shell.masking import Masked
from simulator.containers.shell.parse import parse
from simulator.containers.shell.report import report, say
from simulator.containers.shell.state import Dialect, Shell
from simulator.containers.shell.syntax import Broken, Node, Sequence
from simulator.containers.shell.traps import run_exit_trap, run_traps
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_SCRIPT = 1 << 20
MAX_REPLACED = 30
DEFAULTS = {"IFS": " \t\n", "OPTIND": "1", "PS2": "> ", "PS4": "+ "}
PROMPTS = {"ash": "\\w \\$ ", "dash": "\\$ ", "bash": "\\s-5.2\\$ "}


@dataclass(slots=True)
class _Arguments:
    options: list[str] = field(default_factory=list)
    command: str | None = None
    reads_stdin: bool = False
    interactive: bool = False
    rest: list[str] = field(default_factory=list)


def dialect_of(process: Process) -> Dialect:
    """Which shell this is, by its name and the image's flavour."""
    name = process.argv[0].rpartition("/")[2].lstrip("-") if process.argv else "sh"
    if name in ("bash", "dash", "ash"):
        return "bash" if name == "bash" else "dash" if name == "dash" else "ash"
    flavour = process.container.image.flavour
    return "ash" if flavour in ("busybox", "alpine") else "bash" if flavour in ("centos", "tools") else "dash"


def sh(process: Process) -> Routine[int]:
    """sh, ash, dash, bash."""
    shell = Shell(process, dialect_of(process), process.argv[0] if process.argv else "sh")
    for name, value in DEFAULTS.items():
        shell.variables.values.setdefault(name, value)
    shell.variables.values["PWD"] = process.cwd
    shell.variables.export("PWD")
    shell.started_ms = process.kernel.engine.now
    try:
        status = yield from _start(shell, _read_arguments(process.argv[1:]))
    except ShellFault as fault:
        try:
            status = yield from report(shell, fault)
        except Quit as leave:
            status = leave.status
    except (Quit, Return) as leave:
        status = leave.status
    except Replace as replace:
        if _depth() > MAX_REPLACED:
            process.container.facts.budget("recursion")
            return 126
        return (yield from process.exec(replace.program, replace.argv, replace.env))
    except Control:
        status = shell.status
    return (yield from _leave(shell, status))


def _leave(shell: Shell, status: int) -> Routine[int]:
    try:
        return (yield from run_exit_trap(shell, status))
    except Replace as replace:
        return (yield from shell.process.exec(replace.program, replace.argv, replace.env))


def _depth() -> int:
    """How often this program replaced itself in this process: a script that execs itself for ever must end."""
    count = 0
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        count += frame.f_code is sh.__code__
        frame = frame.f_back
    return count


def _read_arguments(arguments: list[str]) -> _Arguments:
    result = _Arguments()
    wants_command = False
    left = list(arguments)
    while left and left[0][:1] in ("-", "+") and len(left[0]) > 1:
        argument = left.pop(0)
        if argument == "--":
            break
        if argument.startswith("--"):
            continue
        sign, letters = argument[0], argument[1:]
        wants_command = wants_command or ("c" in letters and sign == "-")
        result.reads_stdin = result.reads_stdin or "s" in letters
        result.interactive = result.interactive or "i" in letters
        others = "".join(letter for letter in letters if letter not in "csil")
        if others:
            result.options.append(sign + others)
            if "o" in others and left:
                result.options.append(left.pop(0))
    if wants_command:
        if not left:
            raise ShellFault("-c requires an argument", 2, fatal=True)
        result.command = left.pop(0)
    result.rest = left
    return result


def _start(shell: Shell, arguments: _Arguments) -> Routine[int]:
    set_options(shell, list(arguments.options), "")
    if arguments.command is not None:
        if arguments.rest:
            shell.name = arguments.rest[0]
        shell.positional = arguments.rest[1:]
        shell.minus_c = True
        node = parse(arguments.command, bash=shell.bash)
        # Debian's dash forks even for a lone command of -c; ash wants the text to end with it.
        shell.tail = shell.dialect == "bash" or (shell.dialect == "ash" and not arguments.command.endswith("\n"))
        return (yield from run(shell, _one(node)))
    if arguments.rest and not arguments.reads_stdin:
        shell.name, shell.positional = arguments.rest[0], arguments.rest[1:]
        return (yield from _script(shell, arguments.rest[0]))
    shell.positional = arguments.rest
    return (yield from _standard_input(shell, arguments.interactive))


def _one(node: Sequence) -> Node:
    return node.items[0][0] if len(node.items) == 1 and not node.items[0][1] else node


def _script(shell: Shell, path: str) -> Routine[int]:
    try:
        text = shell.process.files.read(path)[:MAX_SCRIPT].decode("utf-8", "surrogateescape")
    except OSFault as fault:
        yield from say(shell, _cannot_open(shell, path, fault))
        return 127 if shell.dialect == "bash" else 2
    shell.from_file = True
    return (yield from run(shell, parse(text, bash=shell.bash)))


def _cannot_open(shell: Shell, path: str, fault: OSFault) -> str:
    name = shell.process.argv[0]
    if shell.dialect == "bash":
        return f"{name}: {path}: {fault.message}"
    if shell.dialect == "dash":
        return f"{name}: 0: cannot open {path}: {'No such file' if fault.errno == 'ENOENT' else fault.message}"
    return f"{name}: can't open '{path}': {fault.message}"


# ---- standard input -------------------------------------------------------------------------
def _standard_input(shell: Shell, interactive: bool) -> Routine[int]:
    """Line after line, as they come; a line that is not complete waits for the next."""
    process = shell.process
    file = process.fds.get(0)
    prompts = interactive or (file is not None and file.is_terminal)
    text = ""
    status = 0
    while True:
        if prompts:
            yield from process.err(_prompt(shell, "PS2" if text else "PS1"))
        line = yield from process.read_line(0)
        if process.pending:
            yield from run_traps(shell)
        if line is None:
            continue
        text += line.decode("utf-8", "surrogateescape")
        if len(text) > MAX_SCRIPT:
            return 2
        node = parse(text, bash=shell.bash)
        if line and _incomplete(node, text):
            continue
        status = yield from _run_line(shell, node, prompts, status)
        if not line:
            return status
        text = ""


def _prompt(shell: Shell, name: str) -> str:
    process = shell.process
    text = shell.variables.values.get(name, PROMPTS[shell.dialect])
    folder = "~" if process.cwd == shell.variables.values.get("HOME") else process.cwd
    shown = {"w": folder, "$": "#" if process.uid == 0 else "$", "h": process.container.hostname, "s": shell.name}
    for letter, value in shown.items():
        text = text.replace("\\" + letter, value)
    return text


def _incomplete(node: Sequence, text: str) -> bool:
    if text.endswith("\\\n"):
        return True
    last = node.items[-1][0] if node.items else None
    if not isinstance(last, Broken):
        return _open_document(text)
    return any(hint in last.fault.message for hint in ("end of file", "unterminated", "EOF"))


def _open_document(text: str) -> bool:
    """Whether a here-document has not seen its delimiter yet."""
    return "<<" in text and Masked(text).is_open


def _run_line(shell: Shell, node: Sequence, prompts: bool, status: int) -> Routine[int]:
    if not node.items:
        return status
    try:
        return (yield from run(shell, node))
    except Quit as leave:
        if prompts and isinstance(node.items[-1][0], Broken):
            return leave.status
        raise
