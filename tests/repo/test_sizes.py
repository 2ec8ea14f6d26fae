"""Small files and small functions, so that each can be read at one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.files import files, name

LINES = {"*.py": 400, "templates/*.html": 80, "static/*.js": 150}
FUNCTION_LINES = 40
CODE = ("simulator/*.py", "dashboard/*.py", "podviz/*.py", "bench/*.py", "tests/*.py", "manage.py")


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _is_written_by_hand(path: Path) -> bool:
    return "migrations" not in path.parts and ".min." not in path.name


def long_functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, line and length of each function that is too long; a docstring counts, an inner function counts in both."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.name, node.lineno, length


@pytest.mark.parametrize("pattern", LINES)
def test_no_file_is_too_long(pattern: str) -> None:
    limit = LINES[pattern]
    sizes = {name(path): _lines(path) for path in files(pattern) if _is_written_by_hand(path)}
    assert sizes, f"there is no {pattern}"
    assert {path: size for path, size in sizes.items() if size > limit} == {}


def test_no_function_is_too_long() -> None:
    found = [
        f"{name(path)}:{line} {function} has {length} lines"
        for path in files(*CODE)
        if _is_written_by_hand(path)
        for function, line, length in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_function_of_41_lines_is_found() -> None:
    body = "    pass\n"
    assert list(long_functions("def f():\n" + body * 39)) == []
    assert list(long_functions("def f():\n" + body * 40)) == [("f", 1, 41)]


def test_every_module_says_what_it_is() -> None:
    silent = [
        name(path)
        for path in files(*CODE)
        if _is_written_by_hand(path)
        and (source := path.read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(source)) is None
    ]
    assert silent == []
