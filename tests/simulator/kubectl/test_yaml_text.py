"""What go.yaml.in/yaml/v2 writes (encode_test.go, sorter_test.go), where PyYAML would write something else."""

import pytest

from simulator.kubectl.yaml_text import yaml_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("*", "'*'"),
        ("=", "="),
        ("1e3", '"1e3"'),
        ("0o17", '"0o17"'),
        ("08", '"08"'),
        ("1.", '"1."'),
        ("+.5", '"+.5"'),
        ("yes", '"yes"'),
        ("1e", "1e"),
        ("\U0001f600", '"\\U0001F600"'),
        ("a\nb", "|-\n  a\n  b"),
        ("trailing \nnext", '"trailing \\nnext"'),
    ],
)
def test_which_texts_are_quoted(value: str, text: str) -> None:
    assert yaml_text({"a": value}) == f"a: {text}\n"


def test_keys_in_their_natural_order() -> None:
    keys = ["a10", "a2", "b", "A", "_x", "10", "9", "a-b", "ab", "a"]
    assert [line.split(":")[0].strip('"') for line in yaml_text(dict.fromkeys(keys, 1)).splitlines()] == [
        "_x", "9", "10", "A", "a", "a-b", "a2", "a10", "ab", "b",
    ]  # fmt: skip


def test_an_empty_key_is_a_key_like_others() -> None:
    assert yaml_text({"": "v"}) == '"": v\n'


def test_a_long_quoted_line_is_broken_in_place_of_a_space() -> None:
    assert yaml_text({"a": "word " * 20 + "\nx"}) == (
        'a: "word word word word word word word word word word word word word word word word\n'
        '  word word word word \\nx"\n'
    )
