"""The page that opens without a server."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace

import pytest

from dashboard.exports.page import page_html
from dashboard.presenters.page import PodPage
from dashboard.presenters.timescale import Window


@pytest.fixture
def html(page: PodPage) -> str:
    state = replace(
        page.state, slug="secretsecretsecret99", lead='{"at":5}', lead_place="/clusters/secretsecretsecret99/"
    )
    return page_html(replace(page, state=state, window=Window(0, 230_000, 8)))


def modules(html: str) -> dict[str, str]:
    imports = json.loads(re.findall(r'<script type="importmap">(.*?)</script>', html)[0])["imports"]
    return {name: base64.b64decode(address.partition(",")[2]).decode() for name, address in imports.items()}


def test_it_asks_no_server_for_anything(html: str) -> None:
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', html)
    assert not re.findall(r"<(?:link|img|script)[^>]* (?:src|href)=", html)
    assert "@import" not in html
    assert not re.findall(r"url\((?!#|data:)", html)
    assert "default-src 'none'" in html
    for source in modules(html).values():
        assert not re.findall(r"fetch\(|XMLHttpRequest|WebSocket\(|https?://(?!www\.w3\.org)", source)


def test_it_does_not_tell_the_clusters_address(html: str) -> None:
    assert "secretsecretsecret99" not in html


def test_every_module_that_is_imported_is_in_it(html: str) -> None:
    found = modules(html)
    assert {"podviz/offline.js", "podviz/view.js", "podviz/select.js"} <= set(found)
    for source in found.values():
        assert '"./' not in source
        assert set(re.findall(r'(?:from |import )"([^"]+)"', source)) <= set(found)


def test_every_mark_has_its_explanation(html: str, page: PodPage) -> None:
    explained = set(re.findall(r'<template data-why="(\d+)">', html))
    marks = set(re.findall(r'<li id="[^"]*" class="[^"]*" style="[^"]*"><a href="[^"]*" data-n="(\d+)"', html))
    assert marks
    assert marks - {"0"} <= explained


def test_it_holds_what_the_tabs_show(html: str) -> None:
    for words in ("Liveness probe failed", "QoS Class:", "terminationGracePeriodSeconds", "kubelet"):
        assert words in html


def test_no_form_is_in_it(html: str) -> None:
    assert "<form" not in html
    assert "csrf" not in html
