"""`kubectl get pods -w`."""

from typing import Any

from simulator.history import Revision
from simulator.kubectl.tables import TableOptions
from simulator.kubectl.watch import watch_rows, watch_text


def revision(number: int, at_ms: int, phase: str, kind: str = "pods") -> Revision:
    meta = {"name": "p", "namespace": "demo", "creationTimestamp": "1970-01-01T00:00:00Z"}
    pod: dict[str, Any] = {"metadata": meta, "spec": {"containers": [{}]}, "status": {"phase": phase}}
    return Revision(number, at_ms, 0, "MODIFIED", kind, pod)


REVISIONS = [
    revision(1, 0, "Pending"),
    revision(2, 500, "Pending", kind="events"),
    revision(3, 1000, "Pending"),
    revision(4, 125_000, "Running"),
]


def test_every_revision_of_the_kind_is_a_row_also_when_nothing_changed() -> None:
    rows = list(watch_rows(REVISIONS, 0))
    assert [(row.number, row.cells[2], row.cells[4]) for row in rows] == [
        (1, "Pending", "0s"),
        (3, "Pending", "1s"),
        (4, "Running", "2m5s"),
    ]


def test_rows_stand_under_one_header() -> None:
    assert watch_text(REVISIONS, 0) == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "p      0/1     Pending   0          0s\n"
        "p      0/1     Pending   0          1s\n"
        "p      0/1     Running   0          2m5s\n"
    )


def test_the_namespace_comes_first_when_it_is_asked_for() -> None:
    text = watch_text(REVISIONS[:1], 0, options=TableOptions(with_namespace=True, headers=False))
    assert text == "demo   p     0/1   Pending   0     0s\n"
