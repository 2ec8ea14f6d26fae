"""What the documents say about the repository is true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import fidelity
from simulator.objects.unsimulated import _CONTAINER, _POD, KINDS
from tests.repo.files import ROOT, files, name

DOCUMENTS = files("*.md")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
# Folders of whoever wrote a file; nobody else has them. Written so that this file does not name one itself.
FOLDERS_OF_A_MACHINE = re.compile(r"(?<![\w.~$}-])/(?:work|Users|opt/pypi)/[\w.]")


def _text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _anchors(path: Path) -> set[str]:
    """The anchors that a Markdown page gets from its headings."""
    headings = HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", _text("Makefile"), re.MULTILINE))


def _variables(tree: ast.Module) -> Iterator[str]:
    """The first argument of `os.environ.get`, and of what `podviz.environment` has for reading flags and lists."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            reads = node.func.attr in {"flag", "words"} or ast.unparse(node.func) == "os.environ.get"
            if reads and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def _settings_from_the_environment() -> set[str]:
    sources = files("podviz/*.py", "dashboard/*.py")
    return {variable for path in sources for variable in _variables(ast.parse(path.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("document", [name(path) for path in DOCUMENTS])
def test_every_link_leads_somewhere(document: str) -> None:
    broken = []
    for link in LINK.findall(_text(document)):
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        path = (ROOT / document).parent / target if target else ROOT / document
        if not path.exists() or (anchor and anchor not in _anchors(path)):
            broken.append(link)
    assert broken == []


def test_every_make_target_is_in_the_readme() -> None:
    readme = _text("README.md")
    assert {target for target in _make_targets() if f"make {target}" not in readme} == set()


def test_every_make_target_that_a_document_names_exists() -> None:
    named = {target for path in DOCUMENTS for target in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named - _make_targets() == set()


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", _text("docs/settings.md"), re.MULTILINE))
    assert documented == _settings_from_the_environment()


def test_every_kind_of_fact_is_documented() -> None:
    documented = set(re.findall(r"^\| `([a-z.]+)` \|", _text("docs/history.md"), re.MULTILINE))
    sources = [path.read_text(encoding="utf-8") for path in files("simulator/*.py")]
    assert {kind for text in sources for kind in re.findall(r'fact\(\s*"([a-z.]+)"', text)} - documented == set()


def not_simulated_rows() -> list[str]:
    """The table in docs/not-simulated.md, from the lists that the simulator itself goes by."""
    pod = [(f"spec.{path}", message) for path, message in _POD]
    container = [(f"spec.containers[*].{path}", message) for path, message in _CONTAINER]
    return [f"| `{path}` | {message} |" for path, message in (*pod, *container)]


def test_every_field_that_is_not_simulated_is_documented() -> None:
    table = re.findall(r"^\| `spec\..*$", _text("docs/not-simulated.md"), re.MULTILINE)
    assert table == not_simulated_rows()


def test_every_kind_that_is_not_simulated_is_documented() -> None:
    kinds = re.search(r"^Unknown kinds: (.*?)\.$", _text("docs/not-simulated.md"), re.MULTILINE | re.DOTALL)
    assert kinds
    assert set(re.split(r",\s+", kinds[1])) == KINDS


def test_every_decision_has_its_parts() -> None:
    records = files("docs/adr/*.md")
    assert records
    for path in records:
        text = path.read_text(encoding="utf-8")
        parts = ("Date:", "Status:", "## Context", "## Decision", "## Consequences")
        missing = [part for part in parts if part not in text]
        assert missing == [], name(path)


def test_every_picture_is_shown_and_every_shown_picture_exists() -> None:
    shown = {
        (path.parent / target).resolve()
        for path in DOCUMENTS
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    }
    assert {name(path) for path in shown if path.exists()} == {name(path) for path in files("docs/screenshots/*")}
    assert {str(path) for path in shown if not path.exists()} == set()


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if FOLDERS_OF_A_MACHINE.search(text):
            found.append(name(path))
    assert found == []


def test_a_folder_of_one_machine_is_found() -> None:
    assert FOLDERS_OF_A_MACHINE.search("see /" + "work/main for it")
    assert not FOLDERS_OF_A_MACHINE.search("https://example.org/work/main and ./work/x")


def test_the_page_on_fidelity_lists_the_modules_and_tests_there_are() -> None:
    """If this fails: python -m bench.fidelity."""
    page = fidelity.PAGE.read_text("utf-8")
    assert fidelity.written(page) == page
    assert "| **mean** |" in page


def test_a_scenario_that_falls_far_below_the_real_cluster_is_named() -> None:
    head = "scenario score ceiling status\n"

    def again(name: str, seed: int) -> str:
        return (
            f"{head}{name}-too 0.100 0.950\n{name} {'1.000' if (name, seed) == ('lucky', 3) else '0.900'} 0.950 1.0\n"
        )

    printed = f"{head}near 0.921 0.950 1.0\nlucky 0.900 0.950 1.0\nfar 0.919 0.950 1.0\nnew 0.960 - 1.0\n"
    assert list(fidelity.fallen(printed, again)) == [
        "far scores 0.919, and no more with other seeds: it has to score 0.920",
        "new scores 0.960, and no more with other seeds: it has to score 0.970",
    ]
