"""The nodes of a file tree.

An image's layer is built once and shared by all its containers. A container's own tree is a `Directory` over
it that starts empty: directories are wrapped when first walked into, files are copied when first written to,
and None in `entries` hides a name of the layer below.
"""

from __future__ import annotations

from simulator.containers.disk import Disk
from simulator.containers.observation import Subject
from simulator.containers.syscalls import OSFault

SETGID = 0o2000
MAX_KEPT = 32 << 20  # bytes whose content is kept; what is written beyond only counts, and reads as zeros
MAX_BYTES = 4 << 30
MAX_NODES = 10_000


class Tree:
    """What a directory belongs to: a container's own layer, a volume, the node, or nothing real (/proc)."""

    __slots__ = ("disk", "in_memory", "kept", "kind", "max_bytes", "name", "nodes", "used")

    def __init__(self, kind: str, name: str = "", max_bytes: int = MAX_BYTES) -> None:
        self.kind = kind  # "container", "volume", "node", "virtual"
        self.name = name
        self.used = self.kept = 0  # bytes in all, and those that are really there
        self.nodes = 0
        self.in_memory = False
        self.disk: Disk | None = None  # what it is on
        self.max_bytes = max_bytes

    def grow(self, size: int, nodes: int = 0, kept: int = 0) -> None:
        """Account for `size` more bytes; raises OSFault ENOSPC if they do not fit."""
        if (size > 0 and self.used + size > self.max_bytes) or (nodes > 0 and self.nodes + nodes > MAX_NODES):
            raise OSFault("ENOSPC")
        self.used += size
        self.nodes += nodes
        self.kept += kept
        if size > 0 and self.disk is not None:
            self.disk.wrote(size)


class Node:
    __slots__ = ("gid", "mode", "mtime_ms", "uid")

    def __init__(self, mode: int, uid: int = 0, gid: int = 0, mtime_ms: int | None = None) -> None:
        self.mode = mode
        self.uid = uid
        self.gid = gid
        # None: as old as the image.
        self.mtime_ms = mtime_ms


class File(Node):
    """`program` is the name of the program that the file is, for an executable that is not a script.

    `more` are bytes after `data` that only count.
    """

    __slots__ = ("data", "more", "program")

    def __init__(
        self, data: bytes | bytearray = b"", mode: int = 0o644, uid: int = 0, gid: int = 0,
        mtime_ms: int | None = None, program: str = "",
    ) -> None:  # fmt: skip
        self.data = data
        self.more = 0
        self.program = program
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.mtime_ms = mtime_ms

    @property
    def size(self) -> int:
        return len(self.data) + self.more


class Link(Node):
    __slots__ = ("target",)

    def __init__(self, target: str, mtime_ms: int | None = None) -> None:
        super().__init__(0o777, mtime_ms=mtime_ms)
        self.target = target


class Device(Node):
    """`device` names what opening it gives: null, zero, full, random, tty, or fd N for /dev/stdout."""

    __slots__ = ("device",)

    def __init__(self, device: str) -> None:
        super().__init__(0o666)
        self.device = device


class Directory(Node):
    __slots__ = ("entries", "lower", "subjects", "tree")

    def __init__(
        self, tree: Tree, lower: Directory | None = None, mode: int = 0o755, uid: int = 0, gid: int = 0,
        mtime_ms: int | None = None,
    ) -> None:  # fmt: skip
        self.tree = tree
        self.lower = lower
        self.entries: dict[str, Node | None] = {}
        self.subjects: dict[str, Subject] | None = None
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.mtime_ms = mtime_ms

    def get(self, name: str) -> Node | None:
        try:
            return self.entries[name]
        except KeyError:
            lower = self.lower
            if lower is None:
                return None
        node = lower.get(name)
        if isinstance(node, Directory):
            node = Directory(self.tree, node, node.mode, node.uid, node.gid, node.mtime_ms)
            self.entries[name] = node
        return node

    def peek(self, name: str) -> Node | None:
        """As `get`, of what is only looked at: a directory of the image is not wrapped."""
        directory: Directory | None = self
        while directory is not None:
            if name in directory.entries:
                return directory.entries[name]
            directory = directory.lower
        return None

    def peek_file(self, path: str) -> bytes:
        """What is in a file below; nothing if it is not there. No links are followed."""
        node: Node | None = self
        for part in path.split("/"):
            node = node.peek(part) if isinstance(node, Directory) else None
        return bytes(node.data) if isinstance(node, File) else b""

    def own(self, name: str) -> Node:
        """The node called `name`, copied up from the image's layer if need be: it may be changed."""
        node = self.entries.get(name)
        if node is not None:
            return node
        node = self.get(name)
        if node is None:
            raise OSFault("ENOENT", name)
        if isinstance(node, File):
            self.tree.grow(len(node.data), 1, len(node.data))
            node = File(bytes(node.data), node.mode, node.uid, node.gid, node.mtime_ms, node.program)
            self.entries[name] = node
        return node

    def put(self, name: str, node: Node) -> None:
        self.entries[name] = node

    def drop(self, name: str) -> None:
        if self.lower is not None and self.lower.get(name) is not None:
            self.entries[name] = None
        else:
            self.entries.pop(name, None)

    def names(self) -> list[str]:
        """Sorted: a directory's order must not depend on history."""
        if self.lower is None:
            return sorted(self.entries)
        names = set(self.lower.names())
        for name, node in self.entries.items():
            if node is None:
                names.discard(name)
            else:
                names.add(name)
        return sorted(names)

    def subject(self, name: str) -> Subject:
        """What to watch for changes of `name`; "" stands for the list of names."""
        subjects = self.subjects
        if subjects is None:
            subjects = self.subjects = {}
        subject = subjects.get(name)
        if subject is None:
            subject = subjects[name] = Subject()
        return subject


def make_directory(root: Directory, path: str, *, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Directory:
    """The directory at `path` below `root`, made if missing. For building trees; no links, no facts."""
    directory = root
    for part in path.split("/"):
        if not part:
            continue
        node = directory.get(part)
        if not isinstance(node, Directory):
            node = Directory(directory.tree, None, mode, uid, gid)
            directory.put(part, node)
        directory = node
    return directory


def make_file(root: Directory, path: str, data: bytes | str, mode: int = 0o644, program: str = "") -> File:
    """Put a file below `root`, with the directories it needs. For building trees."""
    parent, _, name = path.rpartition("/")
    if isinstance(data, str):
        data = data.encode()
    file = File(data, mode, program=program)
    make_directory(root, parent).put(name, file)
    return file


def size_of(node: Node) -> tuple[int, int, int]:
    """(bytes, nodes, bytes kept) of a node and all below it, the image's layer left out."""
    if isinstance(node, File):
        return node.size, 1, len(node.data)
    if isinstance(node, Directory):
        sizes = [size_of(child) for child in node.entries.values() if child is not None]
        return sum(s for s, _, _ in sizes), 1 + sum(n for _, n, _ in sizes), sum(k for _, _, k in sizes)
    return 0, 1, 0
