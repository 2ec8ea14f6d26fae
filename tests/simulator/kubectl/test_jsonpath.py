"""JSONPath templates."""

import pytest

from simulator.kubectl.jsonpath import PathError, RunError, find, render

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
        ("{.metadata.labels['a\\.b/c']}", "x"),
        ("{.metadata.labels['a.b/c']}", ""),
        ("{.status.conditions[*]['type', 'status']}", "Ready Initialized True False"),
        ("{range .spec.containers[*]}{.name}, ", "one, two, "),
        (".metadata.name", ".metadata.name"),
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


@pytest.mark.parametrize("template", ["{.a", "{.a[x]}", "{.a[0}"])
def test_a_template_that_cannot_be_read_is_refused(template: str) -> None:
    with pytest.raises(PathError):
        render(template, POD)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.spec.containers[2].name}", "array index out of bounds: index 2, length 2"),
        ("{.metadata[0]}", "map[string]interface {} is not array or slice"),
        ("{.metadata.labels[*]}", "map[string]interface {} is not array or slice"),
        ('{.metadata[?(@.a=="b")]}', " is not array or slice and cannot be filtered"),
        ('{.spec.containers[?(@.name<>"one")]}', "unrecognized filter operator <>"),
        ("{.spec.containers[?(@.name==1)]}", "incompatible types for comparison"),
        ("{hello}", "unrecognized identifier hello"),
        ("x{end}", "not in range, nothing to end"),
    ],
)
def test_a_template_that_does_not_fit_the_object_fails(template: str, message: str) -> None:
    """Models client-go util/jsonpath/jsonpath_test.go TestStructInput."""
    with pytest.raises(RunError) as caught:
        render(template, POD)
    assert str(caught.value).endswith(message)


def test_what_is_missing_is_an_error_where_that_is_asked_for() -> None:
    with pytest.raises(RunError, match=r"^missing is not found$"):
        render("{.missing}", POD, strict=True)
    assert render("x{.metadata.name}", POD, as_json=True) == '[\n    "x"\n]\n[\n    "p"\n]\n'


def test_a_path_gives_values() -> None:
    assert find(".spec.containers[*].image", POD) == ["i1", "i2"]
