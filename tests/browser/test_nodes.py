"""Nodes on the cluster's page: what can be done to them, and what is seen of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import remember_this_load, speed, upload, wait_until_connected, was_not_reloaded
from tests.browser.server import Server

CLUSTER = """\
nodes: 2
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: agent, image: busybox, command: [sleep, "3600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: guest}
spec:
  nodeName: node2
  terminationGracePeriodSeconds: 1
  containers: [{name: app, image: nginx, resources: {requests: {cpu: 500m}}}]
"""


def make(page: Page) -> Page:
    upload(page, CLUSTER)
    page.wait_for_url("**/clusters/*/")
    wait_until_connected(page)
    remember_this_load(page)
    speed(page, "10×")
    expect(card(page, "node2")).to_contain_text("guest")
    return page


@pytest.fixture
def cluster(page: Page) -> Page:
    return make(page)


def card(page: Page, node: str) -> Locator:
    return page.locator(f"#node-{node}-now")


def press(page: Page, node: str, button: str) -> None:
    page.locator(f"#node-{node}-do").get_by_role("button", name=button, exact=True).click()


def test_a_cordoned_node_says_so_and_can_be_opened_again(cluster: Page) -> None:
    expect(card(cluster, "node2")).to_contain_text("500m of 2")
    press(cluster, "node2", "Cordon")
    expect(card(cluster, "node2")).to_contain_text("Ready,SchedulingDisabled")
    expect(card(cluster, "node2")).to_contain_text("It is cordoned")
    press(cluster, "node2", "Uncordon")
    expect(card(cluster, "node2")).to_contain_text("It takes new Pods.")
    expect(cluster.locator("#terminal")).to_contain_text("node/node2 uncordoned")
    assert was_not_reloaded(cluster)


def test_a_drained_node_keeps_only_the_pods_of_daemonsets(cluster: Page) -> None:
    press(cluster, "node2", "Drain")
    expect(card(cluster, "node2")).not_to_contain_text("guest")
    expect(card(cluster, "node2").locator(".residents")).to_contain_text(re.compile(r"agent-\w+ Running"))


def test_a_node_is_lost_and_comes_back(cluster: Page) -> None:
    press(cluster, "node2", "Stop the kubelet")
    expect(card(cluster, "node2")).to_contain_text("nobody knows yet")
    speed(cluster, "60×")
    expect(card(cluster, "node2").locator(".status")).to_have_text(re.compile("NotReady"))
    expect(card(cluster, "node2")).to_contain_text("NodeNotReady")
    press(cluster, "node2", "Start the kubelet")
    expect(card(cluster, "node2").locator(".status")).to_have_text("Ready")


def test_a_node_joins_and_gets_its_daemon(cluster: Page) -> None:
    cluster.locator("#add-node summary").click()
    cluster.locator("#add-node [name=labels]").fill("disk=ssd")
    cluster.locator("#add-node button").click()
    expect(card(cluster, "node3")).to_contain_text("disk=ssd")
    expect(card(cluster, "node3")).to_contain_text("RegisteredNode")
    expect(card(cluster, "node3").locator(".residents")).to_contain_text(re.compile(r"agent-\w+ Running"))
    expect(cluster.locator("#add-node")).not_to_have_attribute("open", "")


def test_a_node_that_cannot_join_is_refused_where_it_was_asked_for(cluster: Page, watch: Watch) -> None:
    watch.forgive("422")
    cluster.locator("#add-node summary").click()
    cluster.locator("#add-node [name=taints]").fill("gpu")
    cluster.locator("#add-node button").click()
    expect(cluster.locator("#add-node").get_by_role("alert")).to_contain_text("a taint is key=value:effect")


def reload_until(page: Page, place: str, text: str) -> None:
    """What was asked for takes its time, and a page without script stays as it came."""
    for _ in range(20):
        if text in page.locator(place).inner_text():
            return
        page.wait_for_timeout(300)
        page.reload()
    expect(page.locator(place)).to_contain_text(text)


def test_all_of_it_works_without_javascript(new_page: NewPage, server: Server) -> None:
    page = new_page(server, java_script_enabled=False)
    upload(page, CLUSTER)
    press(page, "node2", "Cordon")
    page.wait_for_url("**/clusters/*/?list**")
    reload_until(page, "#node-node2-now", "SchedulingDisabled")
    page.locator("#add-node summary").click()
    page.locator("#add-node button").click()
    reload_until(page, "#terminal", "node node3 joins the cluster")


def test_who_looks_on_sees_the_nodes_and_no_buttons(cluster: Page, new_page: NewPage, server: Server) -> None:
    viewer = new_page(server)
    viewer.goto(cluster.url)
    wait_until_connected(viewer)
    expect(card(viewer, "node2")).to_contain_text("guest")
    press(cluster, "node2", "Cordon")
    expect(card(viewer, "node2")).to_contain_text("It is cordoned")
    expect(viewer.locator("#nodes .do button").first).to_be_hidden()
    expect(viewer.locator("#add-node")).to_have_count(0)
