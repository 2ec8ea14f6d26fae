"""The cluster page: workloads above their Pods, Services with who gets traffic, what was typed on the node."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from dashboard.presenters.cluster import ClusterPage, PodLine, cluster_page
from dashboard.presenters.cluster_story import ClusterStory
from dashboard.presenters.workloads import Head
from simulator import Simulation
from tests.dashboard.presenters.conftest import state_at
from tests.dashboard.presenters.tales import START

DEPLOYMENT = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - {name: web, image: nginx, readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}}
---
apiVersion: v1
kind: Pod
metadata: {name: single}
spec: {containers: [{name: app, image: nginx}]}
"""


class World:
    """A cluster and its page."""

    def __init__(self, manifest: str, missing: Iterable[str] = ()) -> None:
        self.simulation = Simulation(start=START, missing_images=frozenset(missing))
        self.simulation.act("apply", {"manifest": manifest})

    def node(self, command: str) -> None:
        self.simulation.act("node", {"command": command})

    def at(self, seconds: int, story: ClusterStory | None = None) -> ClusterPage:
        self.simulation.advance(seconds * 1000)
        entries = self.simulation.history.entries
        return cluster_page(state_at(seconds * 1000, len(entries)), entries, story=story)


def outline(page: ClusterPage) -> list[str]:
    """Heads as `Kind name`, Pods by their level; names that were made up are cut."""
    rows = []
    for row in page.rows:
        name = row.name.partition("-")[0]
        rows.append(f"{row.kind} {name}".strip() if isinstance(row, Head) else f"{' ' * row.level}{name}")
    return rows


def test_pods_stand_under_their_workload_and_the_others_apart() -> None:
    page = World(DEPLOYMENT).at(5)
    assert outline(page) == [
        "Deployment web",
        "ReplicaSet web",
        "  web",
        "  web",
        "Pods without a controller",
        "single",
    ]


def test_a_cluster_of_pods_alone_has_no_heads() -> None:
    page = World(DEPLOYMENT.rpartition("---\n")[2]).at(5)
    assert outline(page) == ["single"]


def test_a_head_has_kubectls_columns_and_the_revision() -> None:
    page = World(DEPLOYMENT).at(5)
    deployment, replica_set = (row for row in page.rows[:2] if isinstance(row, Head))
    assert {cell.heading: cell.value for cell in deployment.cells} == {
        "READY": "2/2",
        "UP-TO-DATE": "2",
        "AVAILABLE": "2",
        "AGE": "5s",
    }
    assert replica_set.badge == "new, revision 1"
    assert (deployment.reason, deployment.level, replica_set.level) == ("", 0, 1)


def test_a_rollout_that_is_stuck_says_one_reason() -> None:
    world = World(DEPLOYMENT, missing=["nginx:none"])
    world.at(5)
    world.node("kubectl set image deployment/web web=nginx:none")
    page = world.at(40)
    (head,) = (row for row in page.rows if isinstance(row, Head) and row.kind == "Deployment")
    assert head.reason.endswith("cannot pull its image")
    badges = [row.badge for row in page.rows if isinstance(row, Head) and row.kind == "ReplicaSet"]
    assert badges == ["new, revision 2", "old, revision 1"]


def test_pods_that_are_no_more_are_listed_for_ten_minutes() -> None:
    world = World(DEPLOYMENT)
    world.at(5)
    world.node("kubectl delete pod single --now")
    assert outline(world.at(20))[-2:] == ["Pods that are no more", "single"]
    assert "single" not in outline(world.at(700))


def test_a_service_leads_to_the_ready_pods_in_equal_parts() -> None:
    (service,) = World(DEPLOYMENT).at(5).services
    assert service.mapping.endswith(":80 → 8080")
    assert [backend.share for backend in service.backends] == ["1/2 of traffic"] * 2
    assert all(backend.ready and backend.address.endswith(":8080") for backend in service.backends)
    assert all(backend.short.startswith("…") for backend in service.backends)


@pytest.mark.parametrize(("command", "seconds", "shares"), [
    ("kubectl scale deploy/web --replicas=1", 30, ["all traffic"]),
    ("kubectl scale deploy/web --replicas=0", 30, []),
    ("kubectl set image deploy/web web=busybox:1.36", 20, ["no traffic: not ready", "1/2 of traffic", "1/2 of traffic"]),
])  # fmt: skip
def test_who_gets_no_traffic_is_told_why(command: str, seconds: int, shares: list[str]) -> None:
    world = World(DEPLOYMENT)
    world.at(5)
    world.node(command)
    (service,) = world.at(seconds).services
    assert sorted(backend.share for backend in service.backends) == sorted(shares)


def test_what_was_typed_is_shown_with_its_output() -> None:
    world = World(DEPLOYMENT)
    world.at(5)
    world.node("kubectl get pods single --no-headers")
    outcome = world.at(10).outcomes[-1]
    assert outcome.command == "kubectl get pods single --no-headers"
    assert outcome.output.startswith("single   1/1   Running")


def test_a_page_that_is_watched_reads_only_what_is_new() -> None:
    world, story = World(DEPLOYMENT), ClusterStory()
    before = world.at(1, story).number
    world.node("kubectl label pod single a=b")
    later = world.at(10, story)
    assert later.number > before
    assert outline(later) == outline(world.at(10))
    assert [row.row.value("status") for row in later.rows if isinstance(row, PodLine)] == ["Running"] * 3


def test_other_kinds_are_listed_with_their_columns_too() -> None:
    others = {head.kind: head for head in World(DEPLOYMENT).at(1).others}
    assert {"Namespace", "Service"} <= others.keys()
    assert ("STATUS", "Active") in [(cell.heading, cell.value) for cell in others["Namespace"].cells]
