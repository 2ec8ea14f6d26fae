"""Who looks on, and who acts."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from dashboard import access, limits
from dashboard.leading import held_at
from dashboard.limits import Allowance
from dashboard.models import ActionRecord, Cluster, Request
from dashboard.urls import urlpatterns
from tests.dashboard.world import TICKER, TWO_PODS, FakeWall, new_cluster

pytestmark = pytest.mark.django_db

ACTS = [
    ("play", {}),
    ("pause", {}),
    ("step", {}),
    ("speed", {"speed": "10"}),
    ("actions/node", {"command": "ls"}),
    ("actions/delete", {"name": "ticker"}),
]


@pytest.fixture
def cluster() -> Cluster:
    """One that only its presenter may act in."""
    return new_cluster(open=False)


def pod_of(cluster: Cluster) -> str:
    return f"/clusters/{cluster.slug}/pods/default/ticker/"


def presenter(cluster: Cluster) -> Client:
    client = Client()
    assert client.get(f"/clusters/{cluster.slug}/presenter/{cluster.key}/").status_code == 303
    return client


def test_who_makes_a_cluster_may_act_in_it(client: Client) -> None:
    answer = client.post("/clusters/", {"manifest": TICKER, "token": "t"})
    cluster = Cluster.objects.get()
    assert not cluster.open
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 303
    assert b'name="command"' in client.get(f"{answer['Location']}?tab=run").content


def test_who_runs_a_lesson_may_act_in_it(client: Client) -> None:
    client.post("/lessons/readiness-404/", {"token": "t"})
    assert client.post(f"/clusters/{Cluster.objects.get().slug}/pause").status_code == 303


@pytest.mark.parametrize(("path", "form"), ACTS)
def test_who_looks_on_cannot_act(client: Client, cluster: Cluster, path: str, form: dict[str, str]) -> None:
    page = client.post(f"/clusters/{cluster.slug}/{path}", form)
    assert page.status_code == 403
    assert "takes the presenter" in page.content.decode()
    assert b"That is too much" not in page.content
    alone = client.post(f"/clusters/{cluster.slug}/{path}", form, headers={"HX-Request": "true"})
    assert (alone.status_code, alone["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert not Request.objects.exists()
    assert ActionRecord.objects.filter(cluster=cluster).count() == 1


def addresses(cluster: Cluster) -> list[str]:
    """Every address that there is of a cluster."""
    words: dict[str, object] = {"slug": cluster.slug, "namespace": "default", "name": "ticker", "what": "page.html"}
    words |= {"verb": "node", "number": 1, "key": cluster.key[:-1] + "l", "code": cluster.code}
    words |= {"first": cluster.slug, "second": cluster.slug}
    found = []
    for pattern in urlpatterns:
        names = pattern.pattern.converters.keys()
        if names & {"slug", "code", "first"} and pattern.name != "lesson":
            found.append(reverse(pattern.name, kwargs={name: words[name] for name in names}))
    return found


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_whatever_a_viewer_sends_nothing_is_changed(client: Client, cluster: Cluster, method: str) -> None:
    before = Cluster.objects.values().get()
    for address in addresses(cluster):
        for form in ({}, {"open": "on"}, {"renew": "1"}, {"speed": "10"}, {"command": "ls", "name": "ticker"}):
            answer = getattr(client, method)(address, form)
            assert answer.status_code in (403, 405, 422), address
    assert len(addresses(cluster)) > 15
    assert Cluster.objects.values().get() == before
    assert not Request.objects.exists()
    assert ActionRecord.objects.count() == 1


def test_a_copy_is_its_makers_own_and_opens_nothing_in_the_source(client: Client, cluster: Cluster) -> None:
    form = {"manifest": TICKER.replace("sleep 20", "sleep 10"), "until": "60", "token": "t"}
    assert client.post(f"{pod_of(cluster)}what-if/", form).status_code == 303
    copies = Cluster.objects.exclude(pk=cluster.pk)
    assert copies
    secrets = {secret for each in Cluster.objects.all() for secret in (each.key, each.code, each.slug)}
    assert len(secrets) == 3 * Cluster.objects.count()
    assert not any(copy.open for copy in copies)
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 403
    assert Client().post(f"/clusters/{copies[0].slug}/pause").status_code == 403


@pytest.mark.parametrize("tab", ["events", "run"])
def test_who_looks_on_sees_everything_and_no_button(client: Client, cluster: Cluster, tab: str) -> None:
    page = client.get(f"{pod_of(cluster)}?tab={tab}").content.decode()
    assert "ticker" in page
    for address in ("/pause", "/play", "/step", "/speed", "/actions/"):
        assert f"/clusters/{cluster.slug}{address}" not in page
    assert 'href="?tab=run' not in page
    assert cluster.key not in page
    assert cluster.code in page


def test_the_presenters_address_lets_one_act_and_is_not_kept_in_the_address_bar(cluster: Cluster) -> None:
    client = Client()
    answer = client.get(f"/clusters/{cluster.slug}/presenter/{cluster.key}/")
    assert answer["Location"] == pod_of(cluster)
    assert "no-store" in answer["Cache-Control"]
    cookie = answer.cookies[access.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cluster.key not in cookie.value
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 303
    assert f"/presenter/{cluster.key}/" in client.get(pod_of(cluster)).content.decode()


def test_a_wrong_presenters_address_is_refused(client: Client, cluster: Cluster) -> None:
    page = client.get(f"/clusters/{cluster.slug}/presenter/{cluster.key[:-1]}l/")
    assert page.status_code == 403
    assert access.COOKIE not in page.cookies
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 403


def test_the_key_of_one_cluster_is_none_for_another(cluster: Cluster) -> None:
    other = new_cluster(token="other", open=False)
    assert presenter(cluster).post(f"/clusters/{other.slug}/pause").status_code == 403


def test_a_forged_cookie_is_worth_nothing(client: Client, cluster: Cluster) -> None:
    client.cookies[access.COOKIE] = f'["{cluster.key}"]:forged'
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 403


def test_a_new_presenters_link_makes_the_old_one_worthless(cluster: Cluster) -> None:
    mine, stolen = presenter(cluster), presenter(cluster)
    assert mine.post(f"/clusters/{cluster.slug}/share", {"renew": "1"}).status_code == 303
    assert mine.post(f"/clusters/{cluster.slug}/pause").status_code == 303
    assert stolen.post(f"/clusters/{cluster.slug}/pause").status_code == 403
    assert stolen.get(f"/clusters/{cluster.slug}/presenter/{cluster.key}/").status_code == 403


def test_the_presenter_may_let_everybody_act(client: Client, cluster: Cluster) -> None:
    address = f"/clusters/{cluster.slug}/share"
    assert client.post(address, {"open": "on"}).status_code == 403
    teacher = presenter(cluster)
    teacher.post(address, {"open": "on"})
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 303
    assert client.post(address, {}).status_code == 403
    teacher.post(address, {})
    assert client.post(f"/clusters/{cluster.slug}/pause").status_code == 403


def test_who_looks_on_may_look_at_another_moment_until_the_presenter_says_no(cluster: Cluster) -> None:
    viewer, teacher = Client(), presenter(cluster)
    Cluster.objects.update(clock_ms=9000)
    share, asked = f"/clusters/{cluster.slug}/share", f"{pod_of(cluster)}?at=4000"
    assert moment_of(viewer, asked) == "4000"
    assert viewer.post(share, {}).status_code == 403
    teacher.post(share, {})
    for address in (asked, f"/clusters/{cluster.slug}/?list&at=4000", f"{pod_of(cluster)}present/?at=4000"):
        assert (moment_of(viewer, address), moment_of(teacher, address)) == (None, "4000")
    teacher.post(share, {"roam": "on"})
    assert moment_of(viewer, asked) == "4000"


def moment_of(client: Client, address: str) -> str | None:
    """The moment of the past that the page shows, in ms; None at the live edge."""
    found = re.search(r'id="clock-state"[^>]* data-at="([^"]+)"', client.get(address).content.decode())
    return found and found[1]


@pytest.mark.parametrize(
    ("lead", "asked", "shown"),
    [
        ({}, 4000, None),
        ({"at": 2000}, 4000, 2000),
        ({"at": 2000}, None, 2000),
        ({"at": 2000, "run": True}, 4000, 4000),
        ({"at": 2000, "run": True}, 1000, 2000),
        ({"at": None}, 4000, None),
    ],
)
def test_who_is_kept_sees_the_presenters_moment(lead: dict[str, object], asked: int | None, shown: int | None) -> None:
    assert held_at(new_cluster(lead=lead), asked) == shown


def test_a_viewer_is_told_what_they_may(client: Client, cluster: Cluster) -> None:
    assert "You look on. You may pause for yourself." in client.get(pod_of(cluster)).content.decode()
    Cluster.objects.update(open=True, roam=False)
    words = "You may run commands and move the clock. You stay with the presenter."
    assert words in client.get(f"/clusters/{cluster.slug}/?list").content.decode()


def test_the_short_address_leads_to_the_page(client: Client, cluster: Cluster) -> None:
    for code in (cluster.code, cluster.code.upper()):
        assert client.get(f"/{code}")["Location"] == pod_of(cluster)
    assert client.get("/nothing").status_code == 404


def test_the_short_address_leads_to_where_the_presenter_is(client: Client) -> None:
    cluster = new_cluster(TWO_PODS, lead={"namespace": "default", "name": "two"})
    assert client.get(f"/{cluster.code}")["Location"] == f"/clusters/{cluster.slug}/pods/default/two/"


def test_short_addresses_are_not_found_by_trying(
    client: Client, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "codes", Allowance(2, 1, FakeWall()))
    assert [client.get(f"/{code}").status_code for code in ("a", "b", cluster.code)] == [404, 404, 429]


def test_a_form_without_a_name_is_nobody_elses(client: Client) -> None:
    """Otherwise who sends the same text would get the right to act in another's cluster."""
    client.post("/clusters/", {"manifest": TICKER})
    Client().post("/clusters/", {"manifest": TICKER})
    assert Cluster.objects.count() == 2


def test_beyond_so_many_clusters_the_first_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST", 2)
    made = [new_cluster(token=str(n), open=False) for n in range(3)]
    client = Client()
    for cluster in made:
        client.get(f"/clusters/{cluster.slug}/presenter/{cluster.key}/")
    answers = [client.post(f"/clusters/{cluster.slug}/pause").status_code for cluster in made]
    assert answers == [403, 303, 303]


def test_clusters_of_before_stay_open_and_get_secrets_of_their_own() -> None:
    made = [new_cluster(token=str(n), open=False) for n in range(3)]
    Cluster.objects.update(open=False)
    import_module("dashboard.migrations.0002_sharing").secrets_of_their_own(apps, None)
    after = list(Cluster.objects.all())
    assert all(cluster.open for cluster in after)
    assert len({cluster.key for cluster in after} | {cluster.code for cluster in after}) == 2 * len(made)


def test_the_address_stands_beside_its_code_as_text(client: Client, cluster: Cluster) -> None:
    page = client.get(pod_of(cluster)).content.decode()
    assert f"testserver/{cluster.code}" in page
    assert '<svg viewBox="0 0' in page
    assert 'class="qr"' in page
    assert "leads to this computer only" in page


def test_the_presenters_page_is_for_everybody_and_has_no_button_for_viewers(client: Client, cluster: Cluster) -> None:
    address = f"{pod_of(cluster)}present/"
    page = client.get(address)
    assert page.status_code == 200
    assert f"/clusters/{cluster.slug}/pause" not in page.content.decode()
    assert f"/clusters/{cluster.slug}/pause" in presenter(cluster).get(address).content.decode()
    assert client.get(f"/clusters/{cluster.slug}/pods/default/none/present/").status_code == 404


def test_a_cluster_is_presented_too(client: Client) -> None:
    cluster = new_cluster(TWO_PODS, open=False)
    page = client.get(f"/clusters/{cluster.slug}/present/").content.decode()
    assert "2 Pods are ready" in page
    assert f"testserver/{cluster.code}" in page
    assert f"/clusters/{cluster.slug}/pause" not in page
    part = client.get(f"/clusters/{cluster.slug}/present/?at=0", headers={"HX-Target": "moments"}).content.decode()
    assert 'id="tally"' in part
    assert "<html" not in part
    assert f"/clusters/{cluster.slug}/present/" in client.get(f"/clusters/{cluster.slug}/").content.decode()


@pytest.mark.parametrize("part", ["timeline", "moments"])
def test_the_presenters_page_is_redrawn_in_parts(client: Client, cluster: Cluster, part: str) -> None:
    alone = client.get(f"{pod_of(cluster)}present/", headers={"HX-Request": "true", "HX-Target": part})
    assert f'id="{part}"' in alone.content.decode()
    assert "<html" not in alone.content.decode()
