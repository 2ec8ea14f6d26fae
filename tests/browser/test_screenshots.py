"""The pictures in the documents show the pages as they are.

Each is taken again and compared with the one in docs/screenshots; with TAKE_SCREENSHOTS it takes that one's place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage, Watch, launched, running
from tests.browser.looking import mark, upload, wait_for_htmx, wait_until_connected
from tests.browser.manifests import CHECKOUT, INVALID, SHOP
from tests.browser.pictures import difference, read, written
from tests.browser.prepared import Prepared, put
from tests.browser.server import ROOT, Server

KEPT, SEEN = ROOT / "docs" / "screenshots", ROOT / "var" / "screenshots"
FONTS = Path(__file__).with_name("fonts.conf")
NEEDED = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": "fonts-dejavu-core",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}
NAME = "podviz.localhost"  # to a browser as safe as HTTPS, so that it may copy
SETTLE_MS = 700
SHAPES: dict[str, dict[str, object]] = {
    "": {"viewport": {"width": 1280, "height": 900}},
    "-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "-phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "-phone-dark": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"},
    "-chinese": {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"},
}
POD = Prepared("checkout", CHECKOUT, 222)
STUCK = Prepared("shop", SHOP, 60, ((20, "kubectl set image deployment/web nginx=busybox:1.36"),))
RUNS = (
    Prepared("run-a", CHECKOUT, 600),
    Prepared("run-b", CHECKOUT.replace("PeriodSeconds: 20", "PeriodSeconds: 5"), 600),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One with a name of its own, in which the clusters of the pictures stand still."""
    for server in running(Server(tmp_path_factory.mktemp("pictures"), NAME)):
        put(server, (POD, STUCK, *RUNS))
        yield server


@pytest.fixture(scope="module")
def browser(server: Server) -> Iterator[Browser]:
    """It knows where the server is, and writes with the same fonts everywhere."""
    missing = [package for file, package in NEEDED.items() if not Path(file).exists()]
    assert not missing, f"the pictures need fonts: apt-get install {' '.join(missing)}"
    yield from launched(
        f"--host-resolver-rules=MAP {NAME}:80 127.0.0.1:{server.port}",
        "--font-render-hinting=none",
        "--disable-lcd-text",
        FONTCONFIG_FILE=str(FONTS),
    )


def _picture(page: Page, name: str, *, whole: bool = False) -> None:
    wait_for_htmx(page)
    page.mouse.move(0, 0)
    # A page that is wider than its window makes people scroll sideways.
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    _compare(_settled(page, whole), name)


def _settled(page: Page, whole: bool) -> bytes:
    """As it looks when nothing has changed for a while: labels and the legend are tidied up a little later."""
    before = b""
    for _try in range(10):
        page.wait_for_timeout(SETTLE_MS)
        now = page.screenshot(animations="disabled", caret="hide", full_page=whole)
        if now == before:
            return now
        before = now
    raise AssertionError(f"{page.url} does not come to rest")


def _compare(new: bytes, name: str) -> None:
    kept = KEPT / f"{name}.png"
    if os.environ.get("TAKE_SCREENSHOTS"):
        if not kept.exists() or difference(kept.read_bytes(), new):
            kept.write_bytes(written(read(new)))
        return
    assert kept.exists(), f"there is no picture {name}: take it with make screenshots"
    if found := difference(kept.read_bytes(), new):
        SEEN.mkdir(parents=True, exist_ok=True)
        (SEEN / f"{name}.png").write_bytes(new)
        shown = SEEN / f"{name}-difference.png"
        shown.write_bytes(found.picture)
        pytest.fail(f"docs/screenshots/{name}.png: {found}. Look at {shown}; if that is meant, run make screenshots")


def _as_presenter(page: Page, cluster: Prepared) -> None:
    page.goto(cluster.presenter)
    wait_until_connected(page)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_of_a_pod(new_page: NewPage, server: Server, shape: str) -> None:
    """Its second restart is selected."""
    page = new_page(server, **SHAPES[shape])
    _as_presenter(page, POD)
    word = "第 2 次重启" if shape == "-chinese" else "restart 2$"
    address = mark(page, "app", word).get_attribute("href")
    page.goto(f"{page.url.partition('?')[0]}{str(address).partition('#')[0]}")
    wait_until_connected(page)
    expect(page.locator("#why ol.steps > li").first).to_be_visible()
    _picture(page, f"pod{shape}")


@pytest.mark.parametrize("shape", ["", "-phone-dark"])
def test_two_runs_beside_each_other(new_page: NewPage, server: Server, shape: str) -> None:
    page = new_page(server, **SHAPES[shape])
    for run in reversed(RUNS):
        _as_presenter(page, run)
    page.goto(f"/compare/{RUNS[0].slug}/{RUNS[1].slug}/?pod=default/checkout&until=600000")
    expect(page.locator(".numbers")).to_be_visible()
    _picture(page, f"compare{shape}")


def test_the_presenters_page(new_page: NewPage, server: Server) -> None:
    page = new_page(server, viewport={"width": 1280, "height": 720})
    _as_presenter(page, POD)
    page.goto("/clusters/checkout/pods/default/checkout/present/")
    wait_until_connected(page)
    expect(page.locator(".stage-steps li").first).to_be_visible()
    _picture(page, "presenter")


@pytest.mark.parametrize("shape", ["", "-phone"])
def test_a_rollout_that_is_stuck(new_page: NewPage, server: Server, shape: str) -> None:
    page = new_page(server, **SHAPES[shape])
    _as_presenter(page, STUCK)
    expect(page.locator("#pods .reason")).to_be_visible()
    _picture(page, f"cluster{shape}")


@pytest.mark.parametrize("shape", ["", "-dark", "-phone"])
def test_the_home_page(new_page: NewPage, server: Server, shape: str) -> None:
    page = new_page(server, **SHAPES[shape])
    for cluster in (STUCK, POD):
        _as_presenter(page, cluster)
    page.goto("/")
    expect(page.locator(".lines .name").first).to_be_visible()
    _picture(page, f"home{shape}", whole=not shape)


def test_all_lessons(new_page: NewPage, server: Server) -> None:
    page = new_page(server, **SHAPES[""])
    page.goto("/lessons/")
    _picture(page, "lessons")


def test_a_refused_manifest(page: Page, watch: Watch) -> None:
    watch.forgive("status of 422")
    upload(page, INVALID)
    expect(page.locator("#problems")).to_contain_text("Unsupported value")
    _picture(page, "home-invalid")
