"""Manifests that several tests of this room share."""

from __future__ import annotations

import copy
import json
from typing import Any

from simulator.objects import Manifest, read_manifest

Json = dict[str, Any]

POD: Json = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "app", "image": "nginx"}]},
}


def pod(**spec: Any) -> Json:
    """A good Pod with some fields of its spec set or replaced; None takes a field away."""
    made = copy.deepcopy(POD)
    made["spec"] |= spec
    made["spec"] = {name: value for name, value in made["spec"].items() if value is not None}
    return made


def container(**fields: Any) -> Json:
    """A good Pod whose only container has some more fields."""
    return pod(containers=[{"name": "app", "image": "nginx"} | fields])


def read(*objects: Json) -> Manifest:
    """What becomes of objects; JSON is YAML, and leaves no doubt about what is text."""
    return read_manifest("\n---\n".join(json.dumps(item, indent=1) for item in objects))


def messages(*objects: Json) -> list[str]:
    """All that the API server says against the objects."""
    return [problem.message for problem in read(*objects).problems]


def stored(item: Json) -> Json:
    """The object as the API server keeps it."""
    manifest = read(item)
    assert not manifest.problems, manifest.problems
    document: Json = manifest.documents[0].object
    return document
