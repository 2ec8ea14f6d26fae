"""`kubectl logs`. Models kubectl pkg/cmd/logs/logs.go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, is_missing, milliseconds
from simulator.kubectl.duration import parse_time
from simulator.kubectl.errors import CommandError, UsageError
from simulator.kubectl.logs_text import container_status, last_lines, refusal
from simulator.kubectl.pod_containers import choose_container
from simulator.kubectl.verbs.pick import pod_of, pods_of
from simulator.objects.errors import ApiError

FLAGS = (
    "container,c previous,p:bool follow,f:bool tail:int=-1 timestamps:bool since since-time limit-bytes:int=0 "
    "all-containers:bool all-pods:bool prefix:bool selector,l ignore-errors:bool max-log-requests:int=5 "
    "pod-running-timeout=20s"
)

_USAGE = (
    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command"
)
_SELECTED_TAIL = 10
_POLL_MS = 1000
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class _Source:
    """One container's log."""

    pod: Json
    container: str
    prefix: str

    @property
    def key(self) -> tuple[str, str]:
        return self.pod["metadata"]["namespace"], self.pod["metadata"]["name"]


def run(call: Call) -> Routine[int]:
    """Print what is there; with -f go on until the container ends or we are signalled."""
    _check(call)
    sources = yield from _sources(call)
    follow = call.arguments.truth("follow")
    limit = call.arguments.number("max-log-requests")
    if follow and len(sources) > limit:
        raise CommandError(
            f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is {limit}, "
            "use --max-log-requests to increase the limit"
        )
    if follow:
        return (yield from _follow(call, sources))
    for source in sources:
        try:
            yield from call.out(_chosen(call, source, _read(call, source)))
        except ApiError as error:
            if not call.arguments.truth("ignore-errors"):
                raise
            yield from call.out(f"error: {error.message}\n")
    return 0


def _check(call: Call) -> None:
    arguments = call.arguments
    names, selector = arguments.args, arguments.text("selector")
    if len(names) > 2 or (not names and not selector):
        raise UsageError("logs", _USAGE)
    if names and selector:
        raise UsageError("logs", "only a selector (-l) or a POD name is allowed")
    if len(names) == 2 and arguments.given("container"):
        raise CommandError("only one of -c or an inline [CONTAINER] arg is allowed")
    if arguments.text("since") and arguments.text("since-time"):
        raise CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if milliseconds(arguments.text("since")) < 0:
        raise CommandError("--since must be greater than 0")
    _start(call)
    if arguments.number("tail") < -1:
        raise CommandError("--tail must be greater than or equal to -1")
    if arguments.truth("all-containers") and arguments.text("container"):
        name = arguments.text("container")
        raise CommandError(f"--all-containers=true should not be specified with container name {name}")


def _sources(call: Call) -> Routine[list[_Source]]:
    arguments = call.arguments
    if arguments.text("selector"):
        pods = call.objects(call.resource("pods"))
        if not pods:
            yield from call.err(f"No resources found in {call.namespace} namespace.\n")
    else:
        try:
            pods = yield from _named(call, arguments.args[0])
        except ApiError as error:
            if not is_missing(error):
                raise
            raise CommandError(
                f'error from server (NotFound): {error.message} in namespace "{call.namespace}"'
            ) from None
    found: list[_Source] = []
    prefixed = arguments.truth("prefix") or arguments.truth("all-pods")
    for pod in pods:
        for container in (yield from _containers(call, pod)):
            prefix = f"[pod/{pod['metadata']['name']}/{container}] " if prefixed else ""
            found.append(_Source(pod, container, prefix))
    return found


def _named(call: Call, text: str) -> Routine[list[Json]]:
    if call.arguments.truth("all-pods") and (target := call.named("pods", text)).resource.plural != "pods":
        return pods_of(call, target.object)
    return [(yield from pod_of(call, text))]


def _containers(call: Call, pod: Json) -> Routine[list[str]]:
    arguments = call.arguments
    if arguments.truth("all-containers"):
        groups = ("initContainers", "containers", "ephemeralContainers")
        return [c["name"] for group in groups for c in pod["spec"].get(group) or []]
    wanted = arguments.text("container") or (arguments.args[1] if len(arguments.args) == 2 else "")
    container, note = choose_container(pod, wanted, for_logs=True)
    yield from call.err("" if arguments.truth("all-pods") else note)
    return [container["name"]]


def _read(call: Call, source: _Source) -> str:
    arguments = call.arguments
    previous = arguments.truth("previous")
    why = refusal(source.pod, source.container, previous=previous)
    if why:
        raise ApiError(400, "BadRequest", why)
    if not source.pod["spec"].get("nodeName"):
        return ""
    stamped = arguments.truth("timestamps") or bool(arguments.text("since") or arguments.text("since-time"))
    return call.api.logs(*source.key, source.container, previous=previous, timestamps=stamped)


def _chosen(call: Call, source: _Source, text: str, *, tail: bool = True) -> str:
    arguments = call.arguments
    if arguments.text("since") or arguments.text("since-time"):
        text = _recent(call, text)
    if tail:
        default = _SELECTED_TAIL if arguments.text("selector") and not arguments.given("tail") else -1
        text = last_lines(text, arguments.number("tail") if arguments.given("tail") else default)
    if arguments.number("limit-bytes"):
        text = text.encode()[: arguments.number("limit-bytes")].decode("utf-8", "ignore")
    if source.prefix:
        text = "".join(source.prefix + line for line in text.splitlines(keepends=True))
    return text


def _start(call: Call) -> int:
    """From when on lines are shown."""
    since, moment = call.arguments.text("since"), call.arguments.text("since-time")
    if since:
        return call.now - milliseconds(since)
    try:
        return parse_time(moment) or 0
    except ValueError:
        layout = "2006-01-02T15:04:05Z07:00"
        raise CommandError(f'parsing time "{moment}" as "{layout}": cannot parse "{moment}" as "2006"') from None


def _recent(call: Call, text: str) -> str:
    """Lines not older than `--since`; the timestamps go unless they were asked for."""
    arguments, start = call.arguments, _start(call)
    kept = []
    for line in text.splitlines(keepends=True):
        stamp, _, rest = line.partition(" ")
        if (parse_time(stamp) or 0) >= start:
            kept.append(line if arguments.truth("timestamps") else rest)
    return "".join(kept)


def _follow(call: Call, sources: list[_Source]) -> Routine[int]:
    """Look once a second what came; a log that starts anew (a restart) ends the following, as it does for real."""
    for source in sources:
        while refusal(source.pod, source.container, previous=False):
            yield from call.err(refusal(source.pod, source.container, previous=False) + "\n")
            if (yield from call.process.sleep(_POLL_MS)):
                return _INTERRUPTED
            source = replace(source, pod=call.api.get("pods", *source.key))
    shown = {id(source): "" for source in sources}
    first = True
    while sources:
        for source in list(sources):
            ended = _has_ended(call, source)
            text = shown[id(source)] if ended is None else _read(call, source)
            before = shown[id(source)]
            if text.startswith(before):
                fresh = text[len(before) :]
                yield from call.out(_chosen(call, source, fresh, tail=first))
                shown[id(source)] = text
            if ended is not False:
                sources.remove(source)
        first = False
        if sources and (yield from call.process.sleep(_POLL_MS)):
            return _INTERRUPTED
    return 0


def _has_ended(call: Call, source: _Source) -> bool | None:
    """Whether the container that is followed has ended; None if its Pod is gone or it was started again."""
    try:
        pod = call.api.get("pods", *source.key)
    except ApiError:
        return None
    now, then = container_status(pod, source.container), container_status(source.pod, source.container)
    if now is None or then is None or pod["metadata"].get("uid") != source.pod["metadata"].get("uid"):
        return None
    if now.get("restartCount", 0) != then.get("restartCount", 0):
        return None
    return "running" not in (now.get("state") or {})
