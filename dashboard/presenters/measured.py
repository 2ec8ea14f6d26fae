"""What this run took for the questions that simulator.answers answers from the manifest."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.presenters.story import Story
from simulator.answers import Question
from simulator.history import Action, Entry, Fact, Revision

LOOKS = 8  # restarts that are looked at, the newest


def measured(story: Story, container: str, upto: int | None = None) -> dict[Question, int]:
    """The newest case of each question in this run, or up to an entry, in ms; none where it has not happened."""
    facts = [
        fact
        for fact in _facts(story, container)
        if fact.kind in ("container", "exit", "stop", "backoff") and (upto is None or fact.number <= upto)
    ]
    begun = [index for index, fact in enumerate(facts) if fact.data.get("phase") == "started"]
    started = facts[begun[-1]] if begun else None
    found: dict[Question, int] = {}
    for index in begun[: -LOOKS - 1 : -1]:  # the newest first
        if index != begun[0]:
            before = [fact for fact in facts[max(0, index - 6) : index] if fact.kind != "container"]
            found = _restart(story, before[-2:], facts[index]) | found
        found = _given_up(story, facts[index:]) | found
    return found | _ready(story, container, started) | _traffic(story, container)


def _facts(story: Story, container: str) -> Iterator[Fact]:
    for entry in story.entries.values():
        if isinstance(entry, Fact) and entry.container == container and entry.pod == story.key:
            yield entry


def _given_up(story: Story, life: list[Fact]) -> dict[Question, int]:
    """From a start to the stop that followed because no attempt ever passed. `life` begins with the start."""
    stop = next((fact for fact in life[1:] if fact.kind in ("stop", "exit")), None)
    if stop is None or stop.kind != "stop" or not _never_passed(story, stop, life[0]):
        return {}
    return {Question.BUDGET: stop.at_ms - life[0].at_ms}


def _restart(story: Story, last: list[Fact], started: Fact) -> dict[Question, int]:
    """From what broke to this start, unless a back-off lies between; `last` are the two facts before it."""
    if not last or last[-1].kind != "exit":
        return {}
    exited, stop = last[-1], last[0] if last[0].kind == "stop" else None
    if stop is None:
        return {Question.CRASH: started.at_ms - exited.at_ms}
    broken = _broken(story, stop.container, "liveness", stop)
    return {} if broken is None else {Question.HANG: started.at_ms - broken}


def _attempts(story: Story, container: str, probe: str, upto: Fact) -> list[Fact]:
    return [
        fact
        for fact in _facts(story, container)
        if fact.kind == "probe" and fact.data.get("probe") == probe and fact.number < upto.number
    ]


def _broken(story: Story, container: str, probe: str, end: Fact) -> int | None:
    """When what made the first of the failures in a row was done; None if it was so from the start."""
    first = _first_failure(_attempts(story, container, probe, end), end)
    cause = story.entries.get(first.cause) if first is not None else None
    return None if cause is None or _is_start(cause) or isinstance(cause, Revision) else cause.at_ms


def _first_failure(attempts: list[Fact], end: Fact) -> Fact | None:
    """The first of the failures that led to `end`, which follows from the last of them."""
    if not attempts or attempts[-1].data.get("result") != "failure" or not attempts[-1].data.get("changed"):
        return None
    count = int(attempts[-1].data.get("count", 0))
    row = [fact for fact in attempts if fact.data.get("result") == "failure"][-count:]
    return row[0] if row and row[0].data.get("count") == 1 else None


def _is_start(entry: Entry) -> bool:
    return isinstance(entry, Fact) and entry.kind == "container"


def _never_passed(story: Story, stop: Fact, started: Fact) -> bool:
    """The probe that has it stopped failed at each attempt of this life."""
    for probe in ("startup", "liveness"):
        attempts = [fact for fact in _attempts(story, stop.container, probe, stop) if fact.number > started.number]
        if attempts:
            first = _first_failure(attempts, stop)
            return first is attempts[0]
    return False


def _shown_ready(revision: Entry, container: str) -> bool | None:
    """Whether the API server has the container ready; None while it does not run."""
    if not isinstance(revision, Revision):
        return None
    status = revision.object.get("status", {})
    for one in (*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ())):
        if one.get("name") == container and "running" in one.get("state", {}):
            return bool(one.get("ready"))
    return None


def _shown(story: Story, container: str, ready: bool, after: Entry) -> int | None:
    for number in story.revisions:
        if number > after.number and _shown_ready(story.entries[number], container) is ready:
            return story.entries[number].at_ms
    return None


def _ready(story: Story, container: str, started: Fact | None) -> dict[Question, int]:
    shown = _shown(story, container, True, started) if started is not None else None
    return {} if shown is None or started is None else {Question.READY: shown - started.at_ms}


def _traffic(story: Story, container: str) -> dict[Question, int]:
    crossed = [
        fact
        for fact in _facts(story, container)
        if fact.kind == "probe" and fact.data.get("probe") == "readiness" and fact.data.get("changed")
        if fact.data.get("result") == "failure"
    ]
    if not crossed:
        return {}
    first = _first_failure([*_attempts(story, container, "readiness", crossed[-1]), crossed[-1]], crossed[-1])
    cause = story.entries.get(first.cause) if first is not None else None
    shown = _shown(story, container, False, crossed[-1])
    if shown is None or not isinstance(cause, Fact | Action) or _is_start(cause):
        return {}
    return {Question.TRAFFIC: shown - cause.at_ms}
