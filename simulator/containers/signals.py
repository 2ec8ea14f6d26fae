"""Signals: their numbers and what they do by default."""

from __future__ import annotations

from typing import Literal

from simulator.containers.syscalls import OSFault

Action = Literal["default", "ignore", "handle"]

NUMBERS = {
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
    "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CONT": 18, "STOP": 19,
    "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "WINCH": 28,
    "IO": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
}  # fmt: skip
NAMES = {number: name for name, number in NUMBERS.items()}

IGNORED_BY_DEFAULT = frozenset({"CHLD", "CONT", "URG", "WINCH"})
STOPPING = frozenset({"STOP", "TSTP", "TTIN", "TTOU"})
# What a person sees when a command dies of it (bash and ash alike print these).
DESCRIPTIONS = {
    "HUP": "Hangup", "INT": "Interrupt", "QUIT": "Quit", "ILL": "Illegal instruction", "TRAP": "Trace/breakpoint trap",
    "ABRT": "Aborted", "BUS": "Bus error", "FPE": "Floating point exception", "KILL": "Killed",
    "USR1": "User defined signal 1", "SEGV": "Segmentation fault", "USR2": "User defined signal 2",
    "PIPE": "Broken pipe", "ALRM": "Alarm clock", "TERM": "Terminated",
}  # fmt: skip


def name_of(text: str) -> str:
    """The plain name of a signal given as TERM, SIGTERM, term or 15. Raises OSFault EINVAL."""
    name = text.upper()
    if name.isdigit():
        number = int(name)
        if number == 0:
            return "0"
        if number not in NAMES:
            raise OSFault("EINVAL", text)
        return NAMES[number]
    name = name.removeprefix("SIG")
    if name not in NUMBERS:
        raise OSFault("EINVAL", text)
    return name


def number_of(name: str) -> int:
    return NUMBERS[name_of(name)]
