"""Names as long as Kubernetes allows them: they are cut short or broken, and no word lies over another."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.browser.conftest import NewPage
from tests.browser.looking import upload
from tests.browser.server import Server

NAMESPACE, NAME = "n" * 63, "p" * 253
MANIFEST = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: {NAMESPACE}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: {NAME}, namespace: {NAMESPACE}}}
spec:
  containers:
  - name: app
    image: nginx:1.27
"""
WORDS = ".topbar .brand, .crumbs a, .crumbs bdi, .crumbs .chip, .crumbs > [aria-current], .topbar .end > *"


@pytest.mark.parametrize("width", [1920, 1280, 1279, 640, 390])
def test_no_word_lies_over_another(server: Server, new_page: NewPage, width: int) -> None:
    page = new_page(server, viewport={"width": width, "height": 700})
    upload(page, MANIFEST)
    page.wait_for_url(re.compile(f"/pods/{NAMESPACE}/{NAME}/$"))
    boxes = [box for word in page.locator(WORDS).all() if (box := word.bounding_box()) and box["width"]]
    boxes.sort(key=lambda box: box["x"])
    assert len(boxes) > 4
    for left, right in itertools.pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"] + 1
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width
    too_wide = (
        "words => words.filter(it => it.clientWidth > 1 && it.scrollWidth > it.clientWidth).map(it => it.textContent)"
    )
    assert page.locator(".row .who p, .why h2, .why h3").evaluate_all(too_wide) == []
