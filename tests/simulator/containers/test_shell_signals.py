"""Traps, background jobs and `wait`: what happens when."""

from __future__ import annotations

import pytest

from simulator.history import Fact
from tests.simulator.containers.scripts import output, run_script

SHELLS = ("ash", "dash", "bash")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_trap_waits_for_the_foreground_command(shell: str) -> None:
    result = run_script("trap 'echo term; exit 3' TERM; (sleep 1; kill -TERM $$) & sleep 5; echo never", shell)
    assert (result.out, result.code) == ("term\n", 3)
    assert 5000 <= result.ms < 5100


@pytest.mark.parametrize("shell", SHELLS)
def test_wait_is_interrupted_at_once(shell: str) -> None:
    result = run_script("trap 'echo usr' USR1; sleep 100 & (sleep 1; kill -USR1 $$) & wait; echo $?", shell)
    assert (result.out, result.code) == ("usr\n138\n", 0)
    assert 1000 <= result.ms < 1100


def test_read_is_interrupted_by_a_trapped_signal() -> None:
    result = run_script("trap 'echo hup' HUP; (sleep 1; kill -HUP $$) & sleep 9 | read x; echo $?")
    assert result.out.startswith("hup\n")


def test_an_ignored_signal_stays_ignored_in_children() -> None:
    result = run_script("trap '' TERM; sleep 3 & kill -TERM $!; wait $!; echo $?")
    assert (result.out, result.err) == ("0\n", "")
    assert result.ms >= 3000


def test_a_trapped_signal_has_its_default_again_in_children() -> None:
    result = run_script("trap 'echo no' TERM; sleep 3 & kill -TERM $!; wait $!; echo $?")
    assert (result.out, result.err) == ("143\n", "Terminated\n")


def test_the_exit_trap_sees_the_status_and_can_change_it() -> None:
    result = run_script("trap 'echo $?; exit 7' EXIT; false")
    assert (result.out, result.code) == ("1\n", 7)


def test_a_subshell_forgets_the_exit_trap_of_its_parent() -> None:
    assert output("trap 'echo main' EXIT; (echo sub)") == "sub\nmain\n"


def test_the_loop_of_a_container_that_ends_itself_cleanly() -> None:
    """As a liveness-killed or deleted container sees it: SIGTERM from the runtime."""
    result = run_script("trap 'echo bye; exit 0' TERM; while true; do sleep 1; done", within_ms=2500)
    assert result.container.signal("TERM") == "handled"
    result.world.after(1000)
    assert result.world.exits[0][1].code == 0
    assert 3000 <= result.world.exits[0][0] < 3100
    assert result.container.log.text() == "bye\n"


def test_a_shell_as_pid_1_without_a_trap_ignores_sigterm() -> None:
    result = run_script("while true; do sleep 1; done", within_ms=2500)
    assert result.container.signal("TERM") == "ignored"
    assert result.container.signal("KILL") == "killed"
    assert result.world.exits[0][1].code == 137


@pytest.mark.parametrize(
    ("shell", "script", "last"),
    [
        ("ash", "echo a; sleep 100", ["sleep", "100"]),
        ("bash", "sleep 100", ["sleep", "100"]),
        ("ash", "trap 'x' EXIT; sleep 100", ["sh", "-c", "trap 'x' EXIT; sleep 100"]),
        ("ash", "sleep 100\n", ["sh", "-c", "sleep 100\n"]),
        ("dash", "sleep 100", ["dash", "-c", "sleep 100"]),
        ("ash", "exec sleep 100", ["sleep", "100"]),
    ],
)
def test_the_last_command_of_minus_c_takes_the_shells_place(shell: str, script: str, last: list[str]) -> None:
    """Seen with ps beside busybox 1.35 and bash 5.2; dash 0.5.12 forks."""
    result = run_script(script, shell, within_ms=50)
    main = result.container.main
    assert main is not None
    assert main.argv == last


def test_pids_count_up_and_the_background_pid_is_known() -> None:
    assert output("sleep 1 & [ $! -gt $$ ] && kill -0 $! && echo alive; wait") == "alive\n"


def test_wait_tells_the_status_of_a_job_that_ended_before() -> None:
    assert output("(exit 5) & p=$!; sleep 1; wait $p; echo $?") == "5\n"


def test_background_jobs_run_side_by_side() -> None:
    result = run_script("for i in 1 2 3; do sleep 2 & done; wait; echo done")
    assert result.out == "done\n"
    assert 2000 <= result.ms < 2100


def test_a_background_job_reads_nothing_from_standard_input() -> None:
    assert output("echo x | { cat & wait; echo end; }") == "end\n"


def test_a_variable_changed_after_the_fork_is_not_seen_by_the_child() -> None:
    assert output("x=1; (sleep 1; echo $x) & x=2; wait; echo $x") == "1\n2\n"


def test_a_loop_that_only_looks_lets_time_pass() -> None:
    result = run_script("(sleep 0.2; touch /tmp/up) & while [ ! -f /tmp/up ]; do :; done; echo up")
    assert (result.out, result.code) == ("up\n", 0)
    assert result.ms >= 200


def test_a_tired_loop_can_still_be_stopped_by_its_trap() -> None:
    result = run_script("trap 'echo stopped; exit 4' TERM; while :; do :; done", within_ms=600_000)
    assert result.budgets == ("cpu",)
    result.container.signal("TERM")
    result.world.after(100)
    assert result.world.exits[0][1].code == 4


def test_a_file_fact_names_the_command_that_wrote_it() -> None:
    result = run_script("echo hi > /tmp/a; sort /dev/null > /tmp/b")
    facts = [entry.data for entry in result.world.history.entries if isinstance(entry, Fact) and entry.kind == "file"]
    assert {fact["path"]: fact["by"] for fact in reversed(facts)} == {
        "/tmp/a": "echo hi > /tmp/a",
        "/tmp/b": "sort /dev/null > /tmp/b",
    }
