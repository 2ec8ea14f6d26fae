"""How long a container takes to stop. Worked out for simulator.kubelet.kill."""

from __future__ import annotations

import re

from simulator.answers.parts import Part, Span, What
from simulator.containers.images.catalogue import find_image
from simulator.history import Json
from simulator.kubelet.kill import MINIMUM_GRACE_S

SHELLS = frozenset({"sh", "ash", "bash", "dash"})
DEAF = frozenset({"sleep", "tail", "cat", "done", "wait"})  # end a script, and have no handler for SIGTERM
_HANDLES = re.compile(r"\b(?:trap|exec)\b")
_COMMANDS = re.compile(r"[;&|\n]+")


def ignores_term(pod: Json, container: Json) -> bool:
    """Whether SIGTERM is sure to do nothing: the kernel gives it to process 1 only if that has a handler."""
    if pod["spec"].get("shareProcessNamespace") or pod["spec"].get("hostPID"):
        return False  # it is not process 1
    program, *words = [*_command(container), ""]
    program = program.rpartition("/")[2]
    if program not in SHELLS:
        return program in DEAF
    if words[0] != "-c" or _HANDLES.search(words[1]):
        return False
    commands = [command.split() for command in _COMMANDS.split(words[1])]
    last = next((command for command in reversed(commands) if command), [""])
    return last[0] in DEAF


def _command(container: Json) -> list[str]:
    """What runs: the manifest's words go before the image's own."""
    image = find_image(container["image"])
    if container.get("command"):
        return [*container["command"], *container.get("args", ())]
    return [*image.entrypoint, *(container.get("args") or image.cmd)]


def grace_of(pod: Json, container: Json, path: str, probe: str) -> tuple[int, str]:
    """Seconds, and the field they come from: as setTerminationGracePeriod in kuberuntime_container.go has it."""
    own = container.get(f"{probe}Probe", {}).get("terminationGracePeriodSeconds")
    if own is not None:
        return int(own), f"{path}.{probe}Probe.terminationGracePeriodSeconds"
    return int(pod["spec"].get("terminationGracePeriodSeconds", 30)), "spec.terminationGracePeriodSeconds"


def stopping(pod: Json, container: Json, path: str, probe: str) -> tuple[Part, ...]:
    """From the Killing event to the end of the container, after a probe failed."""
    grace, field = grace_of(pod, container, path, probe)
    hook = container.get("lifecycle", {}).get("preStop") if grace > 0 else None
    deaf = ignores_term(pod, container)
    if hook is None or "tcpSocket" in hook:
        return (_grace(max(grace, MINIMUM_GRACE_S), deaf, (field,)),)
    where = f"{path}.lifecycle.preStop"
    if "sleep" in hook:
        took = min(int(hook["sleep"]["seconds"]), grace)
        slept = Part(What.PRE_STOP, Span(took * 1000, took * 1000), (f"{where}.sleep.seconds",))
        return slept, _grace(max(grace - took, MINIMUM_GRACE_S), deaf, (field,))
    # Of the grace the whole seconds of the hook are taken, and two seconds are always left.
    least = max(grace, MINIMUM_GRACE_S) * 1000 if deaf else 0
    return (Part(What.STOP, Span(least, (grace + MINIMUM_GRACE_S) * 1000), (where, field)),)


def _grace(seconds: int, deaf: bool, fields: tuple[str, ...]) -> Part:
    longest = seconds * 1000
    return Part(What.GRACE, Span(longest if deaf else 0, longest), fields)


def hook_of_the_dead(pod: Json, container: Json, path: str) -> Part | None:
    """A probe that fails because the process is gone may have the container stopped before the kubelet sees the exit:
    then preStop runs all the same."""
    grace, _ = grace_of(pod, container, path, "liveness")
    hook = container.get("lifecycle", {}).get("preStop") or {}
    if grace <= 0 or not {"sleep", "httpGet"} & hook.keys():
        return None
    longest = min(int(hook["sleep"]["seconds"]), grace) if "sleep" in hook else grace
    return Part(What.PRE_STOP, Span(0, longest * 1000), (f"{path}.lifecycle.preStop",))
