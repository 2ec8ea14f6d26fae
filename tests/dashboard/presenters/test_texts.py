"""The simulator's own sentences, in the reader's language; what Kubernetes says stays as it is."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from dashboard.creation import read_draft
from dashboard.forms import form_for
from dashboard.presenters.notes import of_pod
from dashboard.presenters.problems import checked
from dashboard.presenters.source import Source, source_for
from dashboard.presenters.steps import words
from dashboard.presenters.story import Story
from dashboard.presenters.texts import message_of, translated
from dashboard.uploads import Upload
from simulator.history import Fact
from simulator.objects import Text, unsimulated
from tests.dashboard.presenters.tales import Tale, pod_object

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostIPC: true
  containers:
  - name: app
    image: nginx
"""
WRONG = POD.replace("name: app", "name: App").replace("hostIPC", "hostIpc")
SQL = Text("%(command)s: SQL is not simulated.", {"command": "psql -c '100%'"})


@pytest.fixture
def chinese() -> object:
    with translation.override("zh-hans"):
        yield


def shown(text: str) -> str:
    form = form_for(Upload(text, "token"), read_draft(text))
    return render_to_string("_problems.html", {"form": form}, RequestFactory().get("/"))


def said(text: Text) -> Fact:
    return Fact(2, 0, 1, "unsimulated", "default/checkout", "app", text.data(4096))


@pytest.mark.usefixtures("chinese")
def test_a_remedy_is_translated_and_the_servers_words_are_not() -> None:
    field, value = checked(WRONG, read_draft(WRONG).problems).problems
    assert field.message == 'unknown field "spec.hostIpc"'
    assert field.remedy == "您是否想写 hostIPC？"
    assert value.message.startswith('spec.containers[0].name: Invalid value: "App": a lowercase RFC 1123 label')
    assert value.remedy == "请只使用小写字母、数字和短横线，并以字母或数字开头和结尾。"


def test_in_english_a_remedy_is_what_the_simulator_says() -> None:
    problems = read_draft(WRONG).problems
    assert [row.remedy for row in checked(WRONG, problems).problems] == [problem.remedy for problem in problems]


@pytest.mark.usefixtures("chinese")
def test_what_is_wrong_with_a_scenario_is_said_once_and_in_our_words() -> None:
    text = f"name: a\nduration: -1\n---\n{POD}"
    (row,) = checked(text, read_draft(text).problems).problems
    assert (row.message, row.remedy) == ("", "duration：必须是秒数，最多 604800")


@pytest.mark.usefixtures("chinese")
def test_a_manifest_that_asks_for_what_is_not_simulated_is_told_with_the_line() -> None:
    html = shown(POD)
    assert '<code translate="no">spec.hostIPC</code> 第 5 行 – 未模拟共享内存。' in html
    assert "Shared memory" not in html


def test_a_manifest_that_asks_for_nothing_special_gets_no_note() -> None:
    assert "banner" not in shown(POD.replace("  hostIPC: true\n", ""))


@pytest.mark.parametrize(("language", "sentence"), [("en", str(SQL)), ("zh-hans", "psql -c '100%'：未模拟 SQL。")])
def test_a_fact_speaks_the_readers_language(language: str, sentence: str) -> None:
    with translation.override(language):
        assert message_of(said(SQL)) == sentence
        assert "".join(part.text for part in words(Story("default", "checkout"), said(SQL), 0)) == sentence


def test_a_fact_without_a_template_says_its_message() -> None:
    assert message_of(Fact(1, 0, 0, "budget", "a/b", "c", {"message": "100% full"})) == "100% full"


@pytest.mark.usefixtures("chinese")
def test_a_text_without_a_translation_stays_english() -> None:
    assert translated(Text("%(n)s things nobody ever said", {"n": "3"})) == "3 things nobody ever said"
    assert translated(Text("")) == ""


def test_a_pods_notes_name_each_field_once() -> None:
    obj = pod_object()
    obj["spec"]["hostIPC"] = True
    tale = Tale(obj)
    tale.pod("ADDED")
    history = tale.history
    history.fact("unsimulated", "default/checkout", "", {"message": "again"}, ("spec.hostIPC",))
    history.fact("unsimulated", "default/checkout", "app", SQL.data(4096))
    source = source_for(POD.replace("{name: p}", "{name: checkout}"), obj)
    notes = of_pod(Story("default", "checkout").read(history.entries), lambda: source)
    assert [(note.path, note.line, note.message) for note in notes] == [
        ("spec.hostIPC", 5, str(dict(unsimulated(obj))["spec.hostIPC"])),
        ("", None, str(SQL)),
    ]


def test_a_pod_without_notes_needs_no_source() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")

    def source() -> Source:
        raise AssertionError("the manifest is read for nothing")

    assert of_pod(Story("default", "checkout").read(tale.history.entries), source) == ()
