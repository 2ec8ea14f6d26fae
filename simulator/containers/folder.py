"""Folders of the node, from outside: making one, reading one, hearing of its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import File, make_directory
from simulator.containers.observation import Dependencies, Observation

if TYPE_CHECKING:
    from simulator.containers.machine import Machine


def make_folder(machine: Machine, path: str, mode: int = 0o755) -> None:
    """Make a folder on the node, with those above it, unless it is there."""
    make_directory(machine.node_root, path).mode = mode


def remove_folder(machine: Machine, path: str) -> None:
    """Take a folder of the node away with all that is in it, if it is there."""
    parent, _, name = path.rpartition("/")
    home = make_directory(machine.node_root, parent)
    if home.get(name) is not None:
        home.drop(name)


def read_folder(machine: Machine, path: str) -> tuple[dict[str, bytes], Dependencies]:
    """The files in it by name, and what to watch to hear of any change."""
    folder = make_directory(machine.node_root, path)
    observation = Observation(machine.kernel)
    observation.saw(folder.subject(""))
    files = {}
    for name in folder.names():
        observation.saw(folder.subject(name))
        node = folder.get(name)
        if isinstance(node, File):
            files[name] = bytes(node.data)
    seen = observation.result()
    assert seen is not None  # nothing but files was looked at
    return files, seen
