"""A container's mount table, and the walk from a path to a node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulator.containers.files.nodes import Directory, Link, Node
from simulator.containers.observation import Observation
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.container import Container

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


Late = Mapping[str, "Callable[[Container], Node]"]
_Step = tuple[Directory | None, str, Node | None, str, bool, bool]  # as a Place, which takes longer to make


class Mounts:
    """The tree that processes of a container see."""

    __slots__ = ("_container", "_late", "obstacle", "points", "read_only", "root")

    def __init__(self, root: Directory, *, read_only: bool = False) -> None:
        self.root = root
        self.read_only = read_only
        self.points: dict[str, MountPoint] = {}
        self.obstacle = ""  # why the container cannot start
        self._late: Late = {}
        self._container: Container | None = None

    def mount(self, point: MountPoint) -> None:
        self.points[point.path] = point

    def mount_late(self, container: Container, late: Late) -> None:
        """Mount what no volume hides. Most of it is never looked at: it is made when somebody first goes there."""
        hidden = self.points.keys() & late.keys()
        self._late = {path: make for path, make in late.items() if path not in hidden} if hidden else late
        self._container = container

    def point(self, path: str) -> MountPoint | None:
        """What is mounted right at `path`."""
        point = self.points.get(path)
        if point is None and path in self._late:
            assert self._container is not None
            point = self.points[path] = MountPoint(path, self._late[path](self._container))
        return point

    def all(self) -> list[MountPoint]:
        """In the order in which they were mounted."""
        late = [point for path in self._late if (point := self.point(path)) is not None]
        return [point for path, point in self.points.items() if path not in self._late] + late

    def below(self, path: str) -> list[str]:
        """The names of mount points right below `path`: they exist though no tree holds them."""
        prefix = path.rstrip("/") + "/"
        return [
            point[len(prefix) :]
            for point in {**self.points, **self._late}
            if point.startswith(prefix) and "/" not in point[len(prefix) :]
        ]

    def glance(self, path: str) -> Node | None:
        """What is at an absolute path if only plain directories lead there. None: somebody has to walk.

        Most of what is read came with the image, and nothing need be kept of having looked.
        """
        node: Node | None = self.root
        where = ""
        for part in path.split("/")[1:]:
            where = f"{where}/{part}"
            if part in ("", ".", "..") or where in self.points or where in self._late:
                return None
            node = node.peek(part) if isinstance(node, Directory) else None
        return node

    def locate(
        self, path: str, *, follow: bool = True, observation: Observation | None = None, uid: int = 0,
        make: bool = False,
    ) -> Place:  # fmt: skip
        """Walk an absolute path. Raises OSFault ENOENT or ENOTDIR for a missing parent, ELOOP, EACCES.

        With `make` the directories missing on the way are made.
        """
        pending = path.split("/")
        pending.reverse()
        start: _Step = (None, "", self.root, "", self.read_only, False)
        here = start
        trail: list[_Step] = []
        links = 0
        while pending:
            part = pending.pop()
            if not part or part == ".":
                continue
            if part == "..":
                here = trail.pop() if trail else here
                continue
            there = self._step(here, part, path, observation, uid)
            node = there[2]
            if make and pending and node is None:
                there = _made(there)
            elif isinstance(node, Link) and (follow or any(pending)):
                links += 1
                if links > MAX_LINKS:
                    raise OSFault("ELOOP", path)
                pending.extend(reversed(node.target.split("/")))
                if node.target.startswith("/"):
                    here, trail = start, []
                continue
            trail.append(here)
            here = there
        directory, name, node, where, read_only, mounted = here
        return Place(directory, name, node, where or "/", read_only, mounted)

    def _step(self, here: _Step, part: str, path: str, observation: Observation | None, uid: int) -> _Step:
        """One name further: into what is mounted there, or what the directory holds."""
        _, _, directory, where, read_only, _ = here
        if not isinstance(directory, Directory):
            raise OSFault("ENOENT" if directory is None else "ENOTDIR", path)
        if uid and not may(directory, uid, 1):
            raise OSFault("EACCES", path)
        if observation is not None:
            observation.saw(directory.subject(part))
        where = f"{where}/{part}"
        if where not in self.points and where not in self._late:
            return directory, part, directory.get(part), where, read_only, False
        point = self.point(where)
        assert point is not None
        parent, name = point.home or (None, part)
        if observation is not None and parent is not None:
            observation.saw(parent.subject(name))
        return parent, name, point.node, where, point.read_only, True


def _made(step: _Step) -> _Step:
    directory, name, _, where, read_only, mounted = step
    assert directory is not None  # what is mounted is there
    node = Directory(directory.tree)
    directory.put(name, node)
    return directory, name, node, where, read_only, mounted


def may(node: Node, uid: int, bit: int, *groups: int) -> bool:
    """Whether a user may read (4), write (2) or execute (1) a node."""
    if uid == 0:
        return bit != 1 or isinstance(node, Directory) or bool(node.mode & 0o111)
    if node.uid == uid:
        return bool(node.mode >> 6 & bit)
    if node.gid in (groups or (0,)):
        return bool(node.mode >> 3 & bit)
    return bool(node.mode & bit)
