"""Sending signals: who gets one, and what it does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.signals import IGNORED_BY_DEFAULT, STOPPING, name_of, number_of
from simulator.containers.syscalls import Exit, OSFault, Sleep, Spin, Terminated, WaitChild, WriteFd

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.process import Process


def kill(kernel: Kernel, sender: Process, pid: int, signal: str) -> None:
    """kill(2)."""
    name = name_of(signal)
    targets = _targets(sender, pid)
    if not targets:
        sender.processes()
        raise OSFault("ESRCH", str(pid))
    allowed = [target for target in targets if sender.uid in (0, target.uid)]
    if not allowed:
        raise OSFault("EPERM", str(pid))
    if name == "0":
        # Only a look: who is there may change.
        sender.processes()
        return
    sender.unrepeatable()
    for target in allowed:
        if target.exit is None:
            send(kernel, target, name, by="process", inside=target.namespace is sender.namespace)
    if sender.exit is not None:
        raise Terminated


def _targets(sender: Process, pid: int) -> list[Process]:
    namespace = sender.namespace
    if pid > 0:
        target = namespace.get(pid)
        return [] if target is None else [target]
    everybody = [namespace.processes[number] for number in sorted(namespace.processes)]
    if pid == -1:
        return [process for process in everybody if process is not sender and process is not namespace.init]
    group = sender.group if pid == 0 else -pid
    # The sender last: its death must not keep the others alive.
    members = [process for process in everybody if process.group == group]
    return sorted(members, key=lambda process: process is sender)


def send(kernel: Kernel, target: Process, name: str, *, by: str, inside: bool, grace_ms: int | None = None) -> str:
    """Send a signal and log it. Gives its effect: killed, ignored, handled, stopped, continued or pending."""
    effect = effect_of(target, name, inside=inside)
    if target.stopped and name not in ("KILL", "CONT") and effect == "killed":
        effect = "pending"
    elif target.stopped and name == "CONT" and effect == "ignored":
        effect = "continued"
    number = target.container.facts.signal(target, name, effect, by, grace_ms)
    if effect == "killed":
        target.cause = target.killed_by = number
        kernel.end(target, Exit(128 + number_of(name), number_of(name)))
    elif effect == "handled":
        target.cause = number
        if kernel.running is target:
            kernel.engine.cause = number
        deliver(kernel, target, name)
    elif name == "CONT":
        _continue(kernel, target, number)
    elif effect == "pending":
        target.pending.append(name)
    elif effect == "stopped":
        target.stopped = True
        _tell_clients(target, number)
    return effect


def effect_of(target: Process, name: str, *, inside: bool) -> str:
    """PID 1 is safe from signals it does not handle; from outside, from all but SIGKILL and SIGSTOP."""
    final = name in ("KILL", "STOP")
    action = "default" if final else target.actions.get(name, "default")
    if action == "handle":
        return "handled"
    if action == "ignore" or name in IGNORED_BY_DEFAULT:
        return "ignored"
    if target is target.namespace.init and (inside or not final):
        return "ignored"
    return "stopped" if name in STOPPING else "killed"


def deliver(kernel: Kernel, target: Process, name: str) -> None:
    """Hand a signal to a program that handles it, and end an interruptible wait."""
    target.pending.append(name)
    call = target.blocked
    match call:
        case None | WriteFd() | Sleep(interruptible=False) | WaitChild(interruptible=False):
            return
        case Spin() if target.generator is None:
            return
        case Sleep():
            kernel.give(target, target.timer.when - kernel.engine.now)
        case _:
            kernel.give(target, None)


def _tell_clients(target: Process, cause: int) -> None:
    """Who connects to what the process serves finds it changed."""
    listeners = list(target.container.network.listeners.values())
    for listener in listeners:
        if listener.answerer is target:
            listener.stopped_or_went_on(cause)


def _continue(kernel: Kernel, target: Process, cause: int) -> None:
    if not target.stopped:
        return
    target.stopped = False
    for name in target.pending:
        if target.actions.get(name, "default") == "default":  # it came meanwhile, and kills
            target.pending.remove(name)
            send(kernel, target, name, by="process", inside=False)
            return
    _tell_clients(target, cause)
    held = target.container.held
    for entry in [entry for entry in held if entry[0] is target]:
        held.remove(entry)
        kernel.resume(*entry)
