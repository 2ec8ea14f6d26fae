"""What the Pods on a node take up: added up as they come and go, and never counted anew."""

import json

import pytest

from simulator.scheduler.node_info import NodeInfo
from tests.simulator.stories import Json, Story, container, pod

CPU = 10**9


def asking(cpu: str, port: int = 0, name: str = "p") -> Json:
    made = container(resources={"requests": {"cpu": cpu}})
    return pod(made | {"ports": [{"containerPort": port, "hostPort": port}]} if port else made, name=name)


def running(story: Story) -> set[str]:
    pods = {r.object["metadata"]["name"]: r.object for r in story.revisions() if r.verb != "DELETED"}
    gone = {r.object["metadata"]["name"] for r in story.revisions() if r.verb == "DELETED"}
    return {name for name, found in pods.items() if found["status"]["phase"] == "Running"} - gone


def test_what_a_pod_takes_is_given_back_when_it_goes() -> None:
    info = NodeInfo({})
    info.put("a", asking("1", 80))
    info.put("b", asking("500m", 80))
    assert (info.pods, info.requested["cpu"], info.ports["0.0.0.0", "TCP", 80]) == (2, 3 * CPU // 2, 2)
    info.remove("a")
    assert (info.pods, info.requested["cpu"], info.ports["0.0.0.0", "TCP", 80]) == (1, CPU // 2, 1)


def test_a_pod_counts_once_with_its_newest_spec() -> None:
    info, first = NodeInfo({}), asking("1")
    info.put("a", first)
    info.put("a", {**first, "status": {"phase": "Running"}})
    assert info.requested["cpu"] == CPU
    info.put("a", asking("2"))
    assert (info.pods, info.requested["cpu"]) == (1, 2 * CPU)


def test_a_pod_that_is_not_there_can_go() -> None:
    info = NodeInfo({})
    info.remove("a")
    assert (info.pods, dict(info.requested)) == (0, {})


def test_the_room_of_a_pod_that_ended_or_was_deleted_is_free_again() -> None:
    ends = pod(container("sleep 3", resources={"requests": {"cpu": "2"}}), name="ends", restartPolicy="Never")
    story = Story(ends, asking("2", name="second"), seconds=20)
    assert running(story) == {"second"}
    story.node("kubectl delete pod second --now")
    third = json.dumps(asking("2", name="third"))
    assert not story.simulation.act("apply", {"manifest": third}).code
    assert running(story.until(60)) == {"third"}


def test_placing_a_pod_looks_at_no_other_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(spec: Json) -> dict[str, int]:
        asked.append(1)
        return {}

    monkeypatch.setattr("simulator.scheduler.node_info.requests", counted)
    monkeypatch.setattr("simulator.scheduler.filters.requests", counted)
    monkeypatch.setattr("simulator.kubelet.admission.requests", counted)
    Story(*(pod(container(), name=f"p{number}") for number in range(20)), seconds=5)
    assert len(asked) == 20 * 4  # twice for each of the two sides: what it asks for, and what it takes
