"""Services: who gets traffic, who does not, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dashboard.presenters.pieces import Json
from dashboard.presenters.workloads import Objects
from simulator.objects import SERVICE_NAME

LONGEST = 14  # letters of a name that have room
MOST = 12  # backends that are drawn each by itself
ROW = 38  # pixels from one backend to the next


@dataclass(frozen=True, slots=True)
class Backend:
    """A Pod behind the Service."""

    namespace: str
    pod: str
    address: str
    ready: bool
    share: str  # 1/3 of traffic, or why it gets none
    curve: str  # the path of its line, in pixels

    @property
    def short(self) -> str:
        """What tells it from its fellows: the end of its name."""
        return self.pod if len(self.pod) <= LONGEST else f"…{self.pod[-6:]}"


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """One Service, with where it leads."""

    namespace: str
    name: str
    kind: str
    mapping: str  # 10.0.0.7:80 → 8080
    how: str
    backends: tuple[Backend, ...]
    rest: str = ""  # what is said of those that are not drawn

    @property
    def height(self) -> int:
        return ROW * len(self.backends)


def services(objects: Objects) -> tuple[ServiceCard, ...]:
    """In the order in which they were made."""
    slices = objects.get("endpointslices", {})
    return tuple(_card(service, slices) for service in objects.get("services", {}).values())


def _card(service: Json, slices: Mapping[tuple[str, str], Json]) -> ServiceCard:
    meta, spec = service["metadata"], service["spec"]
    mine = [
        each
        for (namespace, _name), each in slices.items()
        if namespace == meta.get("namespace")
        and (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == meta["name"]
    ]
    endpoints = [(each, endpoint) for each in mine for endpoint in each.get("endpoints") or ()]
    ready = sum(bool(endpoint["conditions"].get("ready")) for _slice, endpoint in endpoints)
    drawn, rest = _drawn(endpoints), ""
    if hidden := len(endpoints) - len(drawn):
        rest = ngettext("and %(n)s more Pod", "and %(n)s more Pods", hidden) % {"n": hidden}
    middle = ROW * len(drawn) / 2
    backends = tuple(_backend(each, endpoint, ready, middle, place) for place, (each, endpoint) in enumerate(drawn))
    headless = spec.get("clusterIP") == "None"
    how = _("names its Pods, picks none") if headless else _("picks at random")
    kind = str(_("headless")) if headless else str(spec.get("type", "ClusterIP"))
    return ServiceCard(meta.get("namespace", ""), meta["name"], kind, _mapping(spec), str(how), backends, rest)


def _drawn(endpoints: Sequence[tuple[Json, Json]]) -> Sequence[tuple[Json, Json]]:
    """All of them, or of very many first those that get no traffic: they have something to explain."""
    if len(endpoints) <= MOST:
        return endpoints
    return sorted(endpoints, key=lambda pair: bool(pair[1]["conditions"].get("ready")))[:MOST]


def _mapping(spec: Json) -> str:
    """10.0.0.7:80 → 8080"""
    address = spec.get("clusterIP", "")
    parts = []
    for port in spec.get("ports") or ():
        node = f", node :{port['nodePort']}" if port.get("nodePort") else ""
        target = port.get("targetPort", port["port"])
        parts.append(f"{'' if address in ('', 'None') else address}:{port['port']}{node} → {target}")
    return "; ".join(parts) or str(spec.get("externalName", ""))


def _backend(slice_: Json, endpoint: Json, ready: int, middle: float, place: int) -> Backend:
    conditions, target = endpoint["conditions"], endpoint.get("targetRef") or {}
    port = next((str(port["port"]) for port in slice_.get("ports") or () if port.get("port")), "")
    y = ROW * (place + 0.5)
    return Backend(
        str(target.get("namespace", "")),
        str(target.get("name", "")),
        f"{endpoint['addresses'][0]}{f':{port}' if port else ''}",
        bool(conditions.get("ready")),
        _share(conditions, ready),
        f"M0 {middle:g} C30 {middle:g} 30 {y:g} 60 {y:g}",
    )


def _share(conditions: Json, ready: int) -> str:
    if conditions.get("ready"):
        return str(_("all traffic") if ready == 1 else _("1/%(n)s of traffic") % {"n": ready})
    if conditions.get("terminating"):
        last = not ready and conditions.get("serving")
        return str(_("being deleted, the last one that answers") if last else _("no traffic: being deleted"))
    return str(_("no traffic: not ready"))
