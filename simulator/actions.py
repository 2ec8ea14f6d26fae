"""What a person can do to a cluster, each a logged action whose consequences name it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from simulator.containers import Completed, Exit
from simulator.containers.syscalls import Program
from simulator.history import Json
from simulator.journalctl import journalctl_program
from simulator.kubectl.errors import CommandError, error_text, with_source
from simulator.kubectl.patches import three_way_merge
from simulator.kubectl.program import kubectl_program
from simulator.kubectl.verbs.apply import check_name, last_applied, with_last_applied
from simulator.objects import is_passed_over
from simulator.objects.errors import ApiError
from simulator.objects.resources import resource_of_object
from simulator.objects.scenario_nodes import read_node
from simulator.objects.warnings import warnings
from simulator.ssh import UNREACHABLE, Run, ssh_program
from simulator.systemctl import reboot_program, systemctl_program

if TYPE_CHECKING:
    from simulator.simulation import Simulation

MAX_OUTPUT = 64 * 1024


@dataclass(frozen=True, slots=True)
class ActionResult:
    """`number` is the action's entry in the history. `code` is None while a command still runs."""

    number: int
    output: str = ""
    code: int | None = None


class UnknownAction(ValueError):
    """No such verb, or something is missing from its data."""


OnResult = Callable[[ActionResult], object]


class Actions:
    """The verbs: apply, delete, exec, join, kill, node."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._runners: dict[str, Run] = {}
        self._shared = {"kubectl": kubectl_program(simulation.api), "ssh": ssh_program(self._runners)}
        self._programs: dict[str, dict[str, Program]] = {}
        for name in simulation.kubelets:
            self._furnish(name)

    def _furnish(self, node: str) -> None:
        """Give a node its shell."""
        service = self._simulation.kubelets[node]
        calendar = self._simulation.calendar
        own = {
            "journalctl": journalctl_program(service, calendar),
            "reboot": reboot_program(service),
            "systemctl": systemctl_program(service, calendar),
        }
        self._programs[node] = {**self._shared, **own}
        self._runners[node] = partial(self._run_on, node)

    def act(self, verb: str, data: Json, on_result: OnResult | None) -> ActionResult:
        command = self._command(verb, data)
        if command is None:
            raise UnknownAction(f"there is no action {verb!r} with {sorted(data)}")
        simulation = self._simulation
        number = simulation.history.action(verb, data)
        finished: list[ActionResult] = []

        def done(output: str, code: int) -> None:
            result = ActionResult(number, output, code)
            finished.append(result)
            with simulation.history.because(number):
                simulation.history.fact("result", "", "", {"output": output, "code": code})
            if on_result is not None:
                on_result(result)

        with simulation.history.because(number):
            command(done)
        return finished[0] if finished else ActionResult(number)

    def _command(self, verb: str, data: Json) -> Callable[[Callable[[str, int], None]], None] | None:
        if verb == "apply" and "manifest" in data:
            return lambda done: self._apply(data["manifest"], done)
        if verb == "delete" and {"kind", "name"} <= data.keys():
            return lambda done: self._delete(data, done)
        if verb == "exec" and {"pod", "command"} <= data.keys():
            return lambda done: self._exec(data, done)
        if verb == "node" and "command" in data:
            node = data.get("node", self._simulation.node_name)
            if node in self._runners:
                return lambda done: self._node(data["command"], done, node)
        if verb == "kill" and {"pod", "container"} <= data.keys():
            return lambda done: self._kill(data, done)
        if verb == "join":
            return lambda done: self._join(data, done)
        return None

    def _apply(self, manifest: str, done: Callable[[str, int], None]) -> None:
        """kubectl apply -f: each document by itself; one that is refused does not stop the others.

        What an API server would take and this one does not know is left out: whoever wrote it wants to see the rest.
        """
        api = self._simulation.api
        output, code = "", 0
        for parsed in api.parse(manifest, "STDIN"):
            if parsed.error:
                output, code = f"{output}{parsed.error}", 1
                continue
            given = parsed.object
            if is_passed_over(given["apiVersion"], given["kind"]):
                output += f"Warning: {given['kind']} objects are not simulated: this one is passed over\n"
                continue
            try:
                output += self._apply_one(given)
            except ApiError as error:
                output, code = f"{output}{error_text(with_source('creating', 'STDIN', error))}", 1
            except CommandError as error:
                output, code = f"{output}{error_text(error)}", 1
        done(output, code)

    def _apply_one(self, given: Json) -> str:
        api, resource = self._simulation.api, resource_of_object(given)
        meta = dict(given.get("metadata") or {})
        if resource.namespaced:
            meta.setdefault("namespace", api.namespace)
        check_name(resource, meta.get("namespace", ""), given, "STDIN")
        given = with_last_applied({**given, "metadata": meta})
        name = meta.get("name", "")
        live = self._simulation.store.get(resource.plural, meta.get("namespace", ""), name)
        if live is None:
            said = [f"Warning: {warning}\n" for warning in warnings(api.create(given))]
            return f"{''.join(said)}{resource.singular_group}/{name} created\n"
        changed = three_way_merge(last_applied(live), given, live)
        if changed == live:
            return f"{resource.singular_group}/{name} unchanged\n"
        api.replace(changed)
        return f"{resource.singular_group}/{name} configured\n"

    def _delete(self, data: Json, done: Callable[[str, int], None]) -> None:
        grace = 0 if data.get("force") else data.get("grace_seconds")
        namespace = data.get("namespace", self._simulation.namespace)
        try:
            self._simulation.api.delete(data["kind"], namespace, data["name"], grace_seconds=grace)
            word = data["kind"].removesuffix("s")
            done(f'{word} "{data["name"]}" deleted from {namespace} namespace\n', 0)
        except ApiError as error:
            done(f"Error from server ({error.reason}): {error.message}\n", 1)

    def _exec(self, data: Json, done: Callable[[str, int], None]) -> None:
        """A shell line in a container, as `kubectl exec POD -c CONTAINER -- sh -c LINE`."""
        quoted = "'" + data["command"].replace("'", "'\\''") + "'"
        namespace = f"-n {data['namespace']} " if data.get("namespace") else ""
        container = f"-c {data['container']} " if data.get("container") else ""
        self._node(f"kubectl exec {data['pod']} {namespace}{container}-- sh -c {quoted}", done)

    def _node(self, command: str, done: Callable[[str, int], None], node: str = "") -> None:
        """A line for the shell of a node: the first, unless one is named."""

        def ended(completed: Completed) -> None:
            output = (completed.stdout + completed.stderr)[:MAX_OUTPUT].decode(errors="replace")
            done(output, completed.exit.code)

        self._runners[node or self._simulation.node_name](command, ended)

    def _run_on(self, node: str, command: str, on_exit: Callable[[Completed], None]) -> None:
        simulation = self._simulation
        if simulation.kubelets[node].down:
            refused = f"ssh: connect to host {node} port 22: No route to host\n"
            on_exit(Completed(Exit(UNREACHABLE), b"", refused.encode(), None))
            return
        env = {
            "NS": simulation.namespace,
            "NODE": node,
            "HOSTDIR": simulation.host_directory,
            "STATICDIR": "/etc/kubernetes/manifests",
        }
        simulation.machines[node].run_on_node(command, on_exit, programs=self._programs[node], env=env)

    def _join(self, data: Json, done: Callable[[str, int], None]) -> None:
        """One more node, as a scenario's header describes it."""
        try:
            spec = read_node(data, self._simulation.kubelets)
        except ValueError as error:
            done(f"error: {error}\n", 1)
            return
        self._simulation.join(spec)
        self._furnish(spec.name)
        done(f"node {spec.name} joins the cluster\n", 0)

    def _kill(self, data: Json, done: Callable[[str, int], None]) -> None:
        """A signal from the node to the container's main process."""
        namespace = data.get("namespace", self._simulation.namespace)
        try:
            inside = self._simulation.api.running(namespace, data["pod"], data["container"])
        except ApiError as error:
            done(f"{error.message}\n", 1)
            return
        signal = data.get("signal", "SIGKILL")
        effect = inside.signal(signal, by="person")
        done(f"{signal}: {effect}\n", 0)
