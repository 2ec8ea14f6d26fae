"""Reads a manifest: YAML to validated, defaulted API objects, with every problem of every document at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from simulator.objects.decode import Fault, decode
from simulator.objects.documents import Chunk, split_documents
from simulator.objects.kinds import KINDS, kind_named
from simulator.objects.lines import Lines, Mark
from simulator.objects.prepare import create
from simulator.objects.problem import Document, Json, Manifest, Problem, Source, Stage
from simulator.objects.refusals import VERSIONED
from simulator.objects.remedies import Help, copied_help, decode_help, kind_help, validate_help, yaml_help
from simulator.objects.unsimulated import INERT, is_passed_over, unsimulated
from simulator.objects.validation import FieldError, validate
from simulator.objects.yaml_reader import MAX_BYTES, MAX_NODES, YamlFault, read_yaml
from simulator.text import Text
from simulator.text import translatable as _

MAX_DOCUMENTS = 200
MAX_PROBLEMS = 100  # of one document
_MAX_ALL_PROBLEMS = 500
_WORD = re.compile(r"""\"[^\"]*\"|'[^']*'|[^\s,\]}#]+""")


def read_manifest(
    text: str,
    *,
    namespace: str = "default",
    filename: str = "STDIN",
    seed_names: Random | None = None,
    first_line: int = 1,
    validated: bool = True,
    anew: bool = True,
) -> Manifest:
    """What `kubectl apply -f` would make of `text`. Never raises: what is wrong becomes a problem.

    `seed_names` draws the suffixes that the API server makes up; `first_line` is where `text` starts in its file.
    Without `validated` only what cannot be decoded is found, and there are sources but no documents: enough for whoever
    sends them to the server, which looks at the rest itself. `anew`: nothing of this exists yet, so that an object that
    says which version it is cannot be created.
    """
    random = seed_names or Random("podviz")  # noqa: S311
    reader = _Reader(text, namespace, filename, random, first_line - 1, validated=validated, anew=anew)
    if len(text) > MAX_BYTES:
        reader.problem(0, "yaml", f"document is too large: more than {MAX_BYTES} characters", (first_line, 1), "syntax")
    else:
        for chunk in split_documents(text):
            reader.read(chunk)
    return reader.manifest()


class _Reader:
    """Collects documents, problems and notes."""

    def __init__(
        self, text: str, namespace: str, filename: str, random: Random, offset: int, *, validated: bool, anew: bool
    ) -> None:
        self._lines = text.split("\n")
        self._namespace = namespace
        self._filename = filename
        self._random = random
        self._offset = offset
        self._validated = validated
        self._anew = anew
        self._index = 0
        self._gave_up = False
        self._nodes = 0
        self._documents: list[Document] = []
        self._sources: list[Source] = []
        self._problems: list[Problem] = []
        self._notes: list[Problem] = []

    def manifest(self) -> Manifest:
        return Manifest(
            tuple(self._documents), tuple(self._problems), tuple(self._sources), tuple(self._notes), self._filename,
            self._namespace,
        )  # fmt: skip

    def problem(
        self, document: int, stage: Stage, message: str, place: tuple[int, int], code: str, path: str = "",
        help_: Help | None = None,
    ) -> None:  # fmt: skip
        # The parser may stop behind the last line.
        place = (min(place[0], self._offset + len(self._lines)), place[1])
        line = self._lines[place[0] - 1 - self._offset]
        advice, suggestion = help_ or (yaml_help(message, line[place[1] - 1 : place[1]]), None)
        self._problems.append(Problem(stage, path, *place, message, advice, document, suggestion, code))

    def read(self, chunk: Chunk) -> None:
        """One document of the text; a List holds several."""
        first = chunk.first_line + self._offset
        if self._gave_up:
            return
        if chunk.separator_fault:
            message = f"invalid Yaml document separator: {chunk.separator_fault}"
            self.problem(self._take_index(), "yaml", message, (first, 1), "syntax")
            return
        try:
            value, mark, nodes = read_yaml(chunk.text, first, MAX_NODES - self._nodes)
        except YamlFault as fault:
            message = f"error converting YAML to JSON: {_prefix(fault.words)}"
            self.problem(self._take_index(), "yaml", message, (fault.line, fault.column), "syntax")
            return
        self._nodes += nodes
        if value is not None:
            self._read_value(value, mark)

    def _take_index(self) -> int:
        self._index += 1
        return self._index - 1

    def _read_value(self, value: Any, mark: Mark) -> None:
        items = value.get("items") if isinstance(value, dict) else None
        if isinstance(items, list) and str(value.get("kind", "")).endswith("List"):
            lines = Lines(mark)
            for number, item in enumerate(items[:MAX_DOCUMENTS]):
                self._read_object(_item(value, item), lines.within(f"items[{number}]"))
        else:
            self._read_object(value, Lines(mark))

    def _read_object(self, value: Any, lines: Lines) -> None:
        index = self._take_index()
        if index >= MAX_DOCUMENTS or len(self._problems) >= _MAX_ALL_PROBLEMS:
            self._give_up(index, lines)
            return
        source = _source(index, value, lines)
        self._sources.append(source)
        kind = KINDS.get((source.api_version, source.kind))
        if kind is None:
            self._unknown_kind(source)
            return
        obj, faults = decode(value, kind.name)
        for fault in faults:
            self._decode_problem(source, fault)
        obj["kind"], obj["apiVersion"] = kind.name, kind.api_version
        if self._validated:
            self._finish(source, obj, faults, kind.namespaced)

    def _give_up(self, index: int, lines: Lines) -> None:
        """Say once that the rest is not read."""
        if not self._gave_up:
            self._gave_up = True
            message = f"manifest is too large: more than {MAX_DOCUMENTS} documents or {_MAX_ALL_PROBLEMS} problems"
            self.problem(index, "yaml", message, lines.position(""), "syntax")

    def _finish(self, source: Source, obj: Json, faults: list[Fault], namespaced: bool) -> None:
        """Default, admit and validate; what could not be decoded is not complained about twice."""
        if namespaced:
            obj["metadata"].setdefault("namespace", self._namespace)
        create(obj, self._random)
        hidden = _hidden(faults, self._problems, source.index)
        errors = [error for error in validate(obj, MAX_PROBLEMS) if not hidden(error.path)]
        for error in errors:
            self._validate_problem(source, error, obj["metadata"].get("generateName", ""))
        if faults or errors or (self._anew and self._is_versioned(source, obj)):
            return
        obj.pop("status", None)
        namespace = obj["metadata"].get("namespace", "")
        self._documents.append(
            Document(
                source.index, source.kind, source.api_version, source.name, namespace, obj, source.given, source.lines
            )
        )
        if obj["kind"] in INERT:
            self._kept_alone(source, INERT[obj["kind"]].fill(kind=source.kind))
        for at, template in _pods_in(obj):
            for path, advice in unsimulated(template):
                self._note(source, f"{at}{path}", advice)

    def _is_versioned(self, source: Source, obj: Json) -> bool:
        """The store takes no new object that was copied out of a cluster as it is there."""
        if not obj["metadata"].get("resourceVersion"):
            return False
        path = "metadata.resourceVersion"
        line, column = source.lines.position(path)
        alone = not self._lines[line - 1 - self._offset][: column - 1].strip()
        help_ = copied_help(source.given), "# resourceVersion" if alone else None
        self.problem(source.index, "validate", VERSIONED, (line, column), "versioned", path, help_)
        return True

    def _kept_alone(self, source: Source, advice: Text) -> None:
        """The object is kept and can be listed, and that is all."""
        place = source.lines.position("kind")
        self._notes.append(Problem("validate", "kind", *place, "kept, not simulated", advice, source.index))

    def _note(self, source: Source, path: str, advice: Text) -> None:
        place = source.lines.position(path)
        note = Problem("validate", path, *place, f"{path}: accepted, not simulated", advice, source.index)
        self._notes.append(note)

    def _unknown_kind(self, source: Source) -> None:
        missing = _missing_kind(source.given)
        if missing:
            first = missing[0].partition(" ")[0] if isinstance(source.given, dict) else ""
            message = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
            help_: Help = (_("Say what this is, for example `apiVersion: v1` and `kind: Pod`."), None)
            self.problem(source.index, "decode", message, source.lines.position(first), "no-kind", first, help_)
            return
        # kubectl reads the metadata before it asks what the kind is.
        for fault in decode({"metadata": source.given.get("metadata")}, "Pod")[1]:
            if fault.code != "unknown-field":
                self._decode_problem(source, fault)
        if is_passed_over(source.api_version, source.kind):
            advice = _("%(kind)s objects are not simulated: this document is passed over.", kind=source.kind)
            place = source.lines.position("kind")
            self._notes.append(Problem("decode", "kind", *place, "accepted, not simulated", advice, source.index))
            return
        message = f'no matches for kind "{source.kind}" in version "{source.api_version}"'
        help_ = kind_help(source.kind, source.api_version)
        path = "apiVersion" if kind_named(source.kind) else "kind"
        self.problem(source.index, "decode", message, source.lines.value(path), "kind", path, help_)

    def _decode_problem(self, source: Source, fault: Fault) -> None:
        unknown = fault.code == "unknown-field"
        place = source.lines.position(fault.path) if unknown else source.lines.value(fault.path)
        help_ = decode_help(fault, self._word_at(*place))
        self.problem(source.index, "decode", fault.message, place, fault.code, fault.path, help_)

    def _validate_problem(self, source: Source, error: FieldError, base: str) -> None:
        lines, words, help_ = source.lines, str(error), validate_help(error)
        if base and error.path == "metadata.name":
            # The API server would make a name up, but kubectl apply does not let it.
            words, help_ = f"from {base}: cannot use generate name with apply", (_("Give the object a name."), None)
        place = lines.value(error.path) if lines.has(error.path) else lines.position(error.path)
        self.problem(source.index, "validate", words, place, error.code, error.path, help_)

    def _word_at(self, line: int, column: int) -> str:
        """The key or value that stands at a place of the text."""
        index = line - 1 - self._offset
        if not 0 <= index < len(self._lines):
            return ""
        match = _WORD.match(self._lines[index][column - 1 : column + 300])
        return match[0] if match else ""


def _missing_kind(value: Any) -> list[str]:
    """Models kubectl pkg/validation getObjectKind."""
    if not isinstance(value, dict):
        return ["invalid object to validate"]
    found = []
    for name in ("apiVersion", "kind"):
        if value.get(name) is None:
            found.append(f"{name} not set")
        elif not isinstance(value[name], str):
            found.append(f"{name} isn't string type")
    return found


def _pods_in(obj: Json) -> list[tuple[str, Json]]:
    """The Pod, or the templates of Pods, that an object holds, and where."""
    spec = obj.get("spec", {})
    if obj["kind"] == "Pod":
        return [("", obj)]
    if "jobTemplate" in spec:
        return [("spec.jobTemplate.spec.template.", spec["jobTemplate"]["spec"]["template"])]
    return [("spec.template.", spec["template"])] if "template" in spec else []


def _prefix(words: str) -> str:
    """Trouble in making JSON is reported without `yaml:`."""
    return words if words.startswith(("json:", "unsupported map key")) else f"yaml: {words}"


def _item(parent: Json, item: Any) -> Any:
    """An item of a typed list takes its kind from the list. Models unstructured decodeToList."""
    kind = parent["kind"].removesuffix("List")
    if kind and isinstance(item, dict) and not item.get("kind") and not item.get("apiVersion"):
        return {**item, "kind": kind, "apiVersion": parent.get("apiVersion")}
    return item


def _source(index: int, value: Any, lines: Lines) -> Source:
    top = value if isinstance(value, dict) else {}
    metadata = top.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kind, version, name, namespace = (
        part if isinstance(part, str) else ""
        for part in (top.get("kind"), top.get("apiVersion"), metadata.get("name"), metadata.get("namespace"))
    )
    return Source(index, kind, version, name, namespace, value, lines)


def _hidden(faults: list[Fault], problems: list[Problem], document: int) -> Callable[[str], bool]:
    """Whether an error about a path only follows from what could not be decoded there."""
    paths = [fault.path for fault in faults]
    for problem in problems:
        if problem.document == document and problem.code == "unknown-field" and problem.suggestion:
            head, dot, _ = problem.path.rpartition(".")
            paths.append(f"{head}{dot}{problem.suggestion}")

    def hidden(path: str) -> bool:
        return any(_related(path, wrong) for wrong in paths)

    return hidden


def _related(path: str, wrong: str) -> bool:
    return path == wrong or path.startswith((f"{wrong}.", f"{wrong}["))
