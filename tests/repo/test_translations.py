"""Every text has its translation, and every translation its text."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.files import ROOT, files, name

CATALOGUES = [str(path.relative_to(ROOT)) for path in files("locale/*.po")]
SOURCES = (
    "simulator/*.py",
    "dashboard/*.py",
    "podviz/*.py",
    "templates/*.html",
    "static/*.js",
    "manage.py",
    "locale/*.po",
)
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)', re.MULTILINE)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources in which the texts were collected again."""
    copy = tmp_path_factory.mktemp("collected")
    for path in files(*SOURCES):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for domain in {Path(catalogue).stem for catalogue in CATALOGUES}:
        command = (sys.executable, "manage.py", "makemessages", "--all", "--no-wrap", "--no-location", "-d", domain)
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return copy


def _texts(catalogue: Path, *which: str) -> set[str]:
    chosen = subprocess.run(
        ["msgattrib", "--no-wrap", "--no-obsolete", *which, str(catalogue)], check=True, capture_output=True, text=True
    ).stdout
    return {"".join(re.findall(r'"(.*)"', entry)) for entry in ENTRY.findall(chosen)} - {""}


def test_there_is_a_catalogue() -> None:
    assert CATALOGUES


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_every_text_is_translated(collected: Path, catalogue: str) -> None:
    assert _texts(collected / catalogue, "--untranslated") == set()


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_no_translation_is_a_guess(collected: Path, catalogue: str) -> None:
    assert _texts(collected / catalogue, "--only-fuzzy") == set()


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_no_translation_lost_its_text(collected: Path, catalogue: str) -> None:
    assert _texts(ROOT / catalogue) - _texts(collected / catalogue) == set()


def _sentences(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The sentences that a module of the simulator makes: by which name, and how."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "simulator.text"]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.func.id, node


def _is_collected(function: str, call: ast.Call) -> bool:
    """Whether the template is a literal that stands where `makemessages` looks. An empty one needs no translation."""
    template = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return isinstance(template, str) and (function == "_" or not template)


def test_what_the_simulator_says_can_be_collected() -> None:
    calls = [(path, *sentence) for path in files("simulator/*.py") for sentence in _sentences(path)]
    assert calls
    assert [f"{name(path)}:{call.lineno}" for path, by, call in calls if not _is_collected(by, call)] == []
