"""`kubectl create`: from files, or small objects from flags. Models kubectl pkg/cmd/create."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError, raise_all, with_source
from simulator.kubectl.verbs import raw
from simulator.kubectl.verbs.apply import documents
from simulator.objects.errors import ApiError
from simulator.objects.names import ALPHABET
from simulator.objects.resources import resource_of_object
from simulator.objects.validation.formats import is_config_key

DATA_FLAGS = "from-literal:list from-file:list from-env-file:list append-hash:bool"
PRIORITY_FLAGS = "value:int=0 global-default:bool description preemption-policy=PreemptLowerPriority"


def from_file(call: Call) -> Routine[int]:
    """`create -f`: an error where the object is there already."""
    if call.arguments.text("raw"):
        return (yield from raw.create(call))
    if not call.arguments.given("filename"):
        yield from call.err("Error: must specify one of -f and -k\n\n")
        if not call.arguments.args:
            return 1
    if call.arguments.args:
        raise UsageError("create", f'unknown command "{" ".join(call.arguments.args)}"')
    errors: list[Exception] = []
    for target in (yield from documents(call, errors)):
        try:
            kept = call.create(target.object)
        except ApiError as error:
            errors.append(with_source("creating", target.source, error))
            continue
        named = replace(target, name=kept["metadata"].get("name", target.name))  # the server may have made it up
        yield from call.report(named, "created", kept)
    raise_all(errors)
    return 0


def config_map(call: Call) -> Routine[int]:
    """`create configmap NAME --from-literal=k=v`."""
    obj: Json = {"apiVersion": "v1", "kind": "ConfigMap"}
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for key, value in _data(call):
        _check_key(key, "a valid key name for a ConfigMap: ", ",")
        if key in data or key in binary:
            name = only_name(call)
            raise CommandError(
                f'cannot add key "{key}", another key by that name already exists in Data for ConfigMap "{name}"'
            )
        try:
            data[key] = value.decode()
        except UnicodeDecodeError:
            binary[key] = b64encode(value).decode()
    if data:
        obj["data"] = data
    if binary:
        obj["binaryData"] = binary
    return (yield from create_object(call, obj, "failed to create configmap: "))


def secret(call: Call) -> Routine[int]:
    """`create secret generic NAME --from-literal=k=v`."""
    obj: Json = {"apiVersion": "v1", "kind": "Secret", "type": call.arguments.text("type") or "Opaque"}
    data: dict[str, str] = {}
    for key, value in _data(call):
        _check_key(key, "valid key name for a Secret ", ";")
        if key in data:
            raise CommandError(f"cannot add key {key}, another key by that name already exists")
        data[key] = b64encode(value).decode()
    if data:
        obj["data"] = data
    return (yield from create_object(call, obj, "failed to create secret "))


def namespace(call: Call) -> Routine[int]:
    """`create namespace NAME`."""
    return (yield from create_object(call, {"apiVersion": "v1", "kind": "Namespace"}, ""))


def service_account(call: Call) -> Routine[int]:
    """`create serviceaccount NAME`."""
    obj: Json = {"apiVersion": "v1", "kind": "ServiceAccount"}
    return (yield from create_object(call, obj, "failed to create serviceaccount: "))


def priority_class(call: Call) -> Routine[int]:
    """`create priorityclass NAME --value=N`."""
    arguments = call.arguments
    obj: Json = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": arguments.number("value")}
    if arguments.truth("global-default"):
        obj["globalDefault"] = True
    if description := arguments.text("description"):
        obj["description"] = description
    obj["preemptionPolicy"] = arguments.text("preemption-policy")
    return (yield from create_object(call, obj, "failed to create priorityclass: "))


def deployment(call: Call) -> Routine[int]:
    """`create deployment NAME --image=IMAGE`."""
    arguments, name = call.arguments, only_name(call)
    images = arguments.texts("image")
    if not images:
        raise CommandError('required flag(s) "image" not set')
    if len(images) > 1 and arguments.after:
        raise CommandError("cannot specify multiple --image options and command")
    containers: list[Json] = [{"name": _container_name(call, image), "image": image} for image in images]
    if arguments.after:
        containers[0]["command"] = arguments.after
    if arguments.number("port") >= 0:
        containers[0]["ports"] = [{"containerPort": arguments.number("port")}]
    labels = {"app": name}
    obj: Json = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"labels": labels},
        "spec": {
            "replicas": arguments.number("replicas"),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    }
    return (yield from create_object(call, obj, "failed to create deployment: "))


def _container_name(call: Call, image: str) -> str:
    """`nginx` for docker.io/library/nginx:1.26; what has other letters gets some at random (sanitizeAndUniquify)."""
    name = image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
    sane = name.replace("_", "-").replace(".", "-")
    return name if sane == name else f"{sane}-{''.join(call.process.random.choice(ALPHABET) for _ in range(5))}"


def only_name(call: Call) -> str:
    names = call.arguments.args
    if len(names) != 1:
        raise UsageError(call.verb, f"exactly one NAME is required, got {len(names)}")
    return names[0]


def create_object(call: Call, obj: Json, failed: str) -> Routine[int]:
    name, resource = only_name(call), resource_of_object(obj)
    where = call.namespace if resource.namespaced else ""
    meta = {**obj.get("metadata", {}), "name": name, **({"namespace": where} if where else {})}
    target = Target(resource, where, name, {**obj, "metadata": meta})
    try:
        kept = call.generate(target.object)
    except ApiError as error:
        if failed and error.reason != "Invalid":
            raise CommandError(failed + error.message) from None
        raise
    yield from call.report(target, "created", kept)
    return 0


def _data(call: Call) -> list[tuple[str, bytes]]:
    """Keys and values of all `--from-...`."""
    arguments = call.arguments
    if arguments.given("from-env-file") and (arguments.given("from-file") or arguments.given("from-literal")):
        raise CommandError("from-env-file cannot be combined with from-file or from-literal")
    found = from_files(call)
    for source in arguments.whole("from-literal"):
        key, equals, value = source.partition("=")
        if not equals or not key:
            raise CommandError(f"invalid literal source {source}, expected key=value")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found.append((key, value.encode()))
    for source in arguments.whole("from-env-file"):
        found += _from_env_file(call, call.read_file(source).decode("utf-8", "replace"))
    return found


def from_files(call: Call) -> list[tuple[str, bytes]]:
    """Keys and values of `--from-file`."""
    return [pair for source in call.arguments.whole("from-file") for pair in _from_file(call, source)]


def _from_file(call: Call, source: str) -> list[tuple[str, bytes]]:
    key, equals, path = source.partition("=")
    path = path if equals else source
    files = call.process.files
    if files.is_dir(path):
        if equals:
            raise CommandError("cannot give a key name for a directory path")
        folder = path.rstrip("/")
        names = [name for name in sorted(files.listdir(path)) if not files.is_dir(f"{folder}/{name}")]
        return [(name, call.read_file(f"{folder}/{name}")) for name in names]
    if not files.exists(path):
        raise CommandError(f"error reading {path}: no such file or directory")
    return [(key if equals else path.rsplit("/", 1)[-1], call.read_file(path))]


def _check_key(key: str, what: str, between: str) -> None:
    if details := is_config_key(key):
        raise CommandError(f'"{key}" is not {what}{between.join(details)}')


_ENV_NAME = "[-._a-zA-Z][-._a-zA-Z0-9]*"
_ENV_WORDS = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not "
    "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    f"'{_ENV_NAME}')"
)


def _from_env_file(call: Call, text: str) -> list[tuple[str, bytes]]:
    """A name alone takes its value from the environment. Models kubectl pkg/cmd/util/env_file.go."""
    found = []
    for line in map(str.lstrip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not re.fullmatch(_ENV_NAME, key):
            raise CommandError(f'"{key}" is not a valid key name: {_ENV_WORDS}')
        found.append((key, (value if equals else call.process.env.get(key, "")).encode()))
    return found
