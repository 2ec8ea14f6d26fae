"""The command line of sh: -c, -s, scripts, options, standard input, the name it is called by."""

from __future__ import annotations

import pytest

from simulator.history import Fact
from tests.simulator.containers.scripts import output, run_script
from tests.simulator.containers.world import World


def test_arguments_after_minus_c_are_the_name_and_the_parameters() -> None:
    result = run_script("", argv=["sh", "-c", 'echo $0 $1 "$#"; nofoo', "me", "a b"])
    assert (result.out, result.err) == ("me a b 1\n", "me: nofoo: not found\n")


@pytest.mark.parametrize(
    ("argv", "code"),
    [(["sh", "-ec", "false; true"], 1), (["sh", "-e", "-c", "false; true"], 1), (["sh", "-c", "false; true"], 0)],
)
def test_options_before_minus_c_count(argv: list[str], code: int) -> None:
    assert run_script("", argv=argv).code == code


def test_the_path_it_is_called_by_stands_before_its_errors() -> None:
    assert run_script("", argv=["/bin/sh", "-c", "nofoo"]).err == "/bin/sh: nofoo: not found\n"


def test_a_script_with_an_interpreter_line_runs() -> None:
    script = "printf '#!/bin/sh\\necho \"script $0 $1\"\\nexit 3\\n' > s; chmod +x s; ./s arg; echo $?"
    assert output(script) == "script ./s arg\n3\n"


def test_errors_in_a_script_name_the_line() -> None:
    result = run_script("printf 'echo a\\n\\nnofoo\\n' > s; sh s")
    assert result.err == "s: line 3: nofoo: not found\n"
    assert run_script("printf 'echo a\\n\\nnofoo\\n' > s; sh s", "dash").err == "s: 3: nofoo: not found\n"


def test_standard_input_is_run_line_by_line() -> None:
    assert output("printf 'echo a\\nif true; then\\necho b\\nfi\\ncat <<E\\nc\\nE\\n' | sh") == "a\nb\nc\n"


def test_commands_of_standard_input_share_it_with_what_they_run() -> None:
    assert output("printf 'read x\\nvalue\\necho $x\\n' | sh") == "value\n"


def test_what_comes_later_is_run_when_it_comes() -> None:
    """As with `(sleep 5; echo exit 3) | kubectl debug -i`."""
    world = World()
    container = world.start(command=["sh"], stdin=True)
    assert container.stdin is not None
    world.after(5000)
    assert world.exits == []
    container.stdin.feed(b"exit 3\n")
    world.after(10)
    assert world.exits[0][1].code == 3


def test_a_terminal_gets_a_prompt() -> None:
    world = World()
    world.start("busybox", ["sh"], stdin=True, tty=True)
    world.after(100)
    logs = [entry.data["text"] for entry in world.history.entries if isinstance(entry, Fact) and entry.kind == "log"]
    assert logs == ["/ # "]


def test_a_probes_command_that_only_looks_is_repeatable() -> None:
    world = World()
    container = world.start(command="touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600")
    world.after(1000)
    looked = world.exec(container, "cat", "/tmp/healthy", observe=True)
    assert (looked.exit.code, looked.seen is not None) == (0, True)
    shell = world.exec(container, "sh", "-c", "test -f /tmp/healthy", observe=True)
    assert (shell.exit.code, shell.seen is not None) == (0, True)
    timed = world.exec(container, "sh", "-c", "[ $(date +%s) -gt 5 ]", observe=True)
    assert (timed.exit.code, timed.seen) == (0, None)
    chance = world.exec(container, "sh", "-c", "exit $((RANDOM % 1))", observe=True)
    assert (chance.exit.code, chance.seen) == (0, None)


def test_the_environment_reaches_the_commands() -> None:
    result = run_script(
        'echo "$GREETING"; sh -c \'echo $GREETING\'; A=1 env | grep -c "^A="', env={"GREETING": "hi  there"}
    )
    assert result.out == "hi  there\nhi there\n1\n"


def test_dash_has_no_chance_and_busybox_has() -> None:
    assert output("echo [$RANDOM]", "dash") == "[]\n"
    assert output("echo [$RANDOM]") != "[]\n"


def test_dash_does_not_know_pipefail() -> None:
    result = run_script("set -o pipefail; echo no", "dash")
    assert (result.out, result.err, result.code) == ("", "dash: 1: set: Illegal option -o pipefail\n", 2)


def test_redirections_are_undone_after_builtins_functions_and_groups() -> None:
    script = "f() { echo f; }; { echo a; f; } > o; f >> o; echo b; cat o; exec 2>e; nofoo; cat e >&1"
    assert output(script) == "b\na\nf\nf\nsh: nofoo: not found\n"


def test_arrays_and_substrings_of_bash() -> None:
    script = 'a=(x "y z"); a+=(w); a[5]=v; echo "${a[1]}" ${#a[@]}; s=hello; echo ${s^} ${s:1:3} ${s/l/L}'
    assert output(script, "bash") == "y z 4\nHello ell heLlo\n"


def test_double_brackets() -> None:
    script = "x='a b'; [[ $x == a* && ! -f /nofile ]] && echo 1; [[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}; [[ 2 -lt 10 ]] && echo 2"
    assert output(script, "bash") == "1\nb\n2\n"
    assert run_script("[[ a == a ]]", "dash").err == "dash: 1: [[: not found\n"
