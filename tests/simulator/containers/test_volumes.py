"""Volumes: shared trees, hostPath checks, sub paths."""

from __future__ import annotations

import pytest

from simulator.containers import Data, EmptyDir, HostPath, Mount, VolumeError, make_directory, make_file
from simulator.containers.files.nodes import size_of
from tests.simulator.containers.world import World


def test_containers_share_an_empty_dir_also_over_restarts() -> None:
    world = World()
    volume = EmptyDir("shared")
    mounts = [Mount("/a", volume)]
    world.start(command="echo one > /a/x; mkdir /a/d", mounts=mounts)
    world.after(100)
    again = world.start(command="cat /a/x; ls /a", mounts=mounts)
    world.after(100)
    assert again.log.text() == "one\nd\nx\n"
    assert volume.used_bytes == 4
    fact = world.facts("file", path="/a/x")[0]
    assert (fact.data["where"], fact.data["volume"]) == ("volume", "shared")


def test_of_a_large_file_the_beginning_is_kept_and_the_rest_counts() -> None:
    volume = EmptyDir("d")
    world = World()
    container = world.start(command="sleep 9", mounts=[Mount("/d", volume)])
    script = "dd if=/dev/zero of=/d/f bs=1M count=100 && echo end >> /d/f && stat -c %s /d/f"
    assert world.exec(container, script, wait_ms=2000).stdout == b"104857604\n"
    assert (volume.used_bytes, size_of(volume.root)[2]) == (104857604, 32 << 20)
    assert world.exec(container, "> /d/f; echo new > /d/f; cat /d/f").stdout == b"new\n"
    assert (volume.used_bytes, size_of(volume.root)[2]) == (4, 4)


def test_files_in_memory_count_for_the_container_that_writes_them() -> None:
    world = World()
    mounts = [Mount("/m", EmptyDir("m", medium="Memory"))]
    container = world.start(command="sleep 99", mounts=mounts, memory_limit=16 << 20)
    for _ in range(3):  # what was removed is free again
        kept = world.exec(container, "dd if=/dev/zero of=/m/f bs=1M count=9 && rm /m/f", wait_ms=1000)
        assert kept.exit.code == 0
    world.exec(container, "dd if=/dev/zero of=/m/f bs=1M count=30", wait_ms=1000)
    assert container.reason == "OOMKilled"


def test_a_full_memory_volume_refuses() -> None:
    world = World()
    container = world.start(
        command="sleep 9",
        mounts=[Mount("/m", EmptyDir("m", medium="Memory", size_limit=10)), Mount("/r", EmptyDir("r"), True)],
    )
    full = world.exec(container, "echo 12345678901234 > /m/x")
    assert b"No space left on device" in full.stderr
    assert b"Read-only file system" in world.exec(container, "touch /r/x").stderr
    assert world.facts("budget", what="files")


@pytest.mark.parametrize(
    ("path", "type_", "message"),
    [
        ("/gone", "Directory", "hostPath type check failed: /gone is not a directory"),
        ("/gone", "File", "hostPath type check failed: /gone is not a file"),
        ("/srv/file", "Directory", "hostPath type check failed: /srv/file is not a directory"),
        ("/srv/file", "DirectoryOrCreate", "hostPath type check failed: /srv/file is not a directory"),
        ("/srv", "File", "hostPath type check failed: /srv is not a file"),
        ("/srv", "FileOrCreate", "hostPath type check failed: /srv is not a file"),
        ("/srv/file", "Socket", "hostPath type check failed: /srv/file is not a socket file"),
        ("/srv/file", "BlockDevice", "hostPath type check failed: /srv/file is not a block device"),
        ("/dev/null", "File", "hostPath type check failed: /dev/null is not a file"),
        ("/dev/null", "Socket", "hostPath type check failed: /dev/null is not a socket file"),
        ("/gone", "CharDevice", "hostPath type check failed: /gone is not a character device"),
        ("/no/dir/file", "FileOrCreate", "open /no/dir/file: no such file or directory"),
    ],
)
def test_host_paths_are_checked_as_the_kubelet_does(path: str, type_: str, message: str) -> None:
    world = World()
    make_file(world.machine.node_root, "/srv/file", "x")
    with pytest.raises(VolumeError) as error:
        HostPath(world.machine, "h", path, type_)
    assert str(error.value) == message
    assert world.on_node("ls -d /gone").stdout == b""


def test_devices_of_the_node_can_be_mounted() -> None:
    """test/e2e/storage/host_path_type.go "Should be able to mount character device"."""
    world = World()
    mounts = [
        Mount("/n", HostPath(world.machine, "n", "/dev/null", "CharDevice")),
        Mount("/d", HostPath(world.machine, "d", "/dev", "Directory")),
    ]
    container = world.start(command="sleep 9", mounts=mounts)
    assert world.exec(container, "echo x > /n; cat /n; ls /d/null").stdout == b"/d/null\n"


def test_host_paths_that_are_missing_are_made_if_allowed() -> None:
    world = World()
    machine = world.machine
    make_directory(machine.node_root, "/srv")
    HostPath(machine, "a", "/made/by/default")
    HostPath(machine, "b", "/made/dir", "DirectoryOrCreate")
    file = HostPath(machine, "c", "/srv/f", "FileOrCreate")
    container = world.start(command="echo in > /f; sleep 100", mounts=[Mount("/f", file)])
    world.after(10)
    assert world.on_node("ls -d /made/by/default /made/dir; cat /srv/f").stdout == b"/made/by/default\n/made/dir\nin\n"
    world.on_node("echo out > /srv/f")
    assert world.exec(container, "cat", "/f").stdout == b"out\n"


def test_sub_paths_show_a_part_and_are_made() -> None:
    world = World()
    volume = EmptyDir("v")
    data = Data("c", {"nginx.conf": b"conf", "d/x": b"deep"})
    mounts = [
        Mount("/a", volume, sub_path="one/two"),
        Mount("/all", volume),
        Mount("/etc/nginx.conf", data, sub_path="nginx.conf"),
        Mount("/d", data, sub_path="d"),
    ]
    container = world.start(command="echo x > /a/f; sleep 9", mounts=mounts)
    world.after(10)
    assert world.exec(container, "cat /all/one/two/f /etc/nginx.conf /d/x").stdout == b"x\nconfdeep"
    with pytest.raises(VolumeError, match="failed to prepare subPath"):
        world.container(command="true", mounts=[Mount("/x", data, sub_path="nginx.conf/y")])


def test_what_is_mounted_over_hides_what_is_below() -> None:
    world = World()
    inner, outer = EmptyDir("inner"), EmptyDir("outer")
    container = world.start(
        command="sleep 9", mounts=[Mount("/etc", outer), Mount("/etc/inner", inner), Mount("/bin/extra/", inner)]
    )
    world.after(10)
    assert world.exec(container, "touch /etc/inner/x; ls /etc /bin/extra").stdout.split() == [
        b"/bin/extra:", b"x", b"/etc:", b"hostname", b"hosts", b"inner", b"resolv.conf",
    ]  # fmt: skip


def test_the_node_has_a_shell_with_programs_of_the_callers() -> None:
    world = World()

    def kubectl(p):  # type: ignore[no-untyped-def]
        yield from p.out(f"{p.argv[1]} in {p.env['NS']}\n")
        return 0

    ended: list[bytes] = []
    heard: list[bytes] = []
    world.machine.run_on_node(
        "kubectl get; cat /etc/hostname",
        lambda completed: ended.append(completed.stdout),
        programs={"kubectl": kubectl},
        env={"NS": "test"},
        on_output=lambda stream, data: heard.append(data),
    )
    world.after(100)
    assert ended == [b"get in test\nnode1\n"]
    assert b"".join(heard) == ended[0]
    assert world.facts("process", argv=["kubectl", "get"])[0].pod == ""
