"""Which changes may help a Pod that fits nowhere: what refused it knows, and all else lets it rest.

Models EventsToRegister of pkg/scheduler/framework/plugins, pkg/scheduler/framework/events.go and isPodWorthRequeuing of
pkg/scheduler/backend/queue/scheduling_queue.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.scheduler.filters import (
    ZERO,
    Plugin,
    matches_labels,
    matches_node,
    tolerates_cordon,
    tolerates_node,
)
from simulator.scheduler.neighbours import fits, hard_spread, terms
from simulator.scheduler.node_info import are_taken, host_ports, requests
from simulator.volume_claims import claims_of

# A Pod that waits, and one that left its node. Of the plugins that are not here none cares.
_GONE: Mapping[Plugin, Callable[[Json, Json], bool]] = {
    Plugin.FIT: lambda _pod, _gone: True,
    Plugin.PORTS: lambda pod, gone: are_taken(host_ports(pod["spec"]), host_ports(gone["spec"])),
    Plugin.RESTRICTIONS: lambda pod, gone: _has_same_claim(pod, gone),
    Plugin.SPREAD: lambda pod, gone: _is_counted(pod, gone),
    # Who keeps the Pod away with a rule of its own is not heeded.
    Plugin.AFFINITY: lambda pod, gone: _matches_all(terms(pod, "podAntiAffinity"), pod, gone),
}
# A Pod that waits, and one that came to a node.
_CAME: Mapping[Plugin, Callable[[Json, Json], bool]] = {
    Plugin.SPREAD: lambda pod, come: _is_counted(pod, come),
    Plugin.AFFINITY: lambda pod, come: _matches_all(terms(pod, "podAffinity"), pod, come),
}


def after_pod_left(refusers: Set[Plugin], pod: Json, gone: Json) -> bool:
    """Whether it may help the Pod that another was deleted, ended, or is no longer nominated for a node."""
    heard = refusers if gone["spec"].get("nodeName") else refusers & {Plugin.FIT, Plugin.PORTS}
    return not refusers or any(plugin in _GONE and _GONE[plugin](pod, gone) for plugin in heard)


def after_pod_came(refusers: Set[Plugin], pod: Json, come: Json) -> bool:
    """Whether it may help the Pod that another has a node now."""
    return not refusers or any(plugin in _CAME and _CAME[plugin](pod, come) for plugin in refusers)


def after_pod_changed(refusers: Set[Plugin], pod: Json, old: Json, new: Json) -> bool:
    """Whether it may help the Pod what became of another one on a node: other labels, or smaller requests."""
    if Plugin.FIT in refusers and old["spec"] is not new["spec"] and _shrank(pod, old, new):
        return True
    if old["metadata"].get("labels") == new["metadata"].get("labels"):
        return False
    near, far = terms(pod, "podAffinity"), terms(pod, "podAntiAffinity")
    came_near = not _matches_all(near, pod, old) and _matches_all(near, pod, new)
    went_far = _matches_all(far, pod, old) and not _matches_all(far, pod, new)
    if Plugin.AFFINITY in refusers and (came_near or went_far):
        return True
    return Plugin.SPREAD in refusers and _are_together(pod, old) and _is_recounted(pod, old, new)


def after_own_change(refusers: Set[Plugin], old: Json, pod: Json) -> bool:
    """Whether what became of the waiting Pod itself may help it."""
    if old["spec"].get("schedulingGates"):
        return not pod["spec"].get("schedulingGates")
    if old["spec"].get("tolerations") != pod["spec"].get("tolerations") and (
        Plugin.TAINTS in refusers or (Plugin.UNSCHEDULABLE in refusers and tolerates_cordon(pod["spec"]))
    ):
        return True
    if Plugin.FIT in refusers and _asks_less(old, pod, requests(old["spec"])):
        return True
    return Plugin.SPREAD in refusers and (_is_recounted(pod, old, pod) or _tolerates_more(old, pod))


def _tolerates_more(old: Json, pod: Json) -> bool:
    """Which nodes count may hang on what the Pod tolerates."""
    honours = any(rule.get("nodeTaintsPolicy") == "Honor" for rule in hard_spread(pod))
    return honours and old["spec"].get("tolerations") != pod["spec"].get("tolerations")


def after_node_changed(refusers: Set[Plugin], pod: Json, old: Json | None, new: Json) -> bool:
    """Whether it may help the Pod that a node was added (`old` is None), or is another now."""
    return not refusers or any(_NODE[plugin](pod, old, new) for plugin in refusers)


def after_node_left(refusers: Set[Plugin], pod: Json, gone: Json) -> bool:
    """Whether it may help the Pod that a node is no longer there."""
    return not refusers or (Plugin.SPREAD in refusers and _has_keys(pod, gone))


def _matches_all(rules: Sequence[Json], owner: Json, other: Json) -> bool:
    return bool(rules) and all(fits(term, owner, other) for term in rules)


def _are_together(pod: Json, other: Json) -> bool:
    return bool(other["metadata"]["namespace"] == pod["metadata"]["namespace"])


def _is_counted(pod: Json, other: Json) -> bool:
    return _are_together(pod, other) and any(
        matches_labels(rule.get("labelSelector"), other) for rule in hard_spread(pod)
    )


def _has_same_claim(pod: Json, other: Json) -> bool:
    return _are_together(pod, other) and not {*claims_of(pod)}.isdisjoint(claims_of(other))


def _is_recounted(pod: Json, old: Json, new: Json) -> bool:
    selectors = [rule.get("labelSelector") for rule in hard_spread(pod)]
    return any(matches_labels(selector, old) != matches_labels(selector, new) for selector in selectors)


def _shrank(pod: Json, old: Json, new: Json) -> bool:
    return _asks_less(old, new, {name: amount for name, amount in requests(pod["spec"]).items() if amount})


def _asks_less(old: Json, new: Json, names: Mapping[str, int]) -> bool:
    before, after = requests(old["spec"]), requests(new["spec"])
    return any(before.get(name, 0) > after.get(name, 0) for name in names)


def _labels(node: Json) -> Mapping[str, str]:
    labels: Mapping[str, str] = node["metadata"].get("labels") or {}
    return labels


def _uncordoned(_pod: Json, old: Json | None, new: Json) -> bool:
    return (old is None or bool(old["spec"].get("unschedulable"))) and not new["spec"].get("unschedulable")


def _tolerable(pod: Json, old: Json | None, new: Json) -> bool:
    return (old is None or not tolerates_node(pod, old)) and tolerates_node(pod, new)


def _matching(pod: Json, old: Json | None, new: Json) -> bool:
    return (old is None or not matches_node(pod["spec"], old)) and matches_node(pod["spec"], new)


def _larger(pod: Json, old: Json | None, new: Json) -> bool:
    """The node could hold the Pod if it were empty, and has more than before of what the Pod asks for."""
    wanted = {name: amount for name, amount in requests(pod["spec"]).items() if amount}
    if any(amount > _allocatable(new, name) for name, amount in wanted.items()):
        return False
    return old is None or any(_allocatable(new, name) > _allocatable(old, name) for name in ("pods", *wanted))


def _allocatable(node: Json, name: str) -> int:
    allocatable = node["status"]["allocatable"]
    return parse_quantity(allocatable[name]).nano if name in allocatable else ZERO.nano


def _relabelled(_pod: Json, old: Json | None, new: Json) -> bool:
    return old is None or _labels(old) != _labels(new)


def _has_keys(pod: Json, node: Json) -> bool:
    return all(rule["topologyKey"] in _labels(node) for rule in hard_spread(pod))


def _redrawn(pod: Json, old: Json | None, new: Json) -> bool:
    """The domains among which the Pod is spread have changed."""
    if old is None:
        return _has_keys(pod, new)
    if _has_keys(pod, old) != _has_keys(pod, new):
        return True
    keys = [rule["topologyKey"] for rule in hard_spread(pod)]
    moved = any(_labels(old).get(key) != _labels(new).get(key) for key in keys)
    return _has_keys(pod, new) and (moved or old["spec"].get("taints") != new["spec"].get("taints"))


def _moved(pod: Json, old: Json | None, new: Json) -> bool:
    """The node is in another domain of the Pod's rules about neighbours."""
    near = [term["topologyKey"] for term in terms(pod, "podAffinity")]
    far = [term["topologyKey"] for term in terms(pod, "podAntiAffinity")]
    now = _labels(new)
    if old is None:
        return bool(far) or any(key in now for key in near)
    before = _labels(old)
    return any(key in now and before.get(key) != now[key] for key in near) or any(
        key in before and now.get(key) != before[key] for key in far
    )


_NODE: Mapping[Plugin, Callable[[Json, Json | None, Json], bool]] = {
    Plugin.UNSCHEDULABLE: _uncordoned,
    Plugin.TAINTS: _tolerable,
    Plugin.NODE_AFFINITY: _matching,
    Plugin.PORTS: lambda _pod, old, _new: old is None,
    Plugin.FIT: _larger,
    Plugin.RESTRICTIONS: lambda _pod, old, _new: old is None,
    Plugin.VOLUMES: _relabelled,
    Plugin.SPREAD: _redrawn,
    Plugin.AFFINITY: _moved,
}
