"""`kubectl exec` and `kubectl attach`. Models kubectl pkg/cmd/exec and pkg/cmd/attach."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.api import Ended, OnEnd, OnOutput, Stream
from simulator.kubectl.arguments import Arguments
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.pod_containers import choose_container
from simulator.kubectl.session import converse
from simulator.kubectl.verbs.pick import pod_of
from simulator.objects.errors import ApiError

FLAGS = "container,c stdin,i:bool tty,t:bool quiet,q:bool pod-running-timeout=1m0s detach-keys"

# Between the answer to the request and the command's first step in the container.
EXEC_MS = 35

SESSION_NOTE = (
    "All commands and output from this session will be recorded in container logs, including credentials and "
    "sensitive information passed through the command prompt.\n"
    "If you don't see a command prompt, try pressing enter.\n"
)


def run_exec(call: Call) -> Routine[int]:
    """A command in a container; its exit code is ours."""
    arguments = call.arguments
    _check_exec(arguments)
    pod = yield from pod_of(call, arguments.args[0])
    phase = pod.get("status", {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise CommandError(f"cannot exec into a container in a completed pod; current phase is {phase}")
    container, note = choose_container(pod, arguments.text("container"))
    if not arguments.truth("quiet"):
        yield from call.err(note)
    if arguments.truth("tty"):
        yield from call.err("Unable to use a TTY - input is not a terminal or the right kind of file\n")
    yield from call.process.sleep(EXEC_MS)
    ended = yield from _command(call, pod, container["name"])
    if ended.error:
        yield from call.err(ended.error if ended.error.endswith("\n") else ended.error + "\n")
        return ended.code or 1
    if ended.code:
        yield from call.err(f"command terminated with exit code {ended.code}\n")
    return ended.code


def _check_exec(arguments: Arguments) -> None:
    if not arguments.dashed and len(arguments.args) > 1:
        raise CommandError(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            "See 'kubectl exec -h' for help and examples"
        )
    if not arguments.args:
        raise CommandError("pod, type/name or --filename must be specified")
    if not arguments.after:
        raise CommandError("you must specify at least one command for the container")


def _command(call: Call, pod: Json, container: str) -> Routine[Ended]:
    meta, stdin = pod["metadata"], call.arguments.truth("stdin")

    def begin(on_output: OnOutput, on_end: OnEnd) -> Stream:
        return call.api.exec(
            meta["namespace"],
            meta["name"],
            container,
            call.arguments.after,
            stdin=stdin,
            tty=False,
            on_output=on_output,
            on_end=on_end,
        )

    try:
        return (yield from converse(call, begin, stdin=stdin))
    except ApiError as error:
        raise not_begun(error) from None


def not_begun(error: ApiError) -> Exception:
    """The kubelet's and the runtime's refusals come over the stream, so they are worded otherwise."""
    if error.reason != "InternalError":
        return error
    doing = "error executing command in container: " if error.message.startswith("failed to exec") else ""
    return CommandError(f"Internal error occurred: {doing}{error.message}")


def run_attach(call: Call) -> Routine[int]:
    """A part in a running container."""
    arguments = call.arguments
    if not arguments.args:
        raise CommandError("at least 1 argument is required for attach")
    if len(arguments.args) > 2:
        count = len(arguments.args)
        raise CommandError(f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {count}")
    pod = yield from pod_of(call, "/".join(arguments.args))
    phase = pod.get("status", {}).get("phase")
    if phase in ("Succeeded", "Failed"):
        raise CommandError(f"cannot attach a container in a completed pod; current phase is {phase}")
    yield from attach(call, pod, arguments.text("container"))
    return 0


def attach(call: Call, pod: Json, name: str) -> Routine[None]:
    """Join a container until it ends; how it ended is not reported."""
    quiet, stdin = call.arguments.truth("quiet"), call.arguments.truth("stdin")
    container, note = choose_container(pod, name)
    if not quiet:
        yield from call.err(note + SESSION_NOTE)
    meta = pod["metadata"]

    def begin(on_output: OnOutput, on_end: OnEnd) -> Stream:
        return call.api.attach(
            meta["namespace"],
            meta["name"],
            container["name"],
            stdin=stdin,
            tty=False,
            on_output=on_output,
            on_end=on_end,
        )

    yield from converse(call, begin, stdin=stdin)
