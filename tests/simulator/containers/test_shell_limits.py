"""Hostile and endless scripts end in a budget, an error or the OOM killer: never in an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator.containers.scripts import run_script

MiB = 1 << 20


@pytest.mark.parametrize(
    "script",
    [
        "x=a; while :; do x=$x$x; done",
        "tail /dev/zero",
        "x=$(cat /dev/zero)",
        "head -c 1G /dev/zero | tail",
        "sort /dev/zero",
        "read x < /dev/zero",
        "dd if=/dev/zero of=/dev/null bs=1G count=1",
        "awk 'BEGIN { s = \"a\"; while (1) s = s s }'",
    ],
)
def test_what_eats_memory_is_killed_by_the_oom_killer(script: str) -> None:
    result = run_script(script, memory=20 * MiB)
    exits = result.world.exits
    assert [(end.code, end.oom) for _, end in exits] == [(137, True)]


def test_eating_memory_takes_a_moment() -> None:
    result = run_script("sleep 2; tail /dev/zero", memory=20 * MiB)
    assert 2010 <= result.ms <= 2500


@pytest.mark.parametrize(
    "script",
    [
        "f() { f; }; f",
        "f() { if f; then f; fi; }; f",
        'f() { eval "f"; }; f',
        "echo '. ./s' > s; . ./s",
        "a() { b; }; b() { a; }; a",
    ],
)
@pytest.mark.parametrize("shell", ["ash", "bash"])
def test_endless_recursion_is_an_error_of_the_shell(script: str, shell: str) -> None:
    result = run_script(script, shell)
    assert result.code == 2
    assert "maximum recursion" in result.err
    assert result.budgets == ("recursion",)


@pytest.mark.parametrize(
    "script", ["while :; do :; done", "yes > /dev/null", "cat /dev/zero > /dev/null", "seq 1000000000000"]
)
def test_an_endless_loop_is_parked(script: str) -> None:
    result = run_script(script)
    assert result.code is None
    assert "cpu" in result.budgets


@pytest.mark.parametrize(
    "script", ["f() { f | f; }; f", "f() { f & f & wait; }; f", "f() { (f); }; f", "echo 'sh s' > s; sh s"]
)
def test_a_fork_bomb_meets_the_limit_of_processes(script: str) -> None:
    result = run_script(script)
    assert "processes" in result.budgets


def test_a_script_that_replaces_itself_for_ever_ends() -> None:
    result = run_script("echo 'exec sh s' > s; exec sh s")
    assert (result.code, result.budgets) == (126, ("recursion",))


def test_a_recursion_within_reason_works() -> None:
    script = "f() { [ $1 -eq 0 ] || { echo $1; f $(($1 - 1)); }; }; f 40 | tail -n 1"
    assert run_script(script).out == "1\n"


def test_the_same_seed_gives_the_same_chance() -> None:
    script = "echo $RANDOM $RANDOM; mktemp -u; seq 9 | shuf"
    first, again, other = (run_script(script, seed=seed).out for seed in (1, 1, 2))
    assert first == again != other


FRAGMENTS = st.sampled_from(
    "$( ${ } ) ( { ` \" ' ; ;; | & && || \n <<E\n E\n > < >> 2>&1 case esac in if then fi while do done for [[ ]] [ ] "
    '(( )) $(( ! # \\ * ? ~ = f() $x ${x:- ${# trap exit eval wait read local $@ "$@" {1..9} é \0 \t awk sed grep '
    "find sort xargs test printf %s 99999999999 echo a x 1 /etc/passwd -n -r -e".split(" ")
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENTS, max_size=25).map(" ".join), st.sampled_from(("ash", "dash", "bash")))
def test_any_text_is_run_or_refused(script: str, shell: str) -> None:
    result = run_script(script, shell, within_ms=20_000)
    assert "Segmentation fault" not in result.err


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_characters_are_run_or_refused(script: str) -> None:
    run_script(script, within_ms=20_000)
