"""The tabs: events, logs, console, inside; and the refused manifest."""

from __future__ import annotations

from dashboard.presenters.page import PodPage
from dashboard.presenters.problems import checked
from dashboard.presenters.source import code, excerpt
from simulator.objects import kubectl_error, read_manifest
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import Tale, pod_object

REFUSED = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  restartPolicy: Allways
  containers:
  - name: web
    image: nginx:1.27
    ports:
    - containerPort: 80800
"""


def test_events_count_as_kubectl_counts(page: PodPage) -> None:
    row = next(row for row in page.events if row.reason == "Unhealthy" and "Liveness" in row.message)
    assert row.warning
    assert row.age == "91s (x6 over 2m57s)"
    assert row.message.startswith("spec.containers{app}: Liveness probe failed: cat:")


def test_dropped_events_are_listed_apart(page: PodPage) -> None:
    assert page.dropped_count == 6
    assert sum(row.count for row in page.dropped) == 6


def test_the_row_is_kubectl_s(page: PodPage) -> None:
    assert [page.row.value(key) for key in ("ready", "status", "restarts", "age")] == [
        "1/2",
        "Running",
        "2 (61s ago)",
        "3m42s",
    ]


def test_describe_is_kubectl_s(page: PodPage) -> None:
    assert page.describe.startswith("Name:")
    assert "Restart Count:  2" in page.describe


def test_what_a_person_ran_is_shown_with_its_output() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")
    action = tale.at(5).history.action("exec", {"pod": "checkout", "container": "app", "command": "false"})
    tale.because(action).history.fact("result", data={"output": "oh\n", "code": 1})
    page = page_of(tale.history.entries, 9000)
    (outcome,) = page.outcomes
    assert (outcome.command, outcome.output, outcome.code, outcome.failed) == ("false", "oh", 1, True)
    assert next(lane.id for lane in page.timeline.lanes) == "you"


def test_a_command_that_still_runs_has_no_code() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")
    tale.at(5).history.action("node", {"command": "sleep 100"})
    (outcome,) = page_of(tale.history.entries, 9000).outcomes
    assert outcome.code is None


def test_inside_shows_containers_as_columns_and_volumes_as_rails(page: PodPage) -> None:
    inside = page.inside
    assert [column.name for column in inside.columns] == ["fetch-config", "proxy", "app"]
    (rail,) = inside.rails
    assert [mount and (mount.path, mount.read_only) for mount in rail.mounts] == [
        ("/srv", False),
        ("/usr/share/nginx/html", True),
        None,
    ]
    assert (inside.columns[2].files[0].path, inside.columns[2].files[0].gone) == ("/tmp/healthy", True)


def test_a_refused_manifest_keeps_the_api_server_s_words_at_their_lines() -> None:
    manifest = read_manifest(REFUSED)
    found = checked(REFUSED, manifest.problems, kubectl_error(manifest))
    assert found.title == "The API server refuses this: 2 problems"
    policy = next(row for row in found.problems if row.line == 6)
    assert policy.message == (
        'spec.restartPolicy: Unsupported value: "Allways": supported values: "Always", "OnFailure", "Never"'
    )
    assert (policy.was, policy.suggestion) == ("Allways", "Always")
    assert [check.state for check in found.checks] == ["passed", "passed", "failed", "open"]
    assert (found.heading, found.printed.partition(" ")[0]) == ('The Pod "shop" is invalid:', "The")
    assert (found.fix, found.where) == ("Fix 1 of 2", "in 2 lines")


def test_checks_after_the_first_that_fails_are_not_reached() -> None:
    text = "a: [\n"
    found = checked(text, read_manifest(text).problems)
    assert [check.state for check in found.checks] == ["failed", "open", "open", "open"]
    assert found.heading == found.title
    assert found.fix == ""


def test_yaml_is_split_into_indent_key_and_rest() -> None:
    lines = code("# why\nspec:\n  - name: app\n    args: [a: b]\n  text\n")
    assert [(line.indent, line.key, line.rest) for line in lines] == [
        ("", "", "# why"),
        ("", "spec:", ""),
        ("  - ", "name:", " app"),
        ("    ", "args:", " [a: b]"),
        ("", "", "  text"),
    ]
    assert lines[0].comment


def test_an_excerpt_says_where_lines_are_left_out() -> None:
    text = "\n".join(f"k{n}: v" for n in range(1, 11))
    assert [line.number for line in excerpt(text, {2: (1,), 4: (2,), 9: (3,)})] == [2, 3, 4, 0, 9]
