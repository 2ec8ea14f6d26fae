"""Files: trees, layers, links, permissions, and what is told of changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.containers import Container, Data, EmptyDir, Mount, OSFault, Process, Routine
from simulator.containers.files.files import Stat
from tests.simulator.containers.world import EPOCH_MS, World


def inside(check: Callable[[Process], Any], **more: Any) -> Any:
    """Runs `check` as the main process of a container; gives its result."""
    results: list[Any] = []

    def main(p: Process) -> Routine[int]:
        results.append(check(p))
        return 0
        yield

    world = World()
    container = world.run_program(main, **more)
    world.after(100)
    assert results, container.log.text()
    return results[0]


def test_what_is_written_can_be_read_and_listed() -> None:
    def check(p: Process) -> object:
        p.files.mkdir("/a/b/c", parents=True)
        p.cwd = "/a/b"
        p.files.write("x", "one\n")
        p.files.write("../b/./x", b"two\n", append=True)
        return p.files.read("/a/b/x"), p.files.listdir(), p.files.resolve("c/../x"), p.files.stat("x")

    data, names, path, stat = inside(check)
    assert (data, names, path) == (b"one\ntwo\n", ["c", "x"], "/a/b/x")
    assert stat == Stat("file", 8, 0o644, 0, 0, EPOCH_MS + 1)


def test_links_are_followed_also_in_the_middle_and_not_for_ever() -> None:
    def check(p: Process) -> object:
        files = p.files
        files.mkdir("/real")
        files.symlink("real", "/link")
        files.symlink("/link/f", "/far")
        files.write("/far", "x")
        files.symlink("loop", "/loop")
        with pytest.raises(OSFault, match="Too many levels"):
            files.read("/loop")
        files.symlink("/gone", "/broken")
        assert files.exists("/broken", follow=False)
        assert not files.exists("/broken")
        assert files.stat("/link", follow=False) == Stat("link", 4, 0o777, 0, 0, EPOCH_MS + 1, "real")
        return files.read("/real/f"), files.readlink("/far"), files.resolve("/far")

    assert inside(check) == (b"x", "/link/f", "/real/f")


FAULTS: list[tuple[Callable[[Process], Any], str]] = [
    (lambda p: p.files.read("/nope"), "No such file or directory"),
    (lambda p: p.files.read("/nope/x"), "No such file or directory"),
    (lambda p: p.files.read("/etc/passwd/x"), "Not a directory"),
    (lambda p: p.files.read("/etc/passwd/"), "Not a directory"),
    (lambda p: p.files.read(""), "No such file or directory"),
    (lambda p: p.files.write("/etc", ""), "Is a directory"),
    (lambda p: p.files.write("/new/", ""), "Is a directory"),
    (lambda p: p.open("/etc/passwd", "x"), "File exists"),
    (lambda p: p.files.mkdir("/etc"), "File exists"),
    (lambda p: p.files.mkdir("/etc/passwd", parents=True), "File exists"),
    (lambda p: p.files.symlink("a", "/etc"), "File exists"),
    (lambda p: p.files.remove("/etc"), "Is a directory"),
    (lambda p: p.files.remove("/nope"), "No such file or directory"),
    (lambda p: p.files.rmdir("/usr"), "Directory not empty"),
    (lambda p: p.files.rmdir("/etc/passwd"), "Not a directory"),
    (lambda p: p.files.rmdir("/"), "Resource busy"),
    (lambda p: p.files.rmdir("/proc"), "Resource busy"),
    (lambda p: p.files.remove("/etc/hosts"), "Resource busy"),
    (lambda p: p.files.rename("/etc/hosts", "/x"), "Resource busy"),
    (lambda p: p.files.rename("/tmp", "/tmp/x"), "Invalid argument"),
    (lambda p: p.files.rename("/nope", "/x"), "No such file or directory"),
    (lambda p: p.files.rename("/etc/passwd", "/etc"), "Is a directory"),
    (lambda p: p.files.listdir("/etc/passwd"), "Not a directory"),
    (lambda p: p.files.readlink("/etc"), "Invalid argument"),
    (lambda p: p.files.write("/proc/1/x", ""), "Operation not permitted"),
    (lambda p: p.find("/etc/passwd"), "Permission denied"),
    (lambda p: p.find("nope"), "No such file or directory"),
]


@pytest.mark.parametrize(("call", "message"), FAULTS)
def test_mistakes_are_told_in_linux_words(call: Callable[[Process], Any], message: str) -> None:
    def check(p: Process) -> None:
        with pytest.raises(OSFault) as error:
            call(p)
        assert error.value.message == message

    inside(check)


def test_files_of_the_image_are_shared_until_written_to() -> None:
    world = World()
    one = world.start(command="sleep 100")
    two = world.start(command="sleep 100")
    world.exec(one, "echo changed > /etc/passwd; rm /etc/group; rm -rf /var/log")
    assert world.exec(one, "cat", "/etc/passwd").stdout == b"changed\n"
    assert world.exec(two, "cat", "/etc/passwd").stdout.startswith(b"root:x:0:0")
    assert b"group" not in world.exec(one, "ls", "/etc").stdout
    assert b"group" in world.exec(two, "ls", "/etc").stdout
    assert world.exec(one, "cat", "/etc/group").exit.code == 1


def test_renaming_moves_files_and_replaces() -> None:
    def check(p: Process) -> object:
        files = p.files
        files.write("/tmp/a", "new")
        files.write("/tmp/b", "old")
        files.rename("/tmp/a", "/tmp/b")
        files.rename("/tmp/b", "/tmp/b")
        files.mkdir("/tmp/d")
        files.rename("/tmp/d", "/tmp/e")
        return files.listdir("/tmp"), files.read("/tmp/b")

    assert inside(check) == (["b", "e"], b"new")


def test_a_user_may_do_what_permissions_allow() -> None:
    def check(p: Process) -> object:
        files = p.files
        calls: list[Callable[[], object]] = [
            lambda: files.write("/etc/x", ""),
            lambda: files.write("/etc/passwd", ""),
            lambda: files.touch("/etc/passwd"),
            lambda: files.chmod("/etc/passwd", 0),
            lambda: files.listdir("/root"),
            lambda: files.read("/root/x"),
        ]
        for call in calls:
            with pytest.raises(OSFault) as error:
                call()
            assert error.value.errno in ("EACCES", "EPERM")
        files.write("/tmp/mine", "x")
        files.chmod("/tmp/mine", 0o000)
        with pytest.raises(OSFault, match="Permission denied"):
            files.read("/tmp/mine")
        return files.stat("/tmp/mine").uid, files.access("/etc/passwd", "r"), files.access("/etc/passwd", "w")

    assert inside(check, user=1000) == (1000, True, False)


def test_root_needs_an_execute_bit_to_execute() -> None:
    def check(p: Process) -> object:
        p.files.write("/tmp/s", "#!/bin/sh\n")
        before = p.files.access("/tmp/s", "x")
        p.files.chmod("/tmp/s", 0o755)
        p.files.chown("/tmp/s", 7, 8)
        stat = p.files.stat("/tmp/s")
        return before, p.files.access("/tmp/s", "rwx"), (stat.uid, stat.gid), p.files.access("/nope", "r")

    assert inside(check) == (False, True, (7, 8), False)


def test_a_read_only_root_refuses_all_but_its_volumes() -> None:
    def check(p: Process) -> object:
        calls: list[Callable[[], object]] = [
            lambda: p.files.write("/x", ""),
            lambda: p.files.write("/etc/passwd", ""),
            lambda: p.files.chmod("/etc/passwd", 0),
            lambda: p.files.touch("/etc/passwd"),
            lambda: p.files.remove("/etc/passwd"),
        ]
        for call in calls:
            with pytest.raises(OSFault, match="Read-only file system"):
                call()
        p.files.write("/data/x", "y")
        return p.files.access("/etc/passwd", "w")

    assert inside(check, read_only_root=True, mounts=[Mount("/data", EmptyDir("d"))]) is False


def test_devices_do_what_they_do() -> None:
    def check(p: Process) -> object:
        p.files.write("/dev/null", "x")
        with pytest.raises(OSFault, match="No space left"):
            p.files.write("/dev/full", "x")
        zero = p.open("/dev/zero").read(p, 3)
        chance = p.open("/dev/urandom").read(p, 4)
        p.files.write("/dev/stdout", "to the log\n")
        p.files.write("/proc/1/fd/2", "this too\n")
        return zero, len(chance or b""), p.files.listdir("/dev"), p.container.log.text()

    zero, length, names, text = inside(check)
    assert (zero, length, text) == (b"\0\0\0", 4, "to the log\nthis too\n")
    assert {"null", "zero", "stdout", "shm", "termination-log"} <= set(names)


def test_proc_tells_about_processes() -> None:
    def check(p: Process) -> object:
        files = p.files
        status = files.read("/proc/self/status").decode()
        assert "Pid:\t1\n" in status
        assert "State:\tR (running)" in status
        assert files.read("/proc/1/environ").startswith(b"PATH=")
        assert files.listdir("/proc/1/fd") == ["0", "1", "2"]
        assert files.readlink("/proc/1/cwd") == "/"
        assert not files.exists("/proc/77")
        for name in ("stat", "uptime", "meminfo", "cpuinfo", "mounts", "version", "loadavg"):
            assert files.read(f"/proc/{name}")
        return files.read("/proc/1/cmdline"), files.read("/proc/1/comm"), files.listdir("/proc")[0]

    assert inside(check) == (b"test-main\0", b"test-main\n", "1")


def test_a_file_written_through_an_open_descriptor_grows_where_it_should() -> None:
    def check(p: Process) -> object:
        file = p.open("/tmp/f", "rw")
        file.write(p, b"hello world")
        file.seek(6)  # type: ignore[attr-defined]
        file.write(p, b"there")
        file.seek(20)  # type: ignore[attr-defined]
        file.write(p, b"!")
        file.seek(0)  # type: ignore[attr-defined]
        line = file.read_line(p)
        with pytest.raises(OSFault, match="Bad file descriptor"):
            p.open("/tmp/f").write(p, b"")
        with pytest.raises(OSFault, match="Bad file descriptor"):
            p.open("/tmp/f", "a").read(p, 1)
        return line

    assert inside(check) == b"hello there" + bytes(9) + b"!"


def file_facts(world: World, container: Container) -> list[tuple[str, str]]:
    return [(fact.data["change"], fact.data["path"]) for fact in world.facts("file")]


def test_changes_are_told_with_what_made_them() -> None:
    world = World()
    container = world.start(command="touch /tmp/a; echo x > /tmp/a; rm /tmp/a; mkdir /tmp/d")
    world.after(100)
    assert file_facts(world, container) == [
        ("created", "/tmp/a"),
        ("changed", "/tmp/a"),
        ("removed", "/tmp/a"),
        ("created", "/tmp/d"),
    ]
    removed = world.facts("file", change="removed")[0]
    assert (removed.data["by"], removed.data["where"]) == ("rm /tmp/a", "container")


def sizes(world: World) -> list[int]:
    return [fact.data["size"] for fact in world.facts("file")]


def test_a_file_that_grows_is_told_again_when_it_is_twice_as_large() -> None:
    world = World()
    container = world.start(command="while true; do echo x >> /tmp/a; sleep 1; done")
    world.after(10_000)
    assert file_facts(world, container) == [("created", "/tmp/a"), *[("changed", "/tmp/a")] * 4]
    assert sizes(world) == [0, 2, 4, 8, 16]
    world.exec(container, "echo other >> /tmp/a")
    assert len(sizes(world)) == 6


def test_a_file_that_is_rewritten_again_and_again_is_not_left_empty_in_what_is_told() -> None:
    world = World()
    world.start(command="while true; do date > /tmp/a; sleep 1; done")
    world.after(10_000)
    assert sizes(world) == [0, 29, 0, 29]


def test_who_listens_is_told() -> None:
    world = World()
    container = world.start(image="nginx")
    world.after(100)
    (opened,) = world.facts("port")
    assert (opened.data["port"], opened.data["pid"], opened.data["phase"]) == (80, 1, "open")
    world.exec(container, "kill -QUIT 1")
    world.after(2000)
    assert [fact.data["phase"] for fact in world.facts("port")] == ["open", "closed"]


def test_a_process_names_the_one_that_began_it() -> None:
    world = World()
    world.start(command="sleep 5 & sleep 6")
    world.after(100)
    parents = {fact.data["argv"][-1]: fact.data["ppid"] for fact in world.facts("process", phase="start")}
    assert parents["5"] == 1


def test_coming_and_going_is_told_three_times_and_whenever_somebody_watches() -> None:
    world = World()
    container = world.start(command="while true; do touch /tmp/r; sleep 1; rm /tmp/r; sleep 1; done")
    world.after(20_100)
    assert len(world.facts("file", change="removed")) == 3
    seen = world.exec(container, "cat", "/tmp/r", observe=True).seen
    assert seen is not None
    fired: list[int] = []
    seen.watch(lambda: fired.append(world.engine.cause))
    world.after(2000)
    newest = world.facts("file")[-1]
    assert newest.at_ms > 20_000
    assert fired == [newest.number]


def test_the_termination_message_is_what_was_written_there() -> None:
    world = World()
    container = world.start(command="echo oops > /dev/termination-log; echo logged; exit 1")
    world.after(100)
    assert container.termination_message() == "oops\n"
    other = world.start(command="echo one; echo two; exit 1", termination_message_path="/tmp/why")
    world.after(100)
    assert other.termination_message() == ""
    assert other.termination_message(fallback_to_logs=True) == "one\ntwo\n"


def test_the_runtimes_own_files_name_the_pod() -> None:
    world = World()
    container = world.start(command="sleep 9", hosts=[("10.0.0.9", ["db.local", "db"])], hostname="web-0", working_dir="/made/up",
                            resolv_conf="nameserver 10.0.0.10\n")  # fmt: skip
    assert world.exec(container, "hostname || cat /etc/hostname").stdout == b"web-0\n"
    hosts = world.exec(container, "cat", "/etc/hosts").stdout.decode()
    assert "10.244.0.5\tweb-0\n" in hosts
    assert "10.0.0.9\tdb.local\tdb\n" in hosts
    assert world.exec(container, "cat", "/etc/resolv.conf").stdout == b"nameserver 10.0.0.10\n"
    assert world.exec(container, "pwd").stdout == b"/made/up\n"


def test_reading_finds_what_was_changed_removed_linked_or_mounted_over_the_image() -> None:
    def check(p: Process) -> list[bytes]:
        read, files = p.files.read, p.files
        found = [read("/etc/passwd")[:5], read("/etc/app/a"), read("/etc/hostname"), read("/tmp/../etc/passwd")[:5]]
        files.write("/etc/passwd", "mine")
        files.symlink("/etc/passwd", "/etc/link")
        found += [read("/etc/passwd"), read("/etc/link"), read("/etc/app/../link")]
        files.remove("/etc/passwd")
        with pytest.raises(OSFault, match="No such file"):
            read("/etc/passwd")
        assert {"app", "link", "hostname"} <= set(files.listdir("/etc"))
        assert "passwd" not in files.listdir("/etc")
        return found

    mounts = [Mount("/etc/app", Data("conf", {"a": b"mounted"}))]
    found = inside(check, mounts=mounts, hostname="web-0")
    assert found == [b"root:", b"mounted", b"web-0\n", b"root:", b"mine", b"mine", b"mine"]


def test_a_file_that_a_user_may_not_read_is_refused_though_it_came_with_the_image() -> None:
    def check(p: Process) -> str:
        p.files.chmod("/etc/passwd", 0o600)
        p.uid = 1000
        with pytest.raises(OSFault) as fault:
            p.files.read("/etc/passwd")
        return fault.value.errno

    assert inside(check) == "EACCES"


def test_the_mount_table_does_not_depend_on_what_was_looked_at() -> None:
    def table(p: Process) -> bytes:
        return p.files.read("/proc/mounts")

    def after_a_look(p: Process) -> bytes:
        p.files.read("/etc/hosts")
        p.files.listdir("/dev/shm")
        return table(p)

    mounts = [Mount("/dev/shm", EmptyDir("shm")), Mount("/data", EmptyDir("data"))]
    assert inside(after_a_look, mounts=mounts) == inside(table, mounts=mounts)
