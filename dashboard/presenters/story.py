"""One Pod's history, read entry by entry into tracks. Every view of the Pod is made from a `Story`.

Reading later entries continues the story, so a page that is watched costs what is new, not what was.
Times in a story are milliseconds since the Pod was made (`origin_ms` on the cluster's own clock).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any

from dashboard.presenters.conditions import ConditionTracks
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.events import EventTrack, container_of, message_of
from dashboard.presenters.inside_track import InsideTrack
from dashboard.presenters.pieces import Json, Piece, point
from dashboard.presenters.status import StatusTrack
from dashboard.presenters.traffic import TrafficTrack
from simulator.history import Action, Entry, Fact, Revision
from simulator.objects import MIRROR

LISTS = (("initContainers", "init"), ("containers", "main"), ("ephemeralContainers", "ephemeral"))
STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


class Story:
    """What has happened to one Pod so far."""

    def __init__(self, namespace: str, name: str) -> None:
        self.namespace = namespace
        self.name = name
        self.key = f"{namespace}/{name}"
        self.number = 0  # the newest entry read
        self.entries: dict[int, Entry] = {}
        self.origin_ms: int | None = None
        self.pod: Json = {}
        self.revisions: list[int] = []
        self.gone: Revision | None = None
        self.deleting_ms: int | None = None
        self.collected: Fact | None = None  # by the garbage collector
        self.status = StatusTrack()
        self.conditions = ConditionTracks()
        self.containers: dict[str, ContainerTrack] = {}
        self.events = EventTrack()
        self.traffic = TrafficTrack()
        self.insides = InsideTrack()
        self.actions: list[Piece] = []
        self.results: dict[int, Fact] = {}
        self.logs: dict[str, list[Fact]] = {}
        self.unsimulated: list[Fact] = []
        self._facts: dict[str, Callable[[Fact, int, ContainerTrack], Any]] = {}
        self.bind()

    def bind(self) -> None:
        """Who reads which fact: of this story and no other, so a copy does it anew."""
        self._facts = {
            "container": lambda fact, at, track: track.container(fact, at),
            "stop": lambda fact, at, track: track.stop(fact, at, self.origin_ms or 0),
            "exit": lambda fact, at, track: track.exit(fact, at),
            "backoff": lambda fact, at, track: track.backoff(fact, at, self.origin_ms or 0),
            "pull": lambda fact, at, track: track.pull(fact, at),
            "probe": lambda fact, at, track: track.probe(fact, at),
            "probe.rest": self._rest,
            "process": self._process,
            "file": lambda fact, at, track: track.processes.file(fact, at),
            "signal": self._signal,
            "hook": lambda fact, at, track: track.signals.hook(fact, at),
            "log": lambda fact, _at, track: self.logs.setdefault(track.name, []).append(fact),
        }

    def read(self, entries: Iterable[Entry]) -> Story:
        for entry in entries:
            if entry.number <= self.number:
                continue  # resent: already known
            self.number = entry.number
            self.entries[entry.number] = entry
            if isinstance(entry, Revision):
                self._revision(entry)
            elif isinstance(entry, Fact):
                self._fact(entry)
            else:
                self._action(entry)
        return self

    def before(self, entry: Revision) -> Json:
        """The version of the Pod before this one; an empty one if there is none."""
        index = bisect_left(self.revisions, entry.number)
        known = self.entries[self.revisions[index - 1]] if index else None
        return known.object if isinstance(known, Revision) else {"metadata": {}}

    def at(self, entry: Entry) -> int:
        """When it happened, since the Pod was made."""
        return entry.at_ms - (self.origin_ms or 0)

    def _revision(self, entry: Revision) -> None:
        if entry.kind == "pods" and self._is_mine(entry.object.get("metadata", {})):
            self._pod(entry)
        elif entry.kind == "events" and self.origin_ms is not None:
            about = entry.object.get("involvedObject") or entry.object.get("regarding") or {}
            if about.get("kind", "Pod") == "Pod" and self._is_mine(about):
                self._event(entry)

    def _is_mine(self, meta: Json) -> bool:
        return meta.get("name") == self.name and meta.get("namespace", "default") == self.namespace

    def _pod(self, entry: Revision) -> None:
        if self.origin_ms is None:
            self.origin_ms = entry.at_ms
        at, pod = self.at(entry), entry.object
        self.pod = pod
        self.revisions.append(entry.number)
        if entry.verb == "DELETED":
            self._end(entry, at)
            return
        self.gone = None
        if pod.get("metadata", {}).get("deletionTimestamp") is None:
            self.deleting_ms = None
        elif self.deleting_ms is None:
            self.deleting_ms = at
        self._containers(entry.number, pod)
        self.status.read(entry.number, at, pod)
        self.conditions.read(entry.number, at, pod)
        for field in STATUSES:
            for status in pod.get("status", {}).get(field) or []:
                if track := self.containers.get(status.get("name", "")):
                    track.status(entry.number, at, status)

    def _containers(self, number: int, pod: Json) -> None:
        for field, role in LISTS:
            for index, spec in enumerate(pod.get("spec", {}).get(field) or []):
                if spec["name"] in self.containers:
                    continue
                own = "sidecar" if role == "init" and spec.get("restartPolicy") == "Always" else role
                path = f"spec.{field}[{index}]"
                self.containers[spec["name"]] = ContainerTrack(spec["name"], own, spec, number, path)

    def _end(self, entry: Revision, at_ms: int) -> None:
        self.gone = entry
        self.status.end(entry.number, at_ms)
        self.conditions.end(entry.number, at_ms)
        mirror = MIRROR in (entry.object.get("metadata", {}).get("annotations") or {})
        for track in self.containers.values():
            if not (mirror and track.running):  # a static Pod runs on without the Pod that stands for it
                track.end(entry.number, at_ms)

    def _event(self, entry: Revision) -> None:
        self.events.read(entry, self.at(entry))
        if entry.object.get("reason") == "Killing" and entry.verb != "DELETED":
            track = self.containers.get(container_of(entry.object))
            if track is not None:
                track.killing(entry.number, self.at(entry), message_of(entry.object))

    def _fact(self, fact: Fact) -> None:
        if fact.kind == "result":
            self.results[fact.cause] = fact
        if fact.pod != self.key or self.origin_ms is None:
            return
        at = self.at(fact)
        known = self.containers.get(fact.container)
        self.insides.read(fact, at, known.spec if known else {})
        if fact.kind == "event.dropped":
            self.events.drop(fact, at)
        elif fact.kind == "collected":
            self.collected = fact
        elif fact.kind == "unsimulated":
            self.unsimulated.append(fact)
        elif fact.kind == "traffic":
            self.traffic.read(fact, at, self.origin_ms)
        elif fact.container and (read := self._facts.get(fact.kind)):
            read(fact, at, self._track(fact))

    def _track(self, fact: Fact) -> ContainerTrack:
        track = self.containers.get(fact.container)
        if track is None:
            role = str(fact.data.get("role", "main"))
            track = self.containers[fact.container] = ContainerTrack(fact.container, role, {}, fact.number, "")
        return track

    def _rest(self, fact: Fact, at_ms: int, track: ContainerTrack) -> None:
        if probe := track.probes.get(str(fact.data.get("probe"))):
            probe.rest(fact, at_ms)

    def _process(self, fact: Fact, at_ms: int, track: ContainerTrack) -> None:
        cause = self.entries.get(fact.cause)
        started = isinstance(cause, Fact) and cause.kind == "container" and cause.container == fact.container
        track.processes.process(fact, at_ms, first=started)

    def _signal(self, fact: Fact, at_ms: int, track: ContainerTrack) -> None:
        stop = track.stopping
        deadline = stop.data.get("deadline_ms") if stop else None
        track.signals.signal(fact, at_ms, None if deadline is None else int(deadline) - (self.origin_ms or 0))

    def _action(self, action: Action) -> None:
        if self.origin_ms is None or not self._concerns(action):
            return
        self.actions.append(point(action.number, self.at(action), action.verb, command_of(action)))

    def _concerns(self, action: Action) -> bool:
        pod = action.data.get("pod")
        if pod is not None:
            return pod in (self.key, self.name)
        if action.verb == "delete":
            return action.data.get("name") == self.name
        return True


def command_of(action: Action) -> str:
    """The action as a person would type it."""
    data = action.data
    if action.verb == "join":
        return f"kubeadm join --node-name {data['name']}" if data.get("name") else "kubeadm join"
    if action.verb in ("exec", "node"):
        return str(data.get("command", "")).replace(" -n $NS", "")  # a scenario's own namespace goes without saying
    if action.verb == "delete":
        grace = data.get("grace_seconds")
        tail = " --force" if data.get("force") else ""
        tail += f" --grace-period={grace}" if grace is not None else ""
        return f"kubectl delete {data.get('kind', 'pod').lower()} {data.get('name', '')}{tail}"
    if action.verb == "kill":
        return f"kill -{str(data.get('signal', 'KILL')).removeprefix('SIG')} 1"
    return "kubectl apply"
