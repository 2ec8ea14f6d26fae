"""Runs a scenario from its first second to its last, without a database or a wall clock.

What comes out has the shape of a recording of a real cluster: what a watch saw, with the seconds since the manifests
were applied, and what kubectl printed at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from heapq import merge
from shlex import quote
from typing import Any

from dashboard.scenarios import variables
from simulator import RELEASE, Simulation
from simulator.history import Entry, Fact, Json, Revision
from simulator.kubectl.watch import WatchPrinter
from simulator.objects import Scenario, substitute
from simulator.objects.resources import resource_of

ALWAYS = ("pods", "events")
WATCHED = ("jobs", "cronjobs", "deployments", "replicasets", "statefulsets", "daemonsets", "endpointslices")
PATIENCE_MS = 10_000  # of the cluster's time, for the commands at the end
REST_MS = 15 * 60_000  # before a scenario is run again: longer than a kubelet remembers back-offs


@dataclass(slots=True)
class Run:
    """A scenario that was run: its simulation, and its actions with what they printed."""

    scenario: Scenario
    simulation: Simulation
    until: float
    zero_ms: int = 0  # the simulation's clock when the manifests were applied
    actions: list[Json] = field(default_factory=list)
    entries: Sequence[Entry] = ()

    @property
    def namespace(self) -> str:
        return f"s-{self.scenario.name}"

    @property
    def start_ms(self) -> int:
        """Wall clock, in milliseconds since 1970, when the manifests were applied."""
        return round(self.scenario.start.timestamp() * 1000)

    def substitute(self, text: str) -> str:
        return substitute(text, variables(self.namespace, self.scenario.host_directory))


def run(scenario: Scenario, *, until: float | None = None, seed: int = 0, earlier: int = 0) -> Run:
    """Apply the manifests at 0 s, act as the scenario says, and stop at its end or at `until` seconds.

    The cluster has run the same scenario `earlier` times before; its namespace and folder were cleared away each time.
    """
    duration = scenario.duration if until is None else until
    before_ms = earlier * (int(scenario.duration * 1000) + REST_MS)
    simulation = Simulation(
        seed=seed,
        start=scenario.start - timedelta(milliseconds=before_ms),
        namespace=f"s-{scenario.name}",
        nodes=scenario.nodes,
        missing_images=frozenset(scenario.missing_images),
        host_directory=scenario.host_directory,
    )
    for _ in range(earlier):
        _act_out(Run(scenario, simulation, scenario.duration, zero_ms=simulation.now))
        _clear_away(simulation)
    done = Run(scenario, simulation, duration, zero_ms=simulation.now)
    _act_out(done)
    return done


def _act_out(done: Run) -> None:
    simulation, first = done.simulation, len(done.simulation.history)
    applied = simulation.act("apply", {"manifest": done.substitute(done.scenario.manifests)})
    started = [(0.0, "kubectl apply -f manifests", applied.number)]
    for at, command in done.scenario.actions:
        if at <= done.until:
            simulation.advance(done.zero_ms + int(at * 1000))
            started.append((at, command, simulation.act("node", {"command": command}).number))
    simulation.advance(done.zero_ms + int(done.until * 1000))
    done.entries = tuple(_since_zero(entry, done.zero_ms) for entry in simulation.history.since(first))
    done.actions = sorted((_action(done, *action) for action in started), key=lambda action: action["at"])


def _since_zero(entry: Entry, zero_ms: int) -> Entry:
    return replace(entry, at_ms=entry.at_ms - zero_ms) if zero_ms else entry


def _clear_away(simulation: Simulation) -> None:
    after, folder = simulation.now + REST_MS, simulation.host_directory
    simulation.act("node", {"command": f"kubectl delete namespace {simulation.namespace}"})
    simulation.act("node", {"command": f"rm -rf {quote(folder)}; mkdir -p {quote(folder)}"})
    simulation.advance(after - 1000)
    simulation.act("node", {"command": f"kubectl create namespace {simulation.namespace}"})
    simulation.advance(after)


def _action(done: Run, due: float, command: str, number: int) -> Json:
    result = _result(done.simulation, number)
    if result is None:  # it still runs
        return {"at": due, "due": due, "run": command, "output": "", "code": None}
    at = {"at": (result.at_ms - done.zero_ms) / 1000} | ({"due": due} if due else {})
    return {**at, "run": command, "output": result.data["output"], "code": result.data["code"]}


def _result(simulation: Simulation, number: int) -> Fact | None:
    for entry in simulation.history.since(number):
        if isinstance(entry, Fact) and entry.kind == "result" and entry.cause == number:
            return entry
    return None


def recording(done: Run) -> dict[str, Any]:
    """What a recording of a real cluster holds."""
    kinds: dict[str, list[Json]] = defaultdict(list, {kind: [] for kind in ALWAYS})
    for entry in done.entries:
        if isinstance(entry, Revision) and entry.kind in (*ALWAYS, *WATCHED) and _is_ours(done, entry.object):
            kinds[entry.kind].append({"t": entry.at_ms / 1000, "type": entry.verb, "object": entry.object})
    return {
        "name": done.scenario.name,
        "kubernetes": RELEASE,
        "applied": done.start_ms / 1000,
        "duration": done.until,
        "manifests": done.scenario.manifests,
        "actions": done.actions,
        **_printed(done),
        **kinds,
    }


def _is_ours(done: Run, obj: Json) -> bool:
    return bool(obj["metadata"].get("namespace") == done.namespace)


def _printed(done: Run) -> dict[str, Any]:
    """What kubectl prints at the end. The commands themselves come after the recorded history."""
    kubectl = f"kubectl -n {done.namespace}"
    printed: dict[str, Any] = {
        "get": _ask(done, f"{kubectl} get pods -o wide"),
        "get_all": _ask(done, f"{kubectl} get all"),
        "describe": _ask(done, f"{kubectl} describe pods"),
    }
    logs = {f"{pod}/{name}": _ask(done, f"{kubectl} logs {pod} -c {name}") for pod, name in _containers(done)}
    return {**printed, "logs": logs}


def _ask(done: Run, command: str) -> str:
    simulation = done.simulation
    number = simulation.act("node", {"command": command}).number
    limit = simulation.now + PATIENCE_MS
    while (result := _result(simulation, number)) is None:
        due = simulation.next_at()
        if due is None or due > limit:
            return ""
        simulation.advance(due)
    return str(result.data["output"])


def _containers(done: Run) -> Iterator[tuple[str, str]]:
    pods: dict[str, Json] = {}
    for entry in done.entries:
        if isinstance(entry, Revision) and entry.kind == "pods" and _is_ours(done, entry.object):
            name = entry.object["metadata"]["name"]
            if entry.verb == "DELETED":
                pods.pop(name, None)
            else:
                pods[name] = entry.object
    for name, pod in sorted(pods.items()):
        for container in (*pod["spec"]["containers"], *pod["spec"].get("initContainers", ())):
            yield name, container["name"]


# ---- as text

_GONE = "  (deleted)"


def lines(done: Run) -> Iterator[str]:
    """`kubectl get pods -w` with the time before each row, and the events between them."""
    commands = ((int(action["at"] * 1000), _command(action)) for action in done.actions)
    for _, line in merge(_rows(done), commands, key=lambda timed: timed[0]):
        yield line


def _command(action: Json) -> str:
    output = "".join(f"\n{' ' * 9}  {line}" for line in action["output"].splitlines())
    return f"{_clock(int(action['at'] * 1000))}  $ {action['run']}{output}"


def _rows(done: Run) -> Iterator[tuple[int, str]]:
    printer = WatchPrinter(resource_of("pods"))
    for entry in done.entries:
        if not isinstance(entry, Revision) or not _is_ours(done, entry.object):
            continue
        if entry.kind == "pods":
            text = printer.print([entry.object], done.start_ms + entry.at_ms)
            *header, line = text.splitlines()
            yield from ((entry.at_ms, f"{'TIME':>9}  {above}") for above in header)
            yield entry.at_ms, f"{_clock(entry.at_ms)}  {line.rstrip()}{_GONE if entry.verb == 'DELETED' else ''}"
        elif entry.kind == "events" and entry.verb != "DELETED":
            yield entry.at_ms, f"{_clock(entry.at_ms)}    {_event(entry.object)}"


def _event(event: Json) -> str:
    involved, count = event["involvedObject"], event.get("count") or 1
    times = f" (x{count})" if count > 1 else ""
    about = f"{involved['kind'].lower()}/{involved['name']}"
    return f"{event['type']:<8}{event['reason']:<18}{about}  {event['message'].strip()}{times}"


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 60:>4}:{seconds % 60:02}.{rest // 100}"
