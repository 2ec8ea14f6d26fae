"""`kubectl create token`: it has the form of a real one, but nobody could check who signed it.

Models kubectl pkg/cmd/create/create_token.go and, for what is in it, pkg/serviceaccount/claims.go.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, milliseconds
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import only_name
from simulator.objects.errors import ApiError

FLAGS = "duration=0s audience:list"
_ISSUER = "https://kubernetes.default.svc.cluster.local"
_HOUR = 3600
_LEAST = 600


def run(call: Call) -> Routine[int]:
    """`create token ACCOUNT`."""
    name, lifetime = only_name(call), milliseconds(call.arguments.text("duration"))
    if lifetime < 0:
        raise CommandError("--duration must be greater than or equal to 0")
    if lifetime % 1000:
        raise CommandError("--duration cannot be expressed in units less than seconds")
    seconds = lifetime // 1000 or _HOUR
    if seconds < _LEAST:
        wrong = f"Invalid value: {seconds}: may not specify a duration less than 10 minutes"
        where = 'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds'
        raise CommandError(f"failed to create token: {where}: {wrong}")
    try:
        account = call.api.get("serviceaccounts", call.namespace, name)
    except ApiError as error:
        raise CommandError(f"failed to create token: {error.message}") from None
    claims = _claims(call, account, seconds)
    signed = f"{_encoded({'alg': 'RS256', 'kid': 'podviz'})}.{_encoded(claims)}"
    yield from call.out(f"{signed}.{_text(sha256(signed.encode()).digest() * 8)}\n")
    return 0


def _claims(call: Call, account: Json, seconds: int) -> Json:
    meta, now = account["metadata"], call.now // 1000
    about = {"name": meta["name"], "uid": meta.get("uid", "")}
    return {
        "aud": call.arguments.whole("audience") or [_ISSUER],
        "exp": now + seconds,
        "iat": now,
        "iss": _ISSUER,
        "jti": str(UUID(int=call.process.random.getrandbits(128), version=4)),
        "kubernetes.io": {"namespace": call.namespace, "serviceaccount": about},
        "nbf": now,
        "sub": f"system:serviceaccount:{call.namespace}:{meta['name']}",
    }


def _encoded(obj: Json) -> str:
    return _text(json.dumps(obj, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
