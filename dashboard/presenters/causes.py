"""Follows causes back through the history and keeps the entries that a person wants to read."""

from __future__ import annotations

from dashboard.presenters.story import Story
from dashboard.presenters.versions import is_marking
from simulator.history import Action, Entry, Fact, Revision

MOST = 9  # steps
FAR = 2000  # entries that are searched for what belongs together

FACTS = frozenset(
    (
        "probe",
        "stop",
        "signal",
        "exit",
        "backoff",
        "hook",
        "pull",
        "file",
        "sandbox",
        "budget",
        "kubelet",
        "collected",
        "deadline",
        "eviction",
        "runtime",
        "machine",
    )
)


def chain(story: Story, number: int) -> list[Entry]:
    """The entries that led to entry `number`, oldest first, and that entry last."""
    entry = story.entries.get(number)
    if entry is None:
        return []
    ancestors = _ancestors(story, entry)
    found = {step.number: step for step in ancestors}
    for step in list(found.values()):
        found.update({extra.number: extra for extra in _beside(story, step, found)})
    ordered = sorted(found.values(), key=lambda step: step.number)
    return _merged([step for step in ordered if step.number == number or _matters(story, step)])[-MOST:]


def _ancestors(story: Story, entry: Entry) -> list[Entry]:
    """Back to an action or to the start of the container's present life, whichever comes first."""
    result, current = [entry], entry
    while current.cause and current.cause < current.number:
        before = story.entries.get(current.cause)
        if before is None:
            break
        if _is_start(before) and result and any(_own_doing(step) for step in result):
            break  # what a container does follows from its manifest, not from how it came to run
        result.append(before)
        current = before
        if isinstance(current, Action) or (_is_start(current) and current is not entry):
            break
    return result


def _is_start(entry: Entry) -> bool:
    return isinstance(entry, Fact) and entry.kind == "container" and entry.data.get("phase") == "started"


def _own_doing(entry: Entry) -> bool:
    return isinstance(entry, Fact) and entry.kind in ("process", "file")


def _beside(story: Story, step: Entry, found: dict[int, Entry]) -> list[Entry]:
    """What is no ancestor but part of the answer: the exit before a restart, hooks and signals before an exit."""
    if isinstance(step, Revision):
        return _reported(story, step)
    if not isinstance(step, Fact):
        return []
    if _is_start(step) and step.data.get("restart"):
        exit_ = _last(story, step, "exit", "container")
        return [] if exit_ is None else [exit_, *_beside(story, exit_, found)]
    if step.kind != "exit":
        return []
    stop = _last(story, step, "stop", "exit")
    if stop is None:
        return []
    between = (story.entries.get(number) for number in range(stop.number + 1, step.number))
    return [stop, *(entry for entry in between if entry is not None and _is_part_of_stop(entry, step))]


def _reported(story: Story, revision: Revision) -> list[Entry]:
    """What a status revision tells of: starts and exits of containers since the sync that wrote it began."""
    if revision.kind != "pods" or revision.verb != "MODIFIED" or not revision.cause:
        return []
    first = max(revision.cause + 1, revision.number - FAR)
    between = (story.entries.get(number) for number in range(first, revision.number))
    return [
        entry
        for entry in between
        if isinstance(entry, Fact) and entry.pod == story.key and (_is_start(entry) or entry.kind == "exit")
    ]


def _is_part_of_stop(entry: Entry, exit_: Fact) -> bool:
    if not isinstance(entry, Fact) or entry.data.get("phase") == "done":
        return False
    return _same(entry, exit_, "signal") or _same(entry, exit_, "hook")


def _last(story: Story, fact: Fact, kind: str, barrier: str) -> Fact | None:
    """The newest fact of this kind about the same container, not looking past one of kind `barrier`."""
    for number in range(fact.number - 1, max(0, fact.number - FAR), -1):
        entry = story.entries.get(number)
        if isinstance(entry, Fact) and _same(entry, fact, kind):
            return entry
        if isinstance(entry, Fact) and _same(entry, fact, barrier) and (barrier != "container" or _is_start(entry)):
            return None
    return None


def _same(entry: Entry, step: Fact, kind: str) -> bool:
    return isinstance(entry, Fact) and (entry.kind, entry.pod, entry.container) == (kind, step.pod, step.container)


def _matters(story: Story, entry: Entry) -> bool:
    if isinstance(entry, Action):
        return True
    if isinstance(entry, Revision):
        if entry.kind != "pods":
            return entry.kind == "nodes" and entry.verb == "MODIFIED"
        return entry.verb != "MODIFIED" or is_marking(story, entry)
    if entry.kind == "process":
        return entry.data.get("phase") == "start"
    if entry.kind == "container":
        return entry.data.get("phase") == "started"
    if entry.kind == "hook":
        return entry.data.get("phase") != "done"
    return entry.kind in FACTS


def _merged(steps: list[Entry]) -> list[Entry]:
    """One step where two entries say the same: a command and the file it changed; SIGKILL and the exit it forced."""
    result: list[Entry] = []
    for step in steps:
        before = result[-1] if result else None
        if isinstance(step, Fact) and isinstance(before, Fact) and _says_the_same(before, step):
            result[-1] = step
        else:
            result.append(step)
    return result


def _says_the_same(before: Fact, step: Fact) -> bool:
    if step.kind == "exit":
        return before.kind == "signal" and before.data.get("signal") == "SIGKILL"
    if step.kind in ("file", "process"):
        return before.kind == "process" and before.container == step.container
    if step.kind == "probe" and before.kind == "probe":
        same = (before.container, before.data.get("probe")) == (step.container, step.data.get("probe"))
        return same and before.data.get("result") == step.data.get("result")
    return False
