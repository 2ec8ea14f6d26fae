"""Recordings of a real cluster, and what `manage.py simulate --json` prints: objects as a watch saw them, no facts.

What kubectl printed at the end is not kept: the pages work it out from the objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from operator import itemgetter

from dashboard.recordings.reading import Tape, check_object, decoded
from dashboard.recordings.shapes import Recording, Seen
from simulator.history import Action, Entry, Fact, Json, Revision

KINDS = (
    *("pods", "events", "jobs", "cronjobs", "deployments"),
    *("replicasets", "statefulsets", "daemonsets", "endpointslices"),
)
_LAST = 1 << 60  # a version that no object has
Draft = tuple[int, int, str, Json, str]  # when, order, kind of entry, what, kind of object or Pod


def read(text: str | bytes) -> Tape:
    recording = decoded(text, Recording)
    entries = tuple(_entries(recording))
    last = entries[-1].at_ms if entries else 0
    pods = [entry for entry in entries if isinstance(entry, Revision)]
    return Tape(
        recording.name,
        recording.kubernetes,
        datetime.fromtimestamp(recording.applied, UTC),
        max(last, _ms(recording.duration)),
        recording.manifests,
        entries,
        namespace=str(pods[0].object["metadata"].get("namespace", "default")) if pods else "default",
    )


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _entries(recording: Recording) -> Iterator[Entry]:
    number = 0
    objects = (draft for kind in KINDS for draft in _seen(getattr(recording, kind), kind))
    drafts = sorted(chain(objects, _typed(recording), _logged(recording)), key=itemgetter(0, 1))
    for at, _order, verb, what, about in drafts:
        number += 1
        if verb == "action":
            yield Action(number, at, 0, "node", {"command": what["run"]})
            number += 1
            yield Fact(number, at, number - 1, "result", "", "", {"output": what["output"], "code": what["code"]})
        elif verb == "log":
            pod, _slash, container = about.rpartition("/")
            yield Fact(number, at, 0, "log", pod, container, what)
        else:
            yield Revision(number, at, 0, verb, about, what)  # type: ignore[arg-type]


def _seen(seen: list[Seen], kind: str) -> Iterator[Draft]:
    for index, each in enumerate(seen):
        check_object(kind, each.object, f"{kind}[{index}].object")
        yield _ms(each.t), _version(each.object), each.type, each.object, kind


def _version(obj: Json) -> int:
    """What happened at the same moment is in the order of its resourceVersions."""
    version = str(obj["metadata"].get("resourceVersion", ""))
    return int(version) if version.isascii() and version.isdigit() and len(version) < 16 else 0


def _typed(recording: Recording) -> Iterator[Draft]:
    for action in recording.actions:
        what = {"run": action.run, "output": action.output, "code": action.code}
        yield _ms(action.at), -1, "action", what, ""


def _logged(recording: Recording) -> Iterator[Draft]:
    """What a container wrote, all of it at the end: when each line came was not recorded."""
    namespace = next((str(each.object["metadata"].get("namespace", "")) for each in recording.pods), "")
    for name, text in recording.logs.items():
        if text:
            yield _ms(recording.duration), _LAST, "log", {"stream": "stdout", "text": text}, f"{namespace}/{name}"
