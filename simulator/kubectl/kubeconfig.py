"""The namespace that `kubectl config set-context` chose, kept in a file as kubectl keeps it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.process import Process

NAME = "podviz"
_FOLDER = "/root/.kube"
_START = "    namespace: "


def chosen_namespace(process: Process) -> str:
    """Empty if nobody chose one."""
    with suppress(OSFault):
        for line in process.files.read(f"{_FOLDER}/config").decode("utf-8", "replace").splitlines():
            if line.startswith(_START):
                return line.removeprefix(_START).strip()
    return ""


def choose_namespace(process: Process, namespace: str) -> None:
    """From now on the one that is meant when none is given; none at all if it is empty."""
    process.files.mkdir(_FOLDER, parents=True)
    lines = ["apiVersion: v1", "contexts:", "- context:", f"    cluster: {NAME}"]
    lines += [f"{_START}{namespace}"] if namespace else []
    lines += [f"    user: {NAME}", f"  name: {NAME}", f"current-context: {NAME}", "kind: Config"]
    process.files.write(f"{_FOLDER}/config", "\n".join(lines) + "\n")
