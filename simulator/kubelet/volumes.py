"""A Pod's volumes: which there are, when they are mounted, and what goes wrong.

Models pkg/kubelet/volumemanager and pkg/volume/{emptydir,hostpath,configmap,secret,downwardapi,projected}.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.containers import Data, EmptyDir, HostPath, Volume, VolumeError
from simulator.engine import Steps, within
from simulator.history import Json
from simulator.kubelet.environment import ConfigError, config_data, field_value, resource_value
from simulator.kubelet.latency import VOLUME_POLL_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import find_container
from simulator.objects import parse_quantity
from simulator.text import translatable as _

GIVE_UP_MS = 123_000
RETRY_FIRST_MS = 500
RETRY_CAP_MS = 122_000
MAX_WORDS = 4096


class MountError(Exception):
    """The volume cannot be mounted; the words are what the event says."""


@dataclass(slots=True)
class _Failure:
    wait: int
    next_at: int


@dataclass(slots=True)
class VolumeManager:
    """The volumes of one Pod. Mounting is tried again by itself, with doubling delays."""

    agent: PodAgent
    mounted: dict[str, Volume] = field(default_factory=dict)
    _failures: dict[str, _Failure] = field(default_factory=dict)

    def wait_for_mount(self) -> Steps[bool]:
        """Look at once, then every 300 ms; False if it took too long. Models WaitForAttachAndMount."""
        engine = self.agent.node.engine
        wanted = self.agent.pod["spec"].get("volumes", [])
        give_up = engine.now + GIVE_UP_MS
        while any(volume["name"] not in self.mounted for volume in wanted):
            if engine.now >= give_up or self.agent.deleting:
                return False
            self._reconcile()
            yield within(engine, self.agent.cancelled, self._poll(wanted))
        return True

    def _poll(self, wanted: list[Json]) -> int:
        """Until the next look that can find something new: mounted, or the next try of what failed."""
        tries = [self._failures.get(v["name"]) for v in wanted if v["name"] not in self.mounted]
        soonest = min((failure.next_at if failure else 0 for failure in tries), default=0)
        return max(VOLUME_POLL_MS, soonest - self.agent.node.engine.now)

    def _reconcile(self) -> None:
        now = self.agent.node.engine.now
        for volume in self.agent.pod["spec"].get("volumes", ()):
            name = volume["name"]
            failure = self._failures.get(name)
            if name in self.mounted or (failure is not None and now < failure.next_at):
                continue
            try:
                self.mounted[name] = self._mount(volume)
                self._failures.pop(name, None)
            except (MountError, ConfigError, VolumeError) as error:
                message = f'MountVolume.SetUp failed for volume "{name}" : {error}'
                self.agent.event("Warning", "FailedMount", message)
                wait = min(failure.wait * 2, RETRY_CAP_MS) if failure else RETRY_FIRST_MS
                self._failures[name] = _Failure(wait, now + wait)

    def _mount(self, volume: Json) -> Volume:
        machine = self.agent.node.machine
        if "hostPath" in volume:
            source = volume["hostPath"]
            return HostPath(machine, volume["name"], source["path"], source.get("type") or "")
        if "emptyDir" in volume:
            source = volume["emptyDir"] or {}
            limit = source.get("sizeLimit")
            size = parse_quantity(limit).value if limit else None
            return EmptyDir(volume["name"], medium=source.get("medium") or "", size_limit=size)
        content = self._content(volume)
        if content is None:
            # Claims, cloud disks, CSI and the like: an empty directory stands for the disk, and the page says so.
            self._say_empty(volume)
            return EmptyDir(volume["name"])
        files, mode = content
        return Data(volume["name"], files, mode=mode)

    def _say_empty(self, volume: Json) -> None:
        kind = next((key for key in volume if key != "name"), "")
        place = f"volumes[{self.agent.pod['spec']['volumes'].index(volume)}]"
        text = _(
            'volume "%(name)s": a %(kind)s volume is simulated as an empty directory.', name=volume["name"], kind=kind
        )
        self.agent.fact("unsimulated", "", text.data(MAX_WORDS), f"{place}.{kind}" if kind else place)

    def refresh(self, kind: str, name: str) -> bool:
        """Bring changed ConfigMaps and Secrets into their volumes; whether this Pod mounts it."""
        touched = False
        for volume in self.agent.pod["spec"].get("volumes", ()):
            mounted = self.mounted.get(volume["name"])
            if isinstance(mounted, Data) and _refers(volume, kind, name):
                touched = True
                try:
                    content = self._content(volume)
                except (MountError, ConfigError):
                    continue
                if content is not None:
                    mounted.update(self.agent.node.machine.kernel, content[0], self.agent.node.engine.cause)
        return touched

    def refers_to(self, kind: str, name: str) -> bool:
        return any(_refers(volume, kind, name) for volume in self.agent.pod["spec"].get("volumes", ()))

    def _content(self, volume: Json) -> tuple[dict[str, bytes], int] | None:
        for key in ("configMap", "secret", "downwardAPI"):
            if key in volume:
                return self._source(key, volume[key]), volume[key].get("defaultMode", 0o644)
        if "projected" in volume:
            files: dict[str, bytes] = {}
            for source in volume["projected"].get("sources") or ():
                key = next(iter(source))
                files |= self._source(key, source[key])
            return files, volume["projected"].get("defaultMode", 0o644)
        return None

    def _source(self, key: str, source: Json) -> dict[str, bytes]:
        if key in ("configMap", "secret"):
            return self._object(key, source)
        if key == "downwardAPI":
            return {item["path"]: self._downward(item).encode() for item in source.get("items", ())}
        if key == "serviceAccountToken":
            return {source["path"]: b"eyJhbGciOiJSUzI1NiJ9.simulated.token"}
        return {}

    def _downward(self, item: Json) -> str:
        if "fieldRef" in item:
            return field_value(self.agent, item["fieldRef"]["fieldPath"])
        reference = item["resourceFieldRef"]
        _, _, container = find_container(self.agent.pod["spec"], reference["containerName"])
        return resource_value(self.agent, container, reference)

    def _object(self, key: str, source: Json) -> dict[str, bytes]:
        kind = key.lower()
        name = source.get("name") or source.get("secretName") or ""
        namespace = self.agent.pod["metadata"]["namespace"]
        obj = self.agent.node.store.get(f"{kind}s", namespace, name)
        if obj is None:
            if source.get("optional"):
                return {}
            if name == "kube-root-ca.crt":
                return {"ca.crt": b"-----BEGIN CERTIFICATE-----\n"}
            raise MountError(f'{kind} "{name}" not found')
        data = config_data(obj)
        if "items" not in source:
            return data
        files = {}
        for item in source["items"]:
            if item["key"] not in data:
                if source.get("optional"):
                    continue
                word = "configmap references" if kind == "configmap" else "references"
                raise MountError(
                    f"{word} non-existent {'config' if kind == 'configmap' else 'secret'} key: {item['key']}"
                )
            files[item["path"]] = data[item["key"]]
        return files


def _refers(volume: Json, kind: str, name: str) -> bool:
    key = {"configmaps": "configMap", "secrets": "secret"}[kind]
    sources = [volume, *list((volume.get("projected") or {}).get("sources") or ())]
    return any(name in (s.get(key, {}).get("name"), s.get(key, {}).get("secretName")) for s in sources)
