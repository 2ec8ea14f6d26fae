"""/dev: its nodes and what opening them gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import Device, Directory, Link, Tree
from simulator.containers.files.open import FullFile, NullFile, OpenFile, RandomFile, ZeroFile
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.process import Process

KINDS: dict[str, type[OpenFile]] = {
    "null": NullFile,
    "zero": ZeroFile,
    "full": FullFile,
    "random": RandomFile,
    "urandom": RandomFile,
}
NAMES = ("full", "null", "random", "tty", "urandom", "zero")


def device_directory() -> Directory:
    """The shared, read-only part of /dev."""
    tree = Tree("virtual", "dev")
    dev = Directory(tree)
    for name in NAMES:
        dev.put(name, Device(name))
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        dev.put(name, Device(f"fd{fd}"))
    dev.put("fd", Link("/proc/self/fd"))
    dev.put("shm", Directory(tree, None, 0o1777))
    return dev


def open_device(process: Process, node: Device) -> OpenFile:
    if node.device.startswith("fd"):
        return process.file(int(node.device[2:])).share()
    if node.device.startswith("pid"):
        # /proc/1/fd/1: how a helper process writes into the container's log.
        pid, _, fd = node.device[3:].partition("/")
        owner = process.namespace.get(int(pid))
        if owner is None:
            raise OSFault("ENOENT")
        return owner.file(int(fd)).share()
    return KINDS.get(node.device, NullFile)()
