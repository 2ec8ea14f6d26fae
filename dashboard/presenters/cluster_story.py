"""A whole cluster's history, read entry by entry: its Pods' stories, its other objects, what was done on the node."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.presenters.node_story import NodeStory
from dashboard.presenters.pieces import Json
from dashboard.presenters.story import Story
from simulator.history import Action, Entry, Fact, Revision

Key = tuple[str, str]  # namespace and name


class ClusterStory:
    """Reading on costs what is new. A Pod's story in here knows of its own entries alone: no causes elsewhere."""

    def __init__(self) -> None:
        self.number = 0
        self.pods: dict[Key, Story] = {}
        self.objects: dict[str, dict[Key, Json]] = {}  # by plural: the newest version of all that still exist
        self.nodes: dict[str, NodeStory] = {}
        self.typed: list[Action] = []  # commands on the node, manifests applied, nodes that joined
        self.results: dict[int, Fact] = {}

    def read(self, entries: Sequence[Entry]) -> ClusterStory:
        """`entries`: all so far, entry n at index n-1."""
        for entry in entries[self.number :]:
            self.number = entry.number
            if isinstance(entry, Revision):
                self._revision(entry)
            elif isinstance(entry, Fact):
                self._fact(entry)
            elif entry.verb in ("node", "apply", "join"):
                self.typed.append(entry)
        return self

    def _revision(self, entry: Revision) -> None:
        if entry.kind == "events":
            self._event(entry)
            return
        meta = entry.object["metadata"]
        key = (str(meta.get("namespace", "")), str(meta["name"]))
        if entry.kind == "nodes":
            self._node(key[1]).revision(entry)
        if entry.kind == "pods":
            self.pods.setdefault(key, Story(*key)).read([entry])
        elif entry.verb == "DELETED":
            self.objects.get(entry.kind, {}).pop(key, None)
        else:
            self.objects.setdefault(entry.kind, {})[key] = entry.object

    def _node(self, name: str) -> NodeStory:
        return self.nodes.setdefault(name, NodeStory(name))

    def _event(self, entry: Revision) -> None:
        about = entry.object.get("involvedObject") or entry.object.get("regarding") or {}
        if about.get("kind") == "Node":
            self._node(str(about.get("name"))).event(entry)

    @property
    def open_actions(self) -> list[Action]:
        """What was typed and is not over."""
        return [action for action in self.typed if action.number not in self.results]

    def _fact(self, fact: Fact) -> None:
        if fact.kind == "result":
            self.results[fact.cause] = fact
        elif fact.kind in ("kubelet", "runtime", "machine"):
            self._node(str(fact.data.get("node"))).turn(fact)
        namespace, _slash, name = fact.pod.partition("/")
        if (story := self.pods.get((namespace, name))) is not None:
            story.read([fact])
