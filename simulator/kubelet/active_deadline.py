"""The end of Pods that are active for longer than they may be.

Models pkg/kubelet/active_deadline.go: counted from the status' startTime, looked at every second.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import Timer
from simulator.kubelet.node import DEADLINE_MESSAGE, PodAgent


class ActiveDeadline:
    """Of one Pod; `due` is called when it is reached."""

    __slots__ = ("_agent", "_due", "_timer")

    def __init__(self, agent: PodAgent, due: Callable[[], object]) -> None:
        self._agent = agent
        self._due = due
        self._timer: Timer | None = None

    @property
    def scheduled(self) -> bool:
        return self._timer is not None

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def schedule(self) -> None:
        """The Pod or its status is new."""
        self.cancel()
        agent, node = self._agent, self._agent.node
        seconds = agent.pod["spec"].get("activeDeadlineSeconds")
        status = agent.status.get(agent.uid)
        if seconds is None or status is None:
            return
        agent.deadline = node.calendar.parse(status["startTime"]) + seconds * 1000
        self._timer = node.engine.at(node.beats.sync.after(agent.deadline - 1), self._reached)

    def _reached(self) -> None:
        history, data = self._agent.node.history, {"message": DEADLINE_MESSAGE}
        number = history.fact("deadline", self._agent.key, "", data, ("spec.activeDeadlineSeconds",))
        self._agent.node.engine.cause = number
        self._due()
