"""The values of this room: a time that is at least this and at most that, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """Milliseconds. `greatest` is None where nothing sets a limit."""

    least: int
    greatest: int | None

    def __add__(self, other: Span) -> Span:
        if self.greatest is None or other.greatest is None:
            return Span(self.least + other.least, None)
        return Span(self.least + other.least, self.greatest + other.greatest)


ZERO = Span(0, 0)


class What(StrEnum):
    """What a part is the time of."""

    NEXT_ATTEMPT = "next-attempt"  # until the probe tries again
    FIRST_ATTEMPT = "first-attempt"  # from what went before to the probe's first attempt: delay and tick
    MORE_ATTEMPTS = "more-attempts"  # the rest of the threshold
    ANSWER = "answer"  # until an attempt has its result
    NOTICE = "notice"  # until the kubelet lists what runs
    SYNC = "sync"  # until the Pod's worker acts on it
    PRE_STOP = "pre-stop"
    GRACE = "grace"  # from SIGTERM to the exit
    STOP = "stop"  # preStop and grace where one takes from the other
    START = "start"  # image, create, start
    POST_START = "post-start"
    STATUS = "status"  # until the API server has the status
    RUN = "run"  # a container that has to end first
    CONTAINER = "container"  # a container that has to start first


class Question(StrEnum):
    """From what to what an answer is."""

    CRASH = "crash"  # from a process that ended to its restart
    HANG = "hang"  # from the first moment at which every liveness attempt fails to the restart
    TRAFFIC = "traffic"  # from the first moment at which every readiness attempt fails to not ready
    READY = "ready"  # from the start to ready, if every probe passes as soon as it is asked
    BUDGET = "budget"  # from the start to being stopped, if the probe never passes
    POD_BUDGET = "pod-budget"  # the same over all containers that wait for each other


@dataclass(frozen=True, slots=True)
class Part:
    """One summand. `count` × `each_ms` is its arithmetic, where it is a product; `name` a container's."""

    what: What
    span: Span
    fields: tuple[str, ...] = ()
    count: int = 0
    each_ms: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts in their order. `never` names the field for which it does not happen at all."""

    question: Question
    parts: tuple[Part, ...] = ()
    never: str = ""

    @property
    def span(self) -> Span:
        return total(self.parts)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field for part in self.parts for field in part.fields))


def total(parts: Iterable[Part]) -> Span:
    return sum((part.span for part in parts), ZERO)
