"""A variable that a file of an emptyDir holds.

Models pkg/kubelet/util/env/env_util.go ParseEnv and the `fileKeyRef` of kubelet_pods.go makeEnvironmentVariables.
"""

from __future__ import annotations

from collections.abc import Iterator


class EnvFileError(Exception):
    """The file is not there, or it is not what such a file has to be."""


BLANK = " \t"


def find_variable(text: str, key: str) -> str:
    """The value of the first variable of that name, or ""."""
    lines = iter(text.split("\n"))
    for line in lines:
        line = line.lstrip(BLANK)
        if not line or line.startswith("#"):
            continue
        name, value = _assignment(line)
        if value.startswith("'"):
            value = _quoted(value[1:], lines)
        elif value and value[0] in BLANK:
            value = ""  # as a shell would read it
        else:
            raise EnvFileError("value must be enclosed in single quotes")
        if name == key:
            return value
    return ""


def _assignment(line: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not equals or not name or name != name.rstrip(BLANK):
        raise EnvFileError("no NAME='value'")
    return name, value


def _quoted(rest: str, lines: Iterator[str]) -> str:
    """Up to the closing quote, be it some lines further down; only a comment may follow it."""
    value = ""
    while "'" not in rest:
        value += rest + "\n"
        following = next(lines, None)
        if following is None:
            raise EnvFileError("unclosed single quote")
        rest = following
    inside, _, after = rest.partition("'")
    if after.strip(BLANK) and not after.lstrip(BLANK).startswith("#"):
        raise EnvFileError("unexpected content after closing quote")
    return value + inside
