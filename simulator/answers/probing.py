"""When a probe finds out. Worked out for the worker in simulator.kubelet.prober."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.answers.parts import Part, Span, What
from simulator.history import Json
from simulator.kubelet.latency import EXEC_MS

CUT_MS = 999  # the API's start time is cut to whole seconds: a delay may seem over that much too soon


@dataclass(frozen=True, slots=True)
class Probe:
    """The numbers of one probe, in ms, and where it stands in the Pod."""

    path: str
    delay: int
    period: int
    longest: int  # one attempt
    failures: int
    successes: int
    network: bool

    @classmethod
    def of(cls, container: Json, path: str, kind: str) -> Probe | None:
        field = f"{kind}Probe"
        given = container.get(field)
        if given is None:
            return None
        return cls(
            path=f"{path}.{field}",
            delay=given.get("initialDelaySeconds", 0) * 1000,
            period=given.get("periodSeconds", 10) * 1000,
            longest=(given.get("timeoutSeconds") or 1) * 1000 + (EXEC_MS if "exec" in given else 0),
            failures=given.get("failureThreshold", 3),
            successes=given.get("successThreshold", 1),
            network="exec" not in given,
        )

    @property
    def apart(self) -> int:
        """From one attempt's begin to the next one's, at the most: the next waits for the one before."""
        return max(self.period, self.longest)

    def field(self, name: str) -> str:
        return f"{self.path}.{name}"

    def next_attempt(self) -> Part:
        return Part(What.NEXT_ATTEMPT, Span(0, self.apart), (self.field("periodSeconds"),))

    def answer(self) -> Part:
        return Part(What.ANSWER, Span(0, self.longest), (self.field("timeoutSeconds"),))

    def more_failures(self, *, late: bool = False) -> Part:
        """`late`: the first attempt may have had to wait for one that took longer than a period. Then the next tick
        is already due, and one period less lies between them."""
        more = self.failures - 1
        least = max(0, more - 1) if late and self.longest > self.period else more
        span = Span(least * self.period, more * self.apart)
        fields = (self.field("failureThreshold"), self.field("periodSeconds"))
        return Part(What.MORE_ATTEMPTS, span, fields, more, self.period)

    def detection(self) -> tuple[Part, ...]:
        """From the moment from which every attempt fails to the threshold."""
        return (self.next_attempt(), self.more_failures(late=True), self.answer())

    def first_tick(self, sofar: Span) -> Part:
        """From `sofar` after the container's start to the first attempt that is not too early: a tick of a worker
        whose phase has nothing to do with the start."""
        least = max(0, self.delay - CUT_MS - sofar.least)
        fields = (self.field("initialDelaySeconds"), self.field("periodSeconds"))
        if sofar.greatest is None:
            return Part(What.FIRST_ATTEMPT, Span(least, None), fields)
        greatest = max(self.delay - sofar.greatest, 0) + self.period
        return Part(What.FIRST_ATTEMPT, Span(least, greatest), fields)
