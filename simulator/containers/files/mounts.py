"""A container's mount table, and the walk from a path to a node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from simulator.containers.files.nodes import Directory, Link, Node
from simulator.containers.observation import Observation
from simulator.containers.syscalls import OSFault

MAX_LINKS = 40


@dataclass(slots=True)
class MountPoint:
    """`node` is seen at `path`. A mounted file remembers where it lives, so that changes of it are noticed there."""

    path: str
    node: Node
    read_only: bool = False
    home: tuple[Directory, str] | None = None


class Place(NamedTuple):
    """Where a walk ended. `node` is None if the last name does not exist; the parent then does."""

    directory: Directory | None  # None for the root and for a mounted directory
    name: str
    node: Node | None
    path: str
    read_only: bool
    mounted: bool


class Mounts:
    """The tree that processes of a container see."""

    __slots__ = ("late", "points", "read_only", "root")

    def __init__(self, root: Directory, *, read_only: bool = False) -> None:
        self.root = root
        self.read_only = read_only
        self.points: dict[str, MountPoint] = {}
        # Mounts what every container has. Many never look at it: it is made at the first walk.
        self.late: Callable[[], list[MountPoint]] | None = None

    def mount(self, point: MountPoint) -> None:
        self.points[point.path] = point

    def settle(self) -> None:
        late, self.late = self.late, None
        if late is not None:
            for point in late():
                self.points.setdefault(point.path, point)

    def below(self, path: str) -> list[str]:
        """The names of mount points right below `path`: they exist though no tree holds them."""
        self.settle()
        prefix = path.rstrip("/") + "/"
        return [
            point[len(prefix) :]
            for point in self.points
            if point.startswith(prefix) and "/" not in point[len(prefix) :]
        ]

    def locate(
        self, path: str, *, follow: bool = True, observation: Observation | None = None, uid: int = 0,
        make: bool = False,
    ) -> Place:  # fmt: skip
        """Walk an absolute path. Raises OSFault ENOENT or ENOTDIR for a missing parent, ELOOP, EACCES.

        With `make` the directories missing on the way are made.
        """
        if self.late is not None:
            self.settle()
        pending = path.split("/")
        pending.reverse()
        start = Place(None, "", self.root, "", self.read_only, False)
        here = start
        trail: list[Place] = []
        links = 0
        while pending:
            part = pending.pop()
            if not part or part == ".":
                continue
            if part == "..":
                here = trail.pop() if trail else here
                continue
            there = self._step(here, part, path, observation, uid)
            if make and pending and there.node is None:
                there = _made(there)
            if isinstance(there.node, Link) and (follow or any(pending)):
                links += 1
                if links > MAX_LINKS:
                    raise OSFault("ELOOP", path)
                target = there.node.target
                pending.extend(reversed(target.split("/")))
                if target.startswith("/"):
                    here, trail = start, []
                continue
            trail.append(here)
            here = there
        return here if here.path else here._replace(path="/")

    def _step(self, here: Place, part: str, path: str, observation: Observation | None, uid: int) -> Place:
        """One name further: into what is mounted there, or what the directory holds."""
        directory = here.node
        if not isinstance(directory, Directory):
            raise OSFault("ENOENT" if directory is None else "ENOTDIR", path)
        if uid and not may(directory, uid, 1):
            raise OSFault("EACCES", path)
        if observation is not None:
            observation.saw(directory.subject(part))
        where = f"{here.path}/{part}"
        point = self.points.get(where) if self.points else None
        if point is None:
            return Place(directory, part, directory.get(part), where, here.read_only, False)
        parent, name = point.home or (None, part)
        if observation is not None and parent is not None:
            observation.saw(parent.subject(name))
        return Place(parent, name, point.node, where, point.read_only, True)


def _made(place: Place) -> Place:
    directory = place.directory
    assert directory is not None  # what is mounted is there
    node = Directory(directory.tree)
    directory.put(place.name, node)
    return place._replace(node=node)


def may(node: Node, uid: int, bit: int, gid: int = 0) -> bool:
    """Whether a user may read (4), write (2) or execute (1) a node."""
    if uid == 0:
        return bit != 1 or isinstance(node, Directory) or bool(node.mode & 0o111)
    if node.uid == uid:
        return bool(node.mode >> 6 & bit)
    if node.gid == gid:
        return bool(node.mode >> 3 & bit)
    return bool(node.mode & bit)
