"""`kubectl get events` and `kubectl events`."""

from typing import Any

from simulator.kubectl.events import EventPrinter, event_cells, events_of, interval
from simulator.kubectl.tables import table_text
from simulator.objects.resources import resource_of
from tests.simulator.kubectl.recordings import objects, pod, recording

NOW = 60_000


def event(**more: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "p.1", "namespace": "demo"},
        "involvedObject": {"kind": "Pod", "name": "p", "namespace": "demo", "uid": "u"},
        "type": "Normal",
        "reason": "Pulled",
        "message": "done \n",
        "source": {"component": "kubelet", "host": "node1"},
        "firstTimestamp": "1970-01-01T00:00:10Z",
        "lastTimestamp": "1970-01-01T00:00:50Z",
        "count": 3,
        **more,
    }


def test_the_ten_cells_of_an_event() -> None:
    cells = event_cells(event(), NOW)
    assert cells == ("10s", "Normal", "Pulled", "pod/p", "", "kubelet, node1", "done", "50s", 3, "p.1")


def test_an_event_of_the_new_api_has_no_count_and_one_time() -> None:
    new = event(
        firstTimestamp=None, lastTimestamp=None, count=None, source={}, eventTime="1970-01-01T00:00:30.500000Z",
        reportingComponent="default-scheduler", reportingInstance="s1",
    )  # fmt: skip
    assert event_cells(new, NOW)[:2] == ("29s", "Normal")
    assert event_cells(new, NOW)[5:9] == ("default-scheduler, s1", "done", "29s", 1)
    series = new | {"series": {"count": 4, "lastObservedTime": "1970-01-01T00:00:58.000000Z"}}
    assert event_cells(series, NOW)[8] == 4
    assert interval(series, NOW) == "2s (x4 over 29s)"


def test_repeated_events_show_how_often_and_over_what_time() -> None:
    assert interval(event(), NOW) == "10s (x3 over 50s)"
    assert interval(event(count=1), NOW) == "50s"


def test_an_object_is_known_by_name_and_uid_and_a_mirror_pod_by_its_annotation() -> None:
    mine = {"metadata": {"name": "p", "namespace": "demo", "uid": "u"}}
    assert events_of(mine, [event()]) == [event()]
    assert events_of({"metadata": mine["metadata"] | {"uid": "other"}}, [event()]) == []
    mirror = {"metadata": mine["metadata"] | {"uid": "m", "annotations": {"kubernetes.io/config.mirror": "u"}}}
    assert events_of(mirror, [event()]) == [event()]


def test_get_events_keeps_the_order_of_names_and_kubectl_events_sorts_by_time() -> None:
    early = event(metadata={"name": "z", "namespace": "demo"}, lastTimestamp="1970-01-01T00:00:05Z", reason="Early")
    late = event(metadata={"name": "a", "namespace": "demo"}, reason="Late")
    assert table_text(resource_of("events"), [late, early], NOW).splitlines()[1].split()[2] == "Late"
    lines = EventPrinter(with_namespace=True).print([late, early], NOW).splitlines()
    assert lines[0] == "NAMESPACE   LAST SEEN           TYPE     REASON   OBJECT   MESSAGE"
    assert "Early" in lines[1]
    assert "Pod/p" in lines[2]


def test_nothing_is_printed_for_no_events() -> None:
    assert EventPrinter().print([], NOW) == ""


def test_scheduler_events_come_first_in_a_description_because_they_have_no_last_time() -> None:
    found = events_of(pod("image-missing"), objects("image-missing", "events"))
    assert found
    assert recording("image-missing")["describe"].split("Events:")[1].splitlines()[3].split()[1] == "Scheduled"
