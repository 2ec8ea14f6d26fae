"""An open regular file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import MAX_KEPT, File
from simulator.containers.files.open import OpenFile
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.files.mounts import Place
    from simulator.containers.process import Process

LINE = 1 << 16  # of what is not kept, as much as this is taken for a line


class RegularFile(OpenFile):
    __slots__ = ("_append", "_changed", "_file", "_position", "_readable", "_writable", "place")

    def __init__(self, place: Place, file: File, *, readable: bool, writable: bool, append: bool) -> None:
        super().__init__()
        self.place = place
        self._file = file
        self._readable = readable
        self._writable = writable
        self._append = append
        self._position = 0

    def seek(self, position: int) -> None:
        self._position = position

    def read(self, process: Process, size: int) -> bytes | None:
        if not self._readable:
            raise OSFault("EBADF")
        file = self._file
        data = bytes(file.data[self._position : self._position + size])
        if file.more:
            data += bytes(max(0, min(size, file.size - self._position) - len(data)))
        self._position += len(data)
        return data

    def read_line(self, process: Process) -> bytes | None:
        end = self._file.data.find(b"\n", self._position)
        if end < 0:
            end = max(len(self._file.data), self._position + LINE if self._file.more else 0) - 1
        return self.read(process, end + 1 - self._position)

    def write(self, process: Process, data: bytes) -> int | None:
        if not self._writable:
            raise OSFault("EBADF")
        process.spend(1 + len(data) // 4096)
        file = self._file
        if not isinstance(file.data, bytearray):
            file.data = bytearray(file.data)
        if self._append:
            self._position = file.size
        end = self._position + len(data)
        if (grown := end - file.size) > 0:
            kept = self._keeps(grown)
            process.files.grow(self.place, grown, kept)
            file.data += bytes(kept)
            file.more += grown - kept
        kept = len(file.data)
        if self._position < kept:
            file.data[self._position : end] = data[: kept - self._position]
        self._position = end
        process.files.changed(self.place, "changed", file)
        return len(data)

    def _keeps(self, grown: int) -> int:
        """How many of so many bytes at the end are kept with their content."""
        if self.place.directory is None:
            return grown
        return 0 if self._file.more else max(0, min(grown, MAX_KEPT - self.place.directory.tree.kept))
