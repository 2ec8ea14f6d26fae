"""What if: a copy with a line changed, and the page that shows both."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard import limits
from dashboard.comparing import both_until, pods_of, troubles
from dashboard.copying import Change, changed, refusal, unchanged
from dashboard.creation import read_draft
from dashboard.limits import Allowance
from dashboard.models import ActionRecord, Cluster, Request
from tests.dashboard.world import INVALID, PLANNED, TICKER, TWO_PODS, Bench, FakeWall, new_cluster, stored

pytestmark = pytest.mark.django_db

SOONER = TICKER.replace("sleep 20", "sleep 10")
NEWER = TICKER.replace("image: busybox", "image: busybox:1.36")


def what_if(cluster: Cluster) -> str:
    return f"/clusters/{cluster.slug}/pods/default/ticker/what-if/"


def ask(client: Client, cluster: Cluster, text: str, **fields: object) -> str:
    """Where the form leads."""
    answer = client.post(what_if(cluster), {"manifest": text, "token": "t", "until": 60, **fields})
    assert answer.status_code == 303, answer.context["form"].notice
    return str(answer["Location"])


def copies(cluster: Cluster) -> list[Cluster]:
    return list(Cluster.objects.exclude(pk=cluster.pk).order_by("pk"))


def test_the_form_holds_the_manifest_as_the_run_has_it(client: Client) -> None:
    page = client.get(what_if(new_cluster()))
    assert page.status_code == 200
    assert page.context["form"].text == TICKER
    assert "Once broken" in page.content.decode()


def test_a_change_runs_both_to_the_same_time_and_leaves_the_source_alone(client: Client, bench: Bench) -> None:
    source = new_cluster()
    before = stored(source)
    address = ask(client, source, SOONER)
    bench.finish()
    page = client.get(address)
    assert page.status_code == 200
    assert "restarts 10s sooner" in page.context["c"].title
    a, b = copies(source)
    assert [(c.clock_ms, c.playing, c.target_ms) for c in (a, b)] == [(60_000, False, 60_000)] * 2
    source.refresh_from_db()
    assert (stored(source), source.clock_ms) == (before, 0)


def test_a_run_that_got_that_far_is_compared_itself(client: Client, bench: Bench) -> None:
    source = new_cluster(playing=True, speed=0, target_ms=60_000)
    bench.finish()
    address = ask(client, source, SOONER)
    assert address.startswith(f"/compare/{source.slug}/")
    assert len(copies(source)) == 1


def test_a_copy_without_a_change_has_the_same_history(client: Client, bench: Bench) -> None:
    source = new_cluster(PLANNED)
    copy = unchanged(source, 90_000)
    Cluster.objects.filter(pk=source.pk).update(playing=True, speed=0, target_ms=90_000)
    bench.finish()
    assert [row[1:] for row in stored(copy)] == [row[1:] for row in stored(source)]
    assert len(stored(copy)) > 50


def test_what_people_did_is_done_at_the_same_times(bench: Bench) -> None:
    source = new_cluster(playing=True, speed=1)
    bench.play(7)
    Request.objects.create(cluster=source, verb="kill", data={"pod": "ticker", "container": "app"})
    bench.room.wake()
    bench.play(3)
    Request.objects.create(cluster=source, verb="pause")
    bench.room.wake()
    bench.turns()
    source.refresh_from_db()
    killed = source.actions.get(verb="kill")
    copy = changed(source, Change(read_draft(SOONER), 60_000, None, "t"))
    bench.room.wake()
    bench.finish()
    again = copy.actions.get(verb="kill")
    assert again.at_ms == killed.at_ms
    assert again.number is not None


def test_a_plan_in_the_text_is_followed_as_it_stands_there_now() -> None:
    source = new_cluster(PLANNED)
    ActionRecord.objects.create(cluster=source, at_ms=9000, verb="node", data={"command": "echo by hand"})
    copy = changed(source, Change(read_draft(PLANNED.replace("at: 7", "at: 8")), 60_000, None, "t"))
    plans = [(record.at_ms, record.data.get("command")) for record in copy.actions.order_by("at_ms")[1:]]
    assert plans == [(8000, "echo hello, $NODE"), (9000, "echo by hand")]


def test_an_image_may_be_changed_at_a_moment_and_until_then_both_are_the_same(client: Client, bench: Bench) -> None:
    source = new_cluster()
    address = ask(client, source, NEWER, at=15_000, **{"from": "moment"})
    bench.finish()
    a, b = copies(source)
    same = [row for row in stored(a) if row[1] < 15_000]
    assert same == [row for row in stored(b) if row[1] < 15_000]
    page = client.get(address)
    assert page.context["anew"] == ""
    assert page.context["c"].remarks == ("At 0:15.0 the changed manifest was applied: pod/ticker configured",)


def test_what_a_running_pod_may_not_change_holds_from_its_beginning_and_the_page_says_so(
    client: Client, bench: Bench
) -> None:
    source = new_cluster()
    address = ask(client, source, SOONER, at=15_000, **{"from": "moment"})
    bench.finish()
    page = client.get(address)
    assert "pod updates may not change fields other than" in page.context["anew"]
    assert b"B begins anew" in page.content
    assert not copies(source)[1].actions.filter(verb="apply", at_ms__gt=0).exists()


def test_until_both_are_there_the_page_says_how_far_they_are_and_looks_again(client: Client) -> None:
    page = client.get(ask(client, new_cluster(), SOONER))
    assert b"Both are being run" in page.content
    assert page["Refresh"] == "1"


def test_the_same_form_sent_twice_makes_one_copy(client: Client) -> None:
    source = new_cluster()
    assert ask(client, source, SOONER) == ask(client, source, SOONER)
    assert len(copies(source)) == 2


@pytest.mark.parametrize(("text", "told"), [(TICKER, "Nothing is changed yet"), ("", "no manifest yet")])
def test_what_is_no_change_makes_nothing(client: Client, text: str, told: str) -> None:
    source = new_cluster()
    page = client.post(what_if(source), {"manifest": text, "token": "t"})
    assert page.status_code == 422
    assert told in page.context["form"].notice
    assert copies(source) == []


def test_a_bad_manifest_is_shown_once_more_with_its_problems(client: Client) -> None:
    page = client.post(what_if(new_cluster()), {"manifest": INVALID, "token": "t"})
    assert page.status_code == 422
    assert page.context["form"].problems[0].line == 7


def test_copies_count_as_clusters_that_one_address_makes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "creations", Allowance(3, 0, FakeWall()))
    source = new_cluster()
    ask(client, source, SOONER)
    page = client.post(what_if(source), {"manifest": NEWER, "token": "u"})
    assert page.status_code == 429
    assert len(copies(source)) == 2


def test_any_two_clusters_can_be_compared_in_either_order_and_aligned(client: Client, bench: Bench) -> None:
    a, b = (new_cluster(text, text, playing=True, speed=0, target_ms=60_000) for text in (TICKER, SOONER))
    bench.finish()
    page = client.get(f"/compare/{a.slug}/{b.slug}/")
    assert "sooner" in page.context["c"].title
    assert page.context["swapped"].startswith(f"/compare/{b.slug}/{a.slug}/")
    assert "later" in client.get(page.context["swapped"]).context["c"].title
    aligned = client.get(f"/compare/{a.slug}/{b.slug}/{page.context['restart']}")
    assert aligned.context["c"].aligned


def test_a_pod_whose_name_was_drawn_is_compared_with_the_one_in_its_place() -> None:
    a, b = new_cluster(TWO_PODS, "a"), new_cluster(TWO_PODS.replace("name: two", "name: zwei"), "b")
    assert pods_of(a, b, "default/two") == (("default", "two"), ("default", "zwei"))
    assert pods_of(a, b, "default/one") == (("default", "one"), ("default", "one"))
    assert pods_of(a, b, "") == (("default", "one"), ("default", "one"))


def test_both_are_shown_as_far_as_the_shorter_one_got(client: Client) -> None:
    a = new_cluster(TICKER, "a", clock_ms=50_000)
    b = new_cluster(SOONER, "b", clock_ms=20_000, stopped="history-full")
    assert both_until(a, b, 60_000) == 20_000
    assert "full at 0:20.0" in troubles(a, b)[0]
    b.stopped, b.clock_ms = "nothing-due", 5_000
    assert both_until(a, b, None) == 50_000
    b.failure = "broken"
    assert "broken" in troubles(a, b)[0]


def test_what_is_not_there_is_not_compared(client: Client) -> None:
    a = new_cluster()
    assert client.get(f"/compare/{a.slug}/nobody/").status_code == 404
    assert client.get(f"/clusters/{a.slug}/pods/default/nobody/what-if/").status_code == 404


def test_what_is_not_simulated_cannot_be_run_again(client: Client) -> None:
    a = new_cluster(kind=Cluster.Kind.RECORDED)
    assert client.get(what_if(a)).status_code == 409


def test_a_running_pod_cannot_become_another() -> None:
    assert refusal(read_draft(TICKER), read_draft(TWO_PODS)) == "Pod one, Pod ticker, Pod two"
    assert refusal(read_draft(TICKER), read_draft(NEWER)) == ""
