"""Finds what is wrong in a text that the grammar rejects, in the words of busybox ash.

`messages.py` turns the words into those of the other shells.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node as Tree

from simulator.containers.shell.nesting import closing_quote
from simulator.containers.shell.syntax import SyntaxFault

RESERVED = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}", "in;"))
_CLOSERS = {
    "if": "then",
    "then": "fi",
    "elif": "then",
    "else": "fi",
    "while": "do",
    "until": "do",
    "for": "do",
    "do": "done",
    "case": "esac",
    "in": "esac",
    "{": "}",
    "(": ")",
    "$(": ")",
}
_CLOSING = frozenset(("fi", "done", "esac", "}", ")"))


def errors(root: Tree) -> Iterator[Tree]:
    """The outermost faulty nodes in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            if not _tolerable(node):
                yield node
        elif node.has_error:
            waiting.extend(reversed(node.children))


def _tolerable(node: Tree) -> bool:
    """`A=1 > f` is fine, though the grammar misses a command in it."""
    name = node.parent
    command = name.parent if name is not None else None
    return node.is_missing and command is not None and command.children[0].type == "variable_assignment"


def explain(root: Tree, text: str) -> SyntaxFault | None:
    """The first fault, or None when the grammar is only being strict."""
    first = next(errors(root), None)
    if first is None:
        return None
    quote = _open_quote(text)
    if quote:
        return SyntaxFault("unterminated quoted string", quote)
    if first.is_missing:
        hint = f' (expecting "{first.type}")' if first.type in _CLOSING or first.type in _CLOSERS else ""
        return SyntaxFault(f"unexpected end of file{hint}", _last_line(text))
    stray = _stray(first)
    if stray is not None:
        return SyntaxFault(f'unexpected "{stray.type}"', stray.start_point[0] + 1)
    expecting = _unclosed(first)
    if expecting:
        return SyntaxFault(f'unexpected end of file (expecting "{expecting}")', _last_line(text))
    return SyntaxFault(f"unexpected {_offending(first, text)}", first.start_point[0] + 1)


def _last_line(text: str) -> int:
    return text.count("\n") + (0 if text.endswith("\n") else 1)


def _leaves(node: Tree) -> Iterator[Tree]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.child_count:
            waiting.extend(reversed(current.children))
        else:
            yield current


def _unclosed(error: Tree) -> str:
    """What would close the innermost construct that the faulty text opens, or ""."""
    open_: list[str] = []
    for leaf in _leaves(error):
        token = leaf.type
        if token in ("then", "do", "elif", "else", "in") and open_:
            open_[-1] = _CLOSERS[token]
        elif token in _CLOSERS:
            open_.append(_CLOSERS[token])
        elif token in _CLOSING and open_ and token == open_[-1]:
            open_.pop()
    return open_[-1] if open_ else ""


def _stray(error: Tree) -> Tree | None:
    """A closing word in the faulty text that fits nothing that is open."""
    open_: list[str] = []
    for leaf in _leaves(error):
        token = leaf.type if leaf.type in _CLOSERS or leaf.type in _CLOSING else ""
        if token in _CLOSING:
            if not open_ or open_.pop() != token:
                return leaf
        elif token in ("if", "while", "until", "for", "case", "{", "(", "$("):
            open_.append({"if": "fi", "case": "esac", "{": "}", "(": ")", "$(": ")"}.get(token, "done"))
    return None


def _offending(error: Tree, text: str) -> str:
    source = text[error.start_byte : error.end_byte].strip()
    for leaf in _leaves(error):
        if leaf.type in _CLOSING or leaf.type in (";;", "&&", "||", "|", "&", ";", "then", "do"):
            return f'"{leaf.type}"'
    rest = source.split()
    if rest:
        return f'"{rest[0][:30]}"'
    return "end of file"


def _open_quote(text: str) -> int:
    """The line of a quote that nothing closes, or 0."""
    pos, end = 0, len(text)
    while pos < end:
        char = text[pos]
        close = pos
        if char == "\\":
            close = pos + 1
        elif char == "'":
            close = text.find("'", pos + 1)
        elif char == '"':
            close = closing_quote(text, pos + 1, end)
        elif char == "#" and (pos == 0 or text[pos - 1] in " \t\n;&|("):
            close = text.find("\n", pos)
            close = end if close < 0 else close
        if close < 0:
            return _last_line(text)
        pos = close + 1
    return 0
