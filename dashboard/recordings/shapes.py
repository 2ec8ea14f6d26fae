"""What a file with a history may hold. Decoded by msgspec, which says where something else stands.

Unknown keys of a fact's data are kept: a later version may tell more. Known ones have the type that the pages rely on.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from dashboard.models import HORIZON_MS

Json = dict[str, Any]
LATEST_MS = 400 * HORIZON_MS
MAX_ENTRIES = 40_000

Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Moment = Annotated[int, Meta(ge=0, le=LATEST_MS)]
Number = Annotated[int, Meta(ge=0, le=MAX_ENTRIES)]
Name = Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]*$")]
Word = Annotated[str, Meta(max_length=40, pattern=r"^[a-z][a-z0-9.]*$")]
Label = Annotated[str, Meta(max_length=253, pattern=r"^[^\x00-\x1f\x7f]*$")]
PodKey = Annotated[str, Meta(max_length=320, pattern=r"^([A-Za-z0-9.-]+/[A-Za-z0-9.-]+)?$")]
Container = Annotated[str, Meta(max_length=63, pattern=r"^[a-z0-9-]*$")]
Text = str
Seconds = Annotated[float, Meta(ge=-3600, le=LATEST_MS / 1000)]
Epoch = Annotated[float, Meta(ge=0, le=4_000_000_000)]


class Row(Struct, forbid_unknown_fields=True):
    """An entry: a revision has `type`, `kind`, `object`; a fact `fact`, `pod`, `container`, `data`; an action too."""

    number: Number
    at_ms: Moment
    cause: Number
    type: Literal["ADDED", "MODIFIED", "DELETED"] | UnsetType = UNSET
    kind: Word | UnsetType = UNSET
    object: Json | UnsetType = UNSET
    fact: Word | UnsetType = UNSET
    pod: PodKey | UnsetType = UNSET
    container: Container | UnsetType = UNSET
    action: Annotated[str, Meta(max_length=20, pattern=r"^[a-z]+$")] | UnsetType = UNSET
    data: Json | UnsetType = UNSET
    fields: list[Annotated[str, Meta(max_length=1000)]] | UnsetType = UNSET


class File(Struct, forbid_unknown_fields=True):
    """A history as it is taken along."""

    title: Label
    kubernetes: Annotated[str, Meta(max_length=20, pattern=r"^v\d+\.\d+\.[\w.+-]+$")]
    start: Annotated[str, Meta(max_length=40)]
    clock_ms: Moment
    manifest: Text
    entries: Annotated[list[Row], Meta(max_length=MAX_ENTRIES)]
    format: Literal[1] = 1
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] = 0
    namespace: Annotated[str, Meta(max_length=63, pattern=r"^[a-z0-9-]+$")] = "default"
    hostdir: Annotated[str, Meta(max_length=200)] = "/node/host/default"
    missing_images: Annotated[list[Label], Meta(max_length=1000)] = []
    lesson: Annotated[str, Meta(max_length=100, pattern=r"^[a-z0-9-]*$")] = ""


class Seen(Struct):
    """What a watch saw, `t` seconds after the manifests were applied."""

    t: Seconds
    type: Literal["ADDED", "MODIFIED", "DELETED"]
    object: Json


class Typed(Struct):
    """A command that was run during a recording."""

    at: Seconds
    run: Text
    output: Text = ""
    code: Whole | None = None


class Recording(Struct):
    """What a watch of a cluster recorded, and what `manage.py simulate --json` prints."""

    name: Label
    kubernetes: Annotated[str, Meta(max_length=20, pattern=r"^v\d+\.\d+\.[\w.+-]+$")]
    applied: Epoch
    duration: Seconds
    manifests: Text
    pods: list[Seen]
    events: list[Seen] = []
    jobs: list[Seen] = []
    cronjobs: list[Seen] = []
    deployments: list[Seen] = []
    replicasets: list[Seen] = []
    statefulsets: list[Seen] = []
    daemonsets: list[Seen] = []
    endpointslices: list[Seen] = []
    actions: list[Typed] = []
    logs: dict[Annotated[str, Meta(max_length=400)], Text] = {}


# ---- what stands in an entry


class ObjectMeta(Struct):
    name: Name
    namespace: Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9.-]*$")] = ""


class Object(Struct):
    """Any API object."""

    metadata: ObjectMeta


class Involved(Struct):
    kind: str = ""
    name: str = ""
    namespace: str = ""
    fieldPath: str = ""


class Source(Struct):
    component: str | None = None


class Event(Object):
    """The parts of an Event that are shown."""

    involvedObject: Involved | None = None
    regarding: Involved | None = None
    type: str | None = None
    reason: str | None = None
    message: str | None = None
    note: str | None = None
    count: Whole | None = None
    source: Source | None = None
    reportingComponent: str | None = None
    firstTimestamp: str | None = None
    lastTimestamp: str | None = None
    eventTime: str | None = None


class Named(Struct):
    name: Name


class Target(Struct):
    name: Name | None = None
    namespace: Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9.-]*$")] | None = None


class Endpoint(Struct):
    targetRef: Target | None = None


class EndpointSlice(Object):
    """The parts that become links to Pods."""

    endpoints: list[Endpoint] | None = None


class Spec(Struct):
    containers: Annotated[list[Named], Meta(min_length=1)]
    initContainers: list[Named] | None = None
    ephemeralContainers: list[Named] | None = None


class Status(Struct):
    containerStatuses: list[Named] | None = None
    initContainerStatuses: list[Named] | None = None
    ephemeralContainerStatuses: list[Named] | None = None


class Pod(Object):
    """What must be there; the types of all else are those of the API."""

    spec: Spec
    status: Status | None = None


class FactData(Struct):
    """The data of facts that the pages read, all kinds together: a name has one type wherever it stands."""

    phase: str = ""
    id: str = ""
    ip: str = ""
    restart: Whole = 0
    role: Literal["init", "sidecar", "main", "ephemeral"] = "main"
    image: str = ""
    assumed: bool = False
    pid: Whole = 0
    argv: list[str] | None = None
    command: str = ""
    code: Whole | None = None
    repeats: bool | Whole = False
    signal: str | Whole | None = None
    effect: str = ""
    by: str = ""
    grace_ms: Whole | None = None
    deadline_ms: Whole | None = None
    reason: str = ""
    started_ms: Whole | None = None
    probe: Literal["startup", "liveness", "readiness"] = "liveness"
    handler: str = ""
    result: str = ""
    output: str = ""
    count: Whole = 0
    threshold: Whole = 1
    changed: bool = False
    every_ms: Annotated[int, Meta(ge=0, le=LATEST_MS)] | None = None
    what: str = ""
    wait_ms: Whole = 0
    until_ms: Whole = 0
    ms: Whole = 0
    message: str = ""
    hook: str = ""
    path: str = ""
    change: str = ""
    where: str = ""
    volume: str = ""
    stream: str = ""
    text: str = ""
    template: str = ""
    args: Json = {}


class ActionData(Struct):
    """The data of actions that the pages read."""

    manifest: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    pod: str | None = None
    container: str = ""
    command: str = ""
    signal: str = ""
    grace_seconds: Whole | None = None
    force: bool = False
