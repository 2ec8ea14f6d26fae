"""The nodes on the cluster page: how each is and why, what it has left, and what can be done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from dashboard.presenters import merge
from dashboard.presenters.conditions import condition_of
from dashboard.presenters.node_story import NodeStory
from dashboard.presenters.pieces import Json
from dashboard.presenters.requests import requested_on, shown_quantity
from dashboard.presenters.row import Cell
from dashboard.presenters.timeline import OverviewBar
from dashboard.presenters.timescale import Window, clock, duration, seconds
from dashboard.presenters.workloads import columns
from simulator.history import Action
from simulator.kubectl.core_rows import node_cells
from simulator.kubectl.describe.fields import quantity
from simulator.kubectl.pods import pod_row
from simulator.objects import MAX_NODES

SILENCE_MS = 50_000  # how long the node controller waits for a sign of life
GIB = Decimal(1 << 30)
DRAIN = "kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --force"
PRESSURES = {
    "MemoryPressure": _("It is short of memory: its kubelet evicts Pods, and takes no BestEffort ones."),
    "DiskPressure": _("It is short of disk: its kubelet evicts Pods and takes no new ones."),
    "PIDPressure": _("It is short of process numbers."),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """What Pods ask for of one resource."""

    name: str
    asked: str
    of: str
    percent: int


@dataclass(frozen=True, slots=True)
class Resident:
    """A Pod that is on the node."""

    namespace: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Said:
    """An event about the node."""

    at: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A button: what it says, the line that it types, what comes of it."""

    title: str
    command: str
    hint: str


@dataclass(frozen=True, slots=True)
class NodeCard:
    name: str
    status: str  # as kubectl get nodes has it
    trouble: bool
    cells: tuple[Cell, ...]
    why: str
    taints: tuple[str, ...]
    labels: tuple[str, ...]
    amounts: tuple[Amount, ...]
    pods: tuple[Resident, ...]
    said: tuple[Said, ...]
    deeds: tuple[Deed, ...]
    strip: tuple[OverviewBar, ...]
    touched: int


@dataclass(frozen=True, slots=True)
class NodeBoard:
    """All nodes, and whether one more may join."""

    cards: tuple[NodeCard, ...]
    built: int  # the newest entry that made or removed one
    most: int = MAX_NODES

    @property
    def full(self) -> bool:
        return len(self.cards) >= self.most


@dataclass(frozen=True, slots=True)
class Scene:
    """What a card is made from besides its node."""

    pods: Sequence[Json]
    open_commands: Sequence[str]  # typed on a node, and not over
    window: Window
    now_epoch_ms: int
    start_epoch_ms: int
    first: str  # the node whose shell one types into
    all_silent: bool  # no node is heard of


def node_board(
    nodes: Mapping[str, NodeStory], pods: Sequence[Json], open_actions: Sequence[Action], window: Window, start: int
) -> NodeBoard:
    """`window` ends now; `start`: of the cluster, in ms since 1970."""
    there = [story for story in nodes.values() if story.exists]
    commands = [str(action.data.get("command", "")) for action in open_actions]
    silent = bool(there) and all(condition_of(story.object, "Ready").get("status") != "True" for story in there)
    scene = Scene(pods, commands, window, start + window.to_ms, start, next(iter(nodes), ""), silent)
    return NodeBoard(tuple(_card(story, scene) for story in there), max((s.born for s in nodes.values()), default=0))


def _card(story: NodeStory, scene: Scene) -> NodeCard:
    node = story.object
    here = [pod for pod in scene.pods if pod["spec"].get("nodeName") == story.name]
    status = str(node_cells(node, scene.now_epoch_ms)[1])
    cells = columns("nodes", node, scene.now_epoch_ms, scene.start_epoch_ms)
    return NodeCard(
        story.name,
        status,
        status.startswith("NotReady") or status.startswith("Unknown"),
        tuple(cell for cell in cells if cell.key != "status" and cell.value != "<none>"),
        _why(story, here, scene),
        tuple(_taint(taint) for taint in node["spec"].get("taints") or ()),
        tuple(_own_labels(node)),
        _amounts(node, here),
        tuple(_resident(pod) for pod in here),
        tuple(Said(clock(said.at_ms), said.word, said.detail) for said in reversed(story.said)),
        _deeds(story, scene),
        _strip(story, scene.window),
        story.touched,
    )


def _taint(taint: Json) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _own_labels(node: Json) -> list[str]:
    """Those that not every node has."""
    labels = node["metadata"].get("labels") or {}
    return [
        f"{key}={value}"
        for key, value in labels.items()
        if not key.startswith(("kubernetes.io/", "beta.kubernetes.io/"))
    ]


def _resident(pod: Json) -> Resident:
    meta = pod["metadata"]
    return Resident(str(meta.get("namespace", "")), str(meta["name"]), str(pod_row(pod, 0).status))


def _amounts(node: Json, here: Sequence[Json]) -> tuple[Amount, ...]:
    """Of what may be asked for (allocatable), how much is asked for by Pods that have not ended."""
    free = node["status"].get("allocatable") or {}
    running = [pod for pod in here if pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
    amounts = [_amount(name, requested_on(running, name), free) for name in ("cpu", "memory")]
    return (*amounts, _amount("pods", Decimal(len(running)), free))


def _amount(name: str, asked: Decimal, free: Json) -> Amount:
    whole = quantity(str(free.get(name, "0")))
    percent = min(100, int(asked / whole * 100)) if whole else 0
    return Amount(name, _short(asked, name), _short(whole, name), percent)


def _short(amount: Decimal, name: str) -> str:
    """As Kubernetes writes quantities, but a lot of memory in Gi."""
    if name == "memory" and amount >= GIB and amount % GIB:
        return f"{amount / GIB:.1f}Gi"
    return shown_quantity(amount, name)


def _strip(story: NodeStory, window: Window) -> tuple[OverviewBar, ...]:
    bars = []
    for cluster in merge.bars(merge.in_view(story.states.pieces, window, window.to_ms), window, window.to_ms):
        end = cluster[-1].end_ms
        style = f"--t:{seconds(cluster[0].at_ms)}" + ("" if end is None else f";--e:{seconds(end)}")
        bars.append(OverviewBar("many" if len(cluster) > 1 else cluster[0].kind, style, lasts=end is None))
    turns = merge.points(merge.in_view(story.turns, window, window.to_ms), window)
    return (*bars, *(OverviewBar("tick", f"--t:{seconds(cluster[0].at_ms)}") for cluster in turns))


# ---- why it is as it is -----------------------------------------------------------------


def _why(story: NodeStory, here: Sequence[Json], scene: Scene) -> str:
    condition = condition_of(story.object, "Ready")
    ready = condition.get("status")
    if story.down is not None:
        template = _("It reboots since %(at)s: everything that ran on it has ended.")
        return str(template) % {"at": clock(story.down.at_ms)}
    if story.stopped is not None:
        return _silent(story, scene) if ready == "True" else _lost(story, here, scene)
    if story.blind is not None:
        template = _("Its container runtime was stopped at %(at)s: containers go on, but its kubelet sees none.")
        return str(template) % {"at": clock(story.blind.at_ms)}
    if ready == "False":
        return str(_("Its kubelet says that it is not ready: “%(message)s”.")) % {
            "message": condition.get("message", "")
        }
    if ready != "True":
        return str(_("Its kubelet runs again, and is about to say that the node is ready."))
    if any(words[:2] == ["kubectl", "drain"] and story.name in words for words in map(str.split, scene.open_commands)):
        template = _("It is being drained: it takes no new Pods, and those here are asked to go; %(n)s are left.")
        return str(template) % {"n": len(here)}
    return _quiet(story.object)


def _silent(story: NodeStory, scene: Scene) -> str:
    assert story.stopped is not None
    words = {"at": clock(story.stopped.at_ms), "wait": duration(SILENCE_MS)}
    template = _(
        "Its kubelet was stopped at %(at)s. Its containers go on, and nobody knows yet: the control plane waits "
        "%(wait)s for a sign of life."
    )
    return str(template) % words


def _lost(story: NodeStory, here: Sequence[Json], scene: Scene) -> str:
    assert story.stopped is not None
    lost = _("Nothing was heard of its kubelet, stopped at %(at)s: the node controller made it NotReady.")
    words = str(lost) % {"at": clock(story.stopped.at_ms)}
    if not here:
        return words
    if scene.all_silent:
        then = str(_("No node is heard of, so the fault is taken to be elsewhere, and no Pod is evicted."))
    elif any("deletionTimestamp" in pod["metadata"] for pod in here):
        then = str(_("Its Pods are to go; only its kubelet can say that they have ended, so they stay Terminating."))
    else:
        then = str(_("Its Pods are marked for deletion once the time is over that they tolerate: 300 s by default."))
    return f"{words} {then}"


def _quiet(node: Json) -> str:
    for condition in node["status"].get("conditions") or ():
        if condition["type"] in PRESSURES and condition["status"] == "True":
            return str(PRESSURES[condition["type"]])
    if node["spec"].get("unschedulable"):
        return str(_("It is cordoned: the scheduler puts no new Pods here, and those that are here stay."))
    if any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in node["spec"].get("taints") or ()):
        return str(_("It takes only Pods that tolerate its taints."))
    return str(_("It takes new Pods."))


# ---- what can be done --------------------------------------------------------------------


def _deeds(story: NodeStory, scene: Scene) -> tuple[Deed, ...]:
    """What is possible now: lines as one would type them on the first node."""
    name = story.name
    if story.object["spec"].get("unschedulable"):
        hint = _("The scheduler may put Pods here again.")
        mark = Deed(str(_("Uncordon")), f"kubectl uncordon {name}", str(hint))
    else:
        mark = Deed(str(_("Cordon")), f"kubectl cordon {name}", str(_("No new Pods; those that are here stay.")))
    hint = _("Cordon, and evict all Pods but those of DaemonSets.")
    drain = Deed(str(_("Drain")), DRAIN.format(node=name), str(hint))
    there = "" if name == scene.first else f"ssh {name} "
    if story.stopped is None:
        hint = _("The node is not heard of any more; its containers go on.")
        return mark, drain, Deed(str(_("Stop the kubelet")), f"{there}systemctl stop kubelet", str(hint))
    hint = _("The node comes back, and does what it has missed.")
    return mark, drain, Deed(str(_("Start the kubelet")), f"{there}systemctl start kubelet", str(hint))
