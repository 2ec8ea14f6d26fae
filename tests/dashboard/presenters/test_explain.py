"""Why: the chain of causes, its words, and the manifest's lines."""

from __future__ import annotations

from dashboard.presenters.explain import Explanation
from dashboard.presenters.rich import plain
from simulator.history import Entry, Revision
from tests.dashboard.presenters.conftest import Find, page_of
from tests.dashboard.presenters.tales import CHECKOUT, Tale, pod_object


def why(entries: list[Entry], number: int) -> Explanation:
    return page_of(entries, 222_000, selected=number).why


def words(explanation: Explanation) -> list[str]:
    return [plain(step.text) for step in explanation.steps]


def test_a_restart_goes_back_to_the_command_that_broke_it(entries: list[Entry], find: Find) -> None:
    found = why(entries, find("container", restart=2, phase="started").number)
    assert found.title == "Why did app restart?"
    assert found.position == "restart 2 of 2"
    assert words(found) == [
        "rm -f /tmp/healthy removed /tmp/healthy, 30s after the start.",
        "Liveness cat /tmp/healthy failed: 1, 2, 3 of 3, every 5 s.",
        "Killing: “Container app failed liveness probe, will be restarted”, with 30s of grace.",
        "preStop runs: sleep 5s.",
        "SIGTERM to sh, process 1. It has no handler, so nothing happens.",
        "The grace is used up: SIGKILL, exit code 137.",
        "Started again at once, no back-off: restart 2.",
    ]


def test_steps_are_numbered_and_in_the_order_of_time(entries: list[Entry], find: Find) -> None:
    steps = why(entries, find("container", restart=2, phase="started").number).steps
    assert [step.index for step in steps] == list(range(1, 8))
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)


def test_the_same_numbers_stand_at_the_manifest_s_lines(entries: list[Entry], find: Find) -> None:
    found = why(entries, find("container", restart=2, phase="started").number)
    lines = CHECKOUT.splitlines()
    numbered = {line.number: line.steps for line in found.code if line.steps}
    for number, steps in numbered.items():
        shown = {ref for step in found.steps if step.index in steps for ref in step.lines}
        assert any(ref.first <= number <= ref.last for ref in shown)
    assert any("rm -f /tmp/healthy" in lines[number - 1] for number in numbered)
    assert any("terminationGracePeriodSeconds" in lines[number - 1] for number in numbered)
    assert any("livenessProbe" in lines[number - 1] for number in numbered)


def test_an_exit_ends_its_own_chain(entries: list[Entry], find: Find) -> None:
    found = why(entries, find("exit", code=137).number)
    assert words(found)[-1] == "The grace is used up: SIGKILL, exit code 137."
    assert len(found.steps) == 6


def test_a_first_start_goes_back_to_the_person(entries: list[Entry], find: Find) -> None:
    found = why(entries, find("container", "fetch-config", restart=0).number)
    assert words(found)[0] == "You applied the manifest."
    assert words(found)[-1] == "fetch-config started."


def test_a_failed_attempt_shows_its_output_verbatim(entries: list[Entry], find: Find) -> None:
    found = why(entries, find("probe", probe="liveness", count=2, result="failure").number)
    assert found.detail == "cat: can't open '/tmp/healthy': No such file or directory"
    assert words(found)[-1] == "Liveness cat /tmp/healthy failed: 1, 2 of 3, every 5 s."


def test_an_event_is_explained_by_what_sent_it(entries: list[Entry]) -> None:
    event = next(e for e in entries if isinstance(e, Revision) and e.object.get("reason") == "Killing")
    found = why(entries, event.number)
    assert found.detail == "Container app failed liveness probe, will be restarted"
    assert len(found.steps) >= 3


def test_what_a_person_did_starts_the_chain() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")
    started = tale.at(1).fact("container", "app", phase="started", restart=0, role="main")
    action = tale.at(5).history.action("exec", {"pod": "checkout", "container": "app", "command": "rm /tmp/healthy"})
    gone = tale.because(action).fact("file", "app", path="/tmp/healthy", change="removed", by="rm /tmp/healthy")
    failed = tale.at(7, gone).fact(
        "probe", "app", probe="liveness", result="failure", count=1, threshold=3, output="", changed=False
    )
    steps = words(page_of(tale.history.entries, 9000, selected=failed).why)
    assert started
    assert steps[0] == "You ran rm /tmp/healthy in app."
    assert steps[-1] == "Liveness cat /tmp/healthy failed: 1 of 3."


def test_a_number_that_does_not_exist_explains_nothing(entries: list[Entry]) -> None:
    assert why(entries, 99_999) == Explanation()
