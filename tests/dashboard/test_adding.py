"""Another manifest for a cluster that runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard import adding, history_store
from dashboard.models import ActionRecord, Cluster, Request
from tests.dashboard.world import INVALID, TICKER, Bench, new_cluster

pytestmark = pytest.mark.django_db

MORE = "apiVersion: v1\nkind: Pod\nmetadata: {name: more}\nspec: {containers: [{name: app, image: nginx}]}\n"
OTHER_IMAGE = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: ticker}\nspec: {containers: [{name: other, image: busybox}]}\n"
)


class AtOnce:
    """A runner that has done what it is asked for when it answers."""

    def __init__(self) -> None:
        self.bench = Bench()

    def ask(self, cluster: Cluster, verb: str, data: dict[str, Any], wait_s: float = 0.0) -> bool:
        Request.objects.create(cluster=cluster, verb=verb, data=data)
        self.bench.room.wake()
        self.bench.turns(6)
        return True


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """One whose requests are served at once."""
    monkeypatch.setattr(adding, "runner", AtOnce())
    return new_cluster()


def place(cluster: Cluster) -> str:
    return f"/clusters/{cluster.slug}/add/"


def names(cluster: Cluster) -> set[str]:
    return {name for _namespace, name in history_store.pods(cluster.pk)}


def test_a_manifest_is_applied_as_an_action_and_leads_back_to_the_cluster(client: Client, cluster: Cluster) -> None:
    answer = client.post(place(cluster), {"manifest": MORE})
    assert (answer.status_code, answer["Location"]) == (303, f"/clusters/{cluster.slug}/?list")
    assert names(cluster) == {"ticker", "more"}
    action = ActionRecord.objects.filter(cluster=cluster).latest("number")
    assert (action.verb, action.data) == ("apply", {"manifest": MORE})


def test_files_are_documents_of_one_manifest(client: Client, cluster: Cluster) -> None:
    files = [SimpleUploadedFile(f"{n}.yaml", MORE.replace("more", n).encode()) for n in ("one", "two")]
    assert client.post(place(cluster), {"manifest": "", "files": files}).status_code == 303
    assert names(cluster) == {"ticker", "one", "two"}


def test_what_was_dropped_on_the_clusters_page_is_shown_before_it_is_applied(client: Client, cluster: Cluster) -> None:
    page = client.post(place(cluster), {"look": "1", "files": SimpleUploadedFile("m.yaml", MORE.encode())})
    assert page.status_code == 200
    assert page.context["form"].text == f"# m.yaml\n{MORE}"
    assert names(cluster) == {"ticker"}


def test_what_is_invalid_is_shown_at_its_line_and_not_applied(client: Client, cluster: Cluster) -> None:
    page = client.post(place(cluster), {"manifest": INVALID})
    assert page.status_code == 422
    assert b"Required value" in page.content
    assert b'data-line="7"' in page.content
    assert not Request.objects.exists()


def test_what_the_api_server_refuses_is_told_in_its_words(client: Client, cluster: Cluster) -> None:
    page = client.post(place(cluster), {"manifest": OTHER_IMAGE})
    assert page.status_code == 422
    assert page.context["said"].startswith('The Pod "ticker" is invalid: spec')
    assert page.context["form"].text == OTHER_IMAGE


@pytest.mark.parametrize("text", ["", "   \n", "# nothing\n"])
def test_nothing_is_not_applied(client: Client, cluster: Cluster, text: str) -> None:
    page = client.post(place(cluster), {"manifest": text})
    assert page.status_code == 422
    assert page.context["form"].notice
    assert not Request.objects.exists()


def test_a_scenarios_header_is_for_a_new_cluster(client: Client, cluster: Cluster) -> None:
    page = client.post(place(cluster), {"manifest": TICKER})
    assert page.status_code == 422
    assert page.context["form"].notice.endswith("Take the header away.")


def test_only_who_may_act_gets_the_form(client: Client) -> None:
    closed = new_cluster(open=False)
    assert client.get(place(closed)).status_code == 403
    assert client.post(place(closed), {"manifest": MORE}).status_code == 403
    assert place(closed) not in client.get(f"/clusters/{closed.slug}/?list").content.decode()


def test_in_a_recording_nothing_is_added(client: Client) -> None:
    recorded = new_cluster(kind=Cluster.Kind.RECORDED)
    assert client.get(place(recorded)).status_code == 409
