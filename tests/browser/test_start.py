"""The home page and the lessons: how a person gets to a running Pod, or is told what is wrong."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Watch
from tests.browser.looking import upload, wait_until_connected
from tests.browser.manifests import INVALID


def test_the_example_runs_with_one_click(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Run")).click()
    page.wait_for_url("**/pods/default/*/")
    wait_until_connected(page)


def test_a_refused_manifest_keeps_its_text_and_names_the_lines(page: Page, watch: Watch) -> None:
    watch.forgive("status of 422")
    upload(page, INVALID)
    problems = page.locator("#problems")
    expect(problems).to_contain_text('spec.restartPolicy: Unsupported value: "Sometimes"')
    expect(problems).to_contain_text('spec.containers[1].name: Invalid value: "Web"')
    expect(problems).to_contain_text(re.compile(r"\b6\b"))
    expect(problems).to_contain_text(re.compile(r"\b10\b"))
    expect(page.locator("textarea[name=manifest]")).to_have_value(INVALID)


def test_problems_show_while_typing(page: Page) -> None:
    page.goto("/")
    page.locator("textarea[name=manifest]").fill(INVALID)
    expect(page.locator("#problems")).to_contain_text("spec.restartPolicy")
    page.locator("textarea[name=manifest]").fill(INVALID.replace("Sometimes", "Always").replace("Web", "other"))
    expect(page.locator("#problems")).not_to_contain_text("spec.restartPolicy")


def test_a_file_can_be_uploaded(page: Page) -> None:
    page.goto("/")
    text = INVALID.replace("Sometimes", "Always").replace("Web", "other").replace("wrong", "from-a-file")
    chosen: FilePayload = {"name": "pod.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(chosen)
    page.get_by_role("button", name=re.compile("^Run")).click()
    page.wait_for_url("**/pods/default/from-a-file/")


def test_a_file_that_is_no_manifest_is_refused_by_name_and_the_others_are_taken(page: Page) -> None:
    page.goto("/")
    good: FilePayload = {"name": "pod.yaml", "mimeType": "application/yaml", "buffer": INVALID.encode()}
    picture: FilePayload = {"name": "cat.png", "mimeType": "image/png", "buffer": bytes(range(256))}
    large: FilePayload = {"name": "large.yaml", "mimeType": "application/yaml", "buffer": b"# much\n" * 40_000}
    empty: FilePayload = {"name": "empty.yaml", "mimeType": "application/yaml", "buffer": b"\n"}
    page.locator("input[type=file]").set_input_files([good, picture, large, empty])
    told = page.get_by_role("alert").filter(has_text="cat.png")
    expect(told).to_have_text(
        "large.yaml is larger than 256 kB, too large for a manifest. cat.png is not text in UTF-8. empty.yaml is empty."
    )
    expect(page.locator("textarea[name=manifest]")).to_have_value(f"# pod.yaml\n{INVALID}")
    page.locator("input[type=file]").set_input_files(good)
    expect(told).to_be_hidden()


def test_a_lesson_runs(page: Page) -> None:
    page.goto("/lessons/")
    page.locator("main a[href^='/lessons/']").first.click()
    page.wait_for_url(re.compile(r"/lessons/[\w-]+/$"))
    page.get_by_role("button", name=re.compile("^Run")).click()
    page.wait_for_url("**/clusters/**")
    wait_until_connected(page)
