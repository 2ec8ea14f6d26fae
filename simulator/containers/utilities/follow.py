"""`tail -f`: waits for the files to change, at no cost while they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.observation import Subject, Watch
from simulator.containers.syscalls import OSFault, Pause, Routine, Sleep
from simulator.containers.utilities.messages import is_busybox
from simulator.containers.utilities.text_input import Input

if TYPE_CHECKING:
    from simulator.containers.process import Process

POLL_MS = 1000


def _subjects(process: Process, paths: list[str]) -> list[Subject]:
    """What changes when the files do."""
    found: list[Subject] = []
    for path in paths:
        try:
            place = process.files.place(path)
        except OSFault:
            continue
        if place.directory is not None:
            found.append(place.directory.subject(place.name))
    return found


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


def follow(process: Process, opened: list[tuple[str, Input]], missing: list[str], *, titles: bool) -> Routine[int]:
    """Shows what is added to the files, for ever. busybox looks once a second, GNU's tail is told at once."""
    started = process.now_ms
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
        for path, source in opened:
            while data := (yield from source.block()):
                if titles and shown != path:
                    yield from process.out(f"\n==> {path} <==\n")
                    shown = path
                yield from process.out(data)
