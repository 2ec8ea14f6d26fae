"""Static Pods whose manifests change. Models pkg/kubelet/pod_workers_test.go Test_allowPodStart and kubelet.go SyncPod."""

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
