"""`kubectl debug`: an ephemeral container in a Pod, or a changed copy of the Pod. Models kubectl pkg/cmd/debug."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError
from simulator.kubectl.logs_text import container_status
from simulator.kubectl.verbs.copies import copy_of_pod, node_pod, profile_container
from simulator.kubectl.verbs.delete import watch_one
from simulator.kubectl.verbs.execute import attach
from simulator.objects.errors import not_found
from simulator.objects.resources import resource_of

FLAGS = (
    "image container,c target copy-to attach:bool stdin,i:bool tty,t:bool quiet,q:bool share-processes:bool "
    "set-image:list same-node:bool replace:bool env:list image-pull-policy arguments-only:bool profile=legacy "
    "keep-labels:bool keep-annotations:bool keep-liveness:bool keep-readiness:bool keep-startup:bool "
    "keep-init-containers:bool=true custom filename,f:list"
)

_PROFILES = ("legacy", "general", "baseline", "netadmin", "restricted", "sysadmin")

_LEGACY = (
    "--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a "
    'profile, for example "--profile=general".\n'
)
_TARGETING = (
    'Targeting container "{}". If you don\'t see processes from this container it may be because the container '
    "runtime doesn't support this feature.\n"
)

# The alphabet of generated names: no vowels and no digits that look like letters.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def run(call: Call) -> Routine[int]:
    """Add the container, and with -i attach to it."""
    arguments = call.arguments
    _check(call)
    if arguments.text("target") and not arguments.truth("quiet"):
        yield from call.out(_TARGETING.format(arguments.text("target")))
    if arguments.text("profile") == "legacy":
        yield from call.err(_LEGACY)
    for name in arguments.args:
        target = call.named("pods", name)
        if target.resource.plural == "nodes":
            pod, container = yield from _debug_node(call, target)
        elif target.resource.plural != "pods":
            raise CommandError(f'"{target.resource.api_version}, Kind={target.resource.kind}" not supported by debug')
        elif arguments.text("copy-to"):
            pod, container = yield from _copy(call, target)
        else:
            pod, container = yield from _add(call, target)
        wanted = arguments.truth("attach") if arguments.given("attach") else arguments.truth("stdin")
        if wanted and container:
            yield from attach_when_running(call, pod, container)
    return 0


def _check(call: Call) -> None:
    arguments = call.arguments
    copy, image = arguments.text("copy-to"), arguments.text("image")
    if copy and not (image or arguments.given("set-image") or arguments.after):
        raise CommandError("you must specify --image, --set-image or command arguments.")
    if copy and arguments.after and not (image or arguments.text("container")):
        raise CommandError("you must specify an existing container or a new image when specifying args.")
    for flag in () if copy else ("replace", "same-node", "set-image"):
        if arguments.given(flag):
            raise CommandError(f"--{flag} may only be used with --copy-to.")
    if not copy and not image:
        raise CommandError("you must specify --image when not using --copy-to.")
    if not arguments.args:
        raise CommandError("NAME or filename is required for debug")
    if copy and arguments.text("target"):
        raise CommandError("--target is incompatible with --copy-to. Use --share-processes instead.")
    if arguments.truth("tty") and not arguments.truth("stdin"):
        raise CommandError("-i/--stdin is required for containers with -t/--tty=true")
    if arguments.text("profile") not in _PROFILES:
        raise CommandError(f"unknown profile: {arguments.text('profile')}")


def suffix(call: Call) -> str:
    """Five letters for a generated name."""
    return "".join(call.process.random.choice(_ALPHABET) for _ in range(5))


def _name(call: Call, pod: Json) -> Routine[str]:
    """The debug container's name: given, or new."""
    given = call.arguments.text("container")
    if given:
        return given
    spec = pod["spec"]
    taken = {c["name"] for group in ("containers", "ephemeralContainers") for c in spec.get(group) or []}
    name = f"debugger-{suffix(call)}"
    while name in taken:
        name = f"debugger-{suffix(call)}"
    if not call.arguments.truth("quiet"):
        yield from call.out(f"Defaulting debug container name to {name}.\n")
    return name


def new_container(call: Call, name: str) -> Json:
    """The debug container as the flags describe it, with nothing defaulted."""
    arguments = call.arguments
    container: Json = {"name": name, "image": arguments.text("image")}
    if arguments.after:
        container["args" if arguments.truth("arguments-only") else "command"] = list(arguments.after)
    if arguments.given("env"):
        pairs = (item.partition("=") for item in arguments.texts("env"))
        container["env"] = [{"name": key, "value": value} for key, _, value in pairs]
    if arguments.text("image-pull-policy"):
        container["imagePullPolicy"] = arguments.text("image-pull-policy")
    for flag in ("stdin", "tty"):
        if arguments.truth(flag):
            container[flag] = True
    container["resources"] = {}
    container["terminationMessagePolicy"] = "File"
    return container


def _add(call: Call, target: Target) -> Routine[tuple[Json, str]]:
    """A container in the running Pod; it can never be removed again."""
    pod = target.object
    name = yield from _name(call, pod)
    container = new_container(call, name)
    if call.arguments.text("target"):
        container["targetContainerName"] = call.arguments.text("target")
    container = profile_container(call.arguments.text("profile"), container)
    spec = {**pod["spec"], "ephemeralContainers": [*(pod["spec"].get("ephemeralContainers") or []), container]}
    return call.api.replace({**pod, "spec": spec}, subresource="ephemeralcontainers"), name


def _copy(call: Call, target: Target) -> Routine[tuple[Json, str]]:
    arguments = call.arguments
    names = {c["name"] for c in target.object["spec"]["containers"]}
    name, new = arguments.text("container"), None
    if name not in names:
        if arguments.text("image"):
            name = yield from _name(call, target.object)
            new = new_container(call, name)
        elif not arguments.given("set-image"):
            raise CommandError("you must specify image when creating new container")
        else:
            name = ""
    created = call.api.create(copy_of_pod(arguments, target.object, name, new))
    if arguments.truth("replace"):
        call.api.delete("pods", target.namespace, target.name, grace_seconds=0)
    return created, name


def _debug_node(call: Call, target: Target) -> Routine[tuple[Json, str]]:
    arguments = call.arguments
    container = new_container(call, arguments.text("container") or "debugger")
    name = f"node-debugger-{target.name}-{suffix(call)}"
    if not arguments.truth("quiet"):
        yield from call.out(
            f"Creating debugging pod {name} with container {container['name']} on node {target.name}.\n"
        )
    pod = node_pod(arguments.text("profile"), name, call.namespace, target.name, container)
    return call.api.create(pod), str(container["name"])


def attach_when_running(call: Call, pod: Json, container: str, *, log_first: bool = False) -> Routine[None]:
    """Wait for the container, then attach; if it has ended already, print its log instead.

    `log_first` prints what the container wrote before we came, as `run` does and `debug` does not.
    """
    meta = pod["metadata"]
    changes, cancel = watch_one(call, Target(resource_of("pods"), meta["namespace"], meta["name"], pod))
    try:
        pod = call.api.get("pods", meta["namespace"], meta["name"])
        while not _has_begun(pod, container):
            yield from _warn(call, pod, container)
            change = yield from changes.take()
            if change is None:
                return
            if change[0] == "DELETED":
                raise not_found("pods", "")
            pod = change[1]
    finally:
        cancel()
    state = (container_status(pod, container) or {}).get("state") or {}
    if "terminated" in state or log_first:
        yield from call.out(call.api.logs(meta["namespace"], meta["name"], container))
    if "terminated" not in state:
        yield from attach(call, pod, container)


def _has_begun(pod: Json, container: str) -> bool:
    state = (container_status(pod, container) or {}).get("state") or {}
    return "running" in state or "terminated" in state


def _warn(call: Call, pod: Json, container: str) -> Routine[None]:
    state = (container_status(pod, container) or {}).get("state") or {}
    message = (state.get("waiting") or {}).get("message")
    if message and not call.arguments.truth("quiet"):
        yield from call.err(f"Warning: container {container}: {message}\n")
