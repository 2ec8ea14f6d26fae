"""Reading a command line."""

import pytest

from simulator.kubectl.arguments import flags, parse_arguments
from simulator.kubectl.errors import CommandError
from simulator.kubectl.program import VERBS, find_verb

OWN = flags("output,o stdin,i:bool tty,t:bool wait:bool=true tail:int=-1 filename,f:list dry-run=none")


@pytest.mark.parametrize("words", ["-n ns p", "p -n ns", "-nns p", "-n=ns p", "--namespace ns p", "p --namespace=ns"])
def test_a_flag_may_stand_anywhere_and_be_written_in_all_ways(words: str) -> None:
    found = parse_arguments("get", words.split(), OWN)
    assert found.args == ["p"]
    assert found.text("namespace") == "ns"


def test_short_flags_come_in_clusters_and_the_last_may_take_a_value() -> None:
    found = parse_arguments("exec", ["-it", "p", "-itoyaml"], OWN)
    assert found.truth("stdin")
    assert found.truth("tty")
    assert found.text("output") == "yaml"


def test_what_follows_two_dashes_is_left_alone() -> None:
    found = parse_arguments("exec", ["p", "--", "ls", "-l", "--", "x"], OWN)
    assert (found.args, found.after, found.dashed) == (["p"], ["ls", "-l", "--", "x"], True)


def test_a_bool_takes_its_value_only_with_an_equals_sign() -> None:
    found = parse_arguments("delete", ["--wait=false", "p"], OWN)
    assert not found.truth("wait")
    assert parse_arguments("delete", ["--wait", "false"], OWN).args == ["false"]
    assert parse_arguments("delete", [], OWN).truth("wait")


def test_lists_gather_and_a_lone_dash_is_an_argument() -> None:
    found = parse_arguments("apply", ["-f", "a,b", "-f", "-", "-"], OWN)
    assert found.texts("filename") == ["a", "b", "-"]
    assert found.whole("filename") == ["a,b", "-"]
    assert found.args == ["-"]


def test_a_dry_run_without_a_value_does_not_eat_the_next_word() -> None:
    assert parse_arguments("run", ["--dry-run", "p"], OWN).args == ["p"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--nope", "unknown flag: --nope"),
        ("-x", "unknown shorthand flag: 'x' in -x"),
        ("-ix", "unknown shorthand flag: 'x' in -ix"),
        ("--output", "flag needs an argument: --output"),
        ("-o", "flag needs an argument: 'o' in -o"),
        ("--tail=x", 'invalid argument "x" for "--tail" flag: strconv.ParseInt: parsing "x": invalid syntax'),
        ("--stdin=x", 'invalid argument "x" for "-i, --stdin" flag: strconv.ParseBool: parsing "x": invalid syntax'),
    ],
)
def test_a_flag_that_cannot_be_read_is_refused(words: str, message: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_arguments("get", words.split(), OWN)
    assert caught.value.message == f"{message}\nSee 'kubectl get --help' for usage."


def test_a_verb_may_have_a_noun() -> None:
    assert find_verb(["create", "secret", "generic", "s"]) == ("create secret generic", ["s"])
    assert find_verb(["create", "cm", "c"]) == ("create configmap", ["c"])
    assert find_verb(["get", "pods"]) == ("get", ["pods"])
    with pytest.raises(CommandError, match='unknown command "gte" for "kubectl"'):
        find_verb(["gte"])
    with pytest.raises(CommandError):
        find_verb(["rollout", "sideways"])


@pytest.mark.parametrize("name", sorted(VERBS))
def test_no_verb_has_a_flag_twice(name: str) -> None:
    names = [flag.name for flag in VERBS[name].flags]
    shorts = [flag.short for flag in VERBS[name].flags if flag.short]
    assert len(names) == len(set(names))
    assert len(shorts) == len(set(shorts))
