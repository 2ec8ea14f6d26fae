"""Deployments and ReplicaSets for tests, and short ways to ask what came of them."""

from __future__ import annotations

from typing import Any

from tests.simulator.stories import Json, Story

SLEEPER = {"name": "app", "image": "nginx:1.25"}


def template(labels: Json | None = None, **spec: Any) -> Json:
    spec = {"containers": [SLEEPER], "terminationGracePeriodSeconds": 2} | spec
    return {"metadata": {"labels": labels or {"app": "web"}}, "spec": spec}


def replica_set(replicas: int = 3, name: str = "web", **spec: Any) -> Json:
    return _workload("ReplicaSet", replicas, name, spec)


def deployment(replicas: int = 3, name: str = "web", **spec: Any) -> Json:
    return _workload("Deployment", replicas, name, spec)


def _workload(kind: str, replicas: int, name: str, spec: Json) -> Json:
    whole = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template({"app": name})}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": whole | spec}


class WorkloadStory(Story):
    """A simulation of workloads."""

    def live(self, kind: str = "pods") -> list[Json]:
        """The objects of a kind that are there, in the order of creation, without what every namespace has."""
        return [obj for obj in self.simulation.store.list(kind) if obj["metadata"]["name"] != "kube-root-ca.crt"]

    def names(self, kind: str = "pods") -> list[str]:
        return [obj["metadata"]["name"] for obj in self.live(kind)]

    def active(self) -> list[Json]:
        return [pod for pod in self.live() if "deletionTimestamp" not in pod["metadata"]]

    def one(self, kind: str, name: str = "web") -> Json:
        return next(obj for obj in self.live(kind) if obj["metadata"]["name"] == name)

    def statuses(self, kind: str, name: str = "web") -> list[Json]:
        """All statuses that the object has had, repeats left out."""
        shown: list[Json] = []
        for revision in self.revisions(kind):
            if revision.object["metadata"]["name"] == name and revision.object["status"] not in shown[-1:]:
                shown.append(revision.object["status"])
        return shown

    def told(self, kind: str) -> list[str]:
        """What events said about objects of a kind."""
        return [e["message"] for e in self.events() if e["involvedObject"]["kind"] == kind]

    def progress(self) -> list[str]:
        """The reasons of the Deployment's Progressing condition, repeats left out."""
        shown: list[str] = []
        for status in self.statuses("deployments"):
            reason = condition(status, "Progressing").get("reason", "")
            if reason and reason not in shown[-1:]:
                shown.append(reason)
        return shown


def condition(status: Json, kind: str) -> Json:
    return next((dict(c) for c in status.get("conditions", ()) if c["type"] == kind), {})
