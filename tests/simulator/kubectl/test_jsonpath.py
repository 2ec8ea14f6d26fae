"""JSONPath templates."""

import pytest

from simulator.kubectl.jsonpath import PathError, find, render

POD = {
    "metadata": {"name": "p", "labels": {"a.b/c": "x"}},
    "spec": {
        "containers": [{"name": "one", "image": "i1"}, {"name": "two", "image": "i2"}],
        "shareProcessNamespace": True,
    },
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Initialized", "status": "False"}]},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.spec.containers[*].name} {.spec.shareProcessNamespace}", "one two true"),
        ("{.spec.containers[1].name}", "two"),
        ("{.spec.containers[-1].name}", "two"),
        ("{.spec.containers[0:1].name}", "one"),
        ("{.spec.containers[0,1].image}", "i1 i2"),
        ("{$.metadata.name}", "p"),
        ("{@.metadata.name}", "p"),
        ("{..image}", "i1 i2"),
        ("{.metadata.labels.a\\.b/c}", "x"),
        ("{.metadata.labels['a.b/c']}", "x"),
        ('{.status.conditions[?(@.type=="Ready")].status}', "True"),
        ("{.status.conditions[?(@.type!='Ready')].type}", "Initialized"),
        ("{.spec.containers[?(@.nothing)].name}", ""),
        ("{.missing}", ""),
        ('{range .spec.containers[*]}{.name}{"\\t"}{.image}{"\\n"}{end}', "one\ti1\ntwo\ti2\n"),
        ("name: {.metadata.name}!", "name: p!"),
        ("{.spec.containers[0]}", '{"image":"i1","name":"one"}'),
        ("{.spec.containers[*]['name','image']}", "one two i1 i2"),
    ],
)
def test_a_template_prints(template: str, text: str) -> None:
    assert render(template, POD) == text


@pytest.mark.parametrize("template", ["{.a", "{range .a}x", "x{end}", "{.a[x]}"])
def test_a_template_that_cannot_be_read_is_refused(template: str) -> None:
    with pytest.raises(PathError):
        render(template, POD)


def test_a_path_gives_values() -> None:
    assert find(".spec.containers[*].image", POD) == ["i1", "i2"]
