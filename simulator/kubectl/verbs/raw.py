"""`kubectl create --raw`: a request by its path. Models kubectl pkg/rawhttp/raw.go; evictions only."""

from __future__ import annotations

import json
import re

from simulator.containers.syscalls import Routine
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.objects.errors import ApiError

_EVICTION = re.compile(r"/api/v1/namespaces/([^/]+)/pods/([^/]+)/eviction")
_CREATED = '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201}\n'


def post(call: Call) -> Routine[int]:
    """Send a file to a path of the server and print the answer."""
    files = call.arguments.texts("filename")
    if len(files) != 1:
        raise CommandError("--raw can only use a single local file or stdin")
    body = (yield from call.process.read_all(0)) if files[0] == "-" else call.read_file(files[0])
    found = _EVICTION.fullmatch(call.arguments.text("raw"))
    if found is None:
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    namespace, name = found.groups()
    try:
        eviction = json.loads(body)
        given, options = eviction["metadata"].get("name"), eviction.get("deleteOptions") or {}
    except (ValueError, TypeError, KeyError, AttributeError):
        words = "the object provided is unrecognized (must be of type Eviction)"
        raise ApiError(400, "BadRequest", words) from None
    if given != name:
        raise ApiError(400, "BadRequest", "name in URL does not match name in Eviction object")
    call.api.evict(namespace, name, grace_seconds=options.get("gracePeriodSeconds"))
    yield from call.out(_CREATED)
    return 0
