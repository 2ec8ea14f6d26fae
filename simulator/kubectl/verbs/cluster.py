"""`kubectl version`, `api-resources` and `cluster-info`, and the verbs that are not simulated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.output import as_yaml
from simulator.kubectl.table import format_rows
from simulator.objects.resources import RESOURCES, Resource, find_resource

_KUSTOMIZE = "v5.7.1"


def version(call: Call) -> Routine[int]:
    """Client and server are of the same release here."""
    if how := call.arguments.text("output"):
        yield from call.out(_version_text(call, how) + "\n")
        return 0
    yield from call.out(f"Client Version: {call.api.version}\nKustomize Version: {_KUSTOMIZE}\n")
    if not call.arguments.truth("client"):
        yield from call.out(f"Server Version: {call.api.version}\n")
    return 0


def _version_text(call: Call, how: str) -> str:
    """Of when and from what it was built nothing is known here."""
    if how not in ("json", "yaml"):
        raise CommandError("--output must be 'yaml' or 'json'")
    major, minor, _ = call.api.version.removeprefix("v").split(".")
    info = {"major": major, "minor": minor, "gitVersion": call.api.version, "platform": "linux/amd64"}
    known: Json = {"clientVersion": info, "kustomizeVersion": _KUSTOMIZE}
    if not call.arguments.truth("client"):
        known["serverVersion"] = info
    return json.dumps(known, indent=2) if how == "json" else as_yaml(known)


def api_resources(call: Call) -> Routine[int]:
    """The kinds that kubectl knows here; a real cluster has more."""
    arguments = call.arguments
    chosen = sorted(_chosen_resources(call), key=_order(arguments.text("sort-by")))
    if arguments.text("output") == "name":
        yield from call.out("".join(f"{r.plural_group}\n" for r in chosen))
        return 0
    rows: list[list[str]] = [
        [r.plural, ",".join(r.shorts), r.api_version, str(r.namespaced).lower(), r.kind] for r in chosen
    ]
    header = [] if arguments.truth("no-headers") else [["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]]
    yield from call.out(format_rows([*header, *rows]))
    return 0


def _chosen_resources(call: Call) -> Iterator[Resource]:
    arguments = call.arguments
    for resource in RESOURCES:
        other_scope = arguments.given("namespaced") and resource.namespaced != arguments.truth("namespaced")
        other_group = arguments.given("api-group") and resource.group != arguments.text("api-group")
        if not (other_scope or other_group):
            yield resource


def _order(by: str) -> Callable[[Resource], tuple[str, str]]:
    """By group and name, unless another order is asked for."""
    if by not in ("", "name", "kind"):
        raise CommandError("--sort-by accepts only name or kind")
    return lambda resource: ({"name": resource.plural, "kind": resource.kind}.get(by, resource.group), resource.plural)


def api_versions(call: Call) -> Routine[int]:
    """The groups and versions of the kinds that kubectl knows here. Models kubectl pkg/cmd/apiresources."""
    yield from call.out("".join(f"{version}\n" for version in sorted({r.api_version for r in RESOURCES})))
    return 0


def can_i(call: Call) -> Routine[int]:
    """`auth can-i create pods`: whoever types here may do everything. Models kubectl pkg/cmd/auth/cani.go."""
    arguments = call.arguments
    if arguments.truth("list") or len(arguments.args) != 2:
        raise CommandError(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    if arguments.text("as"):
        raise CommandError("podviz has no access rules: what Roles allow to others is not known")
    name = arguments.args[1].partition("/")[0]
    if name and name != "*" and find_resource(name) is None:
        yield from call.err(f"Warning: the server doesn't have a resource type '{name}'\n\n")
    if not arguments.truth("quiet"):
        yield from call.out("yes\n")
    return 0


def cluster_info(call: Call) -> Routine[int]:
    """Where the control plane would be."""
    yield from call.out(
        "Kubernetes control plane is running at https://127.0.0.1:6443\n\n"
        "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"
    )
    return 0


def top(call: Call) -> Routine[int]:
    """There is no metrics server."""
    raise CommandError("Metrics API not available")
    yield  # a routine like the others


def not_here(call: Call) -> Routine[int]:
    """A verb of kubectl's that podviz does not simulate."""
    raise CommandError(f"podviz does not simulate `kubectl {call.verb}`")
    yield
