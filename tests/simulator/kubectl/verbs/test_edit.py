"""`kubectl edit` and `kubectl diff`. Models kubectl pkg/cmd/{edit,diff}."""

import json

from tests.simulator.controllers.workloads import deployment
from tests.simulator.stories import Story


def edited(editor: str, what: str = "deployment web") -> tuple[str, Story]:
    story = Story(deployment(1), seconds=5)
    return story.node(f"KUBE_EDITOR='{editor}' kubectl edit {what}"), story


def image(story: Story) -> str:
    spec = story.simulation.api.get("deployments", "default", "web")["spec"]["template"]["spec"]
    return str(spec["containers"][0]["image"])


def test_what_the_editor_leaves_is_kept() -> None:
    told, story = edited("sed -i s/nginx:1.25/nginx:1.26/")
    assert (told, image(story)) == ("deployment.apps/web edited\n", "nginx:1.26")
    assert story.node("ls /tmp") == ""


def test_nothing_is_changed_without_a_change_or_without_a_file() -> None:
    assert edited("true")[0] == "Edit cancelled, no changes made.\n"
    assert edited("sed -i /./d")[0] == "Edit cancelled, saved file was empty.\n"


def test_what_is_refused_stays_in_its_file() -> None:
    told, story = edited("sed -i s/Always/Never/")
    path = told.split('"')[3]
    assert told == (
        'error: deployments.apps "web" is invalid\n'
        f'A copy of your changes has been stored to "{path}"\nerror: Edit cancelled, no valid changes were saved.\n'
    )
    assert "restartPolicy: Never" in story.node(f"cat {path}")
    told, _ = edited("sed -i s/name:.web/name:\\ x/")
    assert told.endswith("error: At least one of apiVersion, kind and name was changed\n")


def test_an_editor_that_is_not_there_or_fails() -> None:
    told = Story(deployment(1), seconds=5).node("kubectl edit deployment web")
    assert told.startswith('error: unable to launch the editor "vi"\n')
    assert "set KUBE_EDITOR" in told
    assert edited("false")[0] == 'error: there was a problem with the editor "false"\n'


def test_a_difference_is_shown_and_is_an_exit_code() -> None:
    story = Story(deployment(1), seconds=5)
    story.node(f"cat > /tmp/w.json <<'X'\n{json.dumps(deployment(2))}\nX")
    told = story.node("kubectl diff -f /tmp/w.json; echo $?")
    lines = told.splitlines()
    assert lines[0].startswith("diff -u -N /tmp/LIVE-")
    assert lines[0].endswith("/apps.v1.Deployment.default.web")
    assert [line for line in lines[3:] if line[0] in "+-"] == [
        "-  generation: 1", "+  generation: 2", "-  replicas: 1", "+  replicas: 2",
    ]  # fmt: skip
    assert lines[-1] == "1"
    story.node("kubectl apply -f /tmp/w.json")
    assert story.node("kubectl diff -f /tmp/w.json; echo $?") == "0\n"


def test_what_is_not_there_yet_is_all_new() -> None:
    story = Story(seconds=1)
    story.node(f"cat > /tmp/w.json <<'X'\n{json.dumps(deployment(2))}\nX")
    told = story.node("kubectl diff -f /tmp/w.json")
    assert "+kind: Deployment\n" in told
    assert "\n-" not in told.replace("\n---", "")
