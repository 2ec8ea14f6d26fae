"""What a container's file system is put together from."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.containers.files.mounts import Late, MountPoint, Mounts
from simulator.containers.files.nodes import Directory, File, Node, Tree
from simulator.containers.files.proc import ProcDirectory
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.container import Container
    from simulator.containers.spec import Mount

SHARED_MEMORY = 64 << 20  # as the runtime mounts it
MANAGED = "# Kubernetes-managed hosts file"
LOCAL = (
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)


def container_mounts(container: Container) -> Mounts:
    """A fresh layer over the image's, the volumes, and what the runtime mounts into every container."""
    spec = container.spec
    root = Directory(Tree("container"), container.image.layer)
    root.tree.disk = container.machine.disk
    mounts = Mounts(root, read_only=spec.read_only_root)
    if spec.working_dir:
        _make_workdir(root, spec.working_dir)
    _mount_volumes(mounts, spec.mounts)
    mounts.mount_late(container, _of_the_runtime(spec.termination_message_path))
    return mounts


@lru_cache(maxsize=64)
def _of_the_runtime(termination_message_path: str) -> Late:
    """The same for all containers that leave their last message in the same place."""
    late: dict[str, Callable[[Container], Node]] = {
        "/dev": lambda container: container.machine.devices,
        "/dev/shm": lambda container: Directory(_shared_memory(), None, 0o1777),
        "/proc": ProcDirectory,
        "/etc/hostname": lambda container: File(f"{container.hostname}\n".encode()),
        "/etc/hosts": lambda container: File(_hosts(container)),
        "/etc/resolv.conf": lambda container: File(container.spec.resolv_conf.encode()),
    }
    if termination_message_path:
        late.setdefault("/" + termination_message_path.strip("/"), lambda container: File(b"", 0o666))
    return late


def _shared_memory() -> Tree:
    tree = Tree("container", max_bytes=SHARED_MEMORY)
    tree.in_memory = True
    return tree


def volume_point(mount: Mount) -> MountPoint:
    volume = mount.volume
    node, home = volume.at(mount.sub_path) if mount.sub_path else (volume.root, volume.home)
    path = "/" + mount.path.strip("/")
    return MountPoint(path, node, mount.read_only or volume.read_only, home if isinstance(node, File) else None)


def _mount_volumes(mounts: Mounts, wanted: list[Mount]) -> None:
    """Mount the outer ones first. Models containerd's orderedMounts."""
    for mount in sorted(wanted, key=lambda mount: mount.path.strip("/").count("/")):
        point = volume_point(mount)
        point.path, there = _mount_point(mounts, point.path)
        if there is not None and isinstance(there, Directory) != isinstance(point.node, Directory):
            mounts.obstacle = mounts.obstacle or _not_alike(mount, point.read_only)
        mounts.mount(point)


def _mount_point(mounts: Mounts, path: str) -> tuple[str, Node | None]:
    """Where `path` leads to, and what is there; what is missing on the way is made. Models runc's createMountpoint."""
    try:
        place = mounts.locate(path, make=True)
    except OSFault:
        return path, None  # a file is in the way: nothing can be seen there
    return place.path, place.node


def _not_alike(mount: Mount, read_only: bool) -> str:
    """A directory cannot be mounted over a file, nor a file over a directory. Models runc's mountError."""
    flags = 0x5001 if read_only else 0x5000
    call = f"mount {mount.source}:{mount.path} (via /proc/self/fd/6), flags: {flags:#x}"
    return (
        f'error during container init: error mounting "{mount.source}" to rootfs at "{mount.path}": '
        f"{call}: not a directory: unknown"
    )


def _make_workdir(root: Directory, path: str) -> None:
    """The runtime makes a missing working directory."""
    directory = root
    for part in path.split("/"):
        if not part or part == ".":
            continue
        node = directory.get(part)
        if node is None:
            node = Directory(root.tree)
            directory.put(part, node)
        if not isinstance(node, Directory):
            return
        directory = node


def _names(container: Container) -> str:
    """Models kubelet_pods.go managedHostsFileContent: the long name comes first."""
    short, domain = container.hostname.partition(".")[0], container.spec.host_domain
    return f"{short}.{domain}\t{short}" if domain else container.hostname


def _hosts(container: Container) -> bytes:
    """Models kubelet_pods.go managedHostsFileContent, and nodeHostsFileContent for who is on the node's network."""
    spec, machine = container.spec, container.machine
    if container.network is not machine.host_network:
        lines = [f"{MANAGED}.", *LOCAL, f"{container.network.ip}\t{_names(container)}"]
    else:
        lines = [f"{MANAGED} (host network)."] if spec.name else []
        lines += [*LOCAL, f"{container.network.ip}\t{machine.hostname}"]
    if spec.hosts:
        lines += ["", "# Entries added by HostAliases."]
        lines += ["\t".join((address, *names)) for address, names in spec.hosts]
    return ("\n".join(lines) + "\n").encode()
