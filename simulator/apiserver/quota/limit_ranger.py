"""What one object may ask for in its namespace. Models plugin/pkg/admission/limitranger/admission.go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.history import Json
from simulator.objects import Quantity, aggregate, parse_quantity
from simulator.store import Store

ANNOTATION = "kubernetes.io/limit-ranger"
ZERO = parse_quantity("0")
Amounts = dict[str, Quantity]
_Rule = Callable[[str, str, Quantity, Amounts, Amounts], str]


def _items(store: Store, namespace: str) -> Iterator[Json]:
    for limit_range in sorted(store.list("limitranges", namespace), key=lambda each: str(each["metadata"]["name"])):
        yield from limit_range["spec"].get("limits") or ()


def set_defaults(pod: Json, store: Store) -> None:
    """Containers that say nothing of a resource get what the namespace has for them (PodMutateLimitFunc)."""
    defaults: dict[str, Json] = {"requests": {}, "limits": {}}
    for item in _items(store, pod["metadata"]["namespace"]):
        if item["type"] == "Container":
            defaults["requests"] |= item.get("defaultRequest") or {}
            defaults["limits"] |= item.get("default") or {}
    said: list[str] = []
    for key, title in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(key) or ():
            said += _fill(container, title, defaults)
    if said:
        pod["metadata"].setdefault("annotations", {})[ANNOTATION] = f"LimitRanger plugin set: {'; '.join(said)}"


def _fill(container: Json, title: str, defaults: dict[str, Json]) -> Iterator[str]:
    resources = container.setdefault("resources", {})
    for key, word in (("requests", "request"), ("limits", "limit")):
        given = resources.get(key) or {}
        added = {name: amount for name, amount in defaults[key].items() if name not in given}
        if added:
            resources[key] = {**given, **added}
            yield f"{', '.join(sorted(added))} {word} for {title} {container['name']}"


def beyond_limits(obj: Json, store: Store) -> str:
    """Why the namespace's LimitRanges forbid the object, or "" (ValidateLimit)."""
    if obj["kind"] not in ("Pod", "PersistentVolumeClaim"):
        return ""
    for limit_range in sorted(store.list("limitranges", obj["metadata"]["namespace"]), key=_name):
        faults = [fault for item in limit_range["spec"].get("limits") or () for fault in _faults(obj, item)]
        if faults:
            return faults[0] if len(faults) == 1 else f"[{', '.join(dict.fromkeys(faults))}]"
    return ""


def _name(limit_range: Json) -> str:
    return str(limit_range["metadata"]["name"])


def _faults(obj: Json, item: Json) -> Iterator[str]:
    kind, spec = item["type"], obj["spec"]
    if obj["kind"] == "PersistentVolumeClaim":
        if kind == "PersistentVolumeClaim":
            yield from _checked(item, _amounts(spec, "requests"), {}, ("min", _minimum), ("max", _most_requested))
        return
    rules = (("min", _minimum), ("max", _maximum), ("maxLimitRequestRatio", _ratio))
    if kind == "Container":
        for container in [*spec.get("containers", ()), *spec.get("initContainers", ())]:
            yield from _checked(item, _amounts(container, "requests"), _amounts(container, "limits"), *rules)
    elif kind == "Pod":
        yield from _checked(item, _of_pod(spec, "requests"), _of_pod(spec, "limits"), *rules)


def _of_pod(spec: Json, which: str) -> Amounts:
    return aggregate(spec, which) | _amounts(spec, which)


def _amounts(holder: Json, which: str) -> Amounts:
    given = (holder.get("resources") or {}).get(which) or {}
    return {name: parse_quantity(text) for name, text in given.items()}


def _checked(item: Json, requests: Amounts, limits: Amounts, *rules: tuple[str, _Rule]) -> Iterator[str]:
    for field, rule in rules:
        for name, text in sorted((item.get(field) or {}).items()):
            if fault := rule(item["type"], name, parse_quantity(text), requests, limits):
                yield fault


def _minimum(kind: str, name: str, least: Quantity, requests: Amounts, limits: Amounts) -> str:
    start = f"minimum {name} usage per {kind} is {least}"
    if name not in requests:
        return f"{start}.  No request is specified"
    if requests[name].nano < least.nano:
        return f"{start}, but request is {requests[name]}"
    if name in limits and limits[name].nano < least.nano:
        return f"{start}, but limit is {limits[name]}"
    return ""


def _maximum(kind: str, name: str, most: Quantity, requests: Amounts, limits: Amounts) -> str:
    start = f"maximum {name} usage per {kind} is {most}"
    if name not in limits:
        return f"{start}.  No limit is specified"
    if limits[name].nano > most.nano:
        return f"{start}, but limit is {limits[name]}"
    if name in requests and requests[name].nano > most.nano:
        return f"{start}, but request is {requests[name]}"
    return ""


def _most_requested(kind: str, name: str, most: Quantity, requests: Amounts, limits: Amounts) -> str:
    start = f"maximum {name} usage per {kind} is {most}"
    if name not in requests:
        return f"{start}.  No request is specified"
    return f"{start}, but request is {requests[name]}" if requests[name].nano > most.nano else ""


def _ratio(kind: str, name: str, most: Quantity, requests: Amounts, limits: Amounts) -> str:
    start = f"{name} max limit to request ratio per {kind} is {most}"
    request, limit = requests.get(name, ZERO), limits.get(name, ZERO)
    if not request.nano:
        return f"{start}, but no request is specified or request is 0"
    if not limit.nano:
        return f"{start}, but no limit is specified or limit is 0"
    if limit.nano * 10**9 > most.nano * request.nano:
        return f"{start}, but provided ratio is {limit.nano / request.nano:f}"
    return ""
