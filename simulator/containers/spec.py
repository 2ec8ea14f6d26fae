"""What the kubelet hands to the runtime to create a container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.containers.kernel import PidNamespace
    from simulator.containers.memory import PodMemory
    from simulator.containers.network import Namespace
    from simulator.containers.volumes import Volume


class CreateError(Exception):
    """The runtime could not create the container. The message is the runtime's."""


class StartError(Exception):
    """The runtime could not start the container's command. The message is the runtime's."""


class ExecError(Exception):
    """The runtime could not run a command in a container. The message is the runtime's."""


@dataclass(frozen=True, slots=True)
class Mount:
    """`volume` at `path`; with `sub_path` only that part of it. `source`: where the node has what is mounted."""

    path: str
    volume: Volume
    read_only: bool = False
    sub_path: str = ""
    source: str = ""

    def file_system(self) -> tuple[str, str, str]:
        """Source, type and options, as /proc/mounts shows them."""
        options = f"{'ro' if self.read_only or self.volume.read_only else 'rw'},relatime"
        if self.volume.memory:
            return "tmpfs", "tmpfs", f"{options},size={self.volume.memory >> 10}k,noswap"
        return "/dev/vda1", "ext4", options


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    name: str
    pod: str  # namespace/name
    id: str
    image: str
    network: Namespace
    command: list[str] | None = None
    args: list[str] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    working_dir: str | None = None
    mounts: list[Mount] = field(default_factory=list)
    shared_pids: PidNamespace | None = None
    user: int | None = None
    group: int | None = None
    memory_limit: int | None = None
    pod_memory: PodMemory | None = None
    oom_score_adj: int = 0
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    termination_message_path: str = "/dev/termination-log"
    declared_ports: list[int] = field(default_factory=list)
    hostname: str = ""
    host_domain: str = ""  # what a subdomain adds to it
    groups: tuple[int, ...] = ()  # of the processes, beside the primary one
    read_only_root: bool = False
    restart: int = 0
    hosts: Sequence[tuple[str, Sequence[str]]] = ()  # hostAliases: an address and its names
    resolv_conf: str = ""
    protects_low_ports: bool = False
