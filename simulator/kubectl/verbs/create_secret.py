"""`kubectl create secret docker-registry` and `tls`. Models kubectl pkg/cmd/create/create_secret_{docker,tls}.go."""

from __future__ import annotations

import json
from base64 import b64encode

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, from_files

DOCKER_FLAGS = (
    "docker-username docker-password docker-email docker-server=https://index.docker.io/v1/ from-file:list "
    "append-hash:bool"
)


def docker_registry(call: Call) -> Routine[int]:
    """`create secret docker-registry NAME --docker-server=S --docker-username=U --docker-password=P`."""
    user, password, email, server = (
        call.arguments.text(f"docker-{x}") for x in ("username", "password", "email", "server")
    )
    if call.arguments.given("from-file"):
        return (yield from _create(call, "kubernetes.io/dockerconfigjson", dict(from_files(call))))
    if not (user and password and server):
        raise CommandError(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is "
            "required"
        )
    auth = b64encode(f"{user}:{password}".encode()).decode()
    entry = {"username": user, "password": password, **({"email": email} if email else {}), "auth": auth}
    content = json.dumps({"auths": {server: entry}}, separators=(",", ":")).encode()
    return (yield from _create(call, "kubernetes.io/dockerconfigjson", {".dockerconfigjson": content}))


def tls(call: Call) -> Routine[int]:
    """`create secret tls NAME --cert=FILE --key=FILE`. That the two fit is not looked at."""
    paths = call.arguments.text("cert"), call.arguments.text("key")
    if not all(paths):
        raise CommandError("key and cert must be specified")
    certificate, key = (call.read_file(path) for path in paths)
    for what, text in (("certificate", certificate), ("key", key)):
        if b"-----BEGIN " not in text:
            raise CommandError(f"tls: failed to find any PEM data in {what} input")
    return (yield from _create(call, "kubernetes.io/tls", {"tls.crt": certificate, "tls.key": key}))


def _create(call: Call, kind: str, data: dict[str, bytes]) -> Routine[int]:
    encoded = {name: b64encode(value).decode() for name, value in data.items()}
    secret: Json = {"apiVersion": "v1", "kind": "Secret", "type": kind, "data": encoded}
    return (yield from create_object(call, secret, "failed to create secret "))
