"""The command that runs a scenario without a database."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.dashboard.world import INVALID, PLANNED, TICKER


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "ticker.yaml"
    path.write_text(PLANNED)
    return path


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("simulate", *map(str, arguments), stdout=out)
    return out.getvalue()


def recording(*arguments: object) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return result


def test_json_has_the_shape_of_a_recording(scenario: Path) -> None:
    made = recording(scenario, "--until", 40)
    assert list(made)[:11] == [
        "name", "kubernetes", "applied", "duration", "manifests", "actions",
        "get", "get_all", "describe", "logs", "pods",
    ]  # fmt: skip
    assert (made["name"], made["duration"], made["applied"]) == ("ticker", 40, 1795408448.555)
    assert made["actions"][0] == {
        "at": 0.0, "run": "kubectl apply -f manifests", "output": "pod/ticker created\n", "code": 0,
    }  # fmt: skip
    assert made["actions"][1]["due"] == 7
    assert "hello, node1" in made["actions"][1]["output"]
    assert {entry["type"] for entry in made["pods"]} <= {"ADDED", "MODIFIED"}
    assert all(entry["object"]["metadata"]["namespace"] == "s-ticker" for entry in made["events"])
    assert made["get"].startswith("NAME ")
    assert "Name:             ticker" in made["describe"]
    assert "begin" in made["logs"]["ticker/app"]


def test_the_same_seed_gives_the_same_bytes_and_another_may_not(scenario: Path) -> None:
    assert run(scenario, "--until", 60, "--json") == run(scenario, "--until", 60, "--json")
    assert run(scenario, "--until", 60, "--json") != run(scenario, "--until", 60, "--json", "--seed", 1)


STATIC = """\
name: static
duration: 30
actions:
- {at: 5, run: "echo 'POD' > $STATICDIR/pod.yaml"}
- {at: 20, run: "rm $STATICDIR/pod.yaml"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: placeholder}
"""
STATIC_POD = """\
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: s-static}, spec: {containers: [{name: web, image: nginx}]}}"""


def test_a_cluster_that_ran_it_before_counts_on_for_a_static_pod_alone(scenario: Path, tmp_path: Path) -> None:
    """Models client-go tools/record/events_cache.go eventObserve: a static Pod's UID is that of its file."""
    static = tmp_path / "static.yaml"
    static.write_text(STATIC.replace("POD", STATIC_POD))

    def counts(*arguments: object) -> dict[str, int]:
        return {entry["object"]["reason"]: entry["object"]["count"] for entry in recording(*arguments)["events"]}

    assert counts(static) == {"Pulling": 1, "Pulled": 1, "Created": 1, "Started": 1, "Killing": 1}
    assert counts(static, "--earlier", 2) == {"Pulling": 3, "Pulled": 1, "Created": 3, "Started": 3, "Killing": 3}
    fresh, used = (recording(scenario, "--until", 40, *past) for past in ((), ("--earlier", 1)))
    assert fresh["applied"] == used["applied"]
    assert [entry["type"] for entry in fresh["pods"]] == [entry["type"] for entry in used["pods"]]
    assert abs(fresh["pods"][-1]["t"] - used["pods"][-1]["t"]) < 2


def test_text_is_what_a_watch_prints_with_the_time_before_it(scenario: Path) -> None:
    lines = run(scenario, "--until", 40).splitlines()
    assert lines[0].split() == ["TIME", "NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert any(line.split()[1:4] == ["ticker", "1/1", "Running"] for line in lines)
    assert any("Started" in line and "pod/ticker" in line for line in lines)
    assert any("hello, node1" in line for line in lines)
    times = [line[:9].strip() for line in lines[1:] if line[:9].strip()]
    assert times == sorted(times, key=lambda text: [float(part) for part in text.split(":")])


def test_a_refused_manifest_is_an_error_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(INVALID)
    with pytest.raises(CommandError, match="refused"):
        run(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        run(tmp_path / "nowhere.yaml")


def test_a_header_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(TICKER.replace("name: ticker\n", "name: ticker\nduration: long\n", 1))
    with pytest.raises(CommandError, match=r"bad\.yaml:2: duration"):
        run(path)


def test_what_is_accepted_and_not_simulated_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ipc.yaml"
    path.write_text(TICKER.replace("spec:\n", "spec:\n  hostIPC: true\n", 1))
    told = io.StringIO()
    call_command("simulate", str(path), "--until", "1", stdout=io.StringIO(), stderr=told)
    line = path.read_text().splitlines().index("  hostIPC: true") + 1
    assert f"{path}:{line}: spec.hostIPC: accepted, not simulated" in told.getvalue()
