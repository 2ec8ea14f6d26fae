"""`kubectl create secret docker-registry`. Models kubectl pkg/cmd/create/create_secret_docker.go."""

from __future__ import annotations

import json
from base64 import b64encode

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name

REGISTRY_FLAGS = "docker-username docker-password docker-email docker-server=https://index.docker.io/v1/"


def docker_registry(call: Call) -> Routine[int]:
    """`create secret docker-registry NAME --docker-username=u --docker-password=p`: for `imagePullSecrets`."""
    only_name(call)
    user, password, email, server = (
        call.arguments.text(f"docker-{name}") for name in ("username", "password", "email", "server")
    )
    if not (user and password and server):
        raise CommandError(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is "
            "required"
        )
    entry = {"username": user, "password": password} | ({"email": email} if email else {})
    entry["auth"] = b64encode(f"{user}:{password}".encode()).decode()
    content = json.dumps({"auths": {server: entry}}, separators=(",", ":"))
    obj: Json = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": b64encode(content.encode()).decode()},
    }
    return (yield from create_object(call, obj, "failed to create secret "))
