"""Signals, and what protects PID 1."""

from __future__ import annotations

import pytest

from simulator.containers import Exit, OSFault, Process, Routine
from simulator.containers.signals import name_of, number_of
from simulator.containers.syscalls import Pause, Sleep
from tests.simulator.containers.world import World


def test_a_shell_as_pid_1_ignores_sigterm_and_dies_of_sigkill() -> None:
    world = World()
    container = world.start(command="sleep 1000; echo")
    world.after(10)
    assert container.signal("SIGTERM", grace_ms=30_000) == "ignored"
    world.after(30_000)
    assert container.running
    assert container.signal("KILL") == "killed"
    assert world.exits[0][1] == Exit(137, 9)
    (term, kill) = world.facts("signal")
    assert term.data == {
        "signal": "SIGTERM",
        "pid": 1,
        "command": "sh -c sleep 1000; echo",
        "effect": "ignored",
        "by": "kubelet",
        "grace_ms": 30_000,
    }
    assert world.facts("exit")[0].cause == kill.number
    assert container.signal("TERM") == "gone"


def test_a_trap_is_run_and_decides_the_exit_code() -> None:
    world = World()
    container = world.start(command="trap 'sleep 2; exit 0' TERM; while true; do sleep 1; done")
    world.after(500)
    assert container.signal("TERM") == "handled"
    world.after(5000)
    # The shell notices when its sleep of one second is over.
    ((when, result),) = world.exits
    assert when == pytest.approx(3000, abs=20)
    assert result == Exit(0)


def test_a_trap_of_nothing_ignores() -> None:
    world = World()
    container = world.start(command="trap '' TERM; while true; do sleep 1; done")
    world.after(500)
    assert container.signal("TERM") == "ignored"


def test_kill_1_from_inside_does_nothing_to_a_shell() -> None:
    world = World()
    container = world.start(command="sleep 1000 & wait")
    world.after(10)
    assert world.exec(container, "kill 1; kill -9 1").exit == Exit(0)
    assert container.running


def test_kill_minus_1_spares_pid_1_which_then_goes_on() -> None:
    world = World()
    container = world.start(command="sleep 1000 & wait")
    world.after(10)
    world.exec(container, "kill -9 -1; true")
    assert world.exits[0][1] == Exit(0)
    killed = world.facts("signal", effect="killed")
    assert killed[0].data["command"] == "sleep 1000"
    # exit <- the end of sleep <- the signal <- the command that sent it
    ended = world.facts("process", argv=["sleep", "1000"], phase="end")[0]
    assert world.facts("exit")[0].cause == ended.number
    assert ended.cause == killed[0].number


def test_in_a_shared_pid_namespace_the_main_process_has_no_protection() -> None:
    world = World()
    shared = world.machine.shared_pid_namespace(world.network, "default/p")
    container = world.start(command="sleep 1000; echo", shared_pids=shared)
    other = world.start(command="sleep 1000; echo", shared_pids=shared)
    world.after(10)
    assert container.main is not None
    assert container.main.pid == 6
    assert container.signal("TERM") == "killed"
    assert world.exits[0][1] == Exit(143, 15)
    assert container.processes() == []
    assert other.running


def test_joining_another_containers_processes_means_to_die_with_them() -> None:
    world = World()
    target = world.start(command="sleep 10")
    debugger = world.start(command="sleep 1000", shared_pids=target.namespace)
    world.after(100)
    world.after(20_000)
    assert not debugger.running
    assert debugger.exit == Exit(137, 9)


def test_a_sleep_is_interrupted_by_a_handled_signal_and_tells_what_was_left() -> None:
    seen: list[object] = []

    def main(p: Process) -> Routine[int]:
        p.actions["USR1"] = "handle"
        seen.append((yield Sleep(1000)))
        seen.append(list(p.pending))
        # What is pending is seen before the next wait begins.
        seen.append((yield Sleep(1000)))
        p.pending.clear()
        seen.append((yield Sleep(100, interruptible=False)))
        return 0

    world = World()
    container = world.run_program(main)
    world.after(301)
    container.signal("USR1")
    world.after(1000)
    assert seen == [700, ["USR1"], 1000, 0]


def test_a_process_can_be_stopped_and_continued() -> None:
    seen: list[int] = []

    def child(p: Process) -> Routine[int]:
        for _ in range(3):
            yield Sleep(100)
            seen.append(p.kernel.engine.now)
        return 0

    def main(p: Process) -> Routine[int]:
        pid = p.fork(child).pid
        yield Sleep(150)
        p.kill(pid, "STOP")
        yield Sleep(1000)
        p.kill(pid, "CONT")
        p.kill(pid, "CONT")
        yield from p.wait(pid)
        return 0

    world = World()
    world.run_program(main)
    world.after(3000)
    assert seen == [102, 1151, 1251]


def test_signals_reach_groups_and_check_their_target() -> None:
    results: dict[str, int] = {}

    def idle(p: Process) -> Routine[int]:
        while True:
            yield Pause()

    def main(p: Process) -> Routine[int]:
        alone = p.fork(idle, new_group=True)
        together = p.fork(idle)
        yield Sleep(10)
        p.kill(alone.pid, "0")
        p.kill(-alone.group, "TERM")
        results["alone"] = (yield from p.wait(alone.pid)).code
        p.kill(0, "HUP")
        results["together"] = (yield from p.wait(together.pid)).code
        with pytest.raises(OSFault, match="No such process"):
            p.kill(9999, "TERM")
        with pytest.raises(OSFault, match="Invalid argument"):
            p.kill(1, "NOPE")
        return 0

    world = World()
    world.run_program(main)
    world.after(100)
    assert results == {"alone": 143, "together": 129}


def test_another_users_process_may_not_be_killed() -> None:
    world = World()
    container = world.start(command="sleep 1000 & wait", user=1000)
    world.after(10)

    def main(p: Process) -> Routine[int]:
        p.uid = 5
        with pytest.raises(OSFault, match="Operation not permitted"):
            p.kill(1, "TERM")
        return 0
        yield

    world.program(container, "try", main)
    assert world.exec(container, "try").exit == Exit(0)


def test_signals_have_names_and_numbers() -> None:
    assert (name_of("sigterm"), name_of("9"), name_of("0"), number_of("SIGQUIT")) == ("TERM", "KILL", "0", 3)
    with pytest.raises(OSFault):
        name_of("77")


def test_the_node_sees_containers_processes_and_can_kill_pid_1() -> None:
    world = World()
    container = world.start(command="sleep 1234; echo")
    world.after(10)
    listing = world.on_node("ps -ef").stdout.decode()
    line = next(line for line in listing.splitlines() if "sh -c sleep 1234" in line)
    pid = next(word for word in line.split() if word.isdigit())
    assert pid != "1"
    assert world.on_node(f"cat /proc/{pid}/comm; kill {pid}").stdout == b"sh\n"
    assert container.running
    world.on_node(f"kill -9 {pid}")
    assert world.exits[0][1] == Exit(137, 9)
    assert world.facts("signal", effect="killed")[0].data["pid"] == 1
