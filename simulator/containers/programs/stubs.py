"""Stand-ins until the shell and the utilities are there."""

from __future__ import annotations

from simulator.containers.process import Process
from simulator.containers.syscalls import OSFault, Program, Routine


def sleep(p: Process) -> Routine[int]:
    yield from p.sleep(round(float(p.argv[1]) * 1000))
    return 0


def cat(p: Process) -> Routine[int]:
    for path in p.argv[1:]:
        try:
            yield from p.out(p.files.read(path))
        except OSFault as fault:
            yield from p.err(f"cat: can't open '{path}': {fault.message}\n")
            return 1
    return 0


def true(p: Process) -> Routine[int]:
    return 0
    yield


def false(p: Process) -> Routine[int]:
    return 1
    yield


def sh(p: Process) -> Routine[int]:
    for line in (p.argv[2] if len(p.argv) > 2 else "").split(";"):
        words = line.split()
        if not words:
            continue
        if words[0] == "exit":
            return int((words + ["0"])[1])
        if words[0] == "touch":
            p.files.touch(words[1])
        elif words[0] == "rm":
            p.files.remove(words[-1])
        elif words[0] == "echo":
            yield from p.out(" ".join(words[1:]) + "\n")
        else:
            child = p.fork(p.find(words[0]), argv=words)
            yield from p.wait(child.pid)
    return 0


STUBS: dict[str, Program] = {"sleep": sleep, "cat": cat, "true": true, "false": false, "sh": sh}
