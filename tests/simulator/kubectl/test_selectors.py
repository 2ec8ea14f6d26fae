"""Label and field selectors."""

import pytest

from simulator.kubectl.selector_text import parse_fields, parse_selector
from simulator.kubectl.selectors import (
    SelectorError,
    format_label_selector,
    format_labels,
    matches_fields,
    matches_labels,
)

POD = {"metadata": {"labels": {"app": "web", "env": "a"}, "name": "p"}, "status": {"phase": "Running"}}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("app=web", True),
        ("app==web,env!=b", True),
        ("app!=web", False),
        ("env in (a, b)", True),
        ("env notin (a,b)", False),
        ("nope notin (a)", True),
        ("app", True),
        ("!app", False),
        ("!nope,app", True),
        ("app = web , env", True),
        ("nope=", False),
        ("env in (,a)", True),
    ],
)
def test_a_selector_lets_pass_what_meets_all_its_terms(text: str, fits: bool) -> None:
    assert matches_labels(parse_selector(text), POD) is fits


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        (",", "found ',', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
        ("a=b/c", 'unable to parse requirement: values[0][a]: Invalid value: "b/c": a valid label must be an empty'),
    ],
)
def test_a_selector_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    """Models apimachinery pkg/labels/selector_test.go."""
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert str(caught.value).startswith(message)


def test_numbers_and_fields_have_operators_of_their_own() -> None:
    pod = {"metadata": {"labels": {"n": "5", "x": "y"}}}
    assert matches_labels(parse_selector("n>4,n<6"), pod)
    assert not matches_labels(parse_selector("x>4"), pod)
    with pytest.raises(SelectorError, match=r"^invalid selector: 'a=b,c'; can't understand 'c'$"):
        parse_fields("a=b,c")


def test_fields_are_compared_as_text() -> None:
    assert matches_fields(parse_fields("status.phase=Running,metadata.name!=q"), POD)
    assert not matches_fields(parse_fields("spec.nodeName=n"), POD)


def test_an_objects_selector_is_printed_sorted() -> None:
    selector = {
        "matchLabels": {"z": "1", "a": "2"},
        "matchExpressions": [
            {"key": "m", "operator": "In", "values": ["y", "x"]},
            {"key": "n", "operator": "DoesNotExist"},
        ],
    }
    assert format_label_selector(selector) == "a=2,m in (x,y),!n,z=1"
    assert format_label_selector(None) == "<none>"
    assert format_labels({"b": "1", "a": "2"}) == "a=2,b=1"
    assert format_labels(None) == "<none>"


@pytest.mark.parametrize(
    ("obj", "text", "fits"),
    [
        ({"kind": "Job", "status": {"succeeded": 1}}, "status.successful=1", True),
        ({"kind": "Job", "status": {}}, "status.successful=0", True),
        ({"kind": "Node", "spec": {}}, "spec.unschedulable=false", True),
        ({"kind": "Node", "spec": {"unschedulable": True}}, "spec.unschedulable=true", True),
        ({"kind": "Pod", "spec": {}}, "spec.hostNetwork!=true", True),
    ],
)
def test_the_server_selects_by_some_fields_under_names_of_their_own(
    obj: dict[str, object], text: str, fits: bool
) -> None:
    assert matches_fields(parse_fields(text), obj) is fits
