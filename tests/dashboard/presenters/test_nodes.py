"""The nodes on the cluster page: how each is and why, what is left of it, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.presenters.cluster import ClusterPage, cluster_page
from dashboard.presenters.nodes import NodeCard
from simulator import Simulation
from simulator.objects import NodeSpec
from tests.dashboard.presenters.conftest import state_at
from tests.dashboard.presenters.tales import START

TWO = (NodeSpec("node1"), NodeSpec("node2", labels={"disk": "ssd"}))
PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: here}
spec:
  nodeName: node2
  terminationGracePeriodSeconds: 1
  containers: [{name: app, image: nginx, resources: {requests: {cpu: 500m, memory: 1Gi}}}]
"""


class World:
    def __init__(self, nodes: Sequence[NodeSpec] = TWO) -> None:
        self.simulation = Simulation(start=START, nodes=nodes)
        self.simulation.act("apply", {"manifest": PODS.replace("node2", nodes[-1].name)})

    def node(self, command: str) -> None:
        self.simulation.act("node", {"command": command})

    def at(self, seconds: int) -> ClusterPage:
        self.simulation.advance(seconds * 1000)
        entries = self.simulation.history.entries
        return cluster_page(state_at(seconds * 1000, len(entries)), entries)

    def card(self, seconds: int, name: str = "node2") -> NodeCard:
        return next(card for card in self.at(seconds).nodes.cards if card.name == name)


def test_a_node_shows_its_pods_and_what_they_ask_for() -> None:
    card = World().card(5)
    assert (card.status, card.trouble, card.labels) == ("Ready", False, ("disk=ssd",))
    assert [(pod.name, pod.status) for pod in card.pods] == [("here", "Running")]
    assert [(amount.name, amount.asked, amount.of) for amount in card.amounts] == [
        ("cpu", "500m", "2"),
        ("memory", "1Gi", "23.5Gi"),
        ("pods", "1", "300"),
    ]
    assert card.amounts[0].percent == 25
    assert card.why == "It takes new Pods."


def test_what_can_be_done_are_lines_that_one_could_type() -> None:
    world = World()
    assert [deed.command for deed in world.card(5).deeds] == [
        "kubectl cordon node2",
        "kubectl drain node2 --ignore-daemonsets --delete-emptydir-data --force",
        "ssh node2 systemctl stop kubelet",
    ]
    for deed in world.card(5).deeds:
        world.node(deed.command)
    after = world.card(20)
    assert [deed.title for deed in after.deeds] == ["Uncordon", "Drain", "Start the kubelet"]
    assert world.card(20, "node1").deeds[2].command == "systemctl stop kubelet"


def test_a_cordoned_node_says_that_nothing_new_comes() -> None:
    world = World()
    world.node("kubectl cordon node2")
    card = world.card(5)
    assert card.status == "Ready,SchedulingDisabled"
    assert card.taints == ("node.kubernetes.io/unschedulable:NoSchedule",)
    assert card.why.startswith("It is cordoned")
    assert [bar.kind for bar in card.strip] == ["ready", "unready"]


def test_a_drain_is_seen_while_it_lasts() -> None:
    world = World()
    world.simulation.advance(5000)
    world.node("kubectl drain node2 --force")
    assert world.card(5).why.startswith("It is being drained")
    done = world.card(20)
    assert (done.pods, done.why[:14]) == ((), "It is cordoned")


def test_a_lost_node_tells_its_story_from_silence_to_its_return() -> None:
    world = World()
    world.simulation.advance(5000)
    world.node("ssh node2 systemctl stop kubelet")
    silent = world.card(10)
    assert (silent.status, silent.trouble) == ("Ready", False)
    assert "stopped at 0:05.0" in silent.why
    assert "waits 50s for a sign of life" in silent.why
    lost = world.card(80)
    assert lost.status == "NotReady"
    assert lost.trouble
    assert "marked for deletion once the time is over that they tolerate" in lost.why
    assert "NodeNotReady" in [said.reason for said in lost.said]
    assert "stay Terminating" in world.card(400).why
    world.node("ssh node2 systemctl start kubelet")
    back = world.card(420)
    assert (back.status, back.pods, back.why) == ("Ready", (), "It takes new Pods.")


def test_where_no_node_is_heard_of_nobody_is_evicted_and_it_is_said() -> None:
    world = World(TWO[:1])
    world.node("systemctl stop kubelet")
    assert "No node is heard of" in world.card(80, "node1").why


def test_a_node_that_joins_is_told_of_with_its_events() -> None:
    world = World()
    world.simulation.advance(5000)
    before = world.at(5).nodes
    world.simulation.act("join", {"name": "late", "taints": ["gpu=yes:NoSchedule"]})
    fresh = world.at(6).nodes
    assert (len(before.cards), len(fresh.cards)) == (2, 3)
    assert fresh.built > before.built
    card = world.card(20, "late")
    assert [said.reason for said in card.said][:2] == ["RegisteredNode", "NodeReady"]
    assert (card.taints, card.why) == (("gpu=yes:NoSchedule",), "It takes only Pods that tolerate its taints.")


def test_the_buttons_of_a_node_are_sent_again_only_if_its_state_changed() -> None:
    world = World()
    before = world.card(5).touched
    world.node("kubectl delete pod here")
    assert world.card(10).touched == before
    world.node("kubectl cordon node2")
    assert world.card(15).touched > before


def test_a_node_without_its_runtime_says_so_until_that_runs_again() -> None:
    world = World()
    world.card(5)
    world.node("ssh node2 systemctl stop containerd")
    assert world.card(40).why == (
        "Its container runtime was stopped at 0:05.0: containers go on, but its kubelet sees none."
    )
    world.node("ssh node2 systemctl start containerd")
    card = world.card(90)
    assert card.why == "It takes new Pods."
    assert [bar.style.partition(".")[0] for bar in card.strip if bar.kind == "tick"] == ["--t:5", "--t:40"]


def test_a_node_that_reboots_says_that_everything_on_it_has_ended() -> None:
    world = World()
    world.card(5)
    world.node("ssh node2 reboot")
    assert world.card(6).why == "It reboots since 0:05.5: everything that ran on it has ended."
    assert "reboots" not in world.card(200).why
