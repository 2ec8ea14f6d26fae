"""Volumes: trees that several containers mount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from simulator.containers.disk import Disk
from simulator.containers.files.nodes import (
    MAX_BYTES,
    SETGID,
    Directory,
    File,
    Link,
    Node,
    Tree,
    make_directory,
    make_file,
    size_of,
)
from simulator.containers.observation import Subject

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.machine import Machine


READ, WRITE, SEARCH = 0o440, 0o220, 0o110


class VolumeError(Exception):
    """A volume cannot be set up or mounted. The message is the kubelet's."""


class Volume:
    """`root` is what a container sees at the mount path: a directory, or a single file (hostPath)."""

    read_only = False

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
        _give(self.root, group, READ if self.read_only else READ | WRITE)

    def at(self, sub_path: str) -> tuple[Node, tuple[Directory, str] | None]:
        """The node to mount for `sub_path`, made as a directory if missing. Models subpath_linux.go SafeMakeDir."""
        node: Node = self.root
        home = self.home
        for part in sub_path.strip("/").split("/"):
            if not part:
                continue
            if not isinstance(node, Directory):
                raise VolumeError(f'failed to prepare subPath for volumeMount "{self.name}": not a directory: {part}')
            parent = node
            child = parent.get(part)
            if isinstance(child, Link):
                child = _follow(self.root, parent, child)
            if child is None:
                child = Directory(parent.tree)
                parent.put(part, child)
            node, home = child, (parent, part)
        return node, home


def _files(node: Node, path: str) -> Iterator[tuple[str, int]]:
    if isinstance(node, File):
        yield path, node.size
    elif isinstance(node, Directory):
        for name in node.names():
            child = node.get(name)
            if child is not None:
                yield from _files(child, f"{path}/{name}".lstrip("/"))


def _give(node: Node, group: int, access: int) -> None:
    node.gid = group
    if isinstance(node, Link):
        return
    node.mode |= access
    if isinstance(node, Directory):
        node.mode |= SETGID | SEARCH
        for child in node.entries.values():
            if child is not None:
                _give(child, group, access)


def _follow(root: Node, directory: Directory, link: Link) -> Node | None:
    node: Node | None = root if link.target.startswith("/") else directory
    for part in link.target.split("/"):
        if part and part != ".":
            node = node.get(part) if isinstance(node, Directory) else None
    return node


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
            tree.max_bytes = min(size_limit, MAX_BYTES)
        super().__init__(name, Directory(tree, None, mode))
        self.medium = medium
        self.size_limit = size_limit


class HostPath(Volume):
    """A file or directory of the node. Models pkg/volume/hostpath/host_path.go checkTypeInternal."""

    def __init__(self, machine: Machine, name: str, path: str, type_: str = "") -> None:
        self.path = path
        root = machine.node_root
        node = _lookup(root, path)
        if node is None:
            node = self._create(root, path, type_)
        if type_ in ("Directory", "DirectoryOrCreate") and not isinstance(node, Directory):
            raise VolumeError(f"hostPath type check failed: {path} is not a directory")
        if type_ in ("File", "FileOrCreate") and not isinstance(node, File):
            raise VolumeError(f"hostPath type check failed: {path} is not a file")
        if type_ in ("Socket", "CharDevice", "BlockDevice"):
            kind = {"Socket": "socket file", "CharDevice": "character device", "BlockDevice": "block device"}[type_]
            raise VolumeError(f"hostPath type check failed: {path} is not a {kind}")
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
    """A directory of the node that has to be there. Models pkg/volume/local/local.go getGlobalLocalPath."""
    node = _lookup(machine.node_root, path)
    if node is None:
        raise VolumeError(f'path "{path}" does not exist')
    if not isinstance(node, Directory):
        raise VolumeError("only directory and block device are supported")
    return HostPath(machine, name, path)


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

    read_only = True

    def __init__(self, name: str, layer: Directory) -> None:
        super().__init__(name, Directory(Tree("volume", name), layer))


class Data(Volume):
    """Files from a configMap, a secret, the downward API or several of these (projected).

    Real ones are links into a `..data` directory that is swapped at once; here the files are swapped.
    """

    read_only = True

    def __init__(
        self, name: str, files: Mapping[str, bytes], *, mode: int = 0o644, modes: Mapping[str, int] | None = None
    ) -> None:
        super().__init__(name, Directory(Tree("volume", name), None, 0o777))
        self._mode = mode
        self._modes = dict(modes or {})
        self._group: int | None = None
        self._paths: dict[str, None] = {}
        for path in sorted(files):
            self._put(path, files[path])

    def _directory(self) -> Directory:
        assert isinstance(self.root, Directory)
        return self.root

    def _put(self, path: str, data: bytes) -> None:
        self._paths[path] = None
        file = make_file(self._directory(), path, data, self._modes.get(path, self._mode))
        if self._group is not None:
            _give(file, self._group, READ)

    def own(self, group: int) -> None:
        """What comes later belongs to the group too."""
        self._group = group
        super().own(group)

    def update(self, kernel: Kernel, files: Mapping[str, bytes], number: int = 0) -> list[str]:
        """Swap in new contents because of log entry `number`. Gives the paths that changed."""
        changed: list[str] = []
        for path in sorted({*self._paths, *files}):
            parent = _lookup(self._directory(), path.rpartition("/")[0])
            name = path.rpartition("/")[2]
            old = parent.get(name) if isinstance(parent, Directory) else None
            if path not in files:
                self._paths.pop(path)
                if isinstance(parent, Directory):
                    parent.drop(name)
            elif not isinstance(old, File) or bytes(old.data) != files[path]:
                self._put(path, files[path])
            else:
                continue
            changed.append(path)
        for path in changed:
            self._notify(kernel, path, number)
        return changed

    def _notify(self, kernel: Kernel, path: str, number: int) -> None:
        parent = _lookup(self._directory(), path.rpartition("/")[0])
        if isinstance(parent, Directory):
            parent.subject(path.rpartition("/")[2]).changed(kernel, number)
            listing: Subject = parent.subject("")
            listing.changed(kernel, number)


__all__ = ["Data", "EmptyDir", "HostPath", "ImageVolume", "Volume", "VolumeError", "local_volume"]
