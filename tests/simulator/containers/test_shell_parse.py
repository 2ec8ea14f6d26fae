"""Texts become nodes, whatever the grammar makes of them."""

from __future__ import annotations

import pytest

from simulator.containers.shell.parse import parse
from simulator.containers.shell.syntax import (
    AndOr,
    Broken,
    For,
    Node,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    SyntaxFault,
    Text,
)
from simulator.containers.shell.words import WordReader, as_word


def only(text: str) -> Node:
    items = parse(text).items
    assert len(items) == 1
    return items[0][0]


def names(node: Node) -> list[str | None]:
    assert isinstance(node, Simple)
    return [word.plain for word in node.words]


def fault(text: str) -> str:
    broken = parse(text).items[-1][0]
    assert isinstance(broken, Broken)
    return broken.fault.message


def test_a_redirection_belongs_to_the_last_command_of_a_list() -> None:
    node = only("a && b | c > f")
    assert isinstance(node, AndOr)
    pipeline = node.rest[0][1]
    assert isinstance(pipeline, Pipeline)
    first, last = pipeline.commands
    assert isinstance(first, Simple)
    assert isinstance(last, Simple)
    assert not first.redirects
    assert last.redirects[0].target.plain == "f"


def test_negation_is_of_the_whole_pipeline() -> None:
    node = only("! a | b")
    assert isinstance(node, Pipeline)
    assert node.negated
    assert len(node.commands) == 2


def test_negation_of_a_group_is_understood() -> None:
    node = only("! { a; b; }")
    assert isinstance(node, Pipeline)
    assert node.negated


def test_an_ampersand_sends_the_command_before_it_to_the_background() -> None:
    assert [background for _, background in parse("a & b; c &").items] == [True, False, True]


def test_words_behind_a_redirection_are_arguments_all_the_same() -> None:
    node = only("echo a > f b 2>&1 c")
    assert names(node) == ["echo", "a", "b", "c"]
    assert isinstance(node, Simple)
    assert [(r.descriptor, r.operator, r.target.plain) for r in node.redirects] == [(1, ">", "f"), (2, ">&", "1")]


def test_two_here_documents_on_one_line_are_read_in_order() -> None:
    node = only("cat <<A 3<<'B'\n1\nA\n$2\nB\n")
    assert isinstance(node, Simple)
    parts = [r.target for r in node.redirects]
    assert "".join(p.text for p in parts[0].parts if isinstance(p, Text)) == "1\n"
    assert parts[1].plain == "$2\n"


def test_a_shift_in_arithmetic_is_no_here_document() -> None:
    assert names(only("echo a $((1<<2))\n"))[:2] == ["echo", "a"]


def test_a_compound_command_keeps_its_redirections() -> None:
    assert isinstance(only("while a; do b; done < f"), Redirected)


def test_a_for_loop_without_words_differs_from_one_over_the_parameters() -> None:
    nothing, parameters = only("for i in; do a; done"), only("for i; do a; done")
    assert isinstance(nothing, For)
    assert isinstance(parameters, For)
    assert nothing.words == ()
    assert parameters.words is None


def test_a_last_word_in_stays_where_no_for_stands_before_it() -> None:
    (first, _), _ = parse("mkdir in; ls").items
    assert names(first) == ["mkdir", "in"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("if a; then b", 'unexpected end of file (expecting "fi")'),
        ("while a; do b", 'unexpected end of file (expecting "done")'),
        ("echo 'a", "unterminated quoted string"),
        ('echo "a', "unterminated quoted string"),
        ("a; )", 'unexpected ")"'),
        ("done", 'unexpected "done"'),
        ("a;; b", 'unexpected ";;"'),
        ("a &&", "unexpected end of file"),
        ("a && && b", 'unexpected "&&"'),
        ("echo $(a", 'unexpected end of file (expecting ")")'),
    ],
)
def test_a_wrong_text_is_told_from_a_right_one(text: str, message: str) -> None:
    assert fault(text) == message


def test_the_lines_before_a_fault_still_run() -> None:
    items = parse("echo a\necho b; )\n").items
    assert names(items[0][0]) == ["echo", "a"]
    assert isinstance(items[1][0], Broken)
    assert items[1][0].fault.line == 2
    assert len(items) == 2


def test_nesting_beyond_reason_is_a_fault_not_a_crash() -> None:
    assert "nested" in fault("if a; then " * 100 + "b;" + " fi;" * 100) or fault("(" * 300 + "a" + ")" * 300)
    with pytest.raises(SyntaxFault):
        as_word("${a:-" * 100 + "}" * 100)


def test_a_parenthesis_in_a_case_pattern_does_not_end_a_substitution() -> None:
    word = WordReader("$(case a in a) echo x;; (b) ;; esac)y").word()
    assert len(word.parts) == 2


def test_texts_beyond_ascii_keep_their_places() -> None:
    sequence = parse("echo ñ; echo ß")
    assert isinstance(sequence, Sequence)
    assert [names(node) for node, _ in sequence.items] == [["echo", "ñ"], ["echo", "ß"]]
