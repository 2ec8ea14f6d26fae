"""`kubectl cp`: files into and out of containers, by the container's own tar. Models kubectl pkg/cmd/cp/cp.go."""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.tar import ArchiveFault, add, members, unpacked
from simulator.history import Json
from simulator.kubectl.api import Ended, OnEnd, OnOutput, Stream
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.pod_containers import choose_container
from simulator.kubectl.verbs.execute import EXEC_MS, not_begun
from simulator.kubectl.waiting import Inbox
from simulator.objects.errors import ApiError

FLAGS = "container,c no-preserve:bool retries:int=0"


@dataclass(frozen=True, slots=True)
class Place:
    """A file here (no pod), or in a container."""

    namespace: str
    pod: str
    path: str


def run(call: Call) -> Routine[int]:
    """`cp a.txt pod:/tmp/a.txt`, `cp pod:/etc/hosts hosts`."""
    if len(call.arguments.args) != 2:
        raise CommandError("source and destination are required")
    source, target = (_place(call, text) for text in call.arguments.args)
    if source.pod and target.pod:
        raise CommandError("one of src or dest must be a local file specification")
    if not source.path or not target.path:
        raise CommandError("filepath can not be empty")
    if not source.pod and not target.pod:
        raise CommandError("one of src or dest must be a remote file specification")
    yield from (_from_pod if source.pod else _to_pod)(call, source, target)
    return 0


def _place(call: Call, text: str) -> Place:
    pod, colon, path = text.partition(":")
    if not colon:
        return Place("", "", text)
    namespace, _, name = pod.rpartition("/")
    if not pod or "/" in namespace:
        raise CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    return Place(namespace or call.namespace, name, path)


# ---- into a container ------------------------------------------------------------
def _to_pod(call: Call, source: Place, target: Place) -> Routine[None]:
    if not call.process.files.exists(source.path, follow=False):
        raise CommandError(f"{source.path} doesn't exist in local filesystem")
    path = posixpath.normpath(target.path)
    ended, _out = yield from _exec(call, target, ["test", "-d", target.path], quiet=True)
    if not ended.code:
        path = posixpath.join(path, posixpath.basename(posixpath.normpath(source.path)))
    command = ["tar", "--no-same-permissions", "--no-same-owner"] if call.arguments.truth("no-preserve") else ["tar"]
    command += ["-xmf", "-"]
    if folder := posixpath.dirname(path):
        command += ["-C", folder]
    packed = _packed(call, source.path.rstrip("/") or "/", posixpath.basename(path))
    ended, out = yield from _exec(call, target, command, stdin=packed)
    yield from call.out(out)
    _check(ended)


def _packed(call: Call, path: str, name: str) -> bytes:
    """Files and links, and folders only if they are empty (recursiveTar)."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for info, where in members(call.process, path, name):
            if not info.isdir() or not call.process.files.listdir(where):
                add(archive, call.process, info, where)
    return made.getvalue()


# ---- out of a container ------------------------------------------------------------
def _from_pod(call: Call, source: Place, target: Place) -> Routine[None]:
    ended, packed = yield from _exec(call, source, ["tar", "cf", "-", source.path])
    if not packed:
        _check(ended)
    prefix = posixpath.normpath(source.path).lstrip("/")
    while prefix.startswith("../"):
        prefix = prefix.removeprefix("../")
    try:
        for line in _unpack(call, source, target, packed, prefix):
            yield from call.err(line)
    except ArchiveFault:
        raise CommandError("archive/tar: invalid tar header") from None
    except OSFault as fault:
        raise CommandError(f"open {target.path}: {fault.message.lower()}") from None
    _check(ended)


def _unpack(call: Call, source: Place, target: Place, packed: bytes, prefix: str) -> Iterator[str]:
    """Links are left out: they could lead anywhere (untarAll)."""
    files, warned = call.process.files, False
    for info, content in unpacked(packed):
        if not info.name.startswith(prefix):
            raise CommandError("tar contents corrupted")
        path = posixpath.normpath(f"{target.path}/{info.name[len(prefix) :]}")
        if f"{posixpath.relpath(path, posixpath.normpath(target.path))}/".startswith("../"):
            yield f'warning: file "{path}" is outside target destination, skipping\n'
            continue
        files.mkdir(posixpath.dirname(path) or ".", mode=0o755, parents=True)
        if info.isdir():
            files.mkdir(path, mode=0o755, parents=True)
        elif info.issym():
            where = f'kubectl exec -n "{source.namespace}" "{source.pod}" -- tar cf - "{source.path}" | tar xf -'
            hint = "" if warned else f' (consider using "{where}")'
            warned = True
            yield f'warning: skipping symlink: "{path}" -> "{info.linkname}"{hint}\n'
        else:
            files.write(path, content)


# ---- commands in the container ------------------------------------------------------
def _exec(
    call: Call, place: Place, argv: Sequence[str], *, stdin: bytes = b"", quiet: bool = False
) -> Routine[tuple[Ended, bytes]]:
    """How a command ended, and what it wrote; what it complains of is passed on."""
    pod = call.api.get("pods", place.namespace, place.pod)
    container, note = choose_container(pod, call.arguments.text("container"))
    yield from call.err("" if quiet else note)
    yield from call.process.sleep(EXEC_MS)
    news: Inbox[tuple[str, bytes] | Ended] = Inbox()
    try:
        _begin(call, pod, container["name"], argv, stdin, lambda name, data: news.put((name, data)), news.put)
    except ApiError as error:
        raise not_begun(error) from None
    out = b""
    while True:
        item = yield from news.take()
        if item is None or isinstance(item, Ended):
            return item or Ended(130), out
        if item[0] == "stdout":
            out += item[1]
        elif not quiet:
            yield from call.err(item[1])


def _begin(
    call: Call, pod: Json, container: str, argv: Sequence[str], stdin: bytes, on_output: OnOutput, on_end: OnEnd
) -> None:
    meta = pod["metadata"]
    stream: Stream = call.api.exec(
        meta["namespace"], meta["name"], container, argv, stdin=bool(stdin), tty=False, on_output=on_output,
        on_end=on_end,
    )  # fmt: skip
    if stdin:
        stream.write(stdin)
        stream.close()


def _check(ended: Ended) -> None:
    if ended.error:
        raise CommandError(ended.error)
    if ended.code:
        raise CommandError(f"command terminated with exit code {ended.code}", ended.code)
