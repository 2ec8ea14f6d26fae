"""`-o` in its formats."""

import pytest

from simulator.history import Json
from simulator.kubectl.errors import CommandError
from simulator.kubectl.output import Format, as_json, as_yaml, check_format, custom_columns, render


def columns(spec: str, objects: list[Json]) -> str:
    return custom_columns(Format("custom-columns", spec), objects)


POD = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "p", "labels": {"n": "1", "t": "true", "e": ""}, "managedFields": [{}]},
    "spec": {
        "containers": [{"name": "a", "command": ["sh", "-c", "a > b && c\nd\n"]}],
        "created": "2026-11-23T04:49:11Z",
    },
}


def test_yaml_quotes_what_would_be_read_as_something_else() -> None:
    assert as_yaml(POD) == (
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  labels:\n"
        '    e: ""\n'
        '    "n": "1"\n'
        '    t: "true"\n'
        "  name: p\n"
        "spec:\n"
        "  containers:\n"
        "  - command:\n"
        "    - sh\n"
        "    - -c\n"
        "    - |\n"
        "      a > b && c\n"
        "      d\n"
        "    name: a\n"
        '  created: "2026-11-23T04:49:11Z"\n'
    )


def test_json_is_indented_by_four_and_escapes_as_go_does() -> None:
    text = as_json(POD)
    assert text.startswith('{\n    "apiVersion": "v1",\n    "kind": "Pod",\n')
    assert "a \\u003e b \\u0026\\u0026 c\\nd\\n" in text
    assert "managedFields" not in text


def test_one_object_by_name_is_itself_and_several_are_a_list() -> None:
    assert render(Format.of("jsonpath={.metadata.name}"), [POD], single=True) == "p"
    assert render(Format.of("jsonpath={.items[*].metadata.name}"), [POD, POD], single=False) == "p p"
    assert render(Format.of("jsonpath=.kind"), [POD], single=True) == ".kind"
    assert render(Format.of("name"), [POD, POD], single=False) == "pod/p\npod/p\n"
    assert 'kind: List\nmetadata:\n  resourceVersion: ""\n' in render(Format.of("yaml"), [POD], single=False)


def test_custom_columns_print_a_table() -> None:
    text = columns("N:.metadata.name,X:.spec.nothing,C:.spec.containers[*].name,L:.metadata.labels", [POD])
    assert text == "N     X        C     L\np     <none>   a     map[e: n:1 t:true]\n"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("xml", 'unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns'),
        ("go-template={{.a", "error parsing template {{.a, template: output:1: unclosed action"),
        ("jsonpath={.a", "error parsing jsonpath {.a, unclosed action"),
        (
            "jsonpath={.items[0].a}",
            'error executing jsonpath "{.items[0].a}": Error executing template: array index out of bounds: index 0, '
            "length 0. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.items[0].a}\n"
            "\tobject given to jsonpath engine was:\n\t\tmap[string]interface {}"
            '{"apiVersion":"v1", "items":[]interface {}{}, "kind":"List", '
            '"metadata":map[string]interface {}{"resourceVersion":""}}\n\n\n',
        ),
    ],
)
def test_a_format_that_does_not_do_is_refused(output: str, message: str) -> None:
    def printed() -> str:
        check_format(Format.of(output), table=True)
        return render(Format.of(output), [], single=False)

    with pytest.raises(CommandError) as caught:
        printed()
    assert caught.value.message.startswith(message)


def test_a_column_needs_a_path() -> None:
    with pytest.raises(CommandError, match="unexpected custom-columns spec: N, expected <header>:<json-path-expr>"):
        columns("N", [POD])
