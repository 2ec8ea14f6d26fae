"""The probes' stored results, by kind of probe and container ID.

Models pkg/kubelet/prober/results/results_manager.go.
"""

from __future__ import annotations

from dataclasses import dataclass

SUCCESS, FAILURE, UNKNOWN = "success", "failure", "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """`cause` is the log entry of the attempt that brought it; 0 for an initial value."""

    value: str
    cause: int


class Results:
    """Of one Pod."""

    def __init__(self) -> None:
        self._results: dict[tuple[str, str], Result] = {}

    def get(self, probe: str, container_id: str) -> Result | None:
        return self._results.get((probe, container_id))

    def set(self, probe: str, container_id: str, value: str, cause: int) -> bool:
        """Whether that changed anything."""
        before = self._results.get((probe, container_id))
        if before is not None and before.value == value:
            return False
        self._results[probe, container_id] = Result(value, cause)
        return True

    def remove(self, probe: str, container_id: str) -> None:
        self._results.pop((probe, container_id), None)
