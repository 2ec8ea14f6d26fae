"""Every text has its translation, and every translation its text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.files import ROOT, files

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
