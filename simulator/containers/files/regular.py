"""An open regular file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import File
from simulator.containers.files.open import OpenFile
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.files.mounts import Place
    from simulator.containers.process import Process


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
        data = bytes(self._file.data[self._position : self._position + size])
        self._position += len(data)
        return data

    def read_line(self, process: Process) -> bytes | None:
        end = self._file.data.find(b"\n", self._position)
        return self.read(process, (len(self._file.data) if end < 0 else end + 1) - self._position)

    def write(self, process: Process, data: bytes) -> int | None:
        if not self._writable:
            raise OSFault("EBADF")
        process.spend(1 + len(data) // 4096)
        file = self._file
        if not isinstance(file.data, bytearray):
            file.data = bytearray(file.data)
        if self._append:
            self._position = len(file.data)
        grown = self._position + len(data) - len(file.data)
        if grown > 0:
            process.files.grow(self.place, grown)
            if self._position > len(file.data):
                file.data += bytes(self._position - len(file.data))
        file.data[self._position : self._position + len(data)] = data
        self._position += len(data)
        process.files.changed(self.place, "changed", file)
        return len(data)
