"""Choosing any two Pods, and what the page that shows them says then."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard import limits
from dashboard.limits import Allowance
from tests.dashboard.world import TICKER, TWO_PODS, Bench, FakeWall, new_cluster

pytestmark = pytest.mark.django_db

OTHER = TICKER.replace("sleep 20", "sleep 10").replace("name: ticker\nspec", "name: other\nspec")
SEVERAL = f"{TWO_PODS}---\n{TICKER.partition('---')[2].replace('name: ticker', 'name: three')}"


def chosen(client: Client, **fields: str) -> str:
    answer = client.get("/compare/", {"go": "1", **fields})
    assert answer.status_code == 303, answer.context["problem"]
    return str(answer["Location"])


def test_what_this_browser_opened_is_offered_and_nothing_else(client: Client) -> None:
    seen, hidden = new_cluster(token="1"), new_cluster(TWO_PODS, token="2")
    client.get(f"/clusters/{seen.slug}/pods/default/ticker/")
    page = client.get("/compare/").content.decode()
    assert f'value="{seen.slug}/default/ticker"' in page
    assert hidden.slug not in page
    named = client.get(f"/compare/?a={hidden.slug}")
    a, b = named.context["sides"]
    assert [c.value for g in a.groups for c in g.choices if c.chosen] == [f"{hidden.slug}/default/one"]
    assert [c.value for g in b.groups for c in g.choices if c.chosen] == [f"{hidden.slug}/default/two"]


def test_two_pods_of_one_cluster_are_compared(client: Client, bench: Bench) -> None:
    cluster = new_cluster(SEVERAL, playing=True, speed=0, target_ms=60_000)
    bench.finish()
    address = chosen(client, a=f"{cluster.slug}/default/one", b=f"{cluster.slug}/default/three")
    page = client.get(address)
    shown = page.context["c"]
    assert shown.title.startswith("Compared with A, B ")
    assert "restarts now" in shown.title
    assert (shown.a.label, shown.b.label) == ("one", "three")
    assert "kube-api-access" not in page.content.decode()
    assert any("exit 1" in line.text and line.sign == "+" for line in shown.diff.lines)
    assert "Two Pods of" in page.content.decode()
    assert "Change another line" not in page.content.decode()
    back = client.get(page.context["swapped"])
    assert (back.context["c"].a.label, back.context["c"].b.label) == ("three", "one")


def test_pods_of_two_clusters_are_compared_for_as_long_as_both_are_known(client: Client, bench: Bench) -> None:
    long = new_cluster(token="1", playing=True, speed=0, target_ms=90_000)
    short = new_cluster(OTHER, token="2", playing=True, speed=0, target_ms=30_000, seed=7)
    bench.finish()
    shown = client.get(chosen(client, a=long.slug, b=short.slug)).context["c"]
    assert shown.length == "30s"
    assert (shown.a.label, shown.b.label) == ("ticker", "other")
    assert "sooner" in shown.title


def test_a_cluster_that_plays_on_is_shown_as_of_now_and_not_waited_for(client: Client, bench: Bench) -> None:
    first = new_cluster(token="1", playing=True, speed=0, target_ms=30_000)
    bench.finish()
    second = new_cluster(OTHER, token="2", playing=True, speed=1, seed=7)
    page = client.get(chosen(client, a=first.slug, b=second.slug))
    assert "Refresh" not in page.headers
    assert page.context["c"].length == "10s"  # no axis is shorter


@pytest.mark.parametrize("kind", ["pod", "cluster", "short", "path"])
def test_another_is_named_by_its_address(client: Client, kind: str) -> None:
    mine, theirs = new_cluster(token="1"), new_cluster(OTHER, token="2", seed=7)
    addresses = {
        "pod": f"https://podviz.example/clusters/{theirs.slug}/pods/default/other/?at=5",
        "cluster": f"http://testserver/clusters/{theirs.slug}/",
        "short": f"http://testserver/{theirs.code.upper()}",
        "path": f"/clusters/{theirs.slug}/pods/default/other/present/",
    }
    address = chosen(client, a=mine.slug, b=mine.slug, address=addresses[kind])
    assert address.startswith(f"/compare/{mine.slug}/{theirs.slug}/?pod=default%2Fticker&other=default%2Fother")


@pytest.mark.parametrize("b", ["", "nobody", "SLUG/default/nobody", "SLUG", "http://[", "\x00", "a/b/c/d", "x" * 5000])
def test_what_cannot_be_compared_is_said(client: Client, b: str) -> None:
    cluster = new_cluster()
    answer = client.get("/compare/", {"go": "1", "a": cluster.slug, "b": b.replace("SLUG", cluster.slug)})
    assert answer.status_code == 422
    assert answer.context["problem"]


def test_addresses_are_not_found_by_trying_here_either(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "codes", Allowance(1, 1, FakeWall()))
    assert [client.get("/compare/").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("query", ["other=default/nobody", "other=%00", "pod=x&other=/"])
def test_a_pod_that_is_not_there_is_not_found(client: Client, query: str) -> None:
    cluster = new_cluster(TWO_PODS)
    assert client.get(f"/compare/{cluster.slug}/{cluster.slug}/?{query}").status_code == 404
