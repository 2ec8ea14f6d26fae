"""`-o`: json, yaml, name, jsonpath and custom-columns. Tables (`-o wide` and none) are in tables.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import yaml

from simulator.history import Json
from simulator.kubectl import jsonpath
from simulator.kubectl.errors import CommandError
from simulator.kubectl.table import format_rows
from simulator.objects.resources import resource_of_object

NONE = "<none>"

_FORMATS = (
    "custom-columns, custom-columns-file, go-template, go-template-file, json, jsonpath, jsonpath-as-json, "
    "jsonpath-file, kyaml, name, template, templatefile, wide, yaml"
)


def as_json(obj: Json) -> str:
    """Indented by four, keys sorted, and `<`, `>` and `&` escaped: Go writes JSON so."""
    text = json.dumps(_shown(obj), indent=4, sort_keys=True, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def as_yaml(obj: Json) -> str:
    """Keys sorted, lists not indented, double quotes where a plain word would be read as something else."""
    return str(yaml.dump(_shown(obj), Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=80))


def as_name(obj: Json) -> str:
    """`pod/p`, `deployment.apps/web`."""
    return f"{resource_of_object(obj).singular_group}/{obj['metadata'].get('name', '')}"


def as_list(objects: Sequence[Json]) -> Json:
    """What `get` makes of several objects."""
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(objects)}


def render(output: str, objects: Sequence[Json], *, single: bool) -> str:
    """Objects in a format other than a table. `single`: one object was asked for by name."""
    kind, _, template = output.partition("=")
    whole = objects[0] if single and len(objects) == 1 else as_list(objects)
    match kind:
        case "json":
            return as_json(whole)
        case "yaml":
            return as_yaml(whole)
        case "name":
            return "".join(as_name(obj) + "\n" for obj in objects)
        case "jsonpath":
            return _jsonpath(template, whole)
        case "custom-columns":
            return custom_columns(template, objects)
        case "go-template" | "template" | "go-template-file" | "templatefile":
            raise CommandError("podviz does not run Go templates: use -o jsonpath instead")
        case _:
            raise CommandError(
                f'unable to match a printer suitable for the output format "{output}", allowed formats are: {_FORMATS}'
            )


def _jsonpath(template: str, whole: Json) -> str:
    if not template:
        raise CommandError("template format specified but no template given")
    if not template.startswith("{") and "{" not in template:
        template = "{" + (template if template.startswith((".", "$", "[")) else "." + template) + "}"
    try:
        return jsonpath.render(template, _shown(whole))
    except jsonpath.PathError as error:
        raise CommandError(f"error parsing jsonpath {template}, {error}") from None


def custom_columns(spec: str, objects: Sequence[Json], *, headers: bool = True) -> str:
    """`NAME:.metadata.name,NODE:.spec.nodeName`. Models kubectl pkg/cmd/get/customcolumn.go."""
    if not spec:
        raise CommandError("custom-columns format specified but no custom columns given")
    columns = [column.partition(":") for column in spec.split(",")]
    for name, colon, path in columns:
        if not colon or not path:
            raise CommandError(f"unexpected custom-columns spec: {name}, expected <header>:<json-path-expr>")
    rows = [[_cell(path, obj) for _, _, path in columns] for obj in objects]
    return format_rows([[name for name, _, _ in columns], *rows] if headers else rows)


def _cell(path: str, obj: Json) -> str:
    path = path.strip()
    if path.startswith("{") and path.endswith("}"):
        path = path[1:-1]
    try:
        values = jsonpath.find(path if path.startswith((".", "$", "[")) else "." + path, obj)
    except jsonpath.PathError as error:
        raise CommandError(f"error parsing jsonpath {path}, {error}") from None
    return ",".join(_go_value(value) for value in values) or NONE


def _go_value(value: Any) -> str:
    """Go's %v: map[a:1 b:2], [x y], <none> for what is null."""
    if value is None:
        return NONE
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{_go_value(item)}" for key, item in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(_go_value(item) for item in value) + "]"
    return jsonpath.to_text(value)


def _shown(obj: Json) -> Json:
    """Without managedFields, as kubectl shows objects."""
    if "items" in obj and str(obj.get("kind", "")).endswith("List"):
        return {**obj, "items": [_shown(item) for item in obj["items"]]}
    meta = obj.get("metadata") or {}
    if "managedFields" not in meta:
        return obj
    return {**obj, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}


class _Dumper(yaml.SafeDumper):
    """PyYAML's, with go-yaml's choice of quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Words that YAML 1.1 reads as booleans and PyYAML does not.
_SHORT_WORDS = frozenset({"", "y", "n", "Y", "N"})
_TEXT = "tag:yaml.org,2002:str"


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif text in _SHORT_WORDS or dumper.resolve(yaml.ScalarNode, text, (True, False)) != _TEXT:  # type: ignore[no-untyped-call]
        style = '"'
    return dumper.represent_scalar(_TEXT, text, style=style)


_Dumper.add_representer(str, _represent_text)
