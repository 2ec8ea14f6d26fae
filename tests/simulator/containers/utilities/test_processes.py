"""Processes: sleeping, signalling, listing, limiting; and what the system says of itself."""

from __future__ import annotations

import pytest

from simulator.containers import Process, Routine
from simulator.containers.utilities import UTILITIES
from simulator.containers.utilities.basics import MAX_MS, duration_ms
from tests.simulator.containers.scripts import output, run_script
from tests.simulator.containers.world import World


@pytest.mark.parametrize(
    ("text", "ms"),
    [("1", 1000), ("0.25", 250), ("2m", 120_000), ("1h", 3_600_000), ("1d", 86_400_000), (".5s", 500), ("inf", MAX_MS),
     ("infinity", MAX_MS), ("1e1", 10_000), ("", None), ("-1", None), ("1x", None)],
)  # fmt: skip
def test_durations(text: str, ms: int | None) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize(
    ("script", "ms"), [("sleep 1.5", 1500), ("sleep 1 2", 3000), ("sleep 1m", 60_000), ("usleep 2000", 2)]
)
def test_sleep_takes_its_time(script: str, ms: int) -> None:
    assert ms <= run_script(script).ms < ms + 20


def test_sleep_infinity_is_one_wait() -> None:
    result = run_script("sleep infinity", within_ms=10)
    before = result.world.engine.transitions
    result.world.after(86_400_000)
    assert result.world.engine.transitions == before


@pytest.mark.parametrize(
    ("script", "shell", "code", "ms"),
    [
        ("timeout 1 sleep 5", "ash", 143, 1000),
        ("timeout 1 sleep 5", "dash", 124, 1000),
        ("timeout -s KILL 1 sleep 5", "dash", 137, 1000),
        ("timeout -k 1 1 sh -c 'trap \"\" TERM; sleep 9'", "dash", 137, 2000),
        ("timeout 5 sh -c 'exit 3'", "ash", 3, 0),
        ("timeout 5 nofoo", "dash", 127, 0),
    ],
)
def test_timeout(script: str, shell: str, code: int, ms: int) -> None:
    result = run_script(f"{script}; exit $?", shell)
    assert result.code == code
    assert ms <= result.ms < ms + 50


def test_busybox_lists_processes_its_own_way() -> None:
    lines = output("sleep 5 & ps; kill $!").splitlines()
    assert lines[0] == "PID   USER     TIME  COMMAND"
    assert lines[1].startswith("    1 root      0:00 sh -c sleep 5 & ps")
    assert lines[2].endswith(" root      0:00 sleep 5")


def test_processes_are_found_and_killed_by_name() -> None:
    result = run_script(
        "sleep 50 & sleep 60 & pgrep sleep | wc -l; pidof sleep | wc -w; pkill sleep; wait; pgrep sleep; echo $?"
    )
    assert result.out == "2\n2\n1\n"
    assert result.ms < 100


def test_killall_of_nobody_complains() -> None:
    assert run_script("killall nobody").err == "killall: nobody: no process killed\n"


def test_columns_can_be_chosen() -> None:
    assert output("ps -o pid,comm | head -n 2") == "  PID COMMAND\n    1 sh\n"


def test_time_measures_virtual_time() -> None:
    assert run_script("time sleep 2").err.splitlines()[0] == "real\t0m 2.00s"


def test_watch_repeats() -> None:
    result = run_script("watch -t -n 2 echo hi", within_ms=5000)
    assert result.out.count("hi\n") == 3


def test_env_runs_a_command_in_another_environment() -> None:
    assert output("env -i A=1 env; env -u HOME sh -c 'echo [$HOME]'; env B=2 printenv B; printenv NOPE; echo $?") == (
        "A=1\n[]\n2\n1\n"
    )
    assert run_script("env nofoo; exit $?").code == 127


def test_nohup_ignores_the_hangup() -> None:
    assert output("nohup sleep 1 & sleep 0.1; kill -HUP $!; wait $!; echo $?") == "0\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "hostname; uname -s; uname -m; nproc; tty; id -u; id -un",
            "web\nLinux\nx86_64\n4\nnot a tty\n0\nroot\n",
        ),
        ("date; date -u +%FT%TZ; date -d @0 +%Y", "Mon Nov 23 04:34:06 UTC 2026\n2026-11-23T04:34:06Z\n1970\n"),
        ("df -h / | tail -n 1 | awk '{ print $NF }'; free -m | wc -l; uptime | grep -c load", "/\n3\n1\n"),
        ("mount | head -n 1; getconf PAGESIZE; busybox echo hi", "overlay on / type overlay (rw,relatime)\n4096\nhi\n"),
        ("id; groups", "uid=0(root) gid=0(root) groups=0(root),10(wheel)\nroot wheel\n"),
    ],
)
def test_the_system_describes_itself(script: str, expected: str) -> None:
    assert output(script) == expected


@pytest.mark.parametrize(("uid", "text"), [(0, "root\n"), (1234, "whoami: unknown uid 1234\n")])
def test_whoami(uid: int, text: str) -> None:
    world = World()

    def named(process: Process) -> Routine[int]:
        process.argv = ["whoami"]
        return UTILITIES["whoami"](process)

    container = world.run_program(named, user=uid)
    world.after(50)
    assert container.log.text() == text


def test_dmesg_and_mount_are_not_permitted() -> None:
    assert run_script("dmesg").err == "dmesg: klogctl: Operation not permitted\n"
    assert "Operation not permitted" in run_script("mount /dev/sda /mnt").err


def test_pgrep_and_pkill_take_regular_expressions() -> None:
    """As procps does, so that the brackets of [s]leep keep a shell from finding its own line."""
    assert run_script("sleep 100 & pgrep -f '[s]leep 1.0$' | wc -l").out.strip() == "1"
    assert run_script("sleep 100 & pgrep -x slee | wc -l").out.strip() == "0"
    assert run_script("sleep 100 & pkill '^sl.*p$'; wait; echo gone").out == "gone\n"
