"""Field splitting by IFS."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_IFS = " \t\n"


@dataclass(slots=True)
class Field:
    """A field that grows: its text, and the same as a pattern in which quoted characters are escaped."""

    text: str = ""
    pattern: str = ""
    globs: bool = False  # an unquoted * ? or [ is in it
    quoted: bool = False  # it stays even if empty


def split(text: str, ifs: str = DEFAULT_IFS) -> tuple[list[str], bool, bool]:
    """The fields of `text`, and whether a separator stands before the first and after the last of them.

    Blanks of IFS at either end separate without making empty fields; every other separator ends a field.
    """
    if not ifs:
        return ([text] if text else []), False, False
    blanks = "".join(char for char in ifs if char in DEFAULT_IFS)
    if len(blanks) == len(ifs) == 3:
        return text.split(), bool(text) and text[0] in blanks, bool(text) and text[-1] in blanks
    stripped = text.lstrip(blanks)
    leading = len(stripped) < len(text)
    fields, trailing = _split_any(stripped.rstrip(blanks), ifs, blanks)
    return fields, leading, trailing or stripped.rstrip(blanks) != stripped


def _split_any(text: str, ifs: str, blanks: str) -> tuple[list[str], bool]:
    fields: list[str] = []
    current: list[str] = []
    pos = 0
    while pos < len(text):
        char = text[pos]
        if char not in ifs:
            current.append(char)
            pos += 1
            continue
        hard = char not in blanks
        pos += 1
        while pos < len(text) and text[pos] in blanks:
            pos += 1
        if not hard and pos < len(text) and text[pos] in ifs:
            pos += 1
            while pos < len(text) and text[pos] in blanks:
                pos += 1
        fields.append("".join(current))
        current = []
        if pos >= len(text):
            return fields, True
    if current:
        fields.append("".join(current))
    return fields, False


def split_read(line: str, ifs: str, count: int) -> list[str]:
    """How `read` cuts a line into `count` variables: the last takes the rest."""
    blanks = "".join(char for char in ifs if char in DEFAULT_IFS)
    rest = line.strip(blanks) if blanks else line
    values: list[str] = []
    while len(values) < count - 1 and rest:
        pos = next((i for i, char in enumerate(rest) if char in ifs), len(rest))
        values.append(rest[:pos])
        after = rest[pos:].lstrip(blanks) if blanks else rest[pos:]
        if after and after[0] in ifs and (after[0] not in blanks):
            after = after[1:].lstrip(blanks)
        rest = after
    # A single separator that ends the line is not part of the last value.
    if rest and rest[-1] in ifs and rest[-1] not in blanks and rest[:-1].find(rest[-1]) < 0:
        rest = rest[:-1]
    values.append(rest)
    return values + [""] * (count - len(values))
