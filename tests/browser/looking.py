"""What a person does on a page and sees there, in the words of the tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.manifests import Unhealthy

MARK = "podvizLoadedOnce"


def upload(page: Page, manifest: str) -> None:
    """Type a manifest into the home page and run it; ends on the page that opens."""
    page.goto("/")
    page.locator("textarea[name=manifest]").fill(manifest)
    page.locator("#editor [data-run]").click()


def open_pod(page: Page, manifest: str, pod: str) -> None:
    upload(page, manifest)
    page.wait_for_url(f"**/pods/default/{pod}/")
    wait_until_connected(page)
    remember_this_load(page)


def wait_until_connected(page: Page) -> None:
    """The socket has spoken: it sends the number of people who watch."""
    expect(page.locator("#watchers")).to_contain_text(re.compile(r"\d"))


def wait_for_htmx(page: Page) -> None:
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-settling, .htmx-swapping, .htmx-added')"
    )


def remember_this_load(page: Page) -> None:
    page.evaluate(f"window.{MARK} = true")


def was_not_reloaded(page: Page) -> bool:
    return bool(page.evaluate(f"window.{MARK} === true"))


def speed(page: Page, label: str) -> None:
    button = page.locator(".speeds").get_by_role("button", name=label, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def pause(page: Page) -> None:
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#clock-state")).to_have_attribute("data-playing", "false")


def lane(page: Page, ident: str) -> Locator:
    """The list of a lane: `app` for a container, `app-liveness`, `app-signals`, `status`, `events`."""
    return page.locator(f"#t-{ident}")


def mark(page: Page, ident: str, text: str) -> Locator:
    """The marks of a lane whose spoken text matches, the first of them."""
    return lane(page, ident).get_by_role("link", name=re.compile(text)).first


def cell(page: Page, key: str) -> Locator:
    return page.locator(f"#cells .cell-{key} dd")


def number(page: Page) -> int:
    """The newest history entry that the page knows."""
    return int(page.locator("#clock-state").get_attribute("data-number") or 0)


def history(page: Page) -> list[dict[str, Any]]:
    """What the cluster's export holds now."""
    address = re.sub(r"/pods/.*", "/history.json", page.url)
    entries: list[dict[str, Any]] = page.request.get(address).json()["entries"]
    return entries


def run(page: Page, button: str, **fields: str) -> None:
    """Fill the form with this button in the tab where commands are run, and send it."""
    form = page.locator("#run form").filter(has=page.get_by_role("button", name=button))
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=button).click()


def open_restarted(page: Page, manifest: str, pod: str, restart: int = 1, pace: str = "60×") -> None:
    """The page of a Pod that was restarted that often, paused; the faster, the more comes after that."""
    open_pod(page, manifest, pod)
    speed(page, pace)
    expect(mark(page, "app", f"restart {restart}$")).to_be_visible()
    pause(page)


def make_restarted(maker: Page, subject: Unhealthy, restart: int, pace: str = "10×") -> str:
    """The address of such a Pod."""
    open_restarted(maker, subject.text, subject.pod, restart, pace)
    return maker.url


def open_tab(page: Page, tab: str) -> None:
    page.locator("#panel .tabs").get_by_role("link", name=re.compile(f"^{tab}")).click()


def look_at(page: Page, address: str) -> Page:
    """As somebody who did not make it."""
    page.goto(address)
    wait_until_connected(page)
    return page


def take(page: Page, title: str, folder: Path) -> Path:
    """Choose a file of the menu; where it was kept."""
    page.locator(".menu.take summary").click()
    with page.expect_download() as waiting:
        page.locator(".menu.take").get_by_text(title, exact=True).click()
    page.keyboard.press("Escape")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path
