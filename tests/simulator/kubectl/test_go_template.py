"""Go templates, as cli-runtime's pkg/printers/template_test.go and test/cmd/template-output.sh use them."""

import pytest

from simulator.kubectl.go_template import ExecutionError, TemplateError, parse, render
from tests.simulator.kubectl.fakes import Node, make_pod

DATA = {
    "name": "p",
    "labels": {"a-b": "x", "c": "y"},
    "items": [{"name": "one", "n": 1, "on": True}, {"name": "two", "n": 2, "gone": None}],
    "empty": [],
    "secret": "aGk=",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.name}}:", "p:"),
        ("{{.missing}} {{.missing.deeper}} {{(index .items 1).gone}}", "<no value> <no value> <no value>"),
        ('{{range .items}}{{.name}}{{"\\n"}}{{end}}', "one\ntwo\n"),
        ("{{range $i, $item := .items}}{{$i}}={{$item.name}} {{end}}", "0=one 1=two "),
        ("{{range $key, $value := .labels}}{{$key}}:{{$value}} {{end}}", "a-b:x c:y "),
        ("{{range .empty}}x{{else}}none{{end}}", "none"),
        ('{{range .items}}{{if eq .name "two"}}found{{end}}{{end}}:', "found:"),
        ("{{range .items}}{{if gt .n 1}}{{break}}{{end}}{{.n}}{{end}}", "1"),
        ("{{if .empty}}1{{else if .name}}2{{else}}3{{end}}", "2"),
        ('{{with .labels}}{{index . "a-b"}}{{end}}', "x"),
        ("{{.labels}} {{(index .items 0)}}", "map[a-b:x c:y] map[n:1 name:one on:true]"),
        ('{{index .items 0 "name"}} {{len .items}} {{len .name}}', "one 2 1"),
        ("{{$first := index .items 0}}{{$first.name}}{{$.name}}", "onep"),
        ('{{printf "%-4s|%3d|%q" .name (len .items) .name}}', 'p   |  2|"p"'),
        ("{{.secret | base64decode}}", "hi"),
        ('{{if and .name (not .missing) (or .empty "x")}}yes{{end}}', "yes"),
        ("a {{- /* nothing */ -}} b {{- .name -}} c", "abpc"),
        ('{{eq .missing "x"}} {{ne .name "q" }} {{exists .labels "c"}}', "false true true"),
        ('{{print 1 2 "a" 3}}{{println "b" 4}}', "1 2a3b 4\n"),
        ('{{slice .name 0 1}}{{html "<"}}', "p&lt;"),
    ],
)
def test_a_template_prints(template: str, text: str) -> None:
    assert render(parse(template), DATA) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.a", "unclosed action"),
        ("{{range .a}}x", "unexpected EOF"),
        ("x{{end}}", "unexpected {{end}}"),
        ("{{nope .a}}", 'function "nope" not defined'),
        ("{{$x}}", 'undefined variable "$x"'),
        ("{{}}", "missing value for command"),
        ("{{.labels.a-b}}", "bad character U+002D '-'"),
        ('{{"a}}', "unterminated quoted string"),
        ("{{(.a}}", "unclosed left paren"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_in_the_words_of_go(template: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(template)
    assert str(caught.value) == f"template: output:1: {message}"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{.items.name}}", '8: executing "output" at <.items.name>: can\'t evaluate field name in type interface {}'),
        ("{{index .items 9}}", '2: executing "output" at <index .items 9>: error calling index: index out of range: 9'),
        (
            "{{eq .name 1}}",
            '2: executing "output" at <eq .name 1>: error calling eq: incompatible types for comparison',
        ),
        ("{{range .name}}{{end}}", '8: executing "output" at <.name>: range can\'t iterate over p'),
    ],
)
def test_a_template_that_does_not_fit_the_object_stops(template: str, message: str) -> None:
    with pytest.raises(ExecutionError) as caught:
        render(parse(template), DATA)
    assert str(caught.value) == f"template: output:1:{message}"


def test_template_alone_is_a_go_template_and_works_for_what_is_changed_too(node: Node) -> None:
    node.api.put(make_pod())
    assert node.type("kubectl get pod p --template='{{.metadata.name}}:'").out == "p:"
    assert node.type("kubectl label pod p a=b --template='{{.metadata.labels.a}}:'").out == "b:"
    assert node.type("kubectl create cm c -o go-template --template='{{.kind}}:'").out == "ConfigMap:"
    assert node.type("kubectl get pods -o go-template='{{len .items}}'").out == "1"
    answer = node.type("echo '{{.kind}}' > t; kubectl get pod p -o go-template-file=t")
    assert answer.out == "Pod\n"


def test_a_template_that_cannot_be_read_stops_everything_before_it_begins(node: Node) -> None:
    answer = node.type("kubectl create cm c --template='{{.a'")
    assert (answer.err, answer.code) == ("error: error parsing template {{.a, template: output:1: unclosed action\n", 1)
    answer = node.type("kubectl create cm c -o wide")
    assert answer.err.startswith('error: unable to match a printer suitable for the output format "wide"')
    assert not node.sent("create")


def test_a_key_that_is_missing_can_be_made_an_error(node: Node) -> None:
    node.api.put(make_pod())
    answer = node.type("kubectl get pod p --allow-missing-template-keys=false --template='a{{.missing}}'")
    assert answer.out.startswith(
        'aError executing template: template: output:1:3: executing "output" at <.missing>: map has no entry for key '
        '"missing". Printing more information for debugging the template:\n\ttemplate was:\n\t\ta{{.missing}}\n'
    )
    assert answer.err == (
        'error: error executing template "a{{.missing}}": template: output:1:3: executing "output" at <.missing>: map '
        'has no entry for key "missing"\n'
    )
    answer = node.type("kubectl get pod p --allow-missing-template-keys=false -o jsonpath='{.missing}'")
    assert "Error executing template: missing is not found." in answer.err
