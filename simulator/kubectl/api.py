"""What kubectl asks of an API server.

Every method answers at once with plain API JSON or raises ApiError with the server's words; what takes time (a command
in a container, a change of an object) comes through callbacks. `kind` is always a resource's plural: "pods".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from simulator.history import Json, Verb

if TYPE_CHECKING:
    from simulator.containers.files.open import OpenFile

Cancel = Callable[[], None]
OnChange = Callable[[Verb, Json], None]
OnOutput = Callable[[str, bytes], None]  # "stdout" or "stderr", and what was written to it


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document of a manifest: the object as typed, or what kubectl prints because it cannot be read.

    `object` is `given` in JSON types, with nothing added. If `error` is set the document is not sent.
    """

    object: Json = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command in a container ended. `error` is the runtime's if it could not be started."""

    code: int = 0
    error: str = ""


OnEnd = Callable[[Ended], None]


class Stream(Protocol):
    """The client's side of a running exec or attach."""

    def write(self, data: bytes) -> None:
        """More standard input."""

    def close(self) -> None:
        """The standard input ended."""

    def cancel(self) -> None:
        """The client went away."""


class Api(Protocol):
    """An API server, simulated or real."""

    @property
    def namespace(self) -> str:
        """The namespace that is meant when none is given."""

    @property
    def version(self) -> str:
        """The release, as `v1.35.6`."""

    def get(self, kind: str, namespace: str, name: str) -> Json:
        """One object. `namespace` is "" for kinds that have none."""

    def list(self, kind: str, namespace: str | None) -> list[Json]:
        """All objects of a kind, None for every namespace; the order does not matter."""

    def watch(self, kind: str, namespace: str | None, on_change: OnChange) -> Cancel:
        """Tell of every change from now on, until cancelled."""

    def parse(self, text: str, filename: str) -> Sequence[Parsed]:
        """Read a manifest as kubectl and the server's decoder do. `filename` is `STDIN` for a pipe."""

    def create(self, obj: Json, *, dry: bool = False) -> Json:
        """Default, validate and keep a new object (or an eviction); what was kept. `dry`: all but keep it."""

    def replace(self, obj: Json, *, subresource: str = "", dry: bool = False) -> Json:
        """Put a changed object in place of the old. Subresources: ephemeralcontainers, resize, scale, status."""

    def delete(
        self, kind: str, namespace: str, name: str, *, grace_seconds: int | None = None, propagation: str = ""
    ) -> None:
        """Begin to delete; 0 is at once, None is what the object says.

        `propagation` to the dependents is Background, Foreground, Orphan, or "" for the kind's default.
        """

    def evict(self, namespace: str, name: str, *, grace_seconds: int | None = None) -> None:
        """Delete a Pod the way `drain` does; refused with 429 if a disruption budget does not allow it."""

    def logs(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, timestamps: bool = False
    ) -> str:
        """The container's log; with `timestamps` each line starts with an RFC 3339 moment and a space."""

    def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> Stream:
        """Start a command in a container. Without `stdin` it reads from nothing."""

    def attach(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> Stream:
        """Take part in a container's main process: its output from now on, its input if it has one open."""

    def port_forward(self, namespace: str, pod: str, port: int) -> OpenFile:
        """A connection to a port of the Pod, from inside of it. Raises ApiError if nobody listens there."""
