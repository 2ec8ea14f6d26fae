"""Why a Pod had to go: what happened to its node, in words."""

from __future__ import annotations

from dashboard.presenters.rich import plain
from simulator.objects import NodeSpec
from tests.dashboard.presenters.conftest import page_of
from tests.simulator.stories import Json, Story, container, pod


def why_it_stopped(story: Story) -> list[str]:
    number = story.facts("stop")[-1].number
    return [plain(step.text) for step in page_of(story.entries, story.simulation.now, selected=number).why.steps]


def test_a_pod_of_a_lost_node_goes_because_its_kubelet_was_stopped() -> None:
    story = Story(pod(container(), name="checkout", nodeName="node2"), seconds=5, nodes=(NodeSpec(), NodeSpec("node2")))
    story.node("ssh node2 systemctl stop kubelet")
    story.until(400)
    story.node("ssh node2 systemctl start kubelet")
    steps = why_it_stopped(story)
    assert "The kubelet of node2 was started." in steps


def test_a_pod_that_a_taint_drives_out_says_which() -> None:
    story = Story(pod(container(), name="checkout"), seconds=5)
    story.node("kubectl taint nodes node1 old=yes:NoExecute")
    assert "Node node1 is Ready and has the taint old:NoExecute." in why_it_stopped(story)


def test_an_evicted_pod_says_what_its_node_was_short_of() -> None:
    command = ["stress", "--vm", "1", "--vm-bytes", "24200000K", "--vm-hang", "1"]
    fat: Json = {"name": "app", "image": "polinux/stress", "command": command}
    story = Story(pod(fat, name="checkout"), seconds=30)
    assert any(step.startswith("The node was low on resource: memory.") for step in why_it_stopped(story))


def why(story: Story, number: int) -> list[str]:
    page = page_of(story.entries, story.simulation.now, selected=number)
    return [plain(step.text) for step in page.why.steps]


def test_a_container_that_went_with_its_node_says_so() -> None:
    story = Story(pod(container("sleep 1000"), name="checkout"), seconds=5)
    story.node("reboot")
    steps = why(story, story.until(60).facts("exit")[0].number)
    assert steps[0] == "You ran reboot on the node."
    assert steps[-2:] == [
        "node1 reboots: everything that ran on it has ended.",
        "Its node went down, and it ended with it: exit code 255, Unknown.",
    ]


def test_a_signal_says_whether_the_process_was_stopped_goes_on_or_keeps_it_waiting() -> None:
    story = Story(pod(container("sleep 1000"), name="checkout", shareProcessNamespace=True), seconds=5)
    for signal in ("STOP", "TERM", "CONT"):
        story.node(f"kill -{signal} $(pgrep -f '[s]leep 1000')")
    told = [why(story, fact.number)[-1] for fact in story.facts("signal")[:3]]
    assert [text.partition(". ")[2] for text in told] == [
        "It is stopped and answers nobody.",
        "It is stopped: the signal waits until it goes on.",
        "It was stopped and goes on.",
    ]


def test_a_pod_that_names_a_node_that_is_not_there_says_whom_it_waits_for() -> None:
    story = Story(pod(container(), name="checkout", nodeName="ghost"), seconds=30)
    waiting = page_of(story.entries, story.simulation.now).sentence
    assert waiting.plain.startswith("checkout waits for the kubelet of ghost, the node that its manifest names.")
    story.until(70)
    told = [plain(line.text) for line in page_of(story.entries, story.simulation.now).narrative.lines]
    assert "The control plane ended the Pod: PodGC: node no longer exists." in told
    assert not any("bound" in line for line in told)


def test_a_pod_whose_owner_is_not_there_says_so() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1-2", "controller": True}
    orphan = pod(container(), name="checkout")
    orphan["metadata"]["ownerReferences"] = [owner]
    story = Story(orphan, seconds=30)
    page = page_of(story.entries, story.simulation.now)
    assert page.sentence.plain.endswith("The garbage collector deleted it: its owner ReplicaSet web is not there.")
    why = page_of(story.entries, story.simulation.now, selected=page.sentence.number).why
    assert [plain(step.text) for step in why.steps][-3:-1] == [
        "The garbage collector deleted it: its owner ReplicaSet web is not there.",
        "The Pod is marked for deletion, grace 2 s: STATUS Terminating.",
    ]


def test_a_pod_that_was_active_for_too_long_is_stopped_for_that() -> None:
    steps = why_it_stopped(Story(pod(container(), name="checkout", activeDeadlineSeconds=5), seconds=30))
    assert "Pod was active on the node longer than the specified deadline" in steps


def test_what_the_scheduler_wrote_is_not_said_to_be_the_kubelets() -> None:
    story = Story(pod(container(resources={"requests": {"cpu": "50"}}), name="checkout"), seconds=5)
    number = next(entry.number for entry in story.revisions() if entry.verb == "MODIFIED")
    why = page_of(story.entries, story.simulation.now, selected=number).why
    assert plain(why.steps[-1].text) == "The scheduler noted why the Pod waits: STATUS Pending."


def versions_of(story: Story) -> list[str]:
    numbers = [entry.number for entry in story.revisions() if entry.object["metadata"]["name"] == "checkout"]
    pages = [page_of(story.entries, story.simulation.now, selected=number) for number in numbers]
    return [plain(page.why.steps[-1].text) for page in pages]


def test_a_pod_of_a_lost_node_is_marked_by_the_control_plane() -> None:
    story = Story(pod(container(), name="checkout"), seconds=5)
    story.node("systemctl stop kubelet")
    story.until(90)
    words = "The control plane marked the Pod as not ready, as nothing is heard of node1."
    assert versions_of(story)[-1] == words


def test_an_evicted_pod_is_marked_once() -> None:
    story = Story(pod(container(), name="checkout"), seconds=5)
    story.node("kubectl drain node1 --force")
    told = versions_of(story)
    assert "It is noted that the Pod has to go: Eviction API: evicting." in told
    assert len([words for words in told if "marked for deletion" in words]) == 2  # at last without any grace


def test_a_label_is_no_status() -> None:
    story = Story(pod(container(), name="checkout"), seconds=5)
    story.node("kubectl label pod checkout a=b")
    assert versions_of(story)[-1] == "The Pod itself was changed, not its status."
