"""Volumes that the kubelet fills with files, so that a reader sees the old ones or the new ones and no mixture.

Models pkg/volume/util/atomic_writer.go: the files are in a directory with a time in its name, to which `..data` leads,
and what one sees are links into `..data`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.containers.files.nodes import Directory, File, Link, Node, Tree, make_file
from simulator.containers.volumes import READ, Volume, VolumeError, give

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.machine import Machine

DATA = "..data"


class Data(Volume):
    """Files from a configMap, a secret, the downward API or several of these (projected).

    `modes` and `owners` (users) are those of single files.
    """

    read_only = True

    def __init__(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        mode: int = 0o644,
        modes: Mapping[str, int] | None = None,
        owners: Mapping[str, int] | None = None,
        machine: Machine | None = None,
    ) -> None:
        super().__init__(name, Directory(Tree("volume", name), None, 0o777))
        self._machine = machine
        self._mode = mode
        self._modes = dict(modes or {})
        self._owners = dict(owners or {})
        self._group: int | None = None
        self._stamp = ""
        self._files: dict[str, bytes] = {}
        self._write(files)

    def listing(self, most: int) -> list[tuple[str, int]]:
        return [(path, len(self._files[path])) for path in sorted(self._files)[:most]]

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise VolumeError(f"no file: {path}")
        return self._files[path]

    def own(self, group: int) -> None:
        """What comes later belongs to the group too."""
        self._group = group
        super().own(group)

    def update(self, kernel: Kernel, files: Mapping[str, bytes], number: int = 0) -> list[str]:
        """Put new contents there because of log entry `number`. Gives the paths that changed."""
        before = self._files
        changed = sorted(path for path in {*before, *files} if before.get(path) != files.get(path))
        if changed:
            self._write(files)
            root = self._directory()
            for name in ("", DATA, *{path.partition("/")[0] for path in changed}):
                root.subject(name).changed(kernel, number)
        return changed

    def _directory(self) -> Directory:
        assert isinstance(self.root, Directory)
        return self.root

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Models Write."""
        root, old = self._directory(), self._stamp
        self._files = dict(files)
        folder = Directory(root.tree)
        for path in sorted(files):
            file = make_file(folder, path, files[path], self._modes.get(path, self._mode))
            file.uid = self._owners.get(path, 0)
        self._stamp = self._new_stamp()
        root.put(self._stamp, folder)
        root.put(DATA, Link(self._stamp))
        visible = {path.partition("/")[0] for path in files}
        for name in sorted(visible - {*root.names()}):
            root.put(name, Link(f"{DATA}/{name}"))
        for name in {*root.names()} - visible - {self._stamp, DATA}:
            if name == old or isinstance(root.get(name), Link):  # others are places for mounts
                root.drop(name)
        if self._group is not None:
            give(root, self._group, READ)
        self._date(root)

    def _new_stamp(self) -> str:
        machine = self._machine
        ms = 0 if machine is None else machine.epoch_ms + machine.engine.now
        number = zlib.crc32(f"{self.name} {ms}".encode())  # stands for the random one
        return f"{datetime.fromtimestamp(ms // 1000, UTC):..%Y_%m_%d_%H_%M_%S}.{number}"

    def _date(self, node: Node) -> None:
        """What is new has the time at which it was made."""
        if self._machine is None:
            return
        if node.mtime_ms is None or node is self.root:
            node.mtime_ms = self._machine.engine.now
        for child in node.entries.values() if isinstance(node, Directory) else ():
            if isinstance(child, Directory | File | Link):
                self._date(child)
