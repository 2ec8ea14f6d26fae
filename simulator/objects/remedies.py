"""What to do about a problem, in plain English, and what to write instead, if that is known.

The advice is data: tables of patterns, looked through from the top.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any

from simulator.objects.decode import Fault
from simulator.objects.go_types import go_type
from simulator.objects.kinds import KINDS, kind_named
from simulator.objects.validation.field import FieldError
from simulator.text import Text
from simulator.text import translatable as _

Json = dict[str, Any]
Help = tuple[Text, str | None]

_YAML: tuple[tuple[str, Text], ...] = (
    ("cannot start any token\t", _("YAML is indented with spaces; put spaces where the tab is.")),
    ("cannot start any token", _("No value begins with this character: quote it, or take away what is no YAML.")),
    ("mapping values are not allowed", _("A value holds a colon, or a line is indented too far. Quote it or move it.")),
    ("could not find expected ':'", _("A key needs a colon and a space after it.")),
    ("did not find expected key", _("The indentation does not fit the lines above. Line the keys up.")),
    ("did not find expected '-' indicator", _("The items of a list must be indented alike, each with a dash.")),
    ("block sequence entries are not allowed", _("A list begins on a line of its own, below its key.")),
    ("did not find expected ',' or", _("A bracket is not closed, or a comma is missing.")),
    ("unexpected end of stream", _("A quote or a bracket is not closed.")),
    (
        "invalid map key",
        _("Curly braces begin a mapping in YAML. A template must be filled in first, or the text quoted."),
    ),
    ("excessive aliasing", _("The aliases stand for far too much. Write the values out.")),
    ("too large", _("Only smaller manifests are read here.")),
    ("max depth", _("The manifest is nested too deeply.")),
    ("unknown anchor", _("An alias (*name) must come after its anchor (&name), in the same document.")),
    ("document separator", _("Write nothing but the three dashes on this line.")),
    ("control characters", _("Remove the character that cannot be printed.")),
)
_WANTED: dict[str, Text] = {
    "string": _("This must be text: put it in quotes."),
    "int": _("This must be a whole number, without quotes."),
    "bool": _("This must be true or false, without quotes."),
    "list": _("This must be a list: begin each item with a dash, or write [a, b]."),
    "map": _("This must be a mapping: write each entry as `key: value`, indented below."),
    "struct": _("This holds fields of its own: write them indented below."),
    "quantity": _("Write an amount such as 250m, 0.5, 128Mi or 1Gi."),
    "number or string": _("Write a whole number or a name."),
    "time": _("Write a time such as 2026-11-23T04:34:14Z."),
    "base64": _("Encode the value with base64, or put it under `stringData`."),
}
# (code, a pattern of path and message, advice)
_RULES: tuple[tuple[str, str, Text], ...] = (
    ("required", r"metadata\.name:", _("Give the object a name.")),
    ("required", r"containers: Required", _("A Pod needs at least one container.")),
    ("required", r"\.image:", _("Say which image the container runs.")),
    ("required", r"handler type", _("Say how to probe or what to run: exec, httpGet, tcpSocket or grpc.")),
    ("required", r"template\.spec\.restartPolicy", _("A Job's Pods must be able to end: add `restartPolicy: Never`.")),
    (
        "required",
        r"selector:",
        _("Say which Pods belong to it: selector.matchLabels, with the labels of the template."),
    ),
    ("required", r"restart rules", _("Rules need a `restartPolicy` beside them.")),
    ("required", "", _("This field must be written, and must not be empty.")),
    (
        "not-found",
        r"volumeMounts|volumeDevices",
        _("Add a volume with this name under spec.volumes, or correct the name."),
    ),
    ("not-found", "", _("Nothing with this name exists in the Pod. Correct the name.")),
    ("duplicate", r"\.name:", _("Names must differ from each other. Choose another one.")),
    ("duplicate", "", _("The same value may not appear twice.")),
    ("unsupported", "", _("Use one of the values listed.")),
    ("forbidden", r"more than 1 handler", _("Keep one handler and remove the other.")),
    (
        "forbidden",
        r"more than 1 volume type",
        _("A volume has one source. Keep one, and make a second volume of the other."),
    ),
    (
        "forbidden",
        r"init containers without",
        _("Only sidecars may have this: add `restartPolicy: Always`, or remove it."),
    ),
    ("forbidden", r"cannot be set on create", _("Add it to the living Pod, with `kubectl debug`.")),
    ("forbidden", r"may not change fields", _("Most of a living Pod is fixed. Delete it and create it anew.")),
    ("forbidden", "", _("Remove this field.")),
    ("too-long", "", _("Make it shorter.")),
    ("too-many", "", _("Remove some of them.")),
    ("invalid", r"successThreshold.*must be 1", _("Set it to 1, or remove it: only readiness probes count successes.")),
    ("invalid", r"less than or equal to \w+ limit", _("Ask for no more than the limit allows.")),
    ("invalid", r"does not match template `labels`", _("Give the template the labels that the selector asks for.")),
    (
        "invalid",
        r"RFC 1123|DNS-1035",
        _("Use lower case letters, digits and dashes; begin and end with a letter or digit."),
    ),
    ("invalid", r"must be between 1 and 65535", _("A port is a number from 1 to 65535.")),
    ("invalid", r"at least one letter", _("A port's name needs a letter; a number must not be in quotes.")),
    ("invalid", r"greater than or equal to 0", _("The number must not be negative.")),
    ("invalid", r"mountPath.*must be unique", _("Mount each volume at a place of its own.")),
    (
        "invalid",
        r"terminationGracePeriodSeconds \(",
        _("Sleep no longer than the Pod's grace period, or make that longer."),
    ),
    ("invalid", r"immutable", _("This cannot be changed. Delete the object and create it anew.")),
    ("invalid", "", _("Correct the value as the message says.")),
)
# Where people mean to write a field that they put elsewhere.
_HOMES: tuple[tuple[str, Text], ...] = (
    ("PodSpec", _("`%(name)s` is a field of spec: check the indentation, and move it there.")),
    ("Container", _("`%(name)s` is a field of a container: check the indentation, and move it there.")),
    ("ObjectMeta", _("`%(name)s` is a field of metadata: check the indentation, and move it there.")),
    ("Probe", _("`%(name)s` is a field of a probe: check the indentation, and move it there.")),
    ("HTTPGetAction", _("`%(name)s` is a field of httpGet: check the indentation, and move it there.")),
    ("SecurityContext", _("`%(name)s` is a field of securityContext: check the indentation, and move it there.")),
    ("DeploymentSpec", _("`%(name)s` is a field of a Deployment's spec: check the indentation, and move it there.")),
    ("ServiceSpec", _("`%(name)s` is a field of a Service's spec: check the indentation, and move it there.")),
)
_UNITS = {
    **{f"{unit}b": unit.upper() for unit in "mgt"},
    **{f"{unit}ib": f"{unit.upper()}i" for unit in "kmgt"},
    **{f"{unit}i": f"{unit.upper()}i" for unit in "kmgt"},
    **{"kb": "k", "k": "k", "g": "G", "b": "", "cpu": "", "cores": ""},
}


def yaml_help(message: str, character: str = "") -> Text:
    """Advice about text that is no YAML; `character` is the one at which the parser stopped."""
    met = f"{message}{character}"
    return next((advice for part, advice in _YAML if part in met), _("Correct the YAML near this line."))


def kind_help(kind: str, api_version: str) -> Help:
    """Advice about a kind that is not served, and what to write for it."""
    served = kind_named(kind)
    if served is not None:
        return _("%(kind)s is served as %(version)s.", kind=kind, version=served.api_version), served.api_version
    close = _close(kind, (name for _version, name in KINDS))
    if close is None:
        return _("Write a kind that Kubernetes knows, such as Pod."), None
    return _("Did you mean %(name)s?", name=close), close


def decode_help(fault: Fault, word: str) -> Help:
    """Advice about a field that could not be decoded; `word` is what stands in its place."""
    if fault.code == "unknown-field":
        return _unknown_field(fault.path.rpartition(".")[2], fault.wanted)
    return _WANTED.get(fault.wanted, _("This value has the wrong type.")), _rewritten(fault.wanted, word)


def _unknown_field(name: str, struct: str) -> Help:
    known = go_type(struct).fields
    home = next((place for home, place in _HOMES if home != struct and name in go_type(home).fields), None)
    if home is not None:
        return home.fill(name=name), None
    close = _close(name, known)
    if close is not None:
        return _("Did you mean %(name)s?", name=close), close
    return _("There is no such field here. Remove it, or correct its name."), None


def _close(word: str, words: Iterable[str]) -> str | None:
    by_lower = {known.lower(): known for known in words}
    if word.lower() in by_lower:
        return by_lower[word.lower()]
    close = difflib.get_close_matches(word.lower()[:60], by_lower, n=1, cutoff=0.7)
    return by_lower[close[0]] if close else None


def _rewritten(wanted: str, word: str) -> str | None:
    """The same value, written as the right type."""
    bare = word.strip("\"'")
    if not bare or len(bare) > 200:
        return None
    if wanted == "string":
        return json.dumps(bare, ensure_ascii=False)
    if wanted == "int":
        return bare if re.fullmatch(r"-?\d{1,18}", bare) and bare != word else None
    if wanted == "bool":
        return {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}.get(
            bare.lower()
        )
    if wanted == "list":
        return None if word[0] in "{[" else f"[{word}]"
    if wanted == "quantity" and (match := re.fullmatch(r"([0-9.]+)\s*([A-Za-z]+)", bare)):
        unit = _UNITS.get(match[2].lower())
        return None if unit is None else f"{match[1]}{unit}"
    return None


def copied_help(given: Json) -> Text:
    """Advice about an object that was copied out of a cluster: all in it that belongs to that one."""
    present = [f"metadata.{name}" for name in ("resourceVersion", "ownerReferences") if given["metadata"].get(name)]
    if given["kind"] == "Pod" and given["spec"].get("nodeName"):
        present.append("spec.nodeName")
    fields = ", ".join(present)
    return _("This was copied out of a cluster. Take out what belongs to that one: %(fields)s.", fields=fields)


def validate_help(error: FieldError) -> Help:
    """Advice about a rule that was broken."""
    text = str(error)
    advice = next(advice for code, pattern, advice in _ADVICE if code == error.code and pattern.search(text))
    return advice, _replacement(error)


_ADVICE = tuple((code, re.compile(pattern), advice) for code, pattern, advice in (*_RULES, ("internal", "", Text(""))))


def _replacement(error: FieldError) -> str | None:
    value: Any = error.value
    if error.choices and isinstance(value, str):
        return _close(value, error.choices) or (error.choices[0] if len(error.choices) == 1 else None)
    if error.code != "invalid":
        return None
    if error.body.endswith("must be 1"):
        return "1"
    if isinstance(value, str) and ("RFC 1123" in error.body or "DNS-1035" in error.body):
        slug = re.sub(r"[^a-z0-9-]+", "-", value.lower()).strip("-")[:63].strip("-")
        return slug or None
    if limit := re.search(r"less than or equal to \w[\w-]* limit of (\S+)$", error.body):
        return limit[1]
    return "0" if error.body.endswith("greater than or equal to 0") else None
