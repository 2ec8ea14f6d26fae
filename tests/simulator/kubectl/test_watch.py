"""`kubectl get pods -w`."""

from simulator.history import Json
from simulator.kubectl.tables import TableOptions
from simulator.kubectl.watch import WatchPrinter
from simulator.objects.resources import resource_of


def pod(phase: str) -> Json:
    meta = {"name": "p", "namespace": "demo", "creationTimestamp": "1970-01-01T00:00:00Z"}
    return {"metadata": meta, "spec": {"containers": [{}]}, "status": {"phase": phase}}


def test_every_change_is_a_row_under_one_header_also_when_nothing_changed() -> None:
    printer = WatchPrinter(resource_of("pods"))
    changes = (("Pending", 0), ("Pending", 1000), ("Running", 125_000))
    assert "".join(printer.print([pod(phase)], now) for phase, now in changes) == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "p      0/1     Pending   0          0s\n"
        "p      0/1     Pending   0          1s\n"
        "p      0/1     Running   0          2m5s\n"
    )


def test_the_header_waits_for_the_first_row() -> None:
    printer = WatchPrinter(resource_of("pods"))
    assert printer.print([], 0) == ""
    assert printer.print([pod("Pending")], 0).startswith("NAME ")


def test_the_namespace_comes_first_when_it_is_asked_for() -> None:
    printer = WatchPrinter(resource_of("pods"), TableOptions(with_namespace=True, headers=False))
    assert printer.print([pod("Pending")], 0) == "demo   p     0/1   Pending   0     0s\n"
