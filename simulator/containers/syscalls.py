"""What a program can ask the kernel to wait for, and what it gets back.

A program is a generator function that takes a `Process`. It yields a `Syscall` only where a real program
would block; everything else is a plain method of `Process`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from simulator.containers.process import Process

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Syscall:
    """Something that may block."""


@dataclass(frozen=True, slots=True)
class Sleep(Syscall):
    """Gives the ms that were left: 0, or more if a handled signal interrupted it."""

    ms: int
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class WaitChild(Syscall):
    """Waits for one of `pids` (None: any child). Gives (pid, Exit); None if interrupted or timed out.

    Raises NoChild when there is nobody to wait for.
    """

    pids: frozenset[int] | None = None
    interruptible: bool = True
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReadFd(Syscall):
    """Gives bytes (b"" is the end), or None if interrupted or timed out. `line`: not beyond a newline."""

    fd: int
    size: int = 65536
    timeout_ms: int | None = None
    line: bool = False


@dataclass(frozen=True, slots=True)
class WriteFd(Syscall):
    """Gives the number of bytes written; raises OSFault EPIPE if SIGPIPE did not kill."""

    fd: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Pause(Syscall):
    """Waits for a handled signal."""


@dataclass(frozen=True, slots=True)
class Spin(Syscall):
    """Be busy for ever, as a loop whose steps nobody wants to count any more; ends at a handled signal."""


@dataclass(frozen=True, slots=True)
class Await(Syscall):
    """Waits for something outside the kernel (an exec's end, a watch). Gives what `resume` was called with.

    The kernel calls `cancel = register(resume)`. `resume(value)` may come inside `register` or later; the first
    call counts. None if timed out or interrupted; then, or when the process dies, `cancel` is called.
    """

    register: Callable[[Callable[[Any], None]], Callable[[], None] | None]
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Accept(Syscall):
    """Waits for a connection to the listener at `fd`. Gives an OpenFile (a stream), or None if interrupted."""

    fd: int
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Connect(Syscall):
    """Gives an OpenFile (a stream). Raises OSFault ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH or ENOTFOUND."""

    host: str
    port: int
    timeout_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class HttpRequest(Syscall):
    """Gives an `http.Response`. Raises OSFault as Connect does."""

    host: str
    port: int
    method: str = "GET"
    path: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    timeout_ms: int = 60_000


Routine = Generator[Syscall, Any, _T]
Program = Callable[["Process"], Generator[Syscall, Any, int]]


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended. Killed by a signal: `signal` is its number and `code` 128 + signal."""

    code: int
    signal: int | None = None
    oom: bool = False

    @property
    def status(self) -> int:
        """What `$?` shows."""
        return self.code


class OSFault(Exception):
    """A system call that failed: errno's name and number, Linux' message, and the path or name concerned."""

    ERRNOS = {
        "EPERM": (1, "Operation not permitted"),
        "ENOENT": (2, "No such file or directory"),
        "ESRCH": (3, "No such process"),
        "EINTR": (4, "Interrupted system call"),
        "EIO": (5, "I/O error"),
        "ENOEXEC": (8, "Exec format error"),
        "EBADF": (9, "Bad file descriptor"),
        "EAGAIN": (11, "Resource temporarily unavailable"),
        "ENOMEM": (12, "Out of memory"),
        "EACCES": (13, "Permission denied"),
        "EBUSY": (16, "Resource busy"),
        "EEXIST": (17, "File exists"),
        "EXDEV": (18, "Cross-device link"),
        "ENOTDIR": (20, "Not a directory"),
        "EISDIR": (21, "Is a directory"),
        "EINVAL": (22, "Invalid argument"),
        "EFBIG": (27, "File too large"),
        "ENOSPC": (28, "No space left on device"),
        "EROFS": (30, "Read-only file system"),
        "EPIPE": (32, "Broken pipe"),
        "ENOTEMPTY": (39, "Directory not empty"),
        "ELOOP": (40, "Too many levels of symbolic links"),
        "EADDRINUSE": (98, "Address already in use"),
        "ECONNRESET": (104, "Connection reset by peer"),
        "ETIMEDOUT": (110, "Connection timed out"),
        "ECONNREFUSED": (111, "Connection refused"),
        "EHOSTUNREACH": (113, "No route to host"),
        "ENOTFOUND": (-2, "Name or service not known"),  # getaddrinfo's EAI_NONAME
    }

    def __init__(self, errno: str, path: str = "", message: str = "") -> None:
        self.errno = errno
        self.path = path
        self.number, usual = self.ERRNOS[errno]
        self.message = message or usual
        super().__init__(f"{path}: {self.message}" if path else self.message)


class NoChild(Exception):
    """There is no child to wait for."""


class Terminated(BaseException):
    """The running process is dead (killed, out of memory, out of budget): its program unwinds.

    Not an Exception, so that a program's own `except Exception` does not keep it alive.
    """
