"""StatefulSets, DaemonSets and claims to tell stories of, and what came of them."""

from __future__ import annotations

import re
from typing import Any

from simulator.history import Revision
from tests.simulator.stories import Json, Story

READY_AT_ONCE: Json = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}


def web(image: str = "nginx:1.25", **fields: Any) -> Json:
    return {"name": "web", "image": image, "readinessProbe": READY_AT_ONCE} | fields


def stateful_set(replicas: int = 2, container: Json | None = None, **spec: Any) -> Json:
    labels = {"app": "db"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"terminationGracePeriodSeconds": 2, "containers": [container or web()]},
    }
    whole = {"serviceName": "db", "replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": whole | spec}


def daemon_set(container: Json | None = None, pod: Json | None = None, **spec: Any) -> Json:
    labels = {"app": "agent"}
    inside = {"terminationGracePeriodSeconds": 1, "containers": [container or web()]} | (pod or {})
    template = {"metadata": {"labels": labels}, "spec": inside}
    whole = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "agent"}, "spec": whole | spec}


def claim(name: str = "data", **spec: Any) -> Json:
    whole = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} | spec
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": whole}


def claim_template(name: str = "data") -> Json:
    made = claim(name)
    return {"metadata": made["metadata"], "spec": made["spec"]}


def lives(story: Story, kind: str = "pods") -> list[str]:
    """`+name` when an object came, `-name` when it went, in order."""
    signs = {"ADDED": "+", "DELETED": "-"}
    return [signs[r.verb] + r.object["metadata"]["name"] for r in story.revisions(kind) if r.verb in signs]


def deletions(story: Story) -> list[str]:
    """The Pods in the order in which they began to go."""
    marked = (r.object["metadata"] for r in story.revisions() if "deletionTimestamp" in r.object["metadata"])
    return list(dict.fromkeys(meta["name"] for meta in marked))


def newest(story: Story, kind: str) -> Json:
    return dict(story.revisions(kind)[-1].object)


def living(story: Story, kind: str = "pods") -> dict[str, Json]:
    return {obj["metadata"]["name"]: obj for obj in story.simulation.store.list(kind)}


def counts(story: Story, kind: str, *fields: str) -> list[tuple[int, ...]]:
    """These fields of the only object's status, as they came; repeats collapsed."""
    shown: list[tuple[int, ...]] = []
    for revision in story.revisions(kind):
        found = tuple(revision.object["status"].get(field, 0) for field in fields)
        if found not in shown[-1:]:
            shown.append(found)
    return shown


def fail(story: Story, name: str, phase: str = "Failed") -> Json:
    """The Pod as if the kubelet had given it up; written as the kubelet writes it."""
    pod = living(story)[name]
    conditions = [{**c, "status": "False"} if c["type"] == "Ready" else c for c in pod["status"]["conditions"]]
    status = {**pod["status"], "phase": phase, "conditions": conditions}
    return story.simulation.store.update("pods", {**pod, "status": status})


def at(revision: Revision) -> float:
    return revision.at_ms / 1000


def without_names(messages: list[str]) -> list[str]:
    """Messages with the made-up ends of Pods' names left out."""
    return [re.sub(r"agent-[a-z0-9]{5}\b", "agent-?", message) for message in messages]
