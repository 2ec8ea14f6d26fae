"""Running a small Pod and asking what came of it."""

from __future__ import annotations

import json
from typing import Any

from simulator import Action, Fact, Revision, Simulation

Json = dict[str, Any]


def container(script: str = "sleep 1000", name: str = "app", **fields: Any) -> Json:
    return {"name": name, "image": "busybox:1.36", "command": ["sh", "-c", script]} | fields


def pod(*containers: Json, init: list[Json] | None = None, name: str = "p", **spec: Any) -> Json:
    whole = {"containers": list(containers), "terminationGracePeriodSeconds": 2} | spec
    if init:
        whole["initContainers"] = init
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}


def exec_probe(*command: str, **fields: Any) -> Json:
    return {"exec": {"command": list(command)}, "periodSeconds": 5, "failureThreshold": 2} | fields


class Story:
    """A simulation of one Pod called `p`."""

    def __init__(self, *objects: Json, seconds: float = 0, **settings: Any) -> None:
        self.simulation = Simulation(**settings)
        manifest = "\n---\n".join(json.dumps(obj) for obj in objects)
        self.applied = self.simulation.act("apply", {"manifest": manifest})
        self.until(seconds)

    def until(self, seconds: float) -> Story:
        self.simulation.advance(round(seconds * 1000))
        return self

    def node(self, command: str) -> str:
        """Run a line on the node and give what it printed once it is done (within 10 s)."""
        number = self.simulation.act("node", {"command": command}).number
        self.simulation.advance(self.simulation.now + 10_000)
        return next(str(f.data["output"]) for f in self.facts("result") if f.cause == number)

    @property
    def entries(self) -> list[Action | Fact | Revision]:
        return list(self.simulation.history.entries)

    def facts(self, kind: str) -> list[Fact]:
        return [e for e in self.entries if isinstance(e, Fact) and e.kind == kind]

    def revisions(self, kind: str = "pods") -> list[Revision]:
        return [e for e in self.entries if isinstance(e, Revision) and e.kind == kind]

    @property
    def pod(self) -> Json:
        return self.revisions()[-1].object

    @property
    def status(self) -> Json:
        return dict(self.pod["status"])

    def container(self, name: str = "app") -> Json:
        for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
            for status in self.status.get(key, ()):
                if status["name"] == name:
                    return dict(status)
        raise KeyError(name)

    def condition(self, kind: str) -> Json:
        return next(dict(c) for c in self.status["conditions"] if c["type"] == kind)

    def states(self, name: str = "app") -> list[str]:
        """The states that the API showed of a container, repeats collapsed."""
        shown: list[str] = []
        for revision in self.revisions():
            status = revision.object["status"]
            for one in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
                if one["name"] == name:
                    kind, state = next(iter(one["state"].items()))
                    text = " ".join(part for part in (kind, state.get("reason", "")) if part)
                    if text not in shown[-1:]:
                        shown.append(text)
        return shown

    def events(self, *reasons: str) -> list[Json]:
        """The newest version of each event with one of these reasons, in the order of birth."""
        newest = {r.object["metadata"]["name"]: r.object for r in self.revisions("events")}
        return [event for event in newest.values() if event["reason"] in reasons or not reasons]

    def messages(self, *reasons: str) -> list[str]:
        return [str(event["message"]) for event in self.events(*reasons)]

    def starts(self, name: str = "app") -> list[float]:
        """When the container's instances started, in seconds."""
        found = [f for f in self.facts("container") if f.container == name and f.data["phase"] == "started"]
        return [fact.at_ms / 1000 for fact in found]

    def why(self, number: int) -> list[Action | Fact | Revision]:
        """The chain of causes of an entry, from the first to the entry itself."""
        chain = []
        while number:
            entry = self.entries[number - 1]
            chain.append(entry)
            number = entry.cause
        return chain[::-1]
