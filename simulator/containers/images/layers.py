"""The file tree of an image: a flavour's system, its programs, and what the image adds. Built once, shared."""

from __future__ import annotations

from functools import cache

from simulator.containers.files.nodes import Directory, Link, Tree, make_directory, make_file
from simulator.containers.images.flavours import FLAVOURS, Flavour, commands_of

ELF = b"\x7fELF"


@cache
def build_layer(flavour: str, programs: tuple[tuple[str, str], ...], files: tuple[tuple[str, str], ...]) -> Directory:
    root = Directory(Tree("image"))
    known = FLAVOURS.get(flavour, FLAVOURS["debian"])
    if known.system:
        _system(root, known)
    for path, program in programs:
        make_file(root, path, ELF, 0o755, program=program)
    for path, text in files:
        if path.endswith("/"):
            make_directory(root, path)
        elif text.startswith("-> "):
            parent, _, name = path.rpartition("/")
            make_directory(root, parent).put(name, Link(text[3:]))
        else:
            make_file(root, path, text, 0o755 if text.startswith("#!") else 0o644)
    return root


def _system(root: Directory, flavour: Flavour) -> None:
    for path in ("/etc", "/home", "/opt", "/root", "/run", "/srv", "/sys", "/usr/local/bin", "/var/log", "/mnt"):
        make_directory(root, path)
    for path in ("/tmp", "/var/tmp"):
        make_directory(root, path, mode=0o1777)
    make_directory(root, "/root").mode = 0o700
    make_directory(root, "/var").put("run", Link("/run"))
    for path, text in flavour.files:
        make_file(root, path, text)
    for path, program in commands_of(flavour):
        make_file(root, path, ELF, 0o755, program=program)
