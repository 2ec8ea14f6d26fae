"""What a parsed script is made of: immutable nodes that the evaluator dispatches on.

`parse.py` makes the nodes of commands from the tree-sitter tree, `words.py` those inside a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class SyntaxFault(Exception):
    """The text is not a shell program. `what` is the token that was not expected, or a whole message."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.source = ""  # the line, for bash to show


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`, `${name}`, `${name<operator>operand}`; operator "#" alone in front asks for the length."""

    name: str
    quoted: bool
    operator: str = ""  # ":-", "-", "##", "%", "/", "length", ":" (substring), "^^" …
    operand: Word | None = None
    index: Word | None = None  # arrays: ${name[index]}


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(text)` or the backquoted form."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    expression: Word
    quoted: bool


Part = Text | Parameter | Substitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    parts: tuple[Part, ...]
    source: str = ""
    plain: str | None = None  # the word's value when nothing in it expands
    tilde: bool = False  # an unquoted ~ begins it


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    value: Word
    append: bool = False
    index: Word | None = None
    items: tuple[Word, ...] | None = None  # name=(a b c)


@dataclass(frozen=True, slots=True)
class Redirect:
    descriptor: int
    operator: str  # < > >> >| <> <& >& &> &>> << <<<
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int
    source: str
    declares: bool = False  # export, local, readonly …: arguments that look like assignments do not split


@dataclass(frozen=True, slots=True)
class Pipeline:
    commands: tuple[Node, ...]
    negated: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class AndOr:
    first: Node
    rest: tuple[tuple[str, Node], ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Commands one after the other; those marked True run in the background."""

    items: tuple[tuple[Node, bool], ...]


@dataclass(frozen=True, slots=True)
class If:
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class While:
    condition: Node
    body: Node
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    name: str
    words: tuple[Word, ...] | None  # None: over the positional parameters
    body: Node


@dataclass(frozen=True, slots=True)
class CountingFor:
    start: str
    condition: str
    step: str
    body: Node


@dataclass(frozen=True, slots=True)
class CaseItem:
    patterns: tuple[Word, ...]
    body: Node
    end: str  # ;; ;& ;;&


@dataclass(frozen=True, slots=True)
class Case:
    subject: Word
    items: tuple[CaseItem, ...]


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Subshell:
    body: Node
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    body: Node


@dataclass(frozen=True, slots=True)
class Redirected:
    body: Node
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """`[[ … ]]`: words and the bare operators between them."""

    tokens: tuple[Word | str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ArithmeticCommand:
    expression: str


@dataclass(frozen=True, slots=True)
class Broken:
    """From here on the text is not a shell program; what stands on earlier lines runs first."""

    fault: SyntaxFault = field(compare=False)


Node = (
    Simple
    | Pipeline
    | AndOr
    | Sequence
    | If
    | While
    | For
    | CountingFor
    | Case
    | Function
    | Subshell
    | Group
    | Redirected
    | Condition
    | ArithmeticCommand
    | Broken
)
