"""How the API server and kubectl say no, word for word.

Models apimachinery pkg/api/errors/errors.go, kubectl pkg/cmd/util/helpers.go, pkg/cmd/apply/apply.go and
cli-runtime pkg/resource/{mapper,visitor}.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.history import Json
from simulator.objects.decode import Fault, decode
from simulator.objects.kinds import KINDS
from simulator.objects.problem import Document, Manifest, Problem, Source
from simulator.objects.validation.field import go_quote

# The store's words for an object that says which version it is (apiserver pkg/storage/etcd3/store.go).
VERSIONED = "resourceVersion should not be set on objects to be created"
# Codes of problems that kubectl finds by itself, before it asks the server for anything.
_CLIENT = frozenset(("syntax", "no-kind", "kind"))


def decode_words(kind: str, api_version: str, faults: Sequence[Fault | Problem]) -> str:
    """The server's message for an object that it cannot decode (400 BadRequest)."""
    stop = next((fault for fault in faults if fault.code == "bad-value"), None)
    wrong = stop or next((fault for fault in faults if fault.code == "wrong-type"), None)
    if wrong is not None:
        reason = wrong.message
    else:
        reason = f"strict decoding error: {', '.join(fault.message for fault in faults)}"
    return f'{kind} in version "{api_version}" cannot be handled as a {kind}: {reason}'


def metadata_words(obj: Json) -> str:
    """The same for the metadata alone, which is of one type for every kind; "" if it can be read."""
    faults = decode({"metadata": obj["metadata"]}, "Pod")[1]
    wrong = [fault for fault in faults if fault.code != "unknown-field"]
    return decode_words(obj["kind"], obj["apiVersion"], wrong) if wrong else ""


def invalid_words(kind: str, api_version: str, name: str, causes: Iterable[str]) -> str:
    """The server's message for an object that breaks its rules (422 Invalid). Models NewInvalid."""
    group = api_version.rpartition("/")[0]
    qualified = f"{kind}.{group}" if group else kind
    unique = list(dict.fromkeys(causes))
    listed = unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"
    return f"{qualified} {go_quote(name)} is invalid: {listed}"


def invalid_lines(kind: str, name: str, causes: Iterable[str]) -> str:
    """How kubectl prints such an error: on one line if there is one cause, else as a list."""
    unique = list(dict.fromkeys(causes))
    head = f"The {kind} {go_quote(name)} is invalid: "
    if len(unique) == 1:
        return f"{head}{unique[0]}\n"
    return f"{head}\n{''.join(f'* {cause}{chr(10)}' for cause in unique)}"


def kubectl_error(manifest: Manifest, document: int | None = None) -> str:
    """What `kubectl apply -f` prints for one document, or for the whole manifest; "" if all is well."""
    if document is None:
        return _whole(manifest)
    problems = list(manifest.problems_of(document))
    source = manifest.source(document)
    if not problems:
        return ""
    words = _client_words(manifest, source, problems)
    if words:
        return f"error: {words}\n"
    assert source is not None
    words = _lookup_words(manifest, source)
    if words:
        return f"error: {words}\n"
    if _reason(problems) == "Invalid":
        return invalid_lines(source.kind, source.name, (problem.message for problem in problems))
    return f"{_from_server(manifest, source, problems)}\n"


def stops_at(manifest: Manifest) -> int | None:
    """The first document at which kubectl itself gives up; what comes after it is never sent."""
    for index in sorted({problem.document for problem in manifest.problems}):
        problems = list(manifest.problems_of(index))
        if _client_words(manifest, manifest.source(index), problems):
            return index
    return None


def applied(manifest: Manifest) -> tuple[Document, ...]:
    """The documents that `kubectl apply` would get stored."""
    stop = stops_at(manifest)
    return tuple(document for document in manifest.documents if stop is None or document.index < stop)


def _whole(manifest: Manifest) -> str:
    stop = stops_at(manifest)
    wrong = sorted({problem.document for problem in manifest.problems if stop is None or problem.document < stop})
    order = ([] if stop is None else [stop]) + wrong
    if len(order) == 1:
        return kubectl_error(manifest, order[0])
    return "".join(f"{_standard(manifest, index)}\n" for index in order)


def _standard(manifest: Manifest, index: int) -> str:
    """One of several errors. Models MultipleErrors: the server's are named, kubectl's own are bare."""
    problems, source = list(manifest.problems_of(index)), manifest.source(index)
    words = _client_words(manifest, source, problems)
    if words or source is None:
        return words
    words = _lookup_words(manifest, source)
    if words:
        return words
    return _from_server(manifest, source, problems)


def _reason(problems: Sequence[Problem]) -> str:
    """The reason in the server's answer; it has none for what the store refuses."""
    if problems[0].code == "versioned":
        return ""
    return "Invalid" if problems[0].stage == "validate" else "BadRequest"


def _from_server(manifest: Manifest, source: Source, problems: Sequence[Problem]) -> str:
    reason = _reason(problems)
    return f"Error from server{f' ({reason})' if reason else ''}: {_server_words(manifest, source, problems)}"


def _client_words(manifest: Manifest, source: Source | None, problems: Sequence[Problem]) -> str:
    """What kubectl says before it talks to the server."""
    file, first = manifest.filename, problems[0]
    if first.code == "syntax" or source is None:
        return f"error parsing {file}: {first.message}"
    if first.code == "no-kind":
        hint = "if you choose to ignore these errors, turn validation off with --validate=false"
        return f"error validating {go_quote(file)}: error validating data: {first.message}; {hint}"
    in_metadata = [p for p in problems if p.code in ("wrong-type", "bad-value") and p.path.startswith("metadata")]
    if in_metadata:
        wrong = next((problem for problem in in_metadata if problem.code == "bad-value"), in_metadata[0])
        return f"unable to decode {go_quote(file)}: {wrong.message}"
    if first.code == "kind":
        where = f"name: {go_quote(source.name)} namespace: {go_quote(source.namespace)} from {go_quote(file)}"
        return f"resource mapping not found for {where}: {first.message}\nensure CRDs are installed first"
    return ""


def _lookup_words(manifest: Manifest, source: Source) -> str:
    """kubectl asks for the object before it sends it; some names cannot be asked for."""
    name = source.name
    if not name:
        base = source.given.get("metadata", {}) if isinstance(source.given, dict) else {}
        generated = base.get("generateName") if isinstance(base, dict) else None
        if generated:
            return f"from {generated}: cannot use generate name with apply"
        reason = "resource name may not be empty"
    elif bad := path_segment_faults(name):
        reason = f"invalid resource name {go_quote(name)}: [{' '.join(bad)}]"
    else:
        return ""
    kind = KINDS[source.api_version, source.kind]
    group = source.api_version if "/" in source.api_version else f"/{source.api_version}"
    namespace = source.namespace or (manifest.namespace if kind.namespaced else "")
    return (
        f'error when retrieving current configuration of:\nResource: "{group}, Resource={kind.plural}", '
        f'GroupVersionKind: "{group}, Kind={kind.name}"\nName: {go_quote(name)}, Namespace: {go_quote(namespace)}\n'
        f"from server for: {go_quote(manifest.filename)}: {reason}"
    )


def path_segment_faults(name: str) -> list[str]:
    """Models IsValidPathSegmentName."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{char}'" for char in "/%" if char in name]


def _server_words(manifest: Manifest, source: Source, problems: Sequence[Problem]) -> str:
    if problems[0].code == "versioned":
        words = problems[0].message
    elif problems[0].stage == "validate":
        causes = (problem.message for problem in problems)
        words = invalid_words(source.kind, source.api_version, source.name, causes)
    else:
        decoding = [problem for problem in problems if problem.stage == "decode"]
        words = decode_words(source.kind, source.api_version, decoding)
    return f"error when creating {go_quote(manifest.filename)}: {words}"
