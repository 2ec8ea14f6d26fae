"""What an observed attempt depends on: when it need not be made again, and what ends that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.containers import Completed, Container, Data, Dependencies, EmptyDir, HostPath, Mount
from tests.simulator.containers.world import World


def observed(world: World, container: Container, *argv: str) -> tuple[Completed, Dependencies]:
    completed = world.exec(container, *argv, observe=True)
    assert completed.seen is not None, f"{argv} should be repeatable"
    return completed, completed.seen


class Counter:
    """Counts how often it is called."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def test_a_missing_file_has_its_removal_as_the_cause() -> None:
    world = World()
    container = world.start(command="touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600")
    world.after(5000)
    completed, seen = observed(world, container, "cat", "/tmp/healthy")
    assert completed.exit.code == 0
    assert seen.cause == world.facts("file", change="created")[0].number
    changed = Counter()
    seen.watch(changed)
    world.after(20_000)
    assert changed.count == 0
    world.after(10_000)
    assert changed.count == 1
    completed, seen = observed(world, container, "cat", "/tmp/healthy")
    assert completed.stderr == b"cat: can't open '/tmp/healthy': No such file or directory\n"
    assert seen.cause == world.facts("file", change="removed")[0].number


@pytest.mark.parametrize(
    "argv",
    [
        ("cat", "/etc/passwd"),
        ("cat", "/nope"),
        ("sh", "-c", "cat /app/a.txt"),
        ("sh", "-c", "test -f /tmp/x && exit 0 || exit 1"),
        ("sh", "-c", "[ -e /tmp/x ] || grep -q root /etc/passwd"),
        ("ls", "/tmp"),
        ("true",),
        ("false",),
        ("echo", "ok"),
    ],
)
def test_commands_that_only_look_are_repeatable(argv: tuple[str, ...]) -> None:
    world = World()
    container = world.start(command="sleep 1000")
    before = len(world.history)
    world.after(10)
    _, seen = observed(world, container, *argv)
    changed = Counter()
    seen.watch(changed)
    world.after(10_000)
    assert changed.count == 0
    # Nothing is told of an observed command; the two entries are the container's own start.
    assert len(world.history) - before <= 2


@pytest.mark.parametrize(
    "line",
    [
        "date",
        "echo x > /tmp/x",
        "touch /etc/passwd",
        "sleep 0.01",
        "echo $RANDOM",
        "kill -0 1; kill -USR1 1",
        "rm -f /etc/group",
    ],
)
def test_commands_that_do_something_or_look_at_the_clock_are_not(line: str) -> None:
    world = World()
    container = world.start(command="trap : USR1; while :; do sleep 1000; done")
    world.after(10)
    assert world.exec(container, "sh", "-c", line, observe=True).seen is None


CHANGES: list[tuple[tuple[str, ...], str]] = [
    (("cat", "/tmp/x"), "echo 1 > /tmp/x"),
    (("cat", "/etc/passwd"), "echo 1 >> /etc/passwd"),
    (("cat", "/etc/passwd"), "chmod 600 /etc/passwd"),
    (("cat", "/etc/passwd"), "mv /etc/passwd /etc/was"),
    (("ls", "/tmp"), "touch /tmp/new"),
    (("cat", "/tmp/a/b/c"), "mkdir -p /tmp/a/b"),
    (("sh", "-c", "test -d /tmp/dir"), "mkdir /tmp/dir"),
    (("cat", "/tmp/link"), "ln -s /etc/passwd /tmp/link"),
]


@pytest.mark.parametrize(("argv", "change"), CHANGES)
def test_a_watch_fires_once_when_what_was_seen_changes(argv: tuple[str, ...], change: str) -> None:
    world = World()
    container = world.start(command="sleep 1000")
    world.after(10)
    _, seen = observed(world, container, *argv)
    changed, cancelled = Counter(), Counter()
    seen.watch(changed)
    seen.watch(cancelled).cancel()
    world.exec(container, "touch /tmp/else; rm /tmp/else" if argv[0] != "ls" else "true")
    assert changed.count == 0
    world.exec(container, change)
    world.exec(container, change)
    assert (changed.count, cancelled.count) == (1, 0)


def test_a_change_between_the_attempt_and_the_watch_is_not_missed() -> None:
    world = World()
    container = world.start(command="sleep 1000")
    world.after(10)
    _, seen = observed(world, container, "cat", "/tmp/x")
    world.exec(container, "touch /tmp/x")
    changed = Counter()
    seen.watch(changed)
    world.after(1)
    assert changed.count == 1


def test_the_end_of_the_container_ends_what_was_known_of_it() -> None:
    world = World()
    container = world.start(command="sleep 10")
    _, seen = observed(world, container, "true")
    changed = Counter()
    seen.watch(changed)
    world.after(11_000)
    assert changed.count == 1


def test_a_shared_volume_tells_across_containers_and_from_the_node() -> None:
    world = World()
    volume = EmptyDir("v")
    host = HostPath(world.machine, "h", "/data/html")
    writer = world.start(command="sleep 1000", mounts=[Mount("/out", volume)])
    reader = world.start(command="sleep 1000", mounts=[Mount("/in", volume), Mount("/html", host)])
    world.after(10)
    changed: list[Callable[[], None]] = [Counter(), Counter()]
    observed(world, reader, "cat", "/in/x")[1].watch(changed[0])
    observed(world, reader, "cat", "/html/x")[1].watch(changed[1])
    world.exec(writer, "echo hi > /out/x")
    world.on_node("echo there > /data/html/x")
    assert [counter.count for counter in changed] == [1, 1]  # type: ignore[attr-defined]
    completed, seen = observed(world, reader, "cat", "/html/x")
    assert completed.stdout == b"there\n"
    fact = world.facts("file", where="node", path="/data/html/x")[-1]
    assert seen.cause == fact.number


def test_new_contents_of_a_config_map_are_noticed() -> None:
    world = World()
    volume = Data("config", {"a/key": b"one", "other": b"same", "old": b"x"}, mode=0o400)
    container = world.start(command="sleep 1000", mounts=[Mount("/config", volume)])
    world.after(10)
    completed, seen = observed(world, container, "cat", "/config/a/key")
    assert completed.stdout == b"one"
    changed = Counter()
    seen.watch(changed)
    new = {"a/key": b"two", "other": b"same", "more": b"y"}
    assert volume.update(world.machine.kernel, new, 77) == ["a/key", "more", "old"]
    world.after(1)
    assert changed.count == 1
    completed, seen = observed(world, container, "cat", "/config/a/key")
    assert (completed.stdout, seen.cause) == (b"two", 77)
    assert world.exec(container, "ls", "/config").stdout.split() == [b"a", b"more", b"other"]
    refused = world.exec(container, "echo x > /config/other")
    assert b"Read-only file system" in refused.stderr


def test_looking_at_processes_depends_on_their_table() -> None:
    world = World()
    container = world.start(command="sleep 1000; sleep 5")
    world.after(10)
    _, seen = observed(world, container, "sh", "-c", "kill -0 1")
    changed = Counter()
    seen.watch(changed)
    observed(world, container, "true")
    assert changed.count == 0
    world.exec(container, "true")
    assert changed.count == 1
