"""Static Pods whose manifests change. Models pkg/kubelet/pod_workers_test.go Test_allowPodStart and kubelet.go SyncPod."""

import pytest

from tests.simulator.stories import Story

FILE = "/etc/kubernetes/manifests/s.yaml"
MANIFEST = (
    "{apiVersion: v1, kind: Pod, metadata: {name: s}, spec: {terminationGracePeriodSeconds: 2, "
    "containers: [{name: app, image: 'busybox:1.36', command: [sleep, '100']}]}}"
)


def edited(seconds: float) -> Story:
    """The manifest is written at 1 s, and changed at 15 s."""
    story = Story(seconds=1)
    story.simulation.act("node", {"command": f'echo "{MANIFEST}" > {FILE}'})
    story.until(15).simulation.act("node", {"command": f"sed -i s/100/200/ {FILE}"})
    return story.until(seconds)


def starts(story: Story) -> list[float]:
    return [f.at_ms / 1000 for f in story.facts("container") if f.data["phase"] == "started"]


def test_the_edited_pod_waits_until_the_one_before_it_has_ended() -> None:
    """It looks again after ten to fifteen seconds: the back-off of a sync that could not begin."""
    first, second = starts(edited(60))
    assert first < 2
    assert 25 <= second < 31


def test_the_edited_pod_has_a_mirror_of_its_own() -> None:
    story = edited(60)
    uids = list(dict.fromkeys(r.object["metadata"]["uid"] for r in story.revisions()))
    assert len(uids) == 2
    assert story.pod["metadata"]["uid"] == uids[1]
    assert story.status["phase"] == "Running"
    assert story.pod["spec"]["containers"][0]["command"] == ["sleep", "200"]


def test_what_becomes_of_the_old_pod_is_not_written_into_the_mirror() -> None:
    states = [r.object["status"]["containerStatuses"][0]["state"] for r in edited(24).revisions()[2:]]
    assert all("terminated" not in state for state in states)


def test_an_edited_manifest_that_is_taken_away_in_time_is_never_run() -> None:
    story = edited(16)
    story.node(f"rm {FILE}")
    assert len(starts(story.until(60))) == 1
    assert story.node("kubectl get pods") == "No resources found in default namespace.\n"


def written(text: str, seconds: float, file: str = FILE, story: Story | None = None) -> Story:
    story = story or Story(seconds=1)
    story.node(f'echo "{text}" > {file}')
    return story.until(story.simulation.now / 1000 + seconds)


def names(story: Story) -> list[str]:
    return story.node("kubectl get pods -A -o name").split()


def test_a_pod_outlives_its_broken_manifest_until_the_folder_is_read_again() -> None:
    """pkg/kubelet/config/file.go: a file that cannot be read changes nothing; every 20 s all files are read."""
    story = written("oops: [", 0.5, story=written(MANIFEST, 10))
    assert not story.messages("Killing")
    assert '"Unable to process watch event"' in story.node("journalctl -u kubelet -n 1")
    story.until(40)
    assert story.messages("Killing") == ["Stopping container app"]
    assert '"Could not process manifest file"' in story.node("journalctl -u kubelet -n 1")


def test_a_manifest_that_says_the_same_in_other_words_changes_nothing() -> None:
    """pkg/kubelet/config/common.go applyDefaults: the Pod's UID is a hash of what was read, not of the text."""
    story = written(f"# the same\n{MANIFEST}", 60, story=written(MANIFEST, 10))
    assert len(starts(story)) == 1
    assert not story.messages("Killing")


def test_of_two_files_with_one_pod_the_last_is_run() -> None:
    """They have one key in the store of pkg/kubelet/config/file.go."""
    other = MANIFEST.replace("100", "200")
    story = written(other, 60, FILE.replace("s.yaml", "t.yaml"), written(MANIFEST, 10))
    assert names(story) == ["pod/s-node1"]
    assert story.pod["spec"]["containers"][0]["command"] == ["sleep", "200"]
    story.node(f"rm {FILE}")  # its Pod's name is what is taken away
    assert names(story.until(story.simulation.now / 1000 + 90)) == ["pod/s-node1"]
    assert len(starts(story)) == 3


def test_a_static_pod_that_has_completed_is_shown_as_long_as_its_file_is_there() -> None:
    """pkg/kubelet/kubelet_pods.go HandlePodCleanups: a mirror is an orphan when no source has its Pod."""
    once = MANIFEST.replace("spec: {", "spec: {restartPolicy: Never, ").replace("100", "5")
    story = written(once, 60)
    assert story.status["phase"] == "Succeeded"
    story.node(f"rm {FILE}")
    assert names(story.until(70)) == []


def test_where_the_api_has_no_namespace_there_is_no_mirror() -> None:
    story = written(MANIFEST.replace("name: s", "name: s, namespace: nowhere"), 20)
    assert len(starts(story)) == 1
    assert names(story) == []


def test_what_a_static_pod_runs_is_reached_by_its_mirror() -> None:
    """pkg/kubelet/pod/pod_manager.go TranslatePodUID."""
    story = written(MANIFEST, 10)
    assert story.node("kubectl exec s-node1 -- echo hello") == "hello\n"
    assert story.node("kubectl logs s-node1") == ""


def test_a_pod_whose_manifest_changed_while_no_kubelet_ran_is_stopped_all_the_same() -> None:
    """What only the runtime knows of does not wait for its turn. Models pod_workers.go startPodSync."""
    story = Story(seconds=1)
    story.simulation.act("node", {"command": f'echo "{MANIFEST}" > {FILE}'})
    story.until(10)
    story.node(f"systemctl stop kubelet; sed -i s/100/200/ {FILE}; systemctl start kubelet")
    story.until(60)
    assert len(story.facts("exit")) == 1
    assert story.node("pgrep -f '^sleep' | wc -l") == "1\n"
    assert story.pod["spec"]["containers"][0]["command"] == ["sleep", "200"]
    assert story.status["phase"] == "Running"


def test_a_manifest_that_comes_back_at_once_begins_its_pod_again() -> None:
    """Models test/e2e_node/mirror_pod_test.go: it is the same Pod, with the same mirror, and has one restart."""
    story = written(MANIFEST, 10)
    story.node(f"mv {FILE} /tmp && sleep 0.2 && mv /tmp/s.yaml {FILE}")
    story.until(60)
    assert {r.object["metadata"]["uid"] for r in story.revisions()} == {story.pod["metadata"]["uid"]}
    assert len(starts(story)) == 2
    assert story.status["phase"] == "Running"
    assert story.container()["restartCount"] == 1
    assert story.container()["lastState"]["terminated"]["exitCode"] == 137
    assert "DELETED" not in {r.verb for r in story.revisions()}


def test_a_manifest_that_comes_back_and_goes_again_ends_its_pod() -> None:
    story = written(MANIFEST, 10)
    story.node(f"mv {FILE} /tmp && sleep 0.2 && mv /tmp/s.yaml {FILE} && sleep 0.2 && rm {FILE}")
    assert story.until(60).revisions()[-1].verb == "DELETED"
    assert len(starts(story)) == 1


@pytest.mark.parametrize(("back", "restarts"), [(40, 1), (100, 0)])
def test_a_manifest_that_comes_back_later_finds_dead_containers_until_they_are_collected(
    back: float, restarts: int
) -> None:
    """Models pkg/kubelet/kubelet.go StartGarbageCollection: the UID is made of the manifest, and so the same."""
    story = written(MANIFEST, 10)
    story.until(22).node(f"mv {FILE} /tmp")
    assert story.revisions()[-1].verb == "DELETED"
    story.until(back).node(f"mv /tmp/s.yaml {FILE}")
    assert story.status["phase"] == "Running"
    assert story.container()["restartCount"] == restarts
