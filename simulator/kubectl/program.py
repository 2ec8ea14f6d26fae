"""kubectl as a program of the simulated node: reads its arguments, runs a verb, says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Program, Routine
from simulator.kubectl.api import Api
from simulator.kubectl.arguments import GLOBAL, Flag, flags, parse_arguments
from simulator.kubectl.call import Call, milliseconds
from simulator.kubectl.errors import CommandError, PrintedError, SeveralErrors, UsageError, error_text
from simulator.kubectl.jsonpath import PathError, RunError
from simulator.kubectl.output import check_format
from simulator.kubectl.selectors import SelectorError
from simulator.kubectl.verbs import (
    apply,
    autoscale,
    change,
    cluster,
    config,
    cp,
    create,
    create_access,
    create_batch,
    create_budget,
    create_ingress,
    create_quota,
    create_secret,
    create_service,
    create_token,
    debug,
    delete,
    diff,
    drain,
    edit,
    execute,
    explain,
    expose,
    get,
    last_applied,
    logs,
    node,
    patch,
    port_forward,
    rollback,
    rollout,
    run,
    set_,
    set_subject,
    show,
    taint,
    wait,
)
from simulator.objects.errors import ApiError

if TYPE_CHECKING:
    from simulator.containers.process import Process

__all__ = ["kubectl_program"]

# From the start of the program to its first request, as measured on a real node.
STARTUP_MS = 50
_NEAR = 2

Run = Callable[[Call], Routine[int]]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb, or a verb and its noun (`create configmap`)."""

    run: Run
    flags: tuple[Flag, ...] = ()


def _verb(run: Run, spec: str = "") -> Verb:
    return Verb(run, flags(spec))


_SELECT = " selector,l field-selector"
_FILES = " filename,f:list recursive,R:bool"
_SHOWN = " output,o show-managed-fields:bool allow-missing-template-keys:bool=true template"
_PRINT = _SHOWN + " dry-run=none"
_RECORD = " record:bool"
_CREATE = _PRINT + " save-config:bool field-manager validate"
_PATCH = _PRINT + " field-manager"
_LOCAL = _PATCH + " local:bool"

VERBS: Mapping[str, Verb] = {
    "get": _verb(get.run, get.FLAGS + _SELECT + _FILES),
    "describe": _verb(show.describe, "all-namespaces,A:bool show-events:bool=true chunk-size:int" + _SELECT + _FILES),
    "events": _verb(show.events, "all-namespaces,A:bool for types:list watch,w:bool no-headers:bool" + _SHOWN),
    "logs": _verb(logs.run, logs.FLAGS),
    "exec": _verb(execute.run_exec, execute.FLAGS + _FILES),
    "attach": _verb(execute.run_attach, execute.FLAGS),
    "delete": _verb(delete.run, delete.FLAGS + _SELECT + _FILES),
    "apply view-last-applied": _verb(last_applied.view, "output,o=yaml all:bool" + _SELECT + _FILES),
    "apply set-last-applied": _verb(last_applied.put, "create-annotation:bool" + _PRINT + _FILES),
    "apply": _verb(apply.run, apply.FLAGS + _RECORD + _FILES),
    "create": _verb(
        create.from_file, "raw selector,l edit:bool windows-line-endings:bool" + _CREATE + _RECORD + _FILES
    ),
    "create configmap": _verb(create.config_map, create.DATA_FLAGS + _CREATE),
    "create secret generic": _verb(create.secret, create.DATA_FLAGS + " type" + _CREATE),
    "create secret docker-registry": _verb(create_secret.docker_registry, create_secret.DOCKER_FLAGS + _CREATE),
    "create secret tls": _verb(create_secret.tls, "cert key append-hash:bool" + _CREATE),
    "create namespace": _verb(create.namespace, _CREATE),
    "create deployment": _verb(create.deployment, "image:list replicas,r:int=1 port:int=-1" + _CREATE),
    "create poddisruptionbudget": _verb(create_budget.run, create_budget.FLAGS + _CREATE),
    "create priorityclass": _verb(create.priority_class, create.PRIORITY_FLAGS + _CREATE),
    "create job": _verb(create_batch.job, create_batch.JOB_FLAGS + _CREATE),
    "create cronjob": _verb(create_batch.cron_job, create_batch.CRON_JOB_FLAGS + _CREATE),
    "create service clusterip": _verb(create_service.cluster_ip, "tcp:list clusterip" + _CREATE),
    "create service nodeport": _verb(create_service.node_port, "tcp:list node-port:int=0" + _CREATE),
    "create service loadbalancer": _verb(create_service.load_balancer, "tcp:list" + _CREATE),
    "create service externalname": _verb(create_service.external_name, "external-name tcp:list" + _CREATE),
    "create role": _verb(create_access.role, create_access.ROLE_FLAGS + _CREATE),
    "create clusterrole": _verb(create_access.cluster_role, create_access.CLUSTER_ROLE_FLAGS + _CREATE),
    "create rolebinding": _verb(create_access.role_binding, create_access.BINDING_FLAGS + _CREATE),
    "create clusterrolebinding": _verb(
        create_access.cluster_role_binding, create_access.CLUSTER_BINDING_FLAGS + _CREATE
    ),
    "create ingress": _verb(create_ingress.run, create_ingress.FLAGS + _CREATE),
    "create token": _verb(create_token.run, create_token.FLAGS),
    "create quota": _verb(create_quota.run, create_quota.FLAGS + _CREATE),
    "create serviceaccount": _verb(create.service_account, _CREATE),
    "label": _verb(change.label, change.FLAGS + _RECORD + _PRINT + _SELECT + _FILES),
    "annotate": _verb(change.annotate, change.FLAGS + _RECORD + _PRINT + _SELECT + _FILES),
    "patch": _verb(patch.run, "patch,p patch-file type=strategic subresource" + _RECORD + _LOCAL + _FILES),
    "set selector": _verb(set_.selector, "all:bool resource-version" + _RECORD + _LOCAL + _FILES),
    "set image": _verb(set_.image, "all:bool" + _RECORD + _LOCAL + _SELECT + _FILES),
    "set env": _verb(set_.env, set_.ENV_FLAGS + _LOCAL + _SELECT + _FILES),
    "set resources": _verb(set_.resources, set_.RESOURCES_FLAGS + _RECORD + _LOCAL + _SELECT + _FILES),
    "set serviceaccount": _verb(set_.service_account, "all:bool" + _RECORD + _LOCAL + _FILES),
    "set subject": _verb(set_subject.run, set_subject.FLAGS + _LOCAL + _SELECT + _FILES),
    "scale": _verb(
        change.scale,
        "replicas:int=-1 current-replicas:int=-1 resource-version all:bool timeout"
        + _RECORD
        + _PRINT
        + _SELECT
        + _FILES,
    ),
    "replace": _verb(
        apply.replace,
        "force:bool grace-period:int=-1 cascade=background subresource raw timeout wait:bool"
        + _RECORD
        + _CREATE
        + _FILES,
    ),
    "debug": _verb(debug.run, debug.FLAGS),
    "run": _verb(run.run, run.FLAGS + _RECORD + _PATCH),
    "rollout status": _verb(rollout.status, "watch,w:bool=true timeout revision:int=0" + _SELECT + _FILES),
    "rollout undo": _verb(rollback.undo, "to-revision:int=0" + _PRINT + _SELECT + _FILES),
    "rollout restart": _verb(rollout.restart, _PATCH + _SELECT + _FILES),
    "rollout pause": _verb(rollout.pause, _PATCH + _SELECT + _FILES),
    "rollout resume": _verb(rollout.resume, _PATCH + _SELECT + _FILES),
    "rollout history": _verb(rollback.history, "revision:int=0 output,o" + _SELECT + _FILES),
    "cordon": _verb(node.cordon, "dry-run=none" + _SELECT),
    "uncordon": _verb(node.uncordon, "dry-run=none" + _SELECT),
    "drain": _verb(drain.run, drain.FLAGS + _SELECT),
    "wait": _verb(wait.run, "for timeout=30s all:bool all-namespaces,A:bool" + _SHOWN + _SELECT + _FILES),
    "version": _verb(cluster.version, "client:bool output,o short:bool"),
    "api-resources": _verb(
        cluster.api_resources, "namespaced:bool=true no-headers:bool output,o api-group verbs sort-by"
    ),
    "config": _verb(config.run, config.FLAGS + _SHOWN),
    "cluster-info": _verb(cluster.cluster_info),
    "explain": _verb(explain.run, explain.FLAGS),
    "top": _verb(cluster.top, "containers:bool all-namespaces,A:bool sort-by no-headers:bool" + _SELECT),
    "edit": _verb(edit.run, edit.FLAGS + _RECORD + _FILES),
    "port-forward": _verb(port_forward.run, port_forward.FLAGS),
    "cp": _verb(cp.run, cp.FLAGS),
    "expose": _verb(expose.run, expose.FLAGS + _RECORD + _PRINT + _FILES),
    "autoscale": _verb(autoscale.run, autoscale.FLAGS + _RECORD + _PRINT + _FILES),
    "taint": _verb(taint.run, taint.FLAGS + _SELECT),
    "diff": _verb(diff.run, diff.FLAGS + _FILES),
    "auth can-i": _verb(cluster.can_i, "all-namespaces,A:bool quiet,q:bool subresource list:bool no-headers:bool"),
    "api-versions": _verb(cluster.api_versions),
    **{
        name: _verb(cluster.not_here, flags)
        for name, flags in (
            ("proxy", "port,p"),
            ("auth whoami", "output,o"),
            ("kustomize", ""),
            ("completion", ""),
            ("plugin list", ""),
            ("certificate approve", ""),
            ("certificate deny", ""),
        )
    },
}

_NOUN_ALIASES = {
    "cm": "configmap",
    "ns": "namespace",
    "deploy": "deployment",
    "ing": "ingress",
    "sa": "serviceaccount",
    "pc": "priorityclass",
    "cj": "cronjob",
    "pdb": "poddisruptionbudget",
    "resourcequota": "quota",
    "svc": "service",
}


def kubectl_program(api: Api) -> Program:
    """kubectl for one cluster, to be put in a node's PATH."""

    def kubectl(process: Process) -> Routine[int]:
        yield from process.sleep(STARTUP_MS)
        try:
            return (yield from _run(api, process))
        except CommandError as error:
            yield from process.err(error_text(error))
            return error.code
        except (SelectorError, PathError, RunError) as error:
            yield from process.err(f"error: {error}\n")
        except (ApiError, PrintedError, SeveralErrors) as error:
            yield from process.err(error_text(error))
        return 1

    return kubectl


def _run(api: Api, process: Process) -> Routine[int]:
    words = _without_leading_globals(process.argv[1:])
    if not words or words[0] in ("help", "--help", "-h"):
        yield from process.out(_help())
        return 0
    name, rest = find_verb(words)
    arguments = parse_arguments(name, rest, VERBS[name].flags)
    if arguments.given("record"):
        yield from process.err("Flag --record has been deprecated, --record will be removed in the future\n")
    if arguments.truth("help"):
        yield from process.out(f"kubectl {name}: see https://kubernetes.io/docs/reference/kubectl/\n")
        return 0
    call = Call(api, process, name, arguments)
    _check_timeout(arguments.text("request-timeout"))
    if "template" in arguments.known:
        check_format(call.format, table=name == "get")
    return (yield from VERBS[name].run(call))


def _check_timeout(text: str) -> None:
    """A whole number is in seconds. Models client-go tools/clientcmd/helpers.go ParseTimeout."""
    if text and not text.isdecimal():
        try:
            milliseconds(text)
        except CommandError:
            raise CommandError(
                "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
                "corresponding time unit (e.g. 1s | 2m | 3h)"
            ) from None


def _without_leading_globals(words: list[str]) -> list[str]:
    """`kubectl -n ns get pods` is `kubectl get pods -n ns`: flags before the verb go behind it."""
    known = {f"--{flag.name}": flag for flag in GLOBAL} | {f"-{flag.short}": flag for flag in GLOBAL if flag.short}
    place = 0
    while place < len(words) and words[place].startswith("-"):
        flag = known.get(words[place])
        place += 2 if flag is not None and flag.takes_value else 1
    leading = words[:place]
    if any(word in ("-h", "--help") for word in leading) or place >= len(words):
        return leading
    verb = words[place:]
    if verb[0] == "help":
        return verb
    size = len(find_verb(verb)[0].split())
    return [*verb[:size], *leading, *verb[size:]]


def find_verb(words: list[str]) -> tuple[str, list[str]]:
    """The verb of up to three words, and what follows it."""
    first = words[0]
    if not any(name == first or name.startswith(first + " ") for name in VERBS):
        raise CommandError(f'unknown command "{first}" for "kubectl"' + _suggestions(first))
    for size in (3, 2):
        name = " ".join([words[0], *(_NOUN_ALIASES.get(word, word) for word in words[1:size])])
        if len(words) >= size and name in VERBS:
            return name, words[size:]
    if first not in VERBS:
        if len(words) > 1:
            raise UsageError(first, f'unknown command "{" ".join(words[1:])}"')
        raise CommandError(f"{first} needs a subcommand")
    return first, words[1:]


def _suggestions(typed: str) -> str:
    """Verbs that are at most two letters away, or begin so. Models github.com/spf13/cobra SuggestionsFor."""
    verbs = sorted({name.split()[0] for name in VERBS})
    near = [verb for verb in verbs if verb.startswith(typed.lower()) or _distance(typed.lower(), verb) <= _NEAR]
    return "\n\nDid you mean this?\n" + "".join(f"\t{verb}\n" for verb in near) if near else ""


def _distance(one: str, other: str) -> int:
    """How many letters to add, drop or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, wanted in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (letter != wanted))
    return row[-1]


def _help() -> str:
    verbs = sorted({name.split()[0] for name, verb in VERBS.items() if verb.run is not cluster.not_here})
    return "kubectl controls the Kubernetes cluster manager.\n\nHere it knows: " + ", ".join(verbs) + "\n"
