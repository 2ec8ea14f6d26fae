"""Processes: time, children, pipes, PID 1."""

from __future__ import annotations

import pytest

from simulator.containers import CreateError, ExecError, Exit, OSFault, Process, Routine, StartError
from simulator.containers.syscalls import Await, NoChild, Pause, ReadFd, Sleep, WaitChild
from tests.simulator.containers.world import World


def test_a_main_process_that_returns_ends_its_container() -> None:
    def main(p: Process) -> Routine[int]:
        yield Sleep(2000)
        yield from p.out("done\n")
        return 3

    world = World()
    container = world.run_program(main)
    world.after(5000)
    assert world.exits == [(2001, Exit(3))]
    assert (container.running, container.reason, container.log.text()) == (False, "Error", "done\n")
    (exit_fact,) = world.facts("exit")
    assert exit_fact.data == {"code": 3, "signal": None, "reason": "Error", "restart": 0, "started_ms": 0}


def test_the_first_process_follows_from_the_fact_that_the_container_started() -> None:
    world = World()
    container = world.start(command="true")
    container.started_by = world.history.fact("container", "default/p", "app", {"phase": "started"})
    world.after(100)
    (started, *_) = world.facts("process")
    assert started.cause == container.started_by
    assert world.facts("exit")[0].cause == started.number


def test_a_parent_goes_on_because_its_child_ended() -> None:
    world = World()
    world.start(command="sleep 5; touch /tmp/a; exit 1")
    world.after(6000)
    ended = world.facts("process", argv=["sleep", "5"], phase="end")[0]
    touched = world.facts("process", argv=["touch", "/tmp/a"], phase="start")[0]
    assert touched.cause == ended.number
    assert world.facts("file", path="/tmp/a")[0].cause == touched.number


def test_the_same_command_is_told_three_times() -> None:
    world = World()
    world.start(command="while true; do sleep 1; done")
    world.after(20_000)
    starts = world.facts("process", argv=["sleep", "1"], phase="start")
    assert [fact.data["repeats"] for fact in starts] == [False, False, True]


def test_waiting_gives_each_child_once() -> None:
    seen: list[tuple[int, Exit]] = []

    def child(p: Process) -> Routine[int]:
        yield Sleep(10 * p.pid)
        return p.pid

    def main(p: Process) -> Routine[int]:
        pids = [p.fork(child).pid for _ in range(3)]
        for _ in pids:
            seen.append((yield WaitChild()))
        with pytest.raises(NoChild):
            yield WaitChild()
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert len({pid for pid, _ in seen}) == 3
    assert all(result.code == pid for pid, result in seen)


def test_waiting_can_time_out_and_reap_without_waiting() -> None:
    seen: list[object] = []

    def child(p: Process) -> Routine[int]:
        yield Sleep(100)
        return 7

    def main(p: Process) -> Routine[int]:
        p.fork(child)
        seen.append((yield WaitChild(timeout_ms=50)))
        seen.append(p.reap())
        yield Sleep(100)
        found = p.reap()
        assert found is not None
        seen.append(found[1].code)
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert seen == [None, None, 7]


def test_a_reader_waits_for_a_writer_and_sees_the_end() -> None:
    seen: list[bytes] = []

    def main(p: Process) -> Routine[int]:
        reader, writer = p.pipe()

        def child(c: Process) -> Routine[int]:
            yield Sleep(500)
            yield from c.write(1, b"one\ntwo")
            return 0

        p.fork(child, fds={1: writer})
        writer.close()
        fd = p.install(reader)
        seen.append((yield ReadFd(fd, timeout_ms=100)) or b"nothing yet")
        while line := (yield from p.read_line(fd)):
            seen.append(line)
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert seen == [b"nothing yet", b"one\n", b"two"]


def test_a_writer_without_readers_dies_of_sigpipe() -> None:
    results: list[Exit] = []

    def main(p: Process) -> Routine[int]:
        reader, writer = p.pipe()

        def child(c: Process) -> Routine[int]:
            while True:
                yield from c.write(1, b"y\n" * 4096)

        pid = p.fork(child, fds={1: writer}).pid
        writer.close()
        yield Sleep(100)
        reader.close()
        results.append((yield from p.wait(pid)))
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert results == [Exit(141, 13)]


def test_orphans_go_to_pid_1_and_die_with_it() -> None:
    parents: list[int] = []

    def grandchild(p: Process) -> Routine[int]:
        yield Sleep(500)
        parents.append(p.ppid)
        yield Sleep(100_000)
        return 0

    def child(p: Process) -> Routine[int]:
        p.fork(grandchild)
        return 0
        yield

    def main(p: Process) -> Routine[int]:
        yield from p.wait(p.fork(child).pid)
        yield Sleep(1000)
        assert len(p.processes()) == 2
        return 0

    world = World()
    container = world.run_program(main)
    world.after(2000)
    assert parents == [1]
    assert container.processes() == []


def test_pid_1_that_ends_takes_the_commands_run_in_it_along() -> None:
    world = World()
    container = world.start(command="sleep 1")
    ended = world.exec(container, "sleep", "100", wait_ms=1100)
    assert ended.exit == Exit(137, 9)


def test_exec_becomes_another_command() -> None:
    world = World()
    container = world.start(command="exec sleep 100")
    world.after(10)
    assert [process.argv for process in container.processes()] == [["sleep", "100"]]
    assert container.main is not None
    assert container.main.pid == 1


def test_waiting_for_something_outside_can_be_answered_cancelled_and_time_out() -> None:
    seen: list[object] = []
    resumes: list[object] = []

    def main(p: Process) -> Routine[int]:
        def at_once(resume: object) -> None:
            resume("now")  # type: ignore[operator]

        def never(resume: object) -> object:
            resumes.append(resume)
            return lambda: seen.append("cancelled")

        seen.append((yield Await(at_once)))
        seen.append((yield Await(never, 100)))  # type: ignore[arg-type]
        seen.append((yield Await(never)))  # type: ignore[arg-type]
        return 0

    world = World()
    world.run_program(main)
    world.after(200)
    resumes[-1]("later")  # type: ignore[operator]
    resumes[-1]("again")  # type: ignore[operator]
    world.after(10)
    assert seen == ["now", "cancelled", None, "later"]
    assert world.exits[0][1] == Exit(0)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["/no/such/bin"], 'exec: "/no/such/bin": stat /no/such/bin: no such file or directory'),
        (["foo"], 'exec: "foo": executable file not found in $PATH'),
        (["/etc/passwd"], 'exec: "/etc/passwd": permission denied'),
        (["/etc"], 'exec: "/etc": is a directory'),
    ],
)
def test_a_command_that_cannot_start_is_reported_in_runcs_words(command: list[str], text: str) -> None:
    with pytest.raises(StartError) as error:
        World().start(command=command)
    assert str(error.value) == (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f"unable to start container process: {text}: unknown"
    )


def test_a_container_without_any_command_cannot_be_created() -> None:
    with pytest.raises(CreateError, match="no command specified"):
        World().container("registry.k8s.io/e2e-test-images/busybox", None, args=[])


def test_a_command_missing_in_a_running_container_is_an_exec_error() -> None:
    world = World()
    container = world.start(command="sleep 100")
    with pytest.raises(ExecError, match=r'exec failed: .*exec: "nope": executable file not found in \$PATH: unknown'):
        world.exec(container, "nope")


def test_nothing_can_be_run_in_a_container_that_ended() -> None:
    world = World()
    container = world.start(command="true")
    world.after(100)
    with pytest.raises(ExecError, match="container not running"):
        world.exec(container, "true")


def test_a_script_runs_its_interpreter_and_a_bad_one_fails_after_the_start() -> None:
    world = World()
    container = world.start(command="sleep 100")
    made = "printf '#!/bin/sh\\necho $0 $1\\n' > /a; printf '#!/nope\\n' > /b; chmod +x /a /b; /a x"
    assert world.exec(container, made).stdout == b"/a x\n"
    bad = world.exec(container, "/b")
    assert (bad.exit.code, bad.stderr) == (255, b"exec /b: no such file or directory\n")


def test_a_cancelled_command_is_killed() -> None:
    world = World()
    container = world.start(command="sleep 100")
    ended: list[int] = []
    running = container.exec(["sleep", "50"], on_exit=lambda completed: ended.append(completed.exit.code))
    world.after(10)
    running.cancel()
    running.cancel()
    assert ended == [137]


def test_input_can_be_fed_to_a_command() -> None:
    world = World()
    container = world.start(command="sleep 100")
    ended: list[bytes] = []
    running = container.exec(
        ["cat"], on_exit=lambda completed: ended.append(completed.stdout), stdin=b"a", keep_stdin_open=True
    )
    world.after(10)
    assert running.stdin is not None
    running.stdin.feed(b"b")
    world.after(10)
    running.stdin.end()
    world.after(10)
    assert ended == [b"ab"]


def test_an_uncaught_fault_ends_a_program_with_1() -> None:
    def main(p: Process) -> Routine[int]:
        yield Pause() if p.files.exists("/nope") else Sleep(1)
        p.files.read("/nope")
        return 0

    world = World()
    container = world.run_program(main)
    world.after(100)
    assert world.exits[0][1] == Exit(1)
    assert container.log.text() == "test-main: /nope: No such file or directory\n"


def test_descriptors_must_be_open() -> None:
    def main(p: Process) -> Routine[int]:
        for call in (lambda: p.close(9), lambda: p.file(9)):
            with pytest.raises(OSFault, match="Bad file descriptor"):
                call()
        return 5
        yield

    world = World()
    world.run_program(main)
    world.after(10)
    assert world.exits[0][1] == Exit(5)


def test_the_same_seed_gives_the_same_history() -> None:
    def tell() -> list[object]:
        world = World(seed=7)
        container = world.start(command="i=0; while [ $i -lt 20 ]; do echo $RANDOM; sleep 1; i=$((i+1)); done")
        world.start("nginx", None)
        world.after(5000)
        world.get("/nope")
        return [container.log.text(), *world.history.entries]

    assert tell() == tell()


def test_what_a_process_changes_in_its_environment_its_parent_and_the_next_command_do_not_see() -> None:
    world = World()
    container = world.start(command="sleep 9")
    script = "A=1 sh -c 'export A=2 PATH=/bin; env'; (export B=3; env | grep -c ^B); env | grep -c '^[AB]='"
    assert world.exec(container, script).stdout.endswith(b"\n1\n0\n")
    assert b"A=" not in world.exec(container, "env").stdout
    assert not {"A", "TERM"} & container.env.keys()
