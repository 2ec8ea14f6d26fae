"""`kubectl config`: there is one context, and its namespace can be changed. Models kubectl pkg/cmd/config."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError, UsageError
from simulator.kubectl.kubeconfig import NAME, choose_namespace, chosen_namespace
from simulator.kubectl.table import format_rows

FLAGS = "minify:bool current:bool raw:bool flatten:bool no-headers:bool"
_HIDDEN = "DATA+OMITTED"


def run(call: Call) -> Routine[int]:
    """The questions people ask of it, and the one change they make."""
    match call.arguments.args:
        case ["current-context"]:
            yield from call.out(f"{NAME}\n")
        case ["get-contexts", *names] if set(names) <= {NAME}:
            yield from call.out(_contexts(call))
        case ["get-clusters" | "get-users"]:
            yield from call.out(f"NAME\n{NAME}\n")
        case ["use-context" | "use", name]:
            _known(name)
            yield from call.out(f'Switched to context "{name}".\n')
        case ["set-context", *names]:
            yield from _set_context(call, names)
        case ["view"]:
            form = call.format
            yield from call.show(form if form.name else form.of("yaml"), [_view(call)], single=True)
        case words:
            raise CommandError(f"podviz does not simulate `kubectl config {' '.join(words)}`")
    return 0


def _known(name: str) -> None:
    if name != NAME:
        raise CommandError(f'no context exists with the name: "{name}"')


def _contexts(call: Call) -> str:
    if call.arguments.text("output") == "name":
        return f"{NAME}\n"
    header = [] if call.arguments.truth("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    namespace = chosen_namespace(call.process) or call.api.namespace
    return format_rows([*header, ["*", NAME, NAME, NAME, namespace]])


def _set_context(call: Call, names: list[str]) -> Routine[None]:
    if call.arguments.truth("current") == bool(names) or len(names) > 1:
        raise UsageError("config set-context", f"Unexpected args: [{' '.join(names)}]")
    if names and names[0] != NAME:
        raise CommandError("podviz has no contexts other than the one")
    if call.arguments.given("namespace"):
        choose_namespace(call.process, call.arguments.text("namespace"))
    yield from call.out(f'Context "{NAME}" modified.\n')


def _view(call: Call) -> Json:
    namespace = chosen_namespace(call.process) or call.api.namespace
    context = {"cluster": NAME, "namespace": namespace, "user": NAME}
    cluster = {"certificate-authority-data": _HIDDEN, "server": "https://127.0.0.1:6443"}
    user = {"client-certificate-data": _HIDDEN, "client-key-data": _HIDDEN}
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": cluster, "name": NAME}],
        "contexts": [{"context": context, "name": NAME}],
        "current-context": NAME,
        "kind": "Config",
        "users": [{"name": NAME, "user": user}],
    }
