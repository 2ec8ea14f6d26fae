"""Forms that become actions: nodes that join, debuggers, copies of a Pod."""

from __future__ import annotations

import pytest

from dashboard.actions import read_action
from dashboard.reading import BadRequestError


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ({"name": "", "labels": "", "taints": "", "cpu": ""}, {}),
        (
            {"name": "late", "labels": "disk=ssd, zone=b", "taints": "gpu=yes:NoSchedule", "cpu": "8"},
            {
                "name": "late",
                "labels": {"disk": "ssd", "zone": "b"},
                "taints": ["gpu=yes:NoSchedule"],
                "capacity": {"cpu": "8"},
            },
        ),
    ],
)
def test_a_node_joins_as_the_form_describes_it(form: dict[str, str], data: dict[str, object]) -> None:
    assert read_action("join", form) == ("join", data)


@pytest.mark.parametrize(
    ("verb", "form", "why"),
    [
        ("join", {"name": "No Name"}, "No Name is no name for a node"),
        ("join", {"name": "node1"}, "a node called node1 is there already"),
        ("join", {"labels": "disk"}, "A label is key=value."),
        ("join", {"taints": "gpu"}, "a taint is key=value:effect"),
        ("join", {"memory": "much"}, "must be amounts of cpu"),
        ("debug", {"pod": ""}, "“pod” is missing"),
        ("copy", {"pod": "p", "copy": "p2"}, "A copy needs one container more"),
        ("leave", {"pod": "p"}, "“container” is missing"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(verb: str, form: dict[str, str], why: str) -> None:
    with pytest.raises(BadRequestError, match=why):
        read_action(verb, form)


@pytest.mark.parametrize(
    ("verb", "form", "line"),
    [
        (
            "debug",
            {"pod": "p", "namespace": "n", "target": "app"},
            "kubectl debug p -n n --image=busybox:1.36 --target=app --profile=general --attach=false -i",
        ),
        (
            "debug",
            {"pod": "p", "image": "alpine", "command": "echo 'it is'; sleep 9"},
            "kubectl debug p --image=alpine --profile=general --attach=false -i -- sh -c "
            """'echo '"'"'it is'"'"'; sleep 9'""",
        ),
        (
            "copy",
            {"pod": "p", "copy": "p2", "share": "1", "container": "app", "other": "nginx:2", "image": "busybox"},
            "kubectl debug p --copy-to=p2 --share-processes --set-image=app=nginx:2 --image=busybox -i "
            "--profile=general --attach=false",
        ),
        ("leave", {"pod": "p", "container": "look"}, "echo exit | kubectl attach -qi p -c look"),
    ],
)
def test_debugging_is_a_line_that_one_could_type(verb: str, form: dict[str, str], line: str) -> None:
    assert read_action(verb, form) == ("node", {"command": line})
