"""A client's end of `kubectl exec`, `kubectl attach` and `kubectl port-forward`."""

from __future__ import annotations

from simulator.containers import Completed, Container, Exec, Exit, OSFault
from simulator.containers.files.open import Source
from simulator.containers.sockets import Stream
from simulator.engine import Future
from simulator.kubectl.api import Ended, OnEnd, OnOutput
from simulator.kubelet import PodAgent
from simulator.objects.errors import ApiError


class ExecStream:
    """The standard input of a command that runs in a container."""

    def __init__(self, running: Exec) -> None:
        self._running = running

    def write(self, data: bytes) -> None:
        if self._running.stdin is not None:
            self._running.stdin.feed(data)

    def close(self) -> None:
        if self._running.stdin is not None:
            self._running.stdin.end()

    def cancel(self) -> None:
        # A client that goes away leaves the command running; only its input ends.
        self.close()


class AttachStream:
    """The standard input of a container's main process, and its output while attached."""

    def __init__(self, container: Container, stdin: Source | None, on_output: OnOutput) -> None:
        self._container = container
        self._stdin = stdin
        self._on_output = on_output
        container.log.listeners.append(on_output)

    def write(self, data: bytes) -> None:
        if self._stdin is not None:
            self._stdin.feed(data)

    def close(self) -> None:
        if self._stdin is not None:
            self._stdin.end()

    def cancel(self) -> None:
        if self._on_output in self._container.log.listeners:
            self._container.log.listeners.remove(self._on_output)


def exec_session(
    container: Container, argv: list[str], *, stdin: bool, tty: bool, on_output: OnOutput, on_end: OnEnd
) -> ExecStream:
    """Raises ExecError if the command cannot be started."""

    def done(completed: Completed) -> None:
        on_end(Ended(completed.exit.status))

    running = container.exec(argv, on_exit=done, tty=tty, keep_stdin_open=stdin, on_output=on_output)
    return ExecStream(running)


def attach_session(
    container: Container, ended: Future[None], *, stdin: bool, on_output: OnOutput, on_end: OnEnd
) -> AttachStream:
    """`ended` resolves when the container has."""
    stream = AttachStream(container, container.stdin if stdin else None, on_output)

    def over(_: None) -> None:
        stream.cancel()
        result = container.exit or Exit(0)
        on_end(Ended(result.code))

    ended.then(over)
    return stream


def forward_session(agent: PodAgent, port: int) -> Stream:
    """A connection to the Pod's own loopback. Models containerd pkg/cri/server/sandbox_portforward_linux.go.

    Raises ApiError if nobody listens there.
    """
    network, sandbox = agent.node.machine.network, agent.runtime.sandboxes[0].id
    inside = network.node if agent.pod["spec"].get("hostNetwork") else agent.runtime.namespace
    try:
        listener, remote = network.find(inside, "127.0.0.1", port)
    except OSFault:
        refused = f"dial tcp4 127.0.0.1:{port}: connect: connection refused IPv6 dial tcp6 [::1]:{port}: connect: "
        where = "host" if inside is network.node else f"/var/run/netns/cni-{agent.uid}"
        raise ApiError(
            500,
            "InternalError",
            f"error forwarding port {port} to pod {sandbox}, uid : failed to execute portforward in network namespace "
            f'"{where}": failed to connect to localhost:{port} inside namespace "{sandbox}", IPv4: {refused}'
            "connection refused ",
        ) from None
    stream = Stream(network.kernel, "127.0.0.1")
    listener.offer(stream, remote)
    return stream
