"""`-o`: json, yaml, name, templates and custom-columns. Tables (`-o wide` and none) are in tables.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.history import Json
from simulator.kubectl import go_template, jsonpath
from simulator.kubectl.errors import CommandError
from simulator.kubectl.table import format_rows
from simulator.kubectl.yaml_text import yaml_text
from simulator.objects import decode
from simulator.objects.go_types import structs
from simulator.objects.resources import resource_of_object

NONE = "<none>"

_COLUMNS = ("custom-columns", "custom-columns-file")
_GO = ("go-template", "go-template-file", "template", "templatefile")
_JSONPATH = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
_PLAIN = ("json", "kyaml", "name", "yaml")


class TemplateFailure(CommandError):
    """A template that stopped; `printed` is on standard output by then."""

    def __init__(self, message: str, printed: str = "") -> None:
        super().__init__(message)
        self.printed = printed


@dataclass(frozen=True, slots=True)
class Format:
    """`-o` and `--template`. `strict`: a key that a template does not find is an error."""

    name: str
    template: str = ""
    strict: bool = False

    @staticmethod
    def of(output: str) -> Format:
        """`jsonpath={.metadata.name}`."""
        name, _, template = output.partition("=")
        return Format(name, template)


def read_format(output: str, template: str, read: Callable[[str], bytes], *, strict: bool) -> Format:
    """The format that the flags ask for; `--template` by itself is a Go template. Models PrintFlags.ToPrinter."""
    name, _, value = (output or ("go-template" if template else "")).partition("=")
    if name in _GO or name in _JSONPATH:
        value = template or value
        if not value:
            raise CommandError("template format specified but no template given")
    if name.endswith("file") and value:
        value = read(value).decode("utf-8", "replace")
    return Format(name, value, strict)


def check_format(form: Format, *, table: bool) -> None:
    """Refuses what no printer can print, before anything is done. `table`: those of `get` are known too."""
    known = (*_GO, *_JSONPATH, *_PLAIN, *((*_COLUMNS, "wide") if table else ()))
    if form.name and form.name not in known:
        raise CommandError(
            f'unable to match a printer suitable for the output format "{form.name}", allowed formats are: '
            + ", ".join(sorted(known))
        )
    if form.name in _GO:
        try:
            go_template.parse(form.template)
        except go_template.TemplateError as error:
            raise CommandError(f"error parsing template {form.template}, {error}") from None


def as_json(obj: Json) -> str:
    """Indented by four, keys sorted, and `<`, `>` and `&` escaped: Go writes JSON so."""
    text = json.dumps(_shown(obj), indent=4, sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def as_yaml(obj: Json) -> str:
    """Without managedFields."""
    return yaml_text(_shown(obj))


def as_written(obj: Json) -> Json:
    """As Go writes an object that it made itself: what is empty stands in it where the type says so (`status: {}`)."""
    if obj.get("kind") not in structs():
        return obj
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], **decode(obj, str(obj["kind"]))[0]}


def as_name(obj: Json) -> str:
    """`pod/p`, `deployment.apps/web`."""
    return f"{resource_of_object(obj).singular_group}/{obj['metadata'].get('name', '')}"


def as_list(objects: Sequence[Json]) -> Json:
    """What `get` makes of several objects."""
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(objects)}


def render(form: Format, objects: Sequence[Json], *, single: bool) -> str:
    """Objects in a format other than a table. `single`: one object was asked for by name."""
    whole = _shown(objects[0] if single and len(objects) == 1 else as_list(objects))
    match form.name:
        case "json":
            return as_json(whole)
        case "yaml":
            return as_yaml(whole)
        case "name":
            return "".join(as_name(obj) + "\n" for obj in objects)
        case "jsonpath" | "jsonpath-as-json" | "jsonpath-file":
            return _jsonpath(form, whole)
        case "custom-columns" | "custom-columns-file":
            return custom_columns(form, objects)
        case "kyaml":
            raise CommandError("podviz does not write KYAML: use -o yaml instead")
        case _:
            return _go_template(form, whole)


def _jsonpath(form: Format, whole: Json) -> str:
    """Models cli-runtime pkg/printers/jsonpath.go PrintObj."""
    try:
        return jsonpath.render(form.template, whole, strict=form.strict, as_json=form.name == "jsonpath-as-json")
    except jsonpath.PathError as error:
        raise CommandError(f"error parsing jsonpath {form.template}, {error}") from None
    except jsonpath.RunError as error:
        what = f"error executing jsonpath {json.dumps(form.template, ensure_ascii=False)}: {_debugging(error, form)}"
        raise CommandError(f"{what}\tobject given to jsonpath engine was:\n\t\t{_go_syntax(whole)}\n\n\n") from None


def _go_template(form: Format, whole: Json) -> str:
    """Models cli-runtime pkg/printers/template.go PrintObj."""
    try:
        return go_template.render(go_template.parse(form.template), whole, strict=form.strict)
    except go_template.ExecutionError as error:
        raw = json.dumps(whole, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        seen = f"\traw data was:\n\t\t{raw}\n\tobject given to template engine was:\n\t\t"
        printed = f"{error.text}{_debugging(error, form)}{seen}{go_template.value_text(whole)}\n\n"
        message = f"error executing template {json.dumps(form.template, ensure_ascii=False)}: {error}"
        raise TemplateFailure(message, printed) from None


def _debugging(error: Exception, form: Format) -> str:
    words = f"Error executing template: {error}. Printing more information for debugging the template:"
    return f"{words}\n\ttemplate was:\n\t\t{form.template}\n"


def _go_syntax(value: Any) -> str:
    """Go's %#v."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)}:{_go_syntax(item)}" for key, item in sorted(value.items()))
        return f"map[string]interface {{}}{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_go_syntax, value))}}}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "interface {}(nil)" if value is None else go_template.value_text(value)


def custom_columns(form: Format, objects: Sequence[Json], *, headers: bool = True) -> str:
    """`NAME:.metadata.name,NODE:.spec.nodeName`. Models kubectl pkg/cmd/get/customcolumn.go."""
    if not form.template:
        raise CommandError(f"{form.name} format specified but no custom columns given")
    columns = _columns_of_file(form.template) if form.name == "custom-columns-file" else _columns(form.template)
    rows = [[_cell(path, obj) for _, path in columns] for obj in objects]
    return format_rows([[name for name, _ in columns], *rows] if headers else rows)


def _columns(spec: str) -> list[tuple[str, str]]:
    columns = []
    for column in spec.split(","):
        name, colon, path = column.partition(":")
        if not colon:
            raise CommandError(f"unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>")
        columns.append((name, jsonpath.relaxed(path)))
    return columns


def _columns_of_file(text: str) -> list[tuple[str, str]]:
    """A line of headers and a line of paths."""
    lines = [line.split() for line in text.splitlines()]
    if len(lines) < 2:
        missing = "spec" if lines else "header"
        raise CommandError(
            f"invalid template, missing {missing} line. Expected format is one line of space separated headers, one "
            "line of space separated column specs."
        )
    headers, paths, *_ = lines
    if len(headers) != len(paths):
        raise CommandError(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return list(zip(headers, map(jsonpath.relaxed, paths), strict=True))


def _cell(path: str, obj: Json) -> str:
    values = jsonpath.find(path, obj)
    return ",".join(map(go_template.value_text, values)) if values else NONE


def _shown(obj: Json) -> Json:
    """Without managedFields, as kubectl shows objects."""
    if "items" in obj and str(obj.get("kind", "")).endswith("List"):
        return {**obj, "items": [_shown(item) for item in obj["items"]]}
    meta = obj.get("metadata") or {}
    if "managedFields" not in meta:
        return obj
    return {**obj, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}
