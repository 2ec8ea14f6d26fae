"""Label and field selectors."""

import pytest

from simulator.kubectl.selectors import (
    SelectorError,
    format_label_selector,
    format_labels,
    matches_fields,
    matches_labels,
    parse_selector,
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
    ],
)
def test_a_selector_lets_pass_what_meets_all_its_terms(text: str, fits: bool) -> None:
    assert matches_labels(parse_selector(text), POD) is fits


def test_a_selector_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(SelectorError):
        parse_selector("a=b=c")


def test_fields_are_compared_as_text() -> None:
    assert matches_fields(parse_selector("status.phase=Running,metadata.name!=q"), POD)
    assert not matches_fields(parse_selector("spec.nodeName=n"), POD)


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
    assert matches_fields(parse_selector(text), obj) is fits
