"""What all objects of a namespace may use together.

Models apiserver pkg/admission/plugin/resourcequota/controller.go and, for the count, pkg/controller/resourcequota.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.apiserver.quota.usage import COMPUTE, Usage, in_scope, matching, usage_of
from simulator.history import Json
from simulator.objects import Quantity, add, parse_quantity
from simulator.objects.resources import RESOURCES, resource_of
from simulator.store import Store

ZERO = parse_quantity("0")
# A quota of these makes every container say how much it takes; of others it does not (validationSet).
_DEMANDED = frozenset(
    ("cpu", "memory", *(f"{which}.{name}" for which in ("requests", "limits") for name in COMPUTE[:2]))
)


def exceeds_quota(obj: Json, plural: str, store: Store, old: Json | None = None) -> str:
    """Why the namespace's quotas forbid the object, or that it is changed, or "" (CheckRequest)."""
    group = resource_of(plural).plural_group
    concerned = list(_concerned(obj, group, store))
    if not concerned:
        return ""
    used = _more(obj, old, group)
    for quota, names in concerned:
        if why := _unspecified(obj, names) if old is None else "":
            return f"failed quota: {quota['metadata']['name']}: must specify {why}"
        if any(name not in (quota["status"].get("used") or {}) for name in names):
            return f"status unknown for quota: {quota['metadata']['name']}, resources: {','.join(names)}"
    return next((why for quota, names in concerned if (why := _exceeded(quota, names, used))), "")


def _more(obj: Json, old: Json | None, group: str) -> Usage:
    """What the object uses beyond what it has used so far."""
    used = usage_of(obj, group)
    if old is None:
        return used
    before = {name: Quantity(-amount.nano, amount.format) for name, amount in usage_of(old, group).items()}
    more = {name: add([amount, before.get(name, ZERO)]) for name, amount in used.items()}
    return {name: amount for name, amount in more.items() if amount.nano > 0}


def _concerned(obj: Json, group: str, store: Store) -> Iterator[tuple[Json, list[str]]]:
    """The quotas that limit something the object may use, with the names of that."""
    for quota in sorted(store.list("resourcequotas", obj["metadata"].get("namespace", "")), key=_name):
        names = matching(quota["status"].get("hard") or quota["spec"].get("hard") or (), group)
        if names and in_scope(obj, quota):
            yield quota, names


def _name(quota: Json) -> str:
    return str(quota["metadata"]["name"])


def _unspecified(obj: Json, names: Iterable[str]) -> str:
    """What a quota demands that containers do not say (podEvaluator.Constraints)."""
    if obj["kind"] != "Pod" or obj["spec"].get("resources"):
        return ""
    missing = {}
    for name in sorted(_DEMANDED.intersection(names)):
        which, _, resource = name.rpartition(".")
        containers = [*obj["spec"].get("containers", ()), *obj["spec"].get("initContainers", ())]
        silent = [
            c["name"] for c in containers if resource not in ((c.get("resources") or {}).get(which or "requests") or {})
        ]
        if silent:
            missing[name] = ",".join(sorted(set(silent)))
    return "; ".join(f"{name} for: {silent}" for name, silent in missing.items())


def _exceeded(quota: Json, names: Iterable[str], usage: Usage) -> str:
    hard, used = _parsed(quota["status"].get("hard")), _parsed(quota["status"].get("used"))
    asked = {name: usage[name] for name in names if name in usage and usage[name].nano}
    over = [name for name, amount in asked.items() if used[name].nano + amount.nano > hard[name].nano]
    if not over:
        return ""
    requested, before, limited = (_shown(each, over) for each in (asked, used, hard))
    return f"exceeded quota: {_name(quota)}, requested: {requested}, used: {before}, limited: {limited}"


def _parsed(amounts: dict[str, str] | None) -> Usage:
    return {name: parse_quantity(text) for name, text in (amounts or {}).items()}


def _shown(amounts: Usage, names: Iterable[str]) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in sorted(names))


def charge(obj: Json, plural: str, store: Store, old: Json | None = None) -> None:
    """Count what a new or changed object uses against the quotas that allowed it."""
    group = resource_of(plural).plural_group
    concerned = list(_concerned(obj, group, store))
    used = _more(obj, old, group) if concerned else {}
    for quota, names in concerned:
        before = quota["status"].get("used") or {}
        asked = {name: used[name] for name in names if name in used and used[name].nano}
        if asked:
            after = {name: add([parse_quantity(before[name]), amount]).text for name, amount in asked.items()}
            status = {**quota["status"], "used": {**before, **after}}
            store.update("resourcequotas", {**quota, "status": status})


def recount(quota: Json, store: Store) -> Json:
    """The quota with a status that counts what is there now (syncResourceQuota)."""
    hard = quota["spec"].get("hard") or {}
    used: dict[str, list[Quantity]] = {name: [ZERO] for name in sorted(hard)}
    for resource in RESOURCES:
        names = matching(hard, resource.plural_group) if resource.namespaced else ()
        if not names:
            continue
        for obj in store.list(resource.plural, quota["metadata"]["namespace"]):
            usage = usage_of(obj, resource.plural_group) if in_scope(obj, quota) else {}
            for name in names:
                used[name] += [usage[name]] if name in usage else []
    counted = {name: add(amounts).text for name, amounts in used.items()}
    return {**quota, "status": {"hard": hard, "used": counted} if hard else {}}
