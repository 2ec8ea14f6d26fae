"""The pages, asked for by a browser without script."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dashboard import limits, recent
from dashboard.limits import Allowance
from dashboard.models import ActionRecord, Cluster, Request
from tests.dashboard.world import INVALID, TICKER, TWO_PODS, Bench, FakeWall, new_cluster

pytestmark = pytest.mark.django_db

CREATE = "/clusters/"


def test_home_offers_an_editor_lessons_and_an_example(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert b"kind: Pod" in page.content
    assert b"/lessons/liveness-exec/" in page.content


def test_a_good_manifest_becomes_a_cluster_and_leads_to_its_pod(client: Client) -> None:
    answer = client.post(CREATE, {"manifest": TICKER.replace("\n", "\r\n"), "token": "t"})
    cluster = Cluster.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/clusters/{cluster.slug}/pods/default/ticker/"
    assert (cluster.playing, cluster.speed, cluster.manifest) == (True, 1, TICKER)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert b"ticker" in page.content


def test_several_pods_lead_to_the_clusters_page(client: Client) -> None:
    answer = client.post(CREATE, {"manifest": TWO_PODS, "token": "t"})
    slug = Cluster.objects.get().slug
    assert answer["Location"] == f"/clusters/{slug}/"
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert f"/clusters/{slug}/pods/default/two/".encode() in page.content


def test_a_cluster_with_one_pod_leads_on_to_it(client: Client) -> None:
    cluster = new_cluster()
    answer = client.get(f"/clusters/{cluster.slug}/")
    assert answer["Location"] == f"/clusters/{cluster.slug}/pods/default/ticker/"


def test_a_bad_manifest_creates_nothing_and_keeps_what_was_typed(client: Client) -> None:
    page = client.post(CREATE, {"manifest": INVALID, "token": "t"})
    assert page.status_code == 422
    assert not Cluster.objects.exists()
    assert b"spec.containers[0].image: Required value" in page.content
    assert b"  - name: app" in page.content
    assert page.context["form"].problems[0].line == 7


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no manifest yet"),
        ("   \n", "no manifest yet"),
        ("# nothing\n", "no object"),
        ("x" * 300_000, "larger than"),
    ],
)
def test_a_text_that_is_no_manifest_is_refused_with_a_reason(client: Client, text: str, told: str) -> None:
    page = client.post(CREATE, {"manifest": text, "token": "t"})
    assert page.status_code == 422
    assert told in page.context["form"].notice
    assert not Cluster.objects.exists()


def test_several_files_are_one_manifest(client: Client) -> None:
    one, two = TWO_PODS.split("---\n")
    files = [SimpleUploadedFile("one.yaml", one.encode()), SimpleUploadedFile("two.yaml", two.encode())]
    client.post(CREATE, {"manifest": "", "files": files, "token": "t"})
    cluster = Cluster.objects.get()
    assert cluster.title == "one"
    assert "# two.yaml" in cluster.manifest
    assert client.get(f"/clusters/{cluster.slug}/").content.count(b"/pods/default/") >= 2


def test_the_untouched_example_is_not_run_beside_a_file(client: Client) -> None:
    example = client.get("/").context["form"].text
    file = SimpleUploadedFile("one.yaml", TICKER.encode())
    client.post(CREATE, {"manifest": example, "files": [file], "token": "t"})
    assert Cluster.objects.get().title == "ticker"


def test_a_file_that_is_no_text_is_refused_by_name(client: Client) -> None:
    page = client.post(CREATE, {"files": [SimpleUploadedFile("cat.png", b"\x89PNG\xff")], "token": "t"})
    assert page.status_code == 422
    assert "cat.png" in page.context["form"].notice


def test_the_same_form_sent_twice_makes_one_cluster(client: Client) -> None:
    first = client.post(CREATE, {"manifest": TICKER, "token": "t"})
    second = client.post(CREATE, {"manifest": TICKER, "token": "t"})
    assert first["Location"] == second["Location"]
    assert Cluster.objects.count() == 1


def test_the_same_form_with_another_text_makes_another_cluster(client: Client) -> None:
    client.post(CREATE, {"manifest": TICKER, "token": "t"})
    client.post(CREATE, {"manifest": TICKER + "# changed\n", "token": "t"})
    assert Cluster.objects.count() == 2


def test_too_many_clusters_from_one_address_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "creations", Allowance(1, 1, FakeWall()))
    client.post(CREATE, {"manifest": TICKER, "token": "1"})
    page = client.post(CREATE, {"manifest": TICKER, "token": "2"})
    assert page.status_code == 429
    assert page.context["form"].text == TICKER
    assert Cluster.objects.count() == 1


def test_checking_while_typing_creates_nothing(client: Client) -> None:
    page = client.post("/manifests/check", {"manifest": INVALID}, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert b"Required value" in page.content
    assert not Cluster.objects.exists()


def test_clusters_that_this_browser_opened_are_listed_for_it_alone(client: Client) -> None:
    cluster = new_cluster()
    client.get(f"/clusters/{cluster.slug}/pods/default/ticker/")
    assert cluster.slug.encode() in client.get("/clusters/").content
    assert cluster.slug.encode() in client.get("/").content
    assert cluster.slug.encode() not in Client().get("/clusters/").content


def test_a_list_of_clusters_shows_each_small_unless_its_history_is_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = new_cluster()
    client.get(f"/clusters/{cluster.slug}/pods/default/ticker/")
    page = client.get("/clusters/").content.decode()
    assert "1 Pod · " in page
    assert 'class="thumbnail"' in page
    monkeypatch.setattr(recent, "DRAWN", cluster.last_number - 1)
    assert 'class="thumbnail"' not in client.get("/clusters/").content.decode()


def test_a_forged_list_of_clusters_is_ignored(client: Client) -> None:
    client.cookies["recent"] = "WyJhYmMiXQ:forged"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["", "pods/default/ticker/", "history.json"])
def test_an_unknown_cluster_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/clusters/abcdef/{path}").status_code == 404


def test_an_unknown_pod_or_entry_is_not_found(client: Client) -> None:
    slug = new_cluster().slug
    assert client.get(f"/clusters/{slug}/pods/default/nobody/").status_code == 404
    assert client.get(f"/clusters/{slug}/pods/default/ticker/why/9999/").status_code == 404


def test_why_explains_an_entry(client: Client) -> None:
    slug = new_cluster().slug
    assert client.get(f"/clusters/{slug}/pods/default/ticker/why/2/").status_code == 200


def test_a_page_can_be_asked_for_as_of_a_moment(client: Client, bench: Bench) -> None:
    cluster = new_cluster(playing=True, speed=0, target_ms=60_000)
    bench.finish()
    page = client.get(f"/clusters/{cluster.slug}/pods/default/ticker/?at=5000&tab=logs&selected=2&from=0&span=10000")
    assert page.status_code == 200
    assert page.context["page"].cluster_ms == 5000


@pytest.mark.parametrize("part", ["panel", "timeline", "why"])
def test_a_part_of_the_page_is_rendered_alone_if_only_that_is_shown(client: Client, part: str) -> None:
    place = f"/clusters/{new_cluster().slug}/pods/default/ticker/?tab=describe"
    alone = client.get(place, headers={"HX-Request": "true", "HX-Target": part}).content.decode()
    assert f'id="{part}"' in alone
    assert "<html" not in alone


def test_the_export_holds_every_entry(client: Client) -> None:
    cluster = new_cluster()
    exported: dict[str, Any] = json.loads(client.get(f"/clusters/{cluster.slug}/history.json").content)
    assert [entry["number"] for entry in exported["entries"]] == list(range(1, cluster.last_number + 1))
    assert exported["manifest"] == TICKER


# ---- lessons


def test_every_lesson_has_a_page_in_both_languages(client: Client) -> None:
    from dashboard.lessons import lessons

    assert len(lessons()) == 33
    for lesson in lessons():
        assert lesson.title.encode() in client.get(f"/lessons/{lesson.slug}/").content.replace(b"&#x27;", b"'")
    chinese = client.get("/lessons/liveness-exec/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "存活探针重启卡住的容器" in chinese
    assert client.get("/lessons/none/").status_code == 404
    assert client.get("/lessons/").status_code == 200


def test_a_lesson_can_be_run(client: Client) -> None:
    answer = client.post("/lessons/readiness-404/", {"token": "t"})
    cluster = Cluster.objects.get()
    assert answer["Location"].endswith("/pods/default/nginx-readiness-probe/")
    assert (cluster.lesson, cluster.target_ms) == ("readiness-404", 180_000)
    assert [record.at_ms for record in ActionRecord.objects.filter(number=None)] == [
        50_000, 90_000, 110_000, 120_000, 165_000,
    ]  # fmt: skip


def test_a_changed_lesson_is_run_as_changed(client: Client) -> None:
    client.post("/lessons/readiness-404/", {"token": "t", "manifest": TICKER})
    cluster = Cluster.objects.get()
    assert (cluster.title, cluster.lesson) == ("ticker", "readiness-404")


def test_a_lesson_that_was_changed_for_the_worse_says_so_on_its_own_page(client: Client) -> None:
    page = client.post("/lessons/readiness-404/", {"token": "t", "manifest": INVALID})
    assert page.status_code == 422
    assert b"Required value" in page.content
    assert page.context["lesson"].slug == "readiness-404"
    assert not Cluster.objects.exists()


# ---- what people do


@pytest.mark.parametrize(
    ("path", "form", "data"),
    [
        ("play", {}, {}),
        ("pause", {}, {}),
        ("step", {}, {}),
        ("speed", {"speed": "0"}, {"speed": 0}),
        ("actions/node", {"command": "ls"}, {"command": "ls"}),
        ("actions/delete", {"name": "p", "grace_seconds": "5"}, {"kind": "pods", "name": "p", "grace_seconds": 5}),
        ("actions/delete", {"kind": "Pod", "name": "p", "force": "on"}, {"kind": "pods", "name": "p", "force": True}),
        ("actions/exec", {"pod": "p", "container": "c", "command": "ls"}, None),
        ("actions/kill", {"pod": "p", "container": "c", "namespace": "n", "signal": "SIGINT"}, None),
        ("actions/apply", {"manifest": "kind: Pod"}, None),
    ],
)
def test_a_form_becomes_a_request(
    client: Client, path: str, form: dict[str, str], data: dict[str, object] | None
) -> None:
    """With the data of the form, unless it says otherwise."""
    cluster = new_cluster()
    answer = client.post(f"/clusters/{cluster.slug}/{path}", form)
    assert answer.status_code == 303
    request = Request.objects.get()
    assert request.verb == path.removeprefix("actions/")
    assert request.data == (form if data is None else data)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("speed", {"speed": "7"}),
        ("speed", {"speed": "x"}),
        ("actions/dance", {}),
        ("actions/node", {"command": " "}),
        ("actions/node", {"command": "x" * 20_000}),
        ("actions/kill", {"pod": "p", "container": "c", "signal": "NONE"}),
        ("actions/delete", {"name": "p", "grace_seconds": "-1"}),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(client: Client, path: str, form: dict[str, str]) -> None:
    cluster = new_cluster()
    assert client.post(f"/clusters/{cluster.slug}/{path}", form).status_code == 422
    assert not Request.objects.exists()


def test_after_a_form_the_browser_goes_back_but_only_within_this_site(client: Client) -> None:
    cluster = new_cluster()
    place = reverse("pod", args=[cluster.slug, "default", "ticker"])
    url = f"/clusters/{cluster.slug}/pause"
    assert client.post(url, {"next": f"{place}?tab=logs"})["Location"] == f"{place}?tab=logs"
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        assert client.post(url, {"next": elsewhere})["Location"] == place


def test_htmx_needs_no_page_in_return(client: Client) -> None:
    cluster = new_cluster()
    assert client.post(f"/clusters/{cluster.slug}/play", headers={"HX-Request": "true"}).status_code == 204


def test_a_failed_cluster_takes_no_requests(client: Client) -> None:
    cluster = new_cluster(failure="it broke", stopped="failed")
    assert client.post(f"/clusters/{cluster.slug}/play").status_code == 409
    page = client.get(f"/clusters/{cluster.slug}/pods/default/ticker/")
    assert page.status_code == 200


@pytest.mark.parametrize("path", ["play", "pause", "step", "speed", "actions/node"])
def test_what_changes_something_is_only_posted(client: Client, path: str) -> None:
    assert client.get(f"/clusters/{new_cluster().slug}/{path}").status_code == 405


def test_a_form_from_another_site_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(CREATE, {"manifest": TICKER}).status_code == 403


# ---- for the browser


def test_every_page_forbids_scripts_that_are_not_ours(client: Client) -> None:
    for page in (client.get("/"), client.get("/clusters/none/")):
        policy = page["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "https:" not in policy
        assert page["X-Frame-Options"] == "DENY"
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["Referrer-Policy"] == "same-origin"


def test_patterns_are_for_those_who_work_on_the_pages(client: Client, settings: Settings) -> None:
    assert client.get("/patterns/").status_code == 404
    settings.DEBUG = True
    assert client.get("/patterns/").status_code == 200


def test_static_files_are_served_with_their_type(client: Client) -> None:
    style = client.get("/static/css/tokens.css")
    assert (style.status_code, style["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert b"--" in style.content


@pytest.mark.parametrize("path", ["/", "/static/css/timeline.css", "/static/js/clock.js"])
def test_texts_are_sent_compressed_to_those_who_can_read_that(client: Client, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert (plain.get("Content-Encoding"), packed["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert int(packed["Content-Length"]) == len(packed.content)
    if path != "/":
        assert gzip.decompress(packed.content) == plain.content
        assert client.get(path, headers={"If-None-Match": packed["ETag"]}).status_code == 304


def test_the_language_can_be_chosen(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert 'lang="zh-hans"' in client.get("/").content.decode()
