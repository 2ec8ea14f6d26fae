"""Patches of the three kinds, and the merge of `apply`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kubectl.patches import PatchError, json_patch, merge_patch, strategic_patch, three_way_merge

SPEC: dict[str, Any] = {
    "containers": [{"name": "a", "image": "x", "env": [{"name": "E", "value": "1"}]}, {"name": "b", "image": "y"}],
    "tolerations": [{"key": "k"}],
}

JSON = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


def test_a_merge_patch_replaces_lists_and_null_removes() -> None:
    assert merge_patch({"a": {"b": 1, "c": 2}, "l": [1, 2]}, {"a": {"b": None}, "l": [3]}) == {"a": {"c": 2}, "l": [3]}


@given(st.dictionaries(st.text(max_size=2), JSON, max_size=3))
def test_patching_with_itself_changes_nothing(obj: dict[str, Any]) -> None:
    assert merge_patch(obj, obj) == obj
    assert three_way_merge(obj, obj, obj) == obj


def test_a_strategic_patch_finds_containers_by_name() -> None:
    patched = strategic_patch(SPEC, {"containers": [{"name": "b", "image": "z"}, {"name": "c", "image": "n"}]})
    assert [(c["name"], c["image"]) for c in patched["containers"]] == [("a", "x"), ("b", "z"), ("c", "n")]
    assert SPEC["containers"][1]["image"] == "y"


def test_a_strategic_patch_can_delete_and_replace() -> None:
    patched = strategic_patch(SPEC, {"containers": [{"name": "a", "$patch": "delete"}]})
    assert [c["name"] for c in patched["containers"]] == ["b"]
    patched = strategic_patch(SPEC, {"containers": [{"$patch": "replace"}, {"name": "n"}]})
    assert patched["containers"] == [{"name": "n"}]
    assert strategic_patch({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}) == {"a": {"c": 2}}


def test_lists_without_a_key_are_replaced() -> None:
    assert strategic_patch(SPEC, {"tolerations": [{"key": "n"}]})["tolerations"] == [{"key": "n"}]


def test_the_ports_of_a_service_are_known_by_their_number() -> None:
    before = {"ports": [{"port": 80, "name": "a"}, {"port": 81}]}
    assert strategic_patch(before, {"ports": [{"port": 80, "name": "b"}]})["ports"] == [
        {"port": 80, "name": "b"},
        {"port": 81},
    ]


def test_a_json_patch_does_as_it_says() -> None:
    before = {"a": {"b": [1, 2]}, "x/y": 1}
    operations: list[dict[str, Any]] = [
        {"op": "test", "path": "/a/b/0", "value": 1},
        {"op": "add", "path": "/a/b/-", "value": 3},
        {"op": "add", "path": "/a/b/0", "value": 0},
        {"op": "replace", "path": "/x~1y", "value": 2},
        {"op": "copy", "from": "/a/b/1", "path": "/c"},
        {"op": "move", "from": "/c", "path": "/d"},
        {"op": "remove", "path": "/a/b/2"},
    ]
    assert json_patch(before, operations) == {"a": {"b": [0, 1, 3]}, "x/y": 2, "d": 1}
    assert before == {"a": {"b": [1, 2]}, "x/y": 1}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nope"},
        {"op": "replace", "path": "/nope", "value": 1},
        {"op": "add", "path": "/nope/deeper", "value": 1},
        {"op": "test", "path": "/a", "value": 2},
        {"op": "add", "path": "nope", "value": 1},
        {"op": "jump", "path": "/a"},
    ],
)
def test_a_json_patch_that_does_not_fit_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError):
        json_patch({"a": 1}, [operation])


def test_apply_removes_what_was_given_before_and_keeps_what_others_added() -> None:
    before = {"labels": {"mine": "1", "gone": "2"}, "containers": [{"name": "a", "image": "x"}, {"name": "old"}]}
    given_now = {"labels": {"mine": "3"}, "containers": [{"name": "a", "image": "y"}]}
    live = {
        "labels": {"mine": "1", "gone": "2", "theirs": "4"},
        "containers": [{"name": "a", "image": "x", "defaulted": True}, {"name": "old"}, {"name": "injected"}],
        "nodeName": "n",
    }
    assert three_way_merge(before, given_now, live) == {
        "labels": {"mine": "3", "theirs": "4"},
        "containers": [{"name": "a", "image": "y", "defaulted": True}, {"name": "injected"}],
        "nodeName": "n",
    }


def names(patched: Any, field: str = "containers") -> list[str]:
    return [item["name"] for item in patched[field]]


def test_what_a_patch_adds_comes_before_what_only_the_object_has() -> None:
    """TestStrategicMergePatch of apimachinery pkg/util/strategicpatch/patch_test.go: mergeSortedSlice."""
    assert names(strategic_patch(SPEC, {"containers": [{"name": "new"}]})) == ["new", "a", "b"]
    assert names(strategic_patch(SPEC, {"containers": [{"name": "b"}, {"name": "new"}]})) == ["a", "b", "new"]
    assert strategic_patch({"finalizers": ["a", "b"]}, {"finalizers": ["c"]}) == {"finalizers": ["c", "a", "b"]}


def test_apply_keeps_the_order_of_what_others_added() -> None:
    live = {"containers": [{"name": "first"}, {"name": "a"}, {"name": "last"}]}
    before: dict[str, Any] = {"containers": [{"name": "a"}]}
    assert names(three_way_merge(before, {"containers": [{"name": "a"}, {"name": "b"}]}, live)) == [
        "first", "a", "b", "last",
    ]  # fmt: skip
    assert names(three_way_merge(before, {"containers": [{"name": "b"}]}, live)) == ["first", "last", "b"]


def test_of_some_maps_nothing_stays_that_is_not_given() -> None:
    """TestStrategicMergePatch: `retainKeys`."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}
    live = {"strategy": rolling, "volumes": [{"name": "v", "configMap": {"name": "c", "defaultMode": 420}}]}
    wanted = {"strategy": {"type": "Recreate"}, "volumes": [{"name": "v", "emptyDir": {}}]}
    assert three_way_merge({}, wanted, live) == wanted
    patch = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    assert strategic_patch(live, patch)["strategy"] == {"type": "Recreate"}


def test_words_are_taken_from_a_list_and_finalizers_of_others_stay() -> None:
    live = {"finalizers": ["a", "b"]}
    assert strategic_patch(live, {"$deleteFromPrimitiveList/finalizers": ["a"]}) == {"finalizers": ["b"]}
    assert three_way_merge({"finalizers": ["a"]}, {"finalizers": ["c"]}, live) == {"finalizers": ["c", "b"]}
