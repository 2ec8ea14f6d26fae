"""`kubectl run`: one Pod from flags. Models kubectl pkg/cmd/run/run.go and pkg/generate/versioned/run.go."""

from __future__ import annotations

import re

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError
from simulator.kubectl.patches import overridden
from simulator.kubectl.verbs.debug import attach_when_running
from simulator.kubectl.verbs.delete import wait_until_gone, watch_one
from simulator.objects import REFERENCE
from simulator.objects.resources import resource_of

FLAGS = (
    "image restart=Always env:list port labels,l command:bool stdin,i:bool tty,t:bool attach:bool rm:bool quiet,q:bool "
    "image-pull-policy overrides expose:bool annotations:list privileged:bool leave-stdin-open:bool "
    "grace-period:int=-1 force:bool pod-running-timeout=1m0s save-config:bool "
    "container,c override-type=merge timeout wait:bool cascade=background"
)


def run(call: Call) -> Routine[int]:
    """Create the Pod; with --attach or -i stay with it, with --rm delete it afterwards."""
    arguments = call.arguments
    attached = _checked(call)
    pod = _pod(call)
    name = pod["metadata"]["name"]
    target = Target(resource_of("pods"), call.namespace, name, pod)
    created = call.generate(pod)
    if arguments.truth("expose"):
        yield from _expose(call, name)
    if not attached:
        yield from call.report(target, "created", created)
        return 0
    yield from attach_when_running(call, created, name, log_first=True)
    code = 0
    if arguments.text("restart") != "Always" and not arguments.truth("leave-stdin-open"):
        code = yield from _outcome(call, target)
    if arguments.truth("rm"):
        yield from _remove(call, target, str(created["metadata"].get("uid", "")))
    return code


def _checked(call: Call) -> bool:
    """Whether to stay with the Pod, once the flags are found to go together."""
    arguments = call.arguments
    if not arguments.args:
        raise UsageError("run", "NAME is required for run")
    if not arguments.text("image"):
        raise CommandError("--image is required")
    if not REFERENCE.fullmatch(arguments.text("image")):
        raise CommandError(f'Invalid image name "{arguments.text("image")}": invalid reference format')
    if arguments.truth("tty") and not arguments.truth("stdin"):
        raise UsageError("run", "-i/--stdin is required for containers with -t/--tty=true")
    if arguments.text("restart") not in ("Always", "OnFailure", "Never"):
        raise UsageError("run", f"invalid restart policy: {arguments.text('restart')}")
    if arguments.truth("expose") and not arguments.text("port"):
        raise UsageError("run", "--port must be set when exposing a service")
    if (policy := arguments.text("image-pull-policy")) not in ("", "Always", "IfNotPresent", "Never"):
        raise UsageError("run", f"invalid image pull policy: {policy}")
    attached = arguments.truth("attach") if arguments.given("attach") else arguments.truth("stdin")
    if arguments.truth("rm") and not attached:
        raise UsageError("run", "--rm should only be used for attached containers")
    return attached


def _pod(call: Call) -> Json:
    arguments = call.arguments
    name, *words = arguments.args
    words += arguments.after
    container: Json = {"name": name, "image": arguments.text("image"), "resources": {}}
    if words:
        container["command" if arguments.truth("command") else "args"] = words
    if env := [_variable(text) for text in arguments.whole("env")]:
        container["env"] = env
    if arguments.text("port"):
        container["ports"] = [{"containerPort": int(arguments.text("port"))}]
    if arguments.text("image-pull-policy"):
        container["imagePullPolicy"] = arguments.text("image-pull-policy")
    if arguments.truth("stdin"):
        container.update(stdin=True, stdinOnce=not arguments.truth("leave-stdin-open"))
    if arguments.truth("tty"):
        container["tty"] = True
    if arguments.truth("privileged"):
        container["securityContext"] = {"privileged": True}
    labels = _labels(call) or {"run": name}
    meta: Json = {"name": name, "namespace": call.namespace, "labels": labels}
    if arguments.given("annotations"):
        meta["annotations"] = dict(item.split("=", 1) for item in arguments.whole("annotations"))
    spec = {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": arguments.text("restart")}
    pod: Json = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
    return overridden(pod, arguments.text("overrides"), arguments.text("override-type"))


def _variable(text: str) -> Json:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch("[-._a-zA-Z][-._a-zA-Z0-9]*", name):
        raise CommandError(f"invalid env: {text}")
    return {"name": name, "value": value}


def _labels(call: Call) -> dict[str, str]:
    return dict(item.split("=", 1) for item in call.arguments.texts("labels") if "=" in item)


def _expose(call: Call, name: str) -> Routine[None]:
    """A Service for the Pod, which is told of first. Models generateService."""
    labels, port = _labels(call), int(call.arguments.text("port"))
    meta: Json = {"name": name, "namespace": call.namespace, **({"labels": labels} if labels else {})}
    ports = [{"port": port, "protocol": "TCP", "targetPort": port}]
    spec = {"ports": ports, "selector": labels or {"run": name}}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}
    target = Target(resource_of("services"), call.namespace, name, service)
    yield from call.report(target, "created", call.generate(service))
    if call.arguments.text("output") == "yaml":
        yield from call.out("---\n")


def _outcome(call: Call, target: Target) -> Routine[int]:
    """The exit code of the Pod's container, once the Pod has ended."""
    changes, cancel = watch_one(call, target)
    try:
        pod = call.api.get("pods", target.namespace, target.name)
        while pod.get("status", {}).get("phase") not in ("Succeeded", "Failed"):
            change = yield from changes.take()
            if change is None:
                return 130
            pod = change[1]
            if change[0] == "DELETED":
                break
    finally:
        cancel()
    if pod["status"].get("phase") == "Succeeded":
        return 0
    statuses = pod["status"].get("containerStatuses") or [{}]
    terminated = (statuses[0].get("state") or {}).get("terminated") or {}
    where = f"pod {target.namespace}/{target.name}"
    if not terminated.get("exitCode"):
        yield from call.err(f"error: {where} failed with unknown exit code\n")
        return 1
    yield from call.err(f"{where} terminated ({terminated.get('reason', '')})\n{terminated.get('message', '')}\n")
    return int(terminated["exitCode"])


def _remove(call: Call, target: Target, uid: str) -> Routine[None]:
    call.api.delete("pods", target.namespace, target.name, grace_seconds=None)
    yield from call.out(f'pod "{target.name}" deleted from {target.namespace} namespace\n')
    yield from wait_until_gone(call, [(target, uid)])
