"""The files as a process sees them: by path, relative ones from its working directory.

Everything raises OSFault with Linux' own words. What an observed process looks at is recorded; what changes
is written to the history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.containers.files.devices import open_device
from simulator.containers.files.executable import load, quick
from simulator.containers.files.mounts import Mounts, Place, may
from simulator.containers.files.nodes import SETGID, Device, Directory, File, Link, Node, size_of
from simulator.containers.files.open import BytesFile, OpenFile
from simulator.containers.files.regular import RegularFile
from simulator.containers.memory import charge
from simulator.containers.syscalls import OSFault, Program

if TYPE_CHECKING:
    from simulator.containers.process import Process

Kind = Literal["file", "dir", "link", "device"]
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Stat:
    kind: Kind
    size: int
    mode: int  # permission bits
    uid: int
    gid: int
    mtime_ms: int  # ms since 1970
    target: str = ""


class Files:
    __slots__ = ("_mounts", "_process")

    def __init__(self, mounts: Mounts, process: Process) -> None:
        self._mounts = mounts
        self._process = process

    # ---- looking -----------------------------------------------------------
    def place(self, path: str, *, follow: bool = True) -> Place:
        process = self._process
        if not path:
            raise OSFault("ENOENT", path)
        full = path if path[0] == "/" else f"{process.cwd}/{path}"
        try:
            place = self._mounts.locate(full, follow=follow, observation=process.observation, uid=process.uid)
        except OSFault as fault:
            raise OSFault(fault.errno, path) from None
        if path[-1] == "/" and place.node is not None and not isinstance(place.node, Directory):
            raise OSFault("ENOTDIR", path)
        return place

    def _existing(self, path: str, *, follow: bool = True) -> tuple[Place, Node]:
        place = self.place(path, follow=follow)
        if place.node is None:
            raise OSFault("ENOENT", path)
        return place, place.node

    def resolve(self, path: str) -> str:
        """The canonical path. The last name need not exist."""
        return self.place(path).path

    def exists(self, path: str, *, follow: bool = True) -> bool:
        try:
            return self.place(path, follow=follow).node is not None
        except OSFault:
            return False

    def is_dir(self, path: str) -> bool:
        try:
            return isinstance(self.place(path).node, Directory)
        except OSFault:
            return False

    def stat(self, path: str, *, follow: bool = True) -> Stat:
        _, node = self._existing(path, follow=follow)
        mtime = node.mtime_ms
        if mtime is None:
            mtime = self._process.container.image.built_ms
        else:
            mtime += self._process.machine.epoch_ms
        if isinstance(node, File):
            return Stat("file", node.size, node.mode, node.uid, node.gid, mtime)
        if isinstance(node, Link):
            return Stat("link", len(node.target), 0o777, node.uid, node.gid, mtime, node.target)
        kind: Kind = "dir" if isinstance(node, Directory) else "device"
        return Stat(kind, 4096 if kind == "dir" else 0, node.mode, node.uid, node.gid, mtime)

    def readlink(self, path: str) -> str:
        _, node = self._existing(path, follow=False)
        if not isinstance(node, Link):
            raise OSFault("EINVAL", path)
        return node.target

    def access(self, path: str, mode: str) -> bool:
        """As access(2): `mode` of "r", "w", "x" or several of them."""
        try:
            place, node = self._existing(path)
        except OSFault:
            return False
        process = self._process
        if "w" in mode and place.read_only:
            return False
        return all(may(node, process.uid, {"r": 4, "w": 2, "x": 1}[bit], process.gid, *process.groups) for bit in mode)

    def _glance(self, path: str) -> Node | None:
        """What is there, if nobody asks how it was found and nothing could forbid it."""
        process = self._process
        unseen = process.observation is None and process.uid == 0
        return self._mounts.glance(path) if unseen and path[:1] == "/" else None

    def listdir(self, path: str = ".") -> list[str]:
        process = self._process
        node, where = self._glance(path), path
        if not isinstance(node, Directory):
            place, node = self._existing(path)
            where = place.path
        if not isinstance(node, Directory):
            raise OSFault("ENOTDIR", path)
        if process.uid and not may(node, process.uid, 4, process.gid, *process.groups):
            raise OSFault("EACCES", path)
        if process.observation is not None:
            process.observation.saw(node.subject(""))
        names = node.names()
        mounted = [name for name in self._mounts.below(where) if name not in names]
        process.spend(1 + len(names) // 16)
        return sorted(names + mounted) if mounted else names

    def read(self, path: str) -> bytes:
        found = self._glance(path)
        if isinstance(found, File):
            return bytes(found.data)
        file = self.open(path)
        parts: list[bytes] = []
        try:
            while data := file.read(self._process, 1 << 20):
                parts.append(data)
                if len(parts) > 64:
                    raise OSFault("EFBIG", path)
        finally:
            file.close()
        return b"".join(parts)

    def program(self, name: str) -> Program:
        """What execvp(name) would run."""
        process = self._process
        if "/" in name:
            return load(process, name)
        search = process.env.get("PATH", DEFAULT_PATH)
        program = quick(process, search, name)
        if program is not None:
            return program
        denied = False
        observation, process.observation = process.observation, None
        try:
            # Where a name was not found is not worth watching; the file that it led to is.
            paths = [f"{folder or '.'}/{name}" for folder in search.split(":")]
            found = next((path for path in paths if self.access(path, "x") and not self.is_dir(path)), None)
            if found is None:
                denied = any(self.exists(path) and not self.is_dir(path) for path in paths)
        finally:
            process.observation = observation
        if found is None:
            raise OSFault("EACCES" if denied else "ENOENT", name)
        return load(process, found)

    # ---- changing ----------------------------------------------------------
    def open(self, path: str, mode: str = "r") -> OpenFile:
        place = self.place(path)
        node = place.node
        process = self._process
        if isinstance(node, Directory):
            if mode != "r":
                raise OSFault("EISDIR", path)
            return BytesFile(b"")
        if isinstance(node, Device):
            return open_device(process, node)
        if mode == "r":
            if node is None:
                raise OSFault("ENOENT", path)
            if not may(node, process.uid, 4, process.gid, *process.groups):
                raise OSFault("EACCES", path)
            assert isinstance(node, File)
            return RegularFile(place, node, readable=True, writable=False, append=False)
        if mode == "x" and node is not None:
            raise OSFault("EEXIST", path)
        file = self._writable(place, path)
        if mode == "w" and file.size:
            self.grow(place, -file.size, -len(file.data))
            file.data, file.more = b"", 0
            self.changed(place, "changed", file)
        return RegularFile(place, file, readable=mode == "rw", writable=True, append=mode == "a")

    def _writable(self, place: Place, path: str) -> File:
        """The file at `place`, made or copied up so that it can be written to."""
        self._process.spend(3)
        if place.node is None:
            file = File(b"", 0o666 & ~self._process.umask)
            self._add(place, path, file)
            return file
        if place.read_only:
            raise OSFault("EROFS", path)
        if not may(place.node, self._process.uid, 2, self._process.gid, *self._process.groups):
            raise OSFault("EACCES", path)
        own = place.node
        if place.directory is not None and not place.mounted:
            own = place.directory.own(place.name)
        assert isinstance(own, File)
        return own

    def write(self, path: str, data: bytes | str, append: bool = False) -> None:
        file = self.open(path, "a" if append else "w")
        try:
            if data:
                file.write(self._process, data.encode() if isinstance(data, str) else data)
        finally:
            file.close()

    def touch(self, path: str, mtime_ms: int | None = None) -> None:
        """Make an empty file, or set the time of what is there (ms of virtual time; default now)."""
        place = self.place(path)
        if place.node is None:
            self._add(place, path, File(b"", 0o666 & ~self._process.umask))
            return
        self._may_change(place, path)
        node = place.directory.own(place.name) if place.directory and not place.mounted else place.node
        node.mtime_ms = self._process.kernel.engine.now if mtime_ms is None else mtime_ms
        self.changed(place, "changed", None)

    def mkdir(self, path: str, *, mode: int = 0o777, parents: bool = False) -> None:
        if parents:
            done = ""
            for part in path.split("/"):
                done += part
                if part and not self.exists(done):
                    self.mkdir(done, mode=mode)
                done += "/"
            if not self.is_dir(path):
                raise OSFault("EEXIST", path)
            return
        place = self.place(path)
        if place.node is not None:
            raise OSFault("EEXIST", path)
        tree = self._parent(place, path).tree
        self._add(place, path, Directory(tree, None, mode & ~self._process.umask))

    def symlink(self, target: str, path: str) -> None:
        place = self.place(path, follow=False)
        if place.node is not None:
            raise OSFault("EEXIST", path)
        self._add(place, path, Link(target))

    def remove(self, path: str) -> None:
        """unlink(2)."""
        place, node = self._existing(path, follow=False)
        if isinstance(node, Directory):
            raise OSFault("EISDIR", path)
        self._drop(place, path, node)

    def rmdir(self, path: str) -> None:
        place, node = self._existing(path, follow=False)
        if not isinstance(node, Directory):
            raise OSFault("ENOTDIR", path)
        if place.path == "/" or place.mounted or self._mounts.below(place.path):
            raise OSFault("EBUSY", path)
        if node.names():
            raise OSFault("ENOTEMPTY", path)
        self._drop(place, path, node)

    def rename(self, old: str, new: str) -> None:
        source, node = self._existing(old, follow=False)
        target = self.place(new, follow=False)
        if source.path == target.path:
            return
        if isinstance(target.node, Directory):
            if not isinstance(node, Directory):
                raise OSFault("EISDIR", new)
            if target.node.names():
                raise OSFault("ENOTEMPTY", new)
        if source.mounted or target.mounted:
            raise OSFault("EBUSY", old)
        if target.path.startswith(source.path + "/"):
            raise OSFault("EINVAL", old)
        parent = self._parent(target, new)
        if parent.tree is not self._parent(source, old).tree or (isinstance(node, Directory) and node.lower):
            raise OSFault("EXDEV", new)
        moved = self._parent(source, old).own(source.name)
        self._drop(source, old, node)
        if target.node is not None:
            self._drop(target, new, target.node)
        self._add(target._replace(node=None), new, moved, keep=True)

    def chmod(self, path: str, mode: int) -> None:
        self._attributes(path).mode = mode

    def chown(self, path: str, uid: int, gid: int) -> None:
        node = self._attributes(path)
        node.uid, node.gid = uid, gid

    # ---- shared by these ---------------------------------------------------
    def _attributes(self, path: str) -> Node:
        place, node = self._existing(path)
        process = self._process
        if place.read_only:
            raise OSFault("EROFS", path)
        if process.uid not in (0, node.uid):
            raise OSFault("EPERM", path)
        if place.directory is not None and not place.mounted:
            node = place.directory.own(place.name)
        self.changed(place, "changed", None)
        return node

    def _parent(self, place: Place, path: str) -> Directory:
        if place.directory is None:
            raise OSFault("EBUSY", path)
        return place.directory

    def _may_change(self, place: Place, path: str) -> None:
        process = self._process
        if place.read_only:
            raise OSFault("EROFS", path)
        if place.node is not None and process.uid and not may(place.node, process.uid, 2, process.gid, *process.groups):
            raise OSFault("EACCES", path)

    def _may_change_names(self, place: Place, path: str) -> Directory:
        process = self._process
        parent = self._parent(place, path)
        if place.read_only:
            raise OSFault("EROFS", path)
        if parent.tree.kind == "virtual":
            raise OSFault("EPERM", path)
        if process.uid and not may(parent, process.uid, 2, process.gid, *process.groups):
            raise OSFault("EACCES", path)
        return parent

    def _add(self, place: Place, path: str, node: Node, *, keep: bool = False) -> None:
        if path.endswith("/") and not isinstance(node, Directory):
            raise OSFault("EISDIR", path)
        parent = self._may_change_names(place, path)
        process = self._process
        process.spend(1)
        try:
            parent.tree.grow(*size_of(node))
        except OSFault:
            process.kernel.out_of_files(process)
            raise OSFault("ENOSPC", path) from None
        if not keep:
            node.uid, node.gid = process.uid, process.gid
            if parent.mode & SETGID:
                node.gid = parent.gid
                node.mode |= SETGID if isinstance(node, Directory) else 0
            node.mtime_ms = process.kernel.engine.now
        parent.put(place.name, node)
        self.changed(place, "created", node)

    def _drop(self, place: Place, path: str, node: Node) -> None:
        parent = self._may_change_names(place, path)
        if place.mounted:
            raise OSFault("EBUSY", path)
        self._process.spend(1)
        if parent.entries.get(place.name) is not None:
            size, count, kept = size_of(node)
            parent.tree.grow(-size, -count, -kept)
            if parent.tree.in_memory:
                charge(self._process, -size)
        parent.drop(place.name)
        self.changed(place, "removed", node)

    def grow(self, place: Place, size: int, kept: int) -> None:
        if place.directory is None:
            # A file that the runtime mounted, such as the termination message.
            return
        try:
            place.directory.tree.grow(size, kept=kept)
        except OSFault:
            self._process.kernel.out_of_files(self._process)
            raise
        if place.directory.tree.in_memory:
            charge(self._process, size)

    def changed(self, place: Place, change: str, node: Node | None) -> None:
        """Note a change: its time, the history, and whoever watches. `node` None: its time is set already."""
        process = self._process
        directory = place.directory
        if isinstance(node, File):
            node.mtime_ms = process.kernel.engine.now
        if directory is None:
            return
        process.unrepeatable()
        if directory.tree.kind == "virtual":
            return
        entry = directory.get(place.name) if node is None else node
        process.container.facts.file(process, place, change, entry.size if isinstance(entry, File) else None)
