"""The pictures in the documents. Always taken; those that are shown are kept if TAKE_SCREENSHOTS is set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import mark, open_pod, pause, speed, upload, wait_for_htmx, wait_until_connected
from tests.browser.manifests import INVALID
from tests.browser.server import Server

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
KEPT = {"pod", "pod-dark", "pod-phone", "pod-phone-dark", "home", "home-invalid", "compare", "presenter", "cluster"}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

CHECKOUT = """\
apiVersion: v1
kind: Pod
metadata:
  name: checkout
spec:
  terminationGracePeriodSeconds: 20
  initContainers:
  - name: fetch-config
    image: busybox:1.36
    command: [sh, -c, "sleep 2; echo ready > /srv/index.html"]
    volumeMounts: [{name: site, mountPath: /srv}]
  - name: proxy
    image: nginx:1.27
    restartPolicy: Always
    readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10}
    volumeMounts: [{name: site, mountPath: /usr/share/nginx/html, readOnly: true}]
  containers:
  - name: app
    image: busybox:1.36
    # It breaks 30 s after its start, and sh has no handler for SIGTERM.
    command: [sh, -c, "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"]
    livenessProbe:
      exec: {command: [cat, /tmp/healthy]}
      initialDelaySeconds: 5
      periodSeconds: 5
      failureThreshold: 3
    readinessProbe:
      exec: {command: [cat, /tmp/healthy]}
      periodSeconds: 5
      failureThreshold: 1
  volumes: [{name: site, emptyDir: {}}]
"""

SHOP = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - {name: nginx, image: "nginx:1.27", readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}}
---
apiVersion: v1
kind: Pod
metadata: {name: worker}
spec:
  containers: [{name: worker, image: "busybox:1.36", command: [sh, -c, "sleep 8; exit 1"]}]
"""


@pytest.fixture(scope="module")
def pod_address() -> dict[str, str]:
    """Where the Pod of the pictures is: made once, shown in every size and theme."""
    return {}


def _picture(page: Page, name: str) -> None:
    wait_for_htmx(page)
    target = FOLDER / f"{name}.png" if os.environ.get("TAKE_SCREENSHOTS") and name in KEPT else None
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    assert page.screenshot(path=target, animations="disabled", caret="hide")
    # A page that is wider than its window makes people scroll sideways.
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def _open(page: Page, address: dict[str, str]) -> None:
    """The Pod with its second restart selected, paused."""
    if "url" not in address:
        open_pod(page, CHECKOUT, "checkout")
        speed(page, "60×")
        expect(mark(page, "app", "restart 2$")).to_be_attached()
        pause(page)
        mark(page, "app", "restart 2$").click()
        expect(page.locator("#why ol.steps > li").first).to_be_visible()
        address["url"] = page.url
    page.goto(address["url"])
    expect(page.locator("#why ol.steps > li").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("pod", {"viewport": WIDE}),
        ("pod-dark", {"viewport": WIDE, "color_scheme": "dark"}),
        ("pod-phone", {"viewport": NARROW, "has_touch": True}),
        ("pod-phone-dark", {"viewport": NARROW, "has_touch": True, "color_scheme": "dark"}),
        ("pod-chinese", {"viewport": WIDE, "locale": "zh-CN"}),
    ],
)
def test_the_page_of_a_pod(
    new_page: NewPage, server: Server, pod_address: dict[str, str], name: str, options: dict[str, object]
) -> None:
    if "url" not in pod_address:
        _open(new_page(server), pod_address)
    page = new_page(server, **options)
    _open(page, pod_address)
    _picture(page, name)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("compare", {"viewport": WIDE}),
        ("compare-phone", {"viewport": NARROW, "has_touch": True, "color_scheme": "dark"}),
    ],
)
def test_two_runs_beside_each_other(
    new_page: NewPage, server: Server, pod_address: dict[str, str], name: str, options: dict[str, object]
) -> None:
    page = new_page(server, **options)
    _open(page, pod_address)
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    text.fill(text.input_value().replace("PeriodSeconds: 20", "PeriodSeconds: 5"))
    _picture(page, f"{name}-asked")
    page.locator("[name=until]").select_option("600")
    page.locator("[data-run]").click()
    expect(page.locator(".numbers")).to_be_visible()
    _picture(page, name)


def test_the_presenters_page(new_page: NewPage, server: Server) -> None:
    page = new_page(server, viewport={"width": 1280, "height": 720})
    _open(page, {})  # whoever made a cluster presents it
    page.keyboard.press("p")
    expect(page.locator(".stage-steps li").first).to_be_visible()
    wait_until_connected(page)
    _picture(page, "presenter")


def _typed(page: Page, command: str) -> None:
    page.get_by_role("textbox", name="Command").fill(command)
    page.get_by_role("textbox", name="Command").press("Enter")
    expect(page.locator("#terminal")).to_contain_text(command)


@pytest.mark.parametrize(("name", "viewport"), [("cluster", WIDE), ("cluster-phone", NARROW)])
def test_a_rollout_that_is_stuck(new_page: NewPage, server: Server, name: str, viewport: dict[str, int]) -> None:
    page = new_page(server, viewport=viewport)
    upload(page, SHOP)
    page.wait_for_url("**/clusters/*/")
    wait_until_connected(page)
    speed(page, "10×")
    expect(page.locator("#services li.ready")).to_have_count(3)
    _typed(page, "kubectl set image deployment/web nginx=busybox:1.36")
    expect(page.locator("#pods .workload .tag", has_text="new, revision 2")).to_be_visible()
    expect(page.locator("#services li:not(.ready)")).to_have_count(1)
    expect(page.locator("#pods .reason")).to_be_visible()
    pause(page)
    _picture(page, name)


@pytest.mark.parametrize(("name", "viewport"), [("home", WIDE), ("home-phone", NARROW)])
def test_the_home_page(new_page: NewPage, server: Server, name: str, viewport: dict[str, int]) -> None:
    page = new_page(server, viewport=viewport)
    page.goto("/")
    _picture(page, name)


def test_a_refused_manifest(page: Page, watch: Watch) -> None:
    watch.forgive("status of 422")
    upload(page, INVALID)
    expect(page.locator("#problems")).to_contain_text("Unsupported value")
    _picture(page, "home-invalid")
