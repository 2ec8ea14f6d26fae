"""`tail -f`: waits for the files to change, at no cost while they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.observation import Observation, Subject, Watch
from simulator.containers.syscalls import OSFault, Pause, Routine, Sleep
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.text_input import Input

if TYPE_CHECKING:
    from simulator.containers.files.nodes import Node
    from simulator.containers.process import Process

POLL_MS = 1000


def _subjects(process: Process, paths: list[str]) -> list[Subject]:
    """What changes when the files do, or when their names lead elsewhere."""
    observation = Observation(process.kernel)
    before, process.observation = process.observation, observation
    try:
        for path in paths:
            process.files.exists(path)
    finally:
        process.observation = before
    return list(observation.subjects)


def _node(process: Process, path: str) -> Node | None:
    """The file that has the name now."""
    try:
        return process.files.place(path).node
    except OSFault:
        return None


def wait_for_change(process: Process, paths: list[str]) -> Routine[None]:
    """Blocks until one of the files changes, or a signal comes."""
    call = Pause()

    def wake() -> None:
        if process.exit is None and process.blocked is call:
            process.kernel.give(process, None)

    watches: list[Watch] = []
    for subject in _subjects(process, paths):
        watch = Watch(process.kernel, wake)
        watches.append(watch)
        subject.watches = [*(other for other in subject.watches or () if other.active), watch]
    try:
        yield call
    finally:
        for watch in watches:
            watch.cancel()


def _reopened(process: Process, opened: list[tuple[str, Input]], nodes: dict[str, Node | None]) -> Routine[None]:
    """Another file may have the name by now."""
    for number, (path, source) in enumerate(opened):
        node = _node(process, path)
        if path == "-" or node is None or node is nodes[path]:
            continue
        source.close()
        opened[number], nodes[path] = (path, Input(process, path)), node
        text = f"'{path}' has been replaced;  following new file"
        if is_busybox(process):
            text = f"{path} has been replaced; following end of new file"
        yield from complain(process, text, 0)


def follow(
    process: Process, opened: list[tuple[str, Input]], missing: list[str], *, titles: bool, by_name: bool = False
) -> Routine[int]:
    """Shows what is added to the files, for ever. busybox looks once a second, GNU's tail is told at once."""
    started = process.now_ms
    nodes = {path: _node(process, path) for path, _ in opened}
    shown = opened[-1][0] if opened else ""
    while True:
        paths = [path for path, _ in opened if path != "-"] + missing
        yield from wait_for_change(process, paths)
        if is_busybox(process):
            yield Sleep(POLL_MS - (process.now_ms - started) % POLL_MS)
        for path in list(missing):
            if process.files.exists(path):
                missing.remove(path)
                opened.append((path, Input(process, path)))
                nodes[path] = _node(process, path)
        if by_name:
            yield from _reopened(process, opened, nodes)
        for path, source in opened:
            while data := (yield from source.block()):
                if titles and shown != path:
                    yield from process.out(f"\n==> {path} <==\n")
                    shown = path
                yield from process.out(data)
