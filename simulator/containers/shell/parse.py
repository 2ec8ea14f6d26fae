"""Text to nodes: tree-sitter-bash gives the structure of commands, `simple.py` and `words.py` read what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import tree_sitter_bash
from tree_sitter import Language, Parser
from tree_sitter import Node as Tree

from simulator.containers.shell.condition_words import read_condition
from simulator.containers.shell.masking import Masked
from simulator.containers.shell.simple import CommandReader
from simulator.containers.shell.syntax import (
    AndOr,
    ArithmeticCommand,
    Broken,
    Case,
    CaseItem,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Node,
    Pipeline,
    Redirect,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    SyntaxFault,
    While,
    Word,
)
from simulator.containers.shell.syntax_errors import RESERVED, explain
from simulator.containers.shell.words import WordReader

MAX_DEPTH = 60
MAX_TEXT = 1 << 20
_CACHED_TEXT = 20_000
_parser = Parser(Language(tree_sitter_bash.language()))
_SEPARATORS = frozenset((";", "\n", "&", ";;", ";&", ";;&"))
_IN = re.compile(r"\s+in\b")
_SIMPLE = frozenset(("command", "declaration_command", "unset_command", "variable_assignment", "variable_assignments"))


def parse(text: str, *, bash: bool = True) -> Sequence:
    """The whole script. A fault is a `Broken` node after the commands of the lines before it.

    Unless it is `bash` that reads, what only bash knows is a fault.
    """
    return _cached(text, bash) if len(text) <= _CACHED_TEXT else _parse(text, bash)


def _parse(text: str, bash: bool) -> Sequence:
    text = text.replace("\0", "")
    if len(text) > MAX_TEXT:
        return Sequence(((Broken(SyntaxFault("out of memory")), False),))
    try:
        masked = Masked(text, bash=bash)
    except SyntaxFault as fault:
        return Sequence(((Broken(fault), False),))
    return _Lowering(masked).script()


def _before(text: str, fault: SyntaxFault, *, bash: bool) -> Sequence:
    """What runs before a fault is met: as many whole lines as make sense by themselves."""
    lines = text.splitlines(keepends=True)
    fault.source = lines[fault.line - 1].rstrip("\n") if fault.line <= len(lines) else ""
    tries = 200 if len(text) < 10_000 else 3
    last = min(fault.line - 1, len(lines))
    for count in range(last, max(0, last - tries), -1):
        prefix = Masked("".join(lines[:count]), bash=bash)
        if prefix.text.strip() and not prefix.is_open:
            lowering = _Lowering(prefix)
            if not lowering.root.has_error:
                return lowering.script()
    return Sequence(())


_cached = lru_cache(maxsize=512)(_parse)


class _Lowering:
    """Turns a tree-sitter tree into nodes."""

    def __init__(self, masked: Masked) -> None:
        self.masked = masked
        self.text = masked.original
        self.depth = 0
        self.root = _parser.parse(masked.text.encode()).root_node

    def script(self) -> Sequence:
        fault = explain(self.root, self.masked.text) if self.root.has_error else None
        if fault:
            return Sequence((*_before(self.text, fault, bash=self.masked.bash).items, (Broken(fault), False)))
        items: list[tuple[Node, bool]] = []
        ends: list[int] = []
        try:
            statements = list(self._statements(self.root.children))
        except SyntaxFault as error:
            return Sequence(((Broken(error), False),))
        for child, background in statements:
            try:
                items.append((self.node(child), background))
                ends.append(child.end_point[0])
            except SyntaxFault as error:
                if error.line == 1:
                    error.line = child.start_point[0] + 1
                fault = error
                fault.source = self.text.split("\n")[fault.line - 1]
                # A whole line is read before any of it runs.
                items = [item for item, end in zip(items, ends, strict=True) if end < child.start_point[0]]
                break
        if fault:
            items.append((Broken(fault), False))
        return Sequence(tuple(items))

    # ---- lists -------------------------------------------------------------
    def _statements(self, children: list[Tree]) -> Iterator[tuple[Tree, bool]]:
        """The statements among `children`, and whether an & follows."""
        statement: Tree | None = None
        for child in children:
            if child.type == "&":
                if statement is not None:
                    yield statement, True
                statement = None
            elif child.type in _SEPARATORS or child.type == "comment":
                if child.type in (";;", ";&", ";;&"):
                    raise SyntaxFault(f'unexpected "{child.type}"', child.start_point[0] + 1)
            elif child.is_named:
                if statement is not None:
                    yield statement, False
                statement = child
        if statement is not None:
            yield statement, False

    def block(self, children: list[Tree]) -> Node:
        items = tuple((self.node(child), background) for child, background in self._statements(children))
        if len(items) == 1 and not items[0][1]:
            return items[0][0]
        return Sequence(items)

    def node(self, tree: Tree) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SyntaxFault("too deeply nested", tree.start_point[0] + 1)
        try:
            if tree.type in _SIMPLE:
                return self._simple(tree)
            lower = _LOWER.get(tree.type)
            if lower is None:
                raise SyntaxFault(f'unexpected "{self._source(tree)[:20]}"', tree.start_point[0] + 1)
            return lower(self, tree)
        finally:
            self.depth -= 1

    def _source(self, tree: Tree) -> str:
        return self.text[tree.start_byte : tree.end_byte]

    # ---- simple commands and redirections ------------------------------------
    def _simple(self, tree: Tree, end: int | None = None) -> Node:
        stop = tree.end_byte if end is None else end
        line = tree.start_point[0] + 1
        command = CommandReader(self.masked, tree.start_byte, stop).command(line)
        name = command.words[0].source if command.words and not command.assignments else ""
        if name in RESERVED:
            raise SyntaxFault(f'unexpected "{name}"', line)
        return command

    def _redirected(self, tree: Tree) -> Node:
        body = tree.child_by_field_name("body")
        if body is None:
            return self._simple(tree)
        if body.type in _SIMPLE:
            return self._simple(tree)
        redirects, extra = CommandReader(self.masked, body.end_byte, tree.end_byte).only_redirects()
        return self._push(self.node(body), redirects, tuple(extra))

    def _push(self, node: Node, redirects: tuple[Redirect, ...], extra: tuple[Word, ...]) -> Node:
        """The grammar hangs `a && b > f` on the list; the shell means `b` alone."""
        if isinstance(node, AndOr):
            operator, last = node.rest[-1]
            rest = (*node.rest[:-1], (operator, self._push(last, redirects, extra)))
            return AndOr(node.first, rest, node.source)
        if isinstance(node, Pipeline):
            commands = (*node.commands[:-1], self._push(node.commands[-1], redirects, extra))
            return Pipeline(commands, node.negated, node.source)
        if isinstance(node, Simple):
            return Simple(
                node.assignments,
                node.words + extra,
                node.redirects + redirects,
                node.line,
                node.source,
                node.declares,
            )
        if extra:
            raise SyntaxFault(f'unexpected "{extra[0].source}"')
        if isinstance(node, Redirected):
            return Redirected(node.body, node.redirects + redirects)
        return Redirected(node, redirects)

    # ---- pipelines and lists ---------------------------------------------------
    def _pipeline(self, tree: Tree) -> Node:
        commands: list[Node] = []
        negated = False
        both = False
        for child in tree.children:
            if child.type == "|&":
                self._only_bash('unexpected "&"', child)
                both = True
            if child.is_named and child.type != "comment":
                node = self.node(child)
                if isinstance(node, Pipeline) and node.negated and not commands:
                    negated = True
                    commands.extend(node.commands)
                elif isinstance(node, Pipeline) and not node.negated:
                    commands.extend(node.commands)
                else:
                    commands.append(node)
            elif both and commands and child.type == "|&":
                duplicate = Redirect(2, ">&", WordReader("1").word())
                commands[-1] = self._push(commands[-1], (duplicate,), ())
        return Pipeline(tuple(commands), negated, self._source(tree))

    def _negated(self, tree: Tree) -> Node:
        node = self.node(tree.named_children[-1])
        if isinstance(node, Pipeline) and not node.negated:
            return Pipeline(node.commands, True, self._source(tree))
        return Pipeline((node,), True, self._source(tree))

    def _list(self, tree: Tree) -> Node:
        # Left-associative, and as deep as it is long: walk down instead of recursing.
        rest: list[tuple[str, Node]] = []
        current = tree
        while current.type == "list":
            left, operator, right = (c for c in current.children if c.type != "comment")
            rest.append((operator.type, self.node(right)))
            current = left
        return AndOr(self.node(current), tuple(reversed(rest)), self._source(tree))

    # ---- compound commands -------------------------------------------------------
    def _if(self, tree: Tree) -> Node:
        branches: list[tuple[Node, Node]] = []
        otherwise: Node | None = None
        children = tree.children
        then = next(i for i, c in enumerate(children) if c.type == "then")
        clauses = [c for c in children if c.type in ("elif_clause", "else_clause")]
        body = [c for c in children[then + 1 :] if c not in clauses and c.type != "fi"]
        branches.append((self._some(children[1:then], tree, "then"), self._some(body, tree, "fi")))
        for clause in clauses:
            inner = clause.children
            if clause.type == "else_clause":
                otherwise = self._some(inner[1:], clause, "fi")
                continue
            then = next(i for i, c in enumerate(inner) if c.type == "then")
            branches.append((self._some(inner[1:then], clause, "then"), self._some(inner[then + 1 :], clause, "fi")))
        return If(tuple(branches), otherwise)

    def _some(self, children: list[Tree], tree: Tree, closer: str) -> Node:
        """A list that must not be empty."""
        block = self.block(children)
        if isinstance(block, Sequence) and not block.items:
            raise SyntaxFault(f'unexpected "{closer}"', tree.end_point[0] + 1)
        return block

    def _while(self, tree: Tree) -> Node:
        children = tree.children
        condition = [c for c in children[1:] if c.type != "do_group"]
        return While(self._some(condition, tree, "do"), self._do_group(tree), children[0].type == "until")

    def _do_group(self, tree: Tree) -> Node:
        body = next(c for c in reversed(tree.children) if c.type in ("do_group", "compound_statement"))
        return self._some(body.children[1:-1], body, "done")

    def _for(self, tree: Tree) -> Node:
        name = tree.child_by_field_name("variable")
        body = next(c for c in tree.children if c.type in ("do_group", "compound_statement"))
        words: tuple[Word, ...] | None = None
        if name is None or tree.children[0].type != "for":
            raise SyntaxFault("bad for loop variable", tree.start_point[0] + 1)
        between = self.text[name.end_byte : body.start_byte]
        if _IN.match(between):
            start = name.end_byte + between.index("in") + 2
            ends = [c.start_byte for c in tree.children if c.type in (";", "\n") and c.start_byte >= start]
            words = tuple(CommandReader(self.masked, start, min([*ends, body.start_byte])).only_redirects()[1])
        return For(self._source(name), words, self._do_group(tree))

    def _only_bash(self, message: str, tree: Tree) -> None:
        if not self.masked.bash:
            raise SyntaxFault(message, tree.start_point[0] + 1)

    def _counting_for(self, tree: Tree) -> Node:
        self._only_bash("bad for loop variable", tree)
        opening = next(c for c in tree.children if c.type == "((")
        closing = next(c for c in tree.children if c.type == "))")
        parts = self.text[opening.end_byte : closing.start_byte].split(";")
        if len(parts) != 3:
            raise SyntaxFault("arithmetic expression required", tree.start_point[0] + 1)
        return CountingFor(parts[0].strip(), parts[1].strip(), parts[2].strip(), self._do_group(tree))

    def _case(self, tree: Tree) -> Node:
        subject = tree.child_by_field_name("value")
        assert subject is not None
        items = tuple(self._case_item(c) for c in tree.children if c.type == "case_item")
        return Case(WordReader(self.text, subject.start_byte, subject.end_byte).word(), items)

    def _case_item(self, tree: Tree) -> CaseItem:
        children = tree.children
        close = next(i for i, c in enumerate(children) if c.type == ")")
        patterns: list[Word] = []
        reader = WordReader(self.text, children[0].start_byte, children[close].start_byte)
        while reader.pos < reader.end:
            if reader.peek() in "(| \t\n":
                reader.pos += 1
                continue
            before = reader.pos
            patterns.append(reader.word())
            if reader.pos == before:
                raise SyntaxFault(f'unexpected "{reader.peek()}"', tree.start_point[0] + 1)
        body = children[close + 1 :]
        end = ";;"
        if body and body[-1].type in (";;", ";&", ";;&"):
            end = body.pop().type
            if end != ";;":
                self._only_bash('unexpected "&"', tree)
        return CaseItem(tuple(patterns), self.block(body), end)

    def _function(self, tree: Tree) -> Node:
        name, body = tree.child_by_field_name("name"), tree.child_by_field_name("body")
        assert name is not None
        assert body is not None
        node = self.node(body)
        redirects = [c for c in tree.children if c.type.endswith("_redirect")]
        if redirects:
            found, _ = CommandReader(self.masked, body.end_byte, tree.end_byte).only_redirects()
            node = Redirected(node, found)
        return Function(self._source(name), node)

    def _subshell(self, tree: Tree) -> Node:
        return Subshell(self._some(tree.children[1:-1], tree, ")"), self._source(tree))

    def _group(self, tree: Tree) -> Node:
        if tree.children[0].type == "((":
            return ArithmeticCommand(self.text[tree.start_byte + 2 : tree.end_byte - 2])
        group = Group(self._some(tree.children[1:-1], tree, "}"))
        if self.masked.negated(tree.start_byte):
            return Pipeline((group,), True, self._source(tree))
        return group

    def _test(self, tree: Tree) -> Node:
        if tree.children[0].type == "((":
            return ArithmeticCommand(self.text[tree.start_byte + 2 : tree.end_byte - 2])
        return read_condition(self.text, tree.start_byte + 2, tree.end_byte - 2, tree.start_point[0] + 1)


_LOWER: dict[str, Callable[[_Lowering, Tree], Node]] = {
    "redirected_statement": _Lowering._redirected,
    "pipeline": _Lowering._pipeline,
    "negated_command": _Lowering._negated,
    "list": _Lowering._list,
    "if_statement": _Lowering._if,
    "while_statement": _Lowering._while,
    "for_statement": _Lowering._for,
    "c_style_for_statement": _Lowering._counting_for,
    "case_statement": _Lowering._case,
    "function_definition": _Lowering._function,
    "subshell": _Lowering._subshell,
    "compound_statement": _Lowering._group,
    "test_command": _Lowering._test,
}
