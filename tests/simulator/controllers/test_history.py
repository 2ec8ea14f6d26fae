"""Names of ControllerRevisions. Models pkg/controller/history/controller_history_test.go."""

from simulator.controllers.history import go_json, hash_revision, revision_name


def test_json_is_written_as_go_writes_it() -> None:
    given = {"b": "<&>", "a": ["\u00e9", "\u2028", 1, True, None]}
    assert go_json(given) == '{"a":["\u00e9","\\u2028",1,true,null],"b":"\\u003c\\u0026\\u003e"}'.encode()


def test_a_name_that_collides_gets_another_hash() -> None:
    assert hash_revision({"a": 1}, 0) != hash_revision({"a": 1}, 1)
    assert set(hash_revision({"a": 1}, 0)) <= set("bcdfghjklmnpqrstvwxz2456789")


def test_a_long_name_is_cut() -> None:
    assert revision_name({"metadata": {"name": "x" * 240}}, "abc") == "x" * 223 + "-abc"
