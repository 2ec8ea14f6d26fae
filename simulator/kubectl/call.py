"""One run of kubectl: what was asked, whom to ask, and where the answer goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.history import Json
from simulator.kubectl.api import Api, Parsed
from simulator.kubectl.arguments import Arguments
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubeconfig import chosen_namespace
from simulator.kubectl.output import Format, TemplateFailure, as_written, read_format, render
from simulator.kubectl.selector_text import parse_fields, parse_selector
from simulator.kubectl.selectors import (
    SelectorError,
    matches_fields,
    matches_labels,
    unknown_field,
)
from simulator.objects.errors import ApiError
from simulator.objects.resources import Resource, find_resource
from simulator.objects.warnings import warnings

if TYPE_CHECKING:
    from simulator.containers.process import Process


_SELECTORS = (("label", "selector"), ("field", "field-selector"))
CHANGE_CAUSE = "kubernetes.io/change-cause"
ANSWER_MS = 5  # until kubectl has the answer to a change; only then it asks for the next


@dataclass(frozen=True, slots=True)
class Target:
    """An object that the command line means. `object` is {} until it was fetched."""

    resource: Resource
    namespace: str
    name: str
    object: Json
    source: str = ""

    @property
    def title(self) -> str:
        """`pod/p`, `deployment.apps/web`."""
        return f"{self.resource.singular_group}/{self.name}"


@dataclass(frozen=True, slots=True)
class Call:
    """A verb's view of the world."""

    api: Api
    process: Process
    verb: str
    arguments: Arguments
    documents: list[str] = field(default_factory=list)  # of YAML, which are parted from each other

    @property
    def namespace(self) -> str:
        return self.arguments.text("namespace") or chosen_namespace(self.process) or self.api.namespace

    @property
    def now(self) -> int:
        """The wall clock in milliseconds since 1970."""
        return self.process.epoch_ms

    def out(self, text: str | bytes) -> Routine[None]:
        """Write to standard output."""
        if text:
            yield from self.process.out(text)

    def err(self, text: str | bytes) -> Routine[None]:
        """Write to standard error."""
        if text:
            yield from self.process.err(text)

    @property
    def local(self) -> bool:
        """Whether files are changed without asking the server."""
        return "local" in self.arguments.known and self.arguments.truth("local")

    @property
    def dry(self) -> bool:
        """Whether nothing is to be changed."""
        if self.local:
            return True
        how = self.arguments.text("dry-run") if "dry-run" in self.arguments.known else "none"
        if how not in ("none", "client", "server"):
            raise CommandError(f'Invalid dry-run value ({how}). Must be "none", "server", or "client".')
        return how != "none"

    @property
    def server_dry(self) -> bool:
        """Whether the server is to say what it would do."""
        return self.dry and not self.local and self.arguments.text("dry-run") == "server"

    def report(self, target: Target, what: str, obj: Json | None = None) -> Routine[None]:
        """`pod/p labeled`, or the object in the format that `-o` asks for."""
        for warning in warnings(obj) if what == "created" and obj is not None and not self.dry else ():
            yield from self.err(f"Warning: {warning}\n")  # the server sends these with its answer
        form = self.format
        if form.name:
            yield from self.show(form, [obj or target.object], single=True)
            return
        how = {"client": " (dry run)", "server": " (server dry run)"}
        note = how.get(self.arguments.text("dry-run"), "") if "dry-run" in self.arguments.known else ""
        yield from self.out(f"{target.title} {what}{note}\n")

    @property
    def format(self) -> Format:
        """What `-o` and `--template` ask for."""
        arguments, known = self.arguments, self.arguments.known
        output, template = (arguments.text(name) if name in known else "" for name in ("output", "template"))
        strict = "allow-missing-template-keys" in known and not arguments.truth("allow-missing-template-keys")
        return read_format(output, template, self.read_file, strict=strict)

    def show(self, form: Format, objects: Sequence[Json], *, single: bool) -> Routine[None]:
        """Print objects in a format other than a table."""
        try:
            text = render(form, objects, single=single)
        except TemplateFailure as failure:
            yield from self.out(failure.printed)
            raise
        if form.name == "yaml":
            yield from self.out("---\n" if self.documents else "")
            self.documents.append(text)
        yield from self.out(text)

    def resource(self, name: str) -> Resource:
        """The kind a person names."""
        found = find_resource(name)
        if found is None:
            raise CommandError(f'the server doesn\'t have a resource type "{name}"')
        return found

    def fetch(self, resource: Resource, name: str) -> Target:
        """One object by name."""
        namespace = self.namespace if resource.namespaced else ""
        return Target(resource, namespace, name, self.api.get(resource.plural, namespace, name))

    def latest(self, target: Target) -> Target:
        """The object as it is now, as kubectl asks for each again at its turn (resource.RetrieveLatest)."""
        if self.local:
            return target
        return replace(target, object=self.api.get(target.resource.plural, target.namespace, target.name))

    def recorded(self, obj: Json) -> Json:
        """The object with this command as what changed it, if `--record` asks for that (ChangeCauseRecorder)."""
        arguments = self.arguments
        if "record" not in arguments.known or not arguments.truth("record"):
            return obj
        given = (f"--{name}={value}" for name, values in arguments.values.items() for value in values)
        cause = " ".join(("kubectl", self.verb, *arguments.args, *given))
        annotations = {**(obj["metadata"].get("annotations") or {}), CHANGE_CAUSE: cause}
        return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}

    def answered(self) -> Routine[None]:
        """Wait for the answer to a change."""
        yield from self.process.sleep(ANSWER_MS)

    def create(self, given: Json) -> Json:
        """Send an object of a file, without the version that it had where it comes from.

        Models cli-runtime pkg/resource/helper.go CreateWithOptions.
        """
        if self.dry and not self.server_dry:
            return given
        meta = {key: value for key, value in given["metadata"].items() if key != "resourceVersion"}
        return self.api.create({**given, "metadata": meta}, dry=self.server_dry)

    def generate(self, obj: Json) -> Json:
        """Send an object that was made from flags.

        A dry run shows it as it is, the namespace in it only if it was asked for (EnforceNamespace).
        """
        if not self.dry or self.server_dry:
            return self.api.create(obj, dry=self.server_dry)
        if not self.arguments.given("namespace"):
            obj = {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key != "namespace"}}
        return as_written(obj)

    def replace(self, obj: Json, *, subresource: str = "") -> Json:
        """Send a changed object."""
        if self.dry and not self.server_dry:
            return obj
        return self.api.replace(obj, subresource=subresource, dry=self.server_dry)

    def named(self, default: str, text: str) -> Target:
        """`p` or `TYPE/p`, as exec, logs and debug take it."""
        kind, slash, name = text.rpartition("/")
        if slash and (not kind or not name or "/" in kind):
            raise CommandError("arguments in resource/name form must have a single resource and name")
        return self.fetch(self.resource(kind or default), name)

    def objects(self, resource: Resource, *, everywhere: bool = False) -> list[Json]:
        """All objects of a kind that the selectors let pass, in the order the server keeps them."""
        namespace = None if everywhere or not resource.namespaced else self.namespace
        found = self.api.list(resource.plural, namespace)
        found.sort(key=lambda o: (o["metadata"].get("namespace", ""), o["metadata"]["name"]))
        try:
            labels, fields = parse_selector(self.selecting("selector")), parse_fields(self.selecting("field-selector"))
            why_not = unknown_field(resource.plural, fields)
        except SelectorError as error:
            why_not = str(error)
        if why_not:
            group = resource.api_version if resource.group else f"/{resource.api_version}"
            asked = ", ".join(f'{kind} selector "{self.selecting(flag)}"' for kind, flag in _SELECTORS)
            where = f'Unable to find "{group}, Resource={resource.plural}" that match {asked}'
            raise ApiError(400, "BadRequest", f"{where}: {why_not}")
        return [obj for obj in found if matches_labels(labels, obj) and matches_fields(fields, obj)]

    def selecting(self, flag: str) -> str:
        """What a selector of objects says. `expose --selector`, which has no `-l`, is not about those."""
        known = self.arguments.known.get(flag)
        if known is None or (flag == "selector" and not known.short):
            return ""
        return self.arguments.text(flag)

    def manifests(self) -> Routine[list[tuple[str, Parsed]]]:
        """The documents of all `-f`, with the name of the file each is from."""
        found: list[tuple[str, Parsed]] = []
        for filename in self.arguments.texts("filename"):
            if filename == "-":
                data = yield from self.process.read_all(0)
                sources = [("STDIN", data)]
            else:
                sources = [(path, self.read_file(path)) for path in self._paths(filename)]
            for name, data in sources:
                text = data.decode("utf-8", "replace")
                found += [(name, document) for document in self.api.parse(text, name)]
        labels = parse_selector(self.selecting("selector"))
        return [(name, each) for name, each in found if each.error or matches_labels(labels, each.object)]

    def _paths(self, filename: str) -> list[str]:
        """A file, or those of a folder, and of the folders in it with `-R`."""
        if not self.process.files.is_dir(filename):
            return [filename]
        deep = "recursive" in self.arguments.known and self.arguments.truth("recursive")
        found = list(self._below(filename.rstrip("/"), deep=deep))
        if not found:
            extensions = "recognized file extensions are [.json .yaml .yml]"
            raise CommandError(f"error reading [{filename}]: {extensions}")
        return found

    def _below(self, folder: str, *, deep: bool) -> Iterator[str]:
        for name in sorted(self.process.files.listdir(folder)):
            path = f"{folder}/{name}"
            if self.process.files.is_dir(path):
                yield from self._below(path, deep=True) if deep else ()
            elif name.endswith((".yaml", ".yml", ".json")):
                yield path

    def read_file(self, path: str) -> bytes:
        """A file of the machine kubectl runs on."""
        try:
            return self.process.files.read(path)
        except OSFault as fault:
            if fault.errno == "ENOENT":
                raise CommandError(f'the path "{path}" does not exist') from None
            raise CommandError(f"open {path}: {fault.message.lower()}") from None


def is_missing(error: Exception) -> bool:
    """Whether the server said that the object is not there."""
    return isinstance(error, ApiError) and error.reason == "NotFound"


def milliseconds(text: str) -> int:
    """A Go duration: `30s`, `1m30s`, `500ms`, `0`."""
    if text in ("0", ""):
        return 0
    if not re.fullmatch(r"-?(\d+(\.\d+)?(ms|s|m|h))+", text):
        raise CommandError(f'invalid duration "{text}"')
    units = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
    total = sum(float(value) * units[unit] for value, _, unit in re.findall(r"(\d+(\.\d+)?)(ms|s|m|h)", text))
    return -int(total) if text.startswith("-") else int(total)
