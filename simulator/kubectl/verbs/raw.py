"""`get`, `create`, `replace` and `delete` with `--raw PATH`: one request. Models kubectl pkg/rawhttp."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.objects.errors import ApiError
from simulator.objects.resources import Resource, find_resource

_HEALTH = ("/healthz", "/livez", "/readyz")
_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<plural>[^/]+)(?:/(?P<name>[^/]+)(?:/(?P<part>[^/]+))?)?/?"
)
_SUCCESS = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


@dataclass(frozen=True, slots=True)
class _Path:
    """What a path of the API leads to; `namespace` is None for all of them, `name` is "" for a list."""

    resource: Resource
    namespace: str | None
    name: str
    part: str

    @property
    def where(self) -> str:
        return self.namespace or ""


def _parsed(text: str) -> _Path:
    found = _PATH.fullmatch(text.partition("?")[0])
    resource = find_resource(".".join(filter(None, (found["plural"], found["group"])))) if found else None
    if found is None or resource is None:
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    return _Path(resource, found["namespace"], found["name"] or "", found["part"] or "")


def get(call: Call) -> Routine[int]:
    """An object, a list, or whether the server is well."""
    text = call.arguments.text("raw")
    if text.partition("?")[0] in _HEALTH:
        yield from call.out("ok")
        return 0
    path = _parsed(text)
    if path.name:
        return (yield from _answer(call, call.api.get(path.resource.plural, path.where, path.name)))
    items = [
        {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}
        for obj in call.api.list(path.resource.plural, path.namespace)
    ]
    kind = {"kind": f"{path.resource.kind}List", "apiVersion": path.resource.api_version, "metadata": {}}
    return (yield from _answer(call, kind | {"items": items}))


def create(call: Call) -> Routine[int]:
    """POST: a new object, or an eviction."""
    path = _parsed(call.arguments.text("raw"))
    body = yield from _body(call)
    if path.part == "eviction":
        if (body.get("metadata") or {}).get("name") != path.name:
            raise ApiError(400, "BadRequest", "name in URL does not match name in Eviction object")
        grace = (body.get("deleteOptions") or {}).get("gracePeriodSeconds")
        call.api.evict(path.where, path.name, grace_seconds=grace)
        return (yield from _answer(call, _SUCCESS | {"code": 201}))
    meta = {**(body.get("metadata") or {}), **({"namespace": path.namespace} if path.namespace else {})}
    return (yield from _answer(call, call.api.create({**body, "metadata": meta})))


def replace(call: Call) -> Routine[int]:
    """PUT: an object, or its status or another part."""
    path = _parsed(call.arguments.text("raw"))
    body = yield from _body(call)
    return (yield from _answer(call, call.api.replace(body, subresource=path.part)))


def delete(call: Call) -> Routine[int]:
    """DELETE: does not wait."""
    path = _parsed(call.arguments.text("raw"))
    options = (yield from _body(call)) if call.arguments.given("filename") else {}
    obj = call.api.get(path.resource.plural, path.where, path.name)
    grace, propagation = options.get("gracePeriodSeconds"), str(options.get("propagationPolicy", ""))
    call.api.delete(path.resource.plural, path.where, path.name, grace_seconds=grace, propagation=propagation)
    return (yield from _answer(call, obj))


def _body(call: Call) -> Routine[Json]:
    """What is sent: JSON, from one file or from standard input."""
    names = call.arguments.whole("filename")
    if len(names) != 1:
        raise CommandError("--raw can only use a single local file or stdin")
    data = (yield from call.process.read_all(0)) if names[0] == "-" else call.read_file(names[0])
    try:
        body = json.loads(data)
    except ValueError as error:
        raise ApiError(400, "BadRequest", f"couldn't get version/kind; json parse error: {error}") from None
    return body if isinstance(body, dict) else {}


def _answer(call: Call, obj: Json) -> Routine[int]:
    yield from call.out(json.dumps(obj, separators=(",", ":")) + "\n")
    return 0
