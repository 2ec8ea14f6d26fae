"""Volumes: trees that several containers mount."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from simulator.containers.disk import Disk
from simulator.containers.files.nodes import (
    MAX_BYTES,
    SETGID,
    Device,
    Directory,
    File,
    Link,
    Node,
    Tree,
    make_directory,
    make_file,
    size_of,
)

if TYPE_CHECKING:
    from simulator.containers.machine import Machine


MAX_LINKS = 40
SPECIAL = {"Socket": "socket file", "CharDevice": "character device", "BlockDevice": "block device"}
READ, WRITE, SEARCH = 0o440, 0o220, 0o110


class VolumeError(Exception):
    """A volume cannot be set up or mounted. The message is the kubelet's."""


class Volume:
    """`root` is what a container sees at the mount path: a directory, or a single file (hostPath)."""

    read_only = False
    keeps_owners = False  # a Pod's fsGroup changes nothing
    memory = 0  # bytes, if it is a file system in memory

    def __init__(self, name: str, root: Node, home: tuple[Directory, str] | None = None) -> None:
        self.name = name
        self.root = root
        self.home = home

    @property
    def used_bytes(self) -> int:
        return size_of(self.root)[0]

    def listing(self, most: int) -> list[tuple[str, int]]:
        """Its files by their paths in it, with their sizes: the first so many."""
        return list(islice(_files(self.root, ""), most))

    def read(self, path: str) -> bytes:
        """What is in one of its files."""
        node = _lookup(self.root, path) if isinstance(self.root, Directory) else None
        if not isinstance(node, File):
            raise VolumeError(f"no file: {path}")
        return bytes(node.data)

    def own(self, group: int) -> None:
        """Give all that is in it to a group. Models pkg/volume/volume_linux.go SetVolumeOwnership."""
        give(self.root, group, READ if self.read_only else READ | WRITE)

    def at(self, sub_path: str) -> tuple[Node, tuple[Directory, str] | None]:
        """The node to mount for `sub_path`, and where it is; made as a directory if missing.

        Models subpath_linux.go SafeMakeDir and doSafeOpen: a link must not lead out of the volume.
        """
        trail: list[tuple[Node, tuple[Directory, str] | None]] = [(self.root, self.home)]
        pending, links = sub_path.split("/")[::-1], 0
        while pending:
            part, parent = pending.pop(), trail[-1][0]
            if part == "..":
                trail.pop()
            elif part and part != ".":
                child = parent.get(part) if isinstance(parent, Directory) else None
                if isinstance(child, Link) and links < MAX_LINKS and not child.target.startswith("/"):
                    links += 1
                    pending += child.target.split("/")[::-1]
                elif isinstance(parent, Directory) and not isinstance(child, Link):
                    trail.append((child or self._make(parent, part), (parent, part)))
                else:
                    trail.clear()
            if not trail:
                raise VolumeError(f'failed to prepare subPath for volumeMount "{self.name}": {part}')
        return trail[-1]

    def _make(self, parent: Directory, name: str) -> Directory:
        """As the volume's own directory is, so that those who may write there may write here."""
        group = parent.gid if parent.mode & SETGID else 0
        made = Directory(parent.tree, None, self.root.mode, 0, group, self.root.mtime_ms)
        parent.put(name, made)
        return made


def _files(node: Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, File):
        yield path, node.size
    elif isinstance(node, Directory):
        for name in node.names():
            child = node.get(name)
            if child is not None:
                yield from _files(child, f"{path}/{name}".lstrip("/"))


def give(node: Node, group: int, access: int) -> None:
    node.gid = group
    if isinstance(node, Link):
        return
    node.mode |= access
    if isinstance(node, Directory):
        node.mode |= SETGID | SEARCH
        for child in node.entries.values():
            if child is not None:
                give(child, group, access)


class EmptyDir(Volume):
    """An emptyDir: lives as long as its Pod."""

    def __init__(
        self,
        name: str,
        *,
        medium: str = "",
        size_limit: int | None = None,
        mode: int = 0o777,
        disk: Disk | None = None,
    ) -> None:
        tree = Tree("volume", name)
        tree.in_memory = medium == "Memory"
        tree.disk = None if tree.in_memory else disk
        if medium == "Memory" and size_limit is not None:
            tree.max_bytes, self.memory = min(size_limit, MAX_BYTES), size_limit
        super().__init__(name, Directory(tree, None, mode))
        self.medium = medium
        self.size_limit = size_limit


class HostPath(Volume):
    """A file or directory of the node. Models pkg/volume/hostpath/host_path.go checkTypeInternal."""

    keeps_owners = True

    def __init__(self, machine: Machine, name: str, path: str, type_: str = "") -> None:
        self.path = path
        root = machine.node_root
        in_devices = f"{path}/".startswith("/dev/")
        node = _lookup(machine.devices, path.removeprefix("/dev")) if in_devices else _lookup(root, path)
        if type_ in SPECIAL and not (type_ == "CharDevice" and isinstance(node, Device)):
            raise VolumeError(f"hostPath type check failed: {path} is not a {SPECIAL[type_]}")
        if node is None:
            node = self._create(root, path, type_)
        if type_ in ("Directory", "DirectoryOrCreate") and not isinstance(node, Directory):
            raise VolumeError(f"hostPath type check failed: {path} is not a directory")
        if type_ in ("File", "FileOrCreate") and not isinstance(node, File):
            raise VolumeError(f"hostPath type check failed: {path} is not a file")
        parent, _, last = path.rstrip("/").rpartition("/")
        home = _lookup(root, parent) if last else None
        super().__init__(name, node, (home, last) if isinstance(home, Directory) else None)

    @staticmethod
    def _create(root: Directory, path: str, type_: str) -> Node:
        if type_ == "Directory":
            raise VolumeError(f"hostPath type check failed: {path} is not a directory")
        if type_ == "File":
            raise VolumeError(f"hostPath type check failed: {path} is not a file")
        if type_ == "FileOrCreate":
            if not isinstance(_lookup(root, path.rpartition("/")[0]), Directory):
                raise VolumeError(f"open {path}: no such file or directory")
            return make_file(root, path, b"")
        # Without a type the container runtime makes the directory when it mounts it.
        return make_directory(root, path)


def local_volume(machine: Machine, name: str, path: str) -> HostPath:
    """A directory of the node that has to be there, and that a Pod's group may own.

    Models pkg/volume/local/local.go.
    """
    node = _lookup(machine.node_root, path)
    if node is None:
        raise VolumeError(f'path "{path}" does not exist')
    if not isinstance(node, Directory):
        raise VolumeError("only directory and block device are supported")
    found = HostPath(machine, name, path)
    found.keeps_owners = False
    return found


def _lookup(root: Directory, path: str) -> Node | None:
    node: Node | None = root
    for part in path.split("/"):
        if part and part != ".":
            node = node.get(part) if isinstance(node, Directory) else None
            if isinstance(node, Link):
                node = _lookup(root, node.target) if node.target.startswith("/") else None
    return node


class ImageVolume(Volume):
    """What an image holds, for reading. What is made below it stays in this volume."""

    read_only = keeps_owners = True

    def __init__(self, name: str, layer: Directory) -> None:
        super().__init__(name, Directory(Tree("volume", name), layer))

    def fault(self, sub_path: str, place: str) -> str:
        """Why only this path of it cannot be mounted, or "". Models containerd's ensureImageSubPath."""
        assert isinstance(self.root, Directory)
        node = _lookup(self.root, sub_path)
        if node is None:
            return f"openat {sub_path}: no such file or directory"
        if isinstance(node, Directory):
            return ""
        return f'only directory subpath is supported, subpath: "{sub_path}", mountpoint: "{place}" '


__all__ = ["EmptyDir", "HostPath", "ImageVolume", "Volume", "VolumeError", "give", "local_volume"]
