"""The traffic lane, from a cluster with a Service and a client."""

from __future__ import annotations

from dashboard.presenters.page import PodPage
from dashboard.presenters.pieces import Lane
from simulator import Simulation
from tests.dashboard.presenters.conftest import page_of

MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: checkout}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: checkout, labels: {app: checkout}}
spec:
  containers: [{name: app, image: nginx}]
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers:
  - name: client
    image: busybox:1.36
    command: [sh, -c, "sleep 3; wget -qO- http://shop; sleep 2; wget -qO- http://shop; sleep 1000"]
"""


def page_at(seconds: int) -> PodPage:
    simulation = Simulation()
    simulation.act("apply", {"manifest": MANIFEST})
    simulation.advance(seconds * 1000)
    return page_of(simulation.history.entries, seconds * 1000)


def lane_of(page: PodPage) -> Lane | None:
    return next((lane for lane in page.timeline.lanes if lane.kind == "traffic"), None)


def test_there_is_no_lane_before_there_is_traffic() -> None:
    assert lane_of(page_at(2)) is None


def test_a_spell_goes_on_until_it_was_quiet_for_a_while() -> None:
    lane = lane_of(page_at(8))
    assert lane is not None
    (item,) = lane.items
    assert (item.label, item.end_ms) == ("shop", None)
    assert "Connections by Service shop" in item.text
    assert "first from default/client" in item.text


def test_its_end_is_its_last_connection() -> None:
    lane = lane_of(page_at(30))
    assert lane is not None
    (item,) = lane.items
    assert item.end_ms is not None
    assert 1_900 <= item.end_ms - item.at_ms <= 2_200
    assert "; 2 until" in item.text


def test_the_text_tells_it_too() -> None:
    told = ["".join(part.text for part in line.text) for line in page_at(30).narrative.lines]
    assert "default/client was led here by Service shop." in told
    assert "No connection for a while; there were 2." in told
