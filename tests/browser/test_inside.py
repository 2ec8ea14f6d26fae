"""The tab Inside, live and at a past moment, and debugging from the Pod's page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.looking import cell, open_pod, open_tab, pause, run, speed

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: insider}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: web
    image: nginx
    volumeMounts: [{name: site, mountPath: /usr/share/nginx/html, readOnly: true}]
  - name: writer
    image: busybox
    command: [sh, -c, "sleep 20; echo hello > /site/late.html; sleep 20; rm /site/late.html; sleep 3600"]
    volumeMounts: [{name: site, mountPath: /site}]
  volumes: [{name: site, emptyDir: {}}]
"""


@pytest.fixture
def pod(page: Page) -> Page:
    open_pod(page, POD, "insider")
    speed(page, "10×")
    expect(cell(page, "ready")).to_have_text("2/2")
    return page


def test_files_appear_and_go_while_one_looks(pod: Page) -> None:
    open_tab(pod, "Inside")
    inside = pod.locator("#inside")
    expect(inside).to_contain_text(re.compile(r":80 nginx\s*listening"))
    expect(inside).to_contain_text(re.compile(r"late\.html\s*6 B\s*(new|changed)"))
    inside.hover()
    expect(inside.locator("del")).to_have_text("late.html")
    expect(inside).to_contain_text(re.compile(r"late\.html\s*removed"))


def test_at_a_past_moment_the_inside_is_as_it_was(pod: Page) -> None:
    open_tab(pod, "Inside")
    expect(pod.locator("#inside del")).to_have_text("late.html")
    pause(pod)
    place = pod.url.split("?")[0]
    origin = int(pod.locator("#clock-state").get_attribute("data-origin") or 0)
    pod.goto(f"{place}?tab=inside&at={origin + 10_000}")
    expect(pod.locator("#inside")).to_contain_text("emptyDir · no file")
    pod.goto(f"{place}?tab=inside&at={origin + 30_000}")
    expect(pod.locator("#inside")).to_contain_text(re.compile(r"late\.html\s*6 B"))


def test_a_debugger_is_added_typed_into_and_left(pod: Page) -> None:
    open_tab(pod, "Run")
    run(pod, "Add a debugger", image="busybox:1.36", target="web")
    expect(pod.locator("#debuggers")).to_contain_text("running · sees the processes of web")
    run(pod, "Run in the container", command="ps")
    expect(pod.locator("#console")).to_contain_text("nginx: worker process")
    pod.get_by_role("button", name="Leave it").click()
    expect(pod.locator("#debuggers")).to_contain_text("stays in the status until the Pod is gone")
    expect(cell(pod, "ready")).to_have_text("2/2")


def test_a_choice_of_a_container_stays_while_others_come(pod: Page) -> None:
    open_tab(pod, "Run")
    pod.locator("#run-of").select_option("writer")
    run(pod, "Add a debugger", target="web")
    expect(pod.locator("#debuggers")).to_contain_text("running")
    expect(pod.locator("#run-of")).to_have_value("writer")
    expect(pod.locator("#run-in")).to_have_value(re.compile("^debugger-"))


def test_a_copy_of_the_pod_is_made_with_another_image(pod: Page) -> None:
    open_tab(pod, "Run")
    run(pod, "Make the copy", container="web", other="nginx:1.26")
    expect(pod.locator("#console")).to_contain_text(
        "--copy-to=insider-debug --share-processes --set-image=web=nginx:1.26"
    )
    pod.get_by_role("link", name="All Pods of the cluster").click()
    expect(pod.locator("#pods")).to_contain_text(re.compile(r"insider-debug\s*3/3\s*Running"))
    pod.get_by_role("link", name="insider-debug").first.click()
    open_tab(pod, "Inside")
    expect(pod.locator("#inside")).to_contain_text("It is process 1 for all containers")


def test_a_copy_that_changes_nothing_is_refused_where_it_was_asked_for(pod: Page, watch: Watch) -> None:
    watch.forgive("422")
    open_tab(pod, "Run")
    run(pod, "Make the copy", image="")
    expect(pod.locator("#run").get_by_role("alert").last).to_contain_text("A copy needs one container more")
