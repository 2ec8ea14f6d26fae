"""What hostile or endless scripts may cost, and memory limits."""

from __future__ import annotations

import pytest

from simulator.containers import Exit, Process, Routine
from simulator.containers.syscalls import Sleep, Spin
from tests.simulator.containers.world import World


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("while true; do :; done", "cpu"),
        ("b() { b | b; }; b", "processes"),
        ("yes", "cpu"),
        ("yes > /tmp/x", "cpu"),
        ("i=0; while true; do i=$((i+1)); mkdir /tmp/$i; done", "cpu"),
        ("while true; do echo x >> /tmp/y; done", "cpu"),
        ("while true; do true & done", "cpu"),
    ],
)
def test_a_script_without_end_costs_a_bounded_amount_of_work(script: str, what: str) -> None:
    world = World()
    container = world.start(command=script)
    world.after(200_000)
    assert world.facts("budget", what=what), [fact.data for fact in world.facts("budget")]
    assert len(world.facts("budget", what=what)) == 1
    assert len(world.history) < 2_500
    container.signal("KILL")
    assert not container.running


def test_what_is_parked_can_be_killed_and_others_go_on() -> None:
    world = World()
    container = world.start(command="while true; do :; done")
    world.after(600_000)
    assert container.running
    assert world.exec(container, "echo", "alive").stdout == b"alive\n"
    assert container.signal("TERM") == "ignored"
    assert container.signal("KILL") == "killed"


def test_work_takes_virtual_time() -> None:
    def main(p: Process) -> Routine[int]:
        p.spend(20_000)
        yield Sleep(0)
        p.spend(2_000)
        return 0

    world = World()
    world.run_program(main)
    world.after(1000)
    assert world.exits[0][0] == 111


def test_a_loop_that_notices_it_is_tired_still_obeys_signals() -> None:
    def main(p: Process) -> Routine[int]:
        p.actions["TERM"] = "handle"
        while not p.pending:
            if p.tired:
                yield Spin()
            p.spend(1)
        return 7

    world = World()
    container = world.run_program(main)
    world.after(10_000)
    assert world.facts("budget", what="cpu")
    assert container.signal("TERM") == "handled"
    world.after(5_000)
    assert container.exit == Exit(7)


def test_memory_beyond_the_limit_kills_the_whole_container() -> None:
    def main(p: Process) -> Routine[int]:
        def child(c: Process) -> Routine[int]:
            c.allocate(15 << 20)
            c.allocate(-(5 << 20))
            yield Sleep(1000)
            c.allocate(15 << 20)
            return 0

        yield from p.wait(p.fork(child).pid)
        return 0

    world = World()
    container = world.run_program(main, memory_limit=20 << 20)
    world.after(500)
    assert container.memory == 10 << 20
    world.after(2000)
    assert container.exit == Exit(137, 9, oom=True)
    assert container.reason == "OOMKilled"
    assert container.processes() == []
    assert world.facts("exit")[0].data["reason"] == "OOMKilled"


def test_stress_is_killed_when_it_takes_too_much() -> None:
    world = World()
    much = ["stress", "--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"]
    fat = world.start("polinux/stress", much, memory_limit=100 << 20)
    slim = world.start("polinux/stress", ["stress", "--vm", "1", "--vm-bytes", "150M"], memory_limit=200 << 20)
    done = world.start("polinux/stress", ["stress", "-c", "2", "-t", "5s"])
    world.after(10_000)
    assert fat.reason == "OOMKilled"
    assert slim.running
    assert done.exit == Exit(0)
    assert done.log.text().endswith("successful run completed in 5s\n")


def test_without_a_limit_the_node_sets_one() -> None:
    def main(p: Process) -> Routine[int]:
        while True:
            p.allocate(64 << 20)
            yield Sleep(10)

    world = World()
    container = world.run_program(main)
    world.after(1000)
    assert container.reason == "OOMKilled"
    assert world.facts("budget", what="memory")[0].data["message"].endswith("gives it 256Mi.")


def test_endless_recursion_in_a_program_is_a_crash() -> None:
    def main(p: Process) -> Routine[int]:
        def deeper(n: int) -> int:
            return deeper(n + 1)

        deeper(0)
        return 0
        yield

    world = World()
    container = world.run_program(main)
    world.after(10)
    assert container.exit == Exit(139, 11)
    assert world.facts("budget", what="recursion")


def test_output_of_a_command_is_kept_up_to_a_bound() -> None:
    def main(p: Process) -> Routine[int]:
        for _ in range(20):
            yield from p.out(b"x" * 65536)
        return 0

    world = World()
    container = world.container(command="sleep 1000")
    world.program(container, "much", main)
    container.start(lambda result: None)
    world.after(10)
    assert len(world.exec(container, "much", wait_ms=1000).stdout) == 1 << 20
    assert world.facts("budget", what="output")


def test_many_writes_to_the_log_are_not_all_told() -> None:
    world = World()
    container = world.start(command="i=0; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); done")
    world.after(10_000)
    assert len(world.facts("log")) == 200
    assert len(world.facts("budget", what="output")) == 1
    assert len(container.log.lines()) == 300
