"""Every machine gets the same packages: all that is needed is pinned, and nothing that is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.files import ROOT

PIN = re.compile(r"^([\w.-]+)==([\w.]+)(?:\s+#.*)?$")


def _parts(file: str) -> dict[str, dict[str, str]]:
    """The pins of a requirements file by the comment they stand under."""
    parts: dict[str, dict[str, str]] = {}
    title = ""
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            title = line[2:]
        elif pin := PIN.match(line):
            parts.setdefault(title, {})[canonicalize_name(pin[1])] = pin[2]
        else:
            assert not line or line.startswith("-r "), f"{file}: not pinned: {line}"
    return parts


def _needs(names: Iterable[str]) -> set[str]:
    """What these packages need, and what that needs, and so on, on this machine."""
    needed: set[str] = set()
    todo = [Requirement(name) for name in names]
    while todo:
        wanted = todo.pop()
        for line in metadata.requires(wanted.name) or []:
            requirement = Requirement(line)
            extras = {"", *wanted.extras}
            if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
                continue
            name = canonicalize_name(requirement.name)
            if name not in needed:
                needed.add(name)
                todo.append(requirement)
    return needed


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_what_is_installed_is_what_is_pinned(file: str) -> None:
    pins = {name: version for part in _parts(file).values() for name, version in part.items()}
    assert {name: metadata.version(name) for name in pins} == pins


def test_what_is_needed_indirectly_is_pinned_under_its_own_heading() -> None:
    seen: set[str] = set()
    for file in ("requirements.txt", "requirements-dev.txt"):
        parts = _parts(file)
        below = set(parts.pop("Needed by the above"))
        direct = {name for part in parts.values() for name in part}
        assert below == _needs(direct) - direct - seen
        seen |= direct | below
