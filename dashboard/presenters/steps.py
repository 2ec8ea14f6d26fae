"""A step of a chain in words, and the fields of the manifest that made it so."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import versions
from dashboard.presenters.probes import FIELDS, handler
from dashboard.presenters.rich import Part, Rich, code, plain, say, strong
from dashboard.presenters.story import Story, command_of
from dashboard.presenters.texts import message_of
from dashboard.presenters.timescale import duration
from simulator.history import Action, Entry, Fact, Revision
from simulator.kubectl.core_rows import node_cells

PROBE_FIELDS = ("", ".exec.command", ".httpGet", ".tcpSocket", ".grpc", ".periodSeconds", ".failureThreshold")


def words(story: Story, entry: Entry, origin_ms: int) -> Rich:
    if isinstance(entry, Action):
        return _action(entry)
    if isinstance(entry, Revision):
        return _revision(story, entry)
    make = _FACTS.get(entry.kind)
    return make(story, entry) if make else say("{kind}", kind=code(entry.kind))


def _action(action: Action) -> Rich:
    command = code(command_of(action))
    if action.verb == "apply":
        return say(_("You applied the manifest."))
    if action.verb == "join":
        return say(_("You added a node to the cluster."))
    if action.verb == "node":
        return say(_("You ran {command} on the node."), command=command)
    if action.verb == "exec":
        return say(_("You ran {command} in {app}."), command=command, app=code(action.data.get("container") or "Pod"))
    if action.verb == "kill":
        return say(_("You sent a signal to the main process: {command}."), command=command)
    return say(_("You deleted the Pod: {command}."), command=command)


def _revision(story: Story, entry: Revision) -> Rich:
    if entry.kind == "events":
        event = entry.object
        message = str(event.get("message", "")).strip()
        return say(_("Event {reason}: “{message}”"), reason=code(event.get("reason", "")), message=message)
    if entry.kind == "nodes":
        return _node(entry)
    return versions.words(story, entry)


def _node(entry: Revision) -> Rich:
    """How a node is now, as `kubectl get nodes` and its taints say."""
    name, status = entry.object["metadata"]["name"], code(str(node_cells(entry.object, 0)[1]))
    taints = [f"{taint['key']}:{taint['effect']}" for taint in entry.object["spec"].get("taints", ())]
    if taints:
        return say(
            _("Node {node} is {status} and has the taint {taint}."),
            node=code(name),
            status=status,
            taint=code(taints[-1]),
        )
    return say(_("Node {node} is {status}."), node=code(name), status=status)


def _message(story: Story, fact: Fact) -> Rich:
    return say("{m}", m=str(fact.data.get("message", "")).strip())


def collected(fact: Fact) -> Rich:
    return say(_("The garbage collector deleted it: its owner {owner} is not there."), owner=code(fact.data["owner"]))


def _kubelet(story: Story, fact: Fact) -> Rich:
    node = code(fact.data.get("node", ""))
    if fact.data.get("phase") == "stopped":
        return say(_("The kubelet of {node} was stopped: nobody looks after its Pods."), node=node)
    return say(_("The kubelet of {node} was started."), node=node)


def _process(story: Story, fact: Fact) -> Rich:
    command = fact.data.get("argv")
    text = " ".join(map(str, command)) if command else str(fact.data.get("command", ""))
    since = _since_start(story, fact)
    if since is None:
        return say(_("{command} ran."), command=strong(text))
    return say(_("{command} ran, {time} after the start."), command=strong(text), time=duration(since))


def _file(story: Story, fact: Fact) -> Rich:
    by = str(fact.data.get("by", ""))
    path = str(fact.data.get("path", ""))
    templates = {
        "removed": _("{by} removed {path}"),
        "created": _("{by} created {path}"),
        "changed": _("{by} changed {path}"),
    }
    text = say(templates.get(str(fact.data.get("change")), templates["changed"]), by=strong(by), path=code(path))
    since = _since_start(story, fact)
    if since is None or isinstance(story.entries.get(fact.cause), Action):
        return (*text, *say("."))
    return (*text, *say(_(", {time} after the start."), time=duration(since)))


def _port(story: Story, fact: Fact) -> Rich:
    port, app = code(f":{fact.data.get('port')}"), strong(fact.container)
    if fact.data.get("phase") == "open":
        return say(_("{app} listens on {port}."), app=app, port=port)
    return say(_("{app} listens on {port} no longer."), app=app, port=port)


def _volume(story: Story, fact: Fact) -> Rich:
    name = code(fact.data.get("volume", ""))
    if fact.data.get("phase") == "mounted":
        return say(_("The kubelet mounted the volume {name}."), name=name)
    return say(_("The kubelet brought the volume {name} up to date."), name=name)


def _since_start(story: Story, fact: Fact) -> int | None:
    track = story.containers.get(fact.container)
    at = story.at(fact)
    starts = [p for p in (track.bars.pieces if track else []) if p.kind in ("ready", "unready", "plain")]
    began, previous = None, ""
    for piece in track.bars.pieces if starts and track else []:
        if piece.at_ms > at:
            break
        if piece.kind in ("ready", "unready", "plain") and previous not in ("ready", "unready", "plain"):
            began = piece.at_ms
        previous = piece.kind
    return None if began is None else at - began


def _probe(story: Story, fact: Fact) -> Rich:
    data = fact.data
    name = str(data.get("probe"))
    track = story.containers.get(fact.container)
    probe = track.probes.get(name) if track else None
    what = code(handler(probe.spec) if probe else data.get("handler", ""))
    count, of = int(data.get("count", 1)), int(data.get("threshold", 1))
    title = {"startup": _("Startup"), "liveness": _("Liveness"), "readiness": _("Readiness")}.get(name, name)
    if data.get("result") == "failure":
        counts = ", ".join(str(n) for n in range(1, count + 1)) if count <= min(of, 5) else str(count)
        many = say(_(", every {period} s"), period=probe.period_s) if probe and count > 1 else ()
        return say(
            _("{probe} {what} failed: {counts} of {of}{many}."),
            probe=str(title),
            what=what,
            counts=strong(counts),
            of=strong(of),
            many=many,
        )
    if data.get("result") == "unknown":
        return say(_("{probe} {what} errored: it does not count."), probe=str(title), what=what)
    if data.get("changed"):
        return say(_("{probe} {what} passed, and that changed its result."), probe=str(title), what=what)
    return say(_("{probe} {what} passed."), probe=str(title), what=what)


def _stop(story: Story, fact: Fact) -> Rich:
    grace = duration(int(fact.data.get("grace_ms") or 0))
    reason = str(fact.data.get("reason", ""))
    if not reason:
        return say(_("The kubelet began to stop the container, with {grace} of grace."), grace=grace)
    return say(_("Killing: “{reason}”, with {grace} of grace."), reason=reason, grace=grace)


def _signal(story: Story, fact: Fact) -> Rich:
    data = fact.data
    program = str(data.get("command", "") or "process").split(" ", 1)[0].rsplit("/", 1)[-1]
    parts: dict[str, Part | str] = {
        "signal": strong(data.get("signal", "")),
        "program": strong(program),
        "pid": str(data.get("pid", 1)),
    }
    effect = data.get("effect")
    if effect == "ignored":
        return say(_("{signal} to {program}, process {pid}. It has no handler, so nothing happens."), **parts)
    if effect == "handled":
        return say(_("{signal} to {program}, process {pid}. It has a handler and shuts down."), **parts)
    if effect == "stopped":
        return say(_("{signal} to {program}, process {pid}. It is stopped and answers nobody."), **parts)
    if effect == "continued":
        return say(_("{signal} to {program}, process {pid}. It was stopped and goes on."), **parts)
    if effect == "pending":
        return say(
            _("{signal} to {program}, process {pid}. It is stopped: the signal waits until it goes on."), **parts
        )
    return say(_("{signal} to {program}, process {pid}. It ends."), **parts)


def _exit(story: Story, fact: Fact) -> Rich:
    data = fact.data
    value, reason = strong(data.get("code", 0)), code(data.get("reason", ""))
    before = story.entries.get(fact.cause)
    killed = data.get("signal") == 9 or data.get("code") == 137
    if data.get("reason") == "Unknown":
        return say(
            _("Its node went down, and it ended with it: exit code {value}, {reason}."), value=value, reason=reason
        )
    if data.get("reason") == "OOMKilled":
        return say(
            _("It used more memory than its limit: SIGKILL, exit code {value}, {reason}."), value=value, reason=reason
        )
    by_kubelet = isinstance(before, Fact) and before.kind in ("signal", "stop") and before.data.get("by") != "person"
    if killed and by_kubelet:
        return say(_("The grace is used up: SIGKILL, exit code {value}."), value=value)
    if before is not None and isinstance(before, Fact) and before.kind == "signal":
        return say(_("It ended with exit code {value}, {reason}."), value=value, reason=reason)
    return say(_("Its main process ended by itself: exit code {value}, {reason}."), value=value, reason=reason)


def _backoff(story: Story, fact: Fact) -> Rich:
    wait = strong(duration(int(fact.data.get("wait_ms") or 0)))
    if fact.data.get("what") == "image":
        return say(_("The kubelet waits {wait} before it tries the image again."), wait=wait)
    return say(
        _("Not restarted yet: the back-off is {wait}. kubectl says {word}."), wait=wait, word=code("CrashLoopBackOff")
    )


def _container(story: Story, fact: Fact) -> Rich:
    restart = int(fact.data.get("restart", 0))
    if fact.data.get("phase") != "started":
        made = fact.data.get("phase") == "created"
        return say(_("The container was created.") if made else _("The container was removed."))
    if not restart:
        return say(_("{app} started."), app=strong(fact.container))
    track = story.containers.get(fact.container)
    at = story.at(fact)
    pieces = track.bars.pieces if track else []
    before = next((piece for piece in reversed(pieces) if piece.end_ms is not None and piece.end_ms <= at), None)
    if before is not None and before.kind == "back":
        return say(
            _("Started again after a back-off of {wait}: restart {n}."), wait=strong(duration(before.count)), n=restart
        )
    return say(_("Started again at once, no back-off: restart {n}."), n=strong(restart))


def _hook(story: Story, fact: Fact) -> Rich:
    hook, how = strong(fact.data.get("hook", "")), code(fact.data.get("handler", ""))
    phase = fact.data.get("phase")
    if phase == "failed":
        return say(_("{hook} failed: {message}"), hook=hook, message=code(fact.data.get("message", "")))
    if phase == "abandoned":
        return say(_("{hook} outlived the grace and was abandoned."), hook=hook)
    return say(_("{hook} runs: {how}."), hook=hook, how=how) if plain((how,)) else say(_("{hook} runs."), hook=hook)


def _pull(story: Story, fact: Fact) -> Rich:
    image, phase = code(fact.data.get("image", "")), fact.data.get("phase")
    if phase == "failed":
        return say(
            _("The image {image} could not be pulled: “{message}”"),
            image=image,
            message=str(fact.data.get("message", "")),
        )
    return (
        say(_("The image {image} was pulled."), image=image)
        if phase == "done"
        else say(_("The kubelet pulls the image {image}."), image=image)
    )


def _traffic(story: Story, fact: Fact) -> Rich:
    service = code(str(fact.data.get("service", "")).rpartition("/")[2])
    if fact.data.get("phase") == "end":
        return say(_("No connection for a while; there were {count}."), count=strong(fact.data.get("count", 1)))
    client = code(fact.data.get("from") or _("the node"))
    if not service.text:
        return say(_("{client} connected to the Pod's address."), client=client)
    return say(_("{client} was led here by Service {service}."), client=client, service=service)


def _sandbox(story: Story, fact: Fact) -> Rich:
    if fact.data.get("phase") == "stopped":
        return say(_("The Pod's sandbox, and with it its network, is gone."))
    return say(_("The Pod's sandbox is ready, its address is {ip}."), ip=code(fact.data.get("ip", "")))


def _runtime(story: Story, fact: Fact) -> Rich:
    node = strong(fact.data.get("node", ""))
    if fact.data.get("phase") == "stopped":
        return say(
            _("The container runtime of {node} was stopped. Containers go on; the kubelet sees none."), node=node
        )
    return say(_("The container runtime of {node} runs again."), node=node)


def _machine(story: Story, fact: Fact) -> Rich:
    node = strong(fact.data.get("node", ""))
    if fact.data.get("phase") == "down":
        return say(_("{node} reboots: everything that ran on it has ended."), node=node)
    return say(_("{node} is up again. The runtime does not know how its containers ended: 255, Unknown."), node=node)


_FACTS: dict[str, Callable[[Story, Fact], Rich]] = {
    "kubelet": _kubelet,
    "runtime": _runtime,
    "machine": _machine,
    "collected": lambda _story, fact: collected(fact),
    "deadline": _message,
    "eviction": _message,
    "process": _process,
    "file": _file,
    "port": _port,
    "volume": _volume,
    "probe": _probe,
    "stop": _stop,
    "signal": _signal,
    "exit": _exit,
    "backoff": _backoff,
    "container": _container,
    "hook": _hook,
    "pull": _pull,
    "sandbox": _sandbox,
    "traffic": _traffic,
    "budget": lambda _story, fact: say("{m}", m=message_of(fact)),
    "unsimulated": lambda _story, fact: say("{m}", m=message_of(fact)),
    "event.dropped": lambda _story, fact: say(
        _("The event {reason} was sent, but the spam filter dropped it, so kubectl never shows it."),
        reason=code(fact.data.get("reason", "")),
    ),
}


def fields(story: Story, entry: Entry) -> tuple[str, ...]:
    """Paths of the Pod's manifest that made this so: those the history names, or those its kind depends on."""
    if entry.fields:
        return entry.fields
    track = story.containers.get(entry.container) if isinstance(entry, Fact) else None
    if track is None or not isinstance(entry, Fact):
        return ()
    if entry.kind == "probe":
        own = f"{track.path}.{FIELDS.get(str(entry.data.get('probe')), '')}"
        return tuple(own + field for field in PROBE_FIELDS)
    if entry.kind in ("process", "file"):
        return (f"{track.path}.args", f"{track.path}.command")
    if entry.kind == "hook":
        return (f"{track.path}.lifecycle.{entry.data.get('hook')}",)
    if entry.kind == "pull":
        return (f"{track.path}.image",)
    if entry.kind == "exit" and entry.data.get("signal") == 9:
        return ("spec.terminationGracePeriodSeconds",)
    return ()
