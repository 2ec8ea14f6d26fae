"""A Pod's volumes: which there are, when they are mounted, and what goes wrong.

Models pkg/kubelet/volumemanager and pkg/volume/{emptydir,hostpath,configmap,secret,downwardapi,projected}.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.containers import Data, EmptyDir, HostPath, ImageVolume, Volume, VolumeError, local_volume
from simulator.engine import Steps, within
from simulator.history import Json
from simulator.kubelet.environment import ConfigError, config_data, field_value, resource_value
from simulator.kubelet.latency import VOLUME_POLL_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import all_containers
from simulator.kubelet.status_manager import TERMINAL
from simulator.kubelet.volume_files import ANY, item_modes, item_owners, memory_size, refers
from simulator.objects import parse_quantity
from simulator.text import translatable as _
from simulator.volume_claims import PROTECTION, claim_name, not_its_own

GIVE_UP_MS = 123_000
RETRY_FIRST_MS = 500
RETRY_CAP_MS = 122_000
REMOUNT_MS = 150  # the populator's and the reconciler's loops take 100 ms each
MAX_WORDS = 4096
MAX_LISTED = 50  # files of a volume
PLUGINS = {  # the folders of volumes that the kubelet makes
    "emptyDir": "empty-dir",
    "configMap": "configmap",
    "secret": "secret",
    "projected": "projected",
    "downwardAPI": "downward-api",
}


class MountError(Exception):
    """The volume cannot be mounted; the words are what the event says."""

    step = "SetUp"


class MounterError(MountError):
    """It fails before the mount is tried."""

    step = "NewMounter initialization"


class ClaimError(Exception):
    """It is not even known what is to be mounted: something is wrong with the volume's claim."""


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
    _unknown: dict[str, str] = field(default_factory=dict)  # volume -> what is wrong with its claim
    _alone: bool = False  # a try is due that no sync waits for
    _stale: dict[tuple[str, str], int] = field(default_factory=dict)  # kind and name -> the change's entry
    _shown: tuple[Json | None, Json | None] | None = None  # the Pod's labels and annotations

    def wait_for_mount(self) -> Steps[bool]:
        """Look at once, then every 300 ms; False if it took too long. Models WaitForAttachAndMount."""
        engine = self.agent.node.engine
        self._watch_metadata()
        if self._stale:
            engine.after(REMOUNT_MS, self._remount)
        if (ANY, "") in self._stale:  # a kubelet that has just started goes by nothing that was mounted before
            yield within(engine, self.agent.cancelled, VOLUME_POLL_MS)
        wanted = self._used()
        give_up = engine.now + GIVE_UP_MS
        if any(volume["name"] not in self.mounted and volume["name"] not in self._failures for volume in wanted):
            yield within(engine, self.agent.cancelled, REMOUNT_MS)
            self._look_up_claims()
            self._reconcile()
            yield within(engine, self.agent.cancelled, VOLUME_POLL_MS - REMOUNT_MS)
            if self.agent.cancelled.done:
                return False
            if self._unknown:
                self._say_unknown()
                self._go_on_alone()
                return False
        while any(volume["name"] not in self.mounted for volume in wanted):
            if engine.now >= give_up or self.agent.deleting:
                self._go_on_alone()
                return False
            self._reconcile()
            yield within(engine, self.agent.cancelled, min(self._poll(wanted), give_up - engine.now))
        return True

    def _used(self) -> list[Json]:
        """A volume that no container mounts is of no concern. Models pkg/volume/util/util.go GetPodVolumeNames."""
        spec, uses = self.agent.pod["spec"], ("volumeMounts", "volumeDevices")
        names = {
            use["name"] for _, _, container in all_containers(spec) for key in uses for use in container.get(key, ())
        }
        return [volume for volume in spec.get("volumes", ()) if volume["name"] in names]

    def _look_up_claims(self) -> None:
        """Once a sync. Models desired_state_of_world_populator.go processPodVolumes."""
        self._unknown = {}
        for volume in self._used():
            if volume["name"] not in self.mounted:
                try:
                    self._claimed(volume)
                except ClaimError as error:
                    self._unknown[volume["name"]] = str(error)

    def _say_unknown(self) -> None:
        """The sync does not wait for what no try can mount. Models verifyVolumesMountedFunc."""
        unmounted = sorted(volume["name"] for volume in self._used() if volume["name"] not in self.mounted)
        what = f"unmounted volumes=[{' '.join(unmounted)}], unattached volumes=[]"
        which = f"failed to process volumes=[{' '.join(sorted(self._unknown))}]"
        errors = "; ".join(sorted(set(self._unknown.values())))
        self.agent.event("Warning", "FailedMount", f"Unable to attach or mount volumes: {what}, {which}: {errors}")

    def _go_on_alone(self) -> None:
        """The reconciler tries again also while no sync waits for it. Models reconciler.go."""
        soonest = min((failure.next_at for failure in self._failures.values()), default=0)
        if soonest and not self._alone:
            self._alone = True
            self.agent.node.engine.at(max(soonest, self.agent.node.engine.now + 1), self._try_alone)

    def _try_alone(self) -> None:
        self._alone = False
        if not self._over:
            self._reconcile()
            self._go_on_alone()

    @property
    def _over(self) -> bool:
        """Nothing is mounted for a Pod that has ended or is to end."""
        agent = self.agent
        return agent.deleting or (agent.status.get(agent.uid) or {}).get("phase") in TERMINAL

    def _poll(self, wanted: list[Json]) -> int:
        """Until the next look that can find something new: mounted, or the next try of what failed."""
        tries = [self._failures.get(v["name"]) for v in wanted if v["name"] not in self.mounted]
        soonest = min((failure.next_at if failure else 0 for failure in tries), default=0)
        return max(VOLUME_POLL_MS, soonest - self.agent.node.engine.now)

    def _reconcile(self) -> None:
        now = self.agent.node.engine.now
        for volume in self._used():
            name = volume["name"]
            failure = self._failures.get(name)
            if name in self.mounted or name in self._unknown or (failure is not None and now < failure.next_at):
                continue
            try:
                made = self._mount(volume)
                made.read_only = made.read_only or bool((volume.get("persistentVolumeClaim") or {}).get("readOnly"))
                self.mounted[name] = self._owned(made)
                self._failures.pop(name, None)
                self._tell(name, "mounted")
            except (MountError, ClaimError, ConfigError, VolumeError) as error:
                self._say_failed(volume, error)
                wait = min(failure.wait * 2, RETRY_CAP_MS) if failure else RETRY_FIRST_MS
                self._failures[name] = _Failure(wait, now + wait)

    def _tell(self, name: str, phase: str) -> None:
        """A fact: what is in the volume now."""
        files = self.mounted[name].listing(MAX_LISTED)
        self.agent.fact("volume", "", {"volume": name, "phase": phase, "files": [list(file) for file in files]})

    def place(self, name: str) -> str:
        """Where on the node a mounted volume is."""
        mounted = self.mounted[name]
        if isinstance(mounted, HostPath):
            return mounted.path
        volume = next(volume for volume in self.agent.pod["spec"]["volumes"] if volume["name"] == name)
        plugin = next((PLUGINS[key] for key in volume if key in PLUGINS), "csi")
        return f"{self.agent.directory}/volumes/kubernetes.io~{plugin}/{name}"

    def _owned(self, volume: Volume) -> Volume:
        """The Pod's files belong to its fsGroup; those of the node stay as they are."""
        if isinstance(volume, EmptyDir):
            volume.root.mtime_ms = self.agent.node.engine.now
        group = (self.agent.pod["spec"].get("securityContext") or {}).get("fsGroup")
        if group is not None and not volume.keeps_owners:
            volume.own(group)
        return volume

    def _mount(self, volume: Json) -> Volume:
        machine = self.agent.node.machine
        if "hostPath" in volume:
            source = volume["hostPath"]
            return HostPath(machine, volume["name"], source["path"], source.get("type") or "")
        if "emptyDir" in volume:
            source = volume["emptyDir"] or {}
            limit, medium = source.get("sizeLimit"), source.get("medium") or ""
            size = parse_quantity(limit).value if limit else None
            if medium == "Memory":
                size = memory_size(self.agent, limit)
            return EmptyDir(volume["name"], medium=medium, size_limit=size, disk=machine.disk)
        if "image" in volume:
            return ImageVolume(volume["name"], machine.images.get(volume["image"]["reference"]).layer)
        persistent = (self._claimed(volume) or {}).get("spec") or {}
        if "hostPath" in persistent:
            return HostPath(machine, volume["name"], persistent["hostPath"]["path"], persistent["hostPath"]["type"])
        if "local" in persistent:
            try:
                return local_volume(machine, volume["name"], persistent["local"]["path"])
            except VolumeError as error:
                raise MounterError(str(error)) from None
        content = self._content(volume)
        if content is None:
            # Cloud disks, CSI and the like: an empty directory stands for the disk, and the page says so.
            self._say_empty(volume)
            return EmptyDir(volume["name"])
        files, mode = content
        modes, owners = item_modes(self.agent.pod, volume), item_owners(self.agent.pod, volume)
        made = Data(volume["name"], files, mode=mode, modes=modes, owners=owners, machine=machine)
        made.memory = 0 if "configMap" in volume else memory_size(self.agent)
        return made

    def _claimed(self, volume: Json) -> Json | None:
        """The PersistentVolume behind a claim. Models desired_state_of_world_populator.go createVolumeSpec."""
        name = claim_name(self.agent.pod, volume)
        if not name:
            return None
        namespace, claim = self.agent.pod["metadata"]["namespace"], self._claim(volume)
        bad = f"error processing PVC {namespace}/{name}: "
        if claim is None:
            raise ClaimError(f'{bad}failed to fetch PVC from API server: persistentvolumeclaims "{name}" not found')
        if "deletionTimestamp" in claim["metadata"] and PROTECTION not in claim["metadata"].get("finalizers", ()):
            raise ClaimError(f"{bad}PVC is being deleted")
        if claim["status"].get("phase") != "Bound":
            raise ClaimError(f"{bad}PVC is not bound")
        if "ephemeral" in volume and (foreign := not_its_own(self.agent.pod, claim)):
            raise ClaimError(foreign)
        bound = claim["spec"]["volumeName"]
        found = self.agent.node.store.get("persistentvolumes", "", bound)
        if found is None:
            raise ClaimError(f'{bad}failed to fetch PV {bound} from API server: persistentvolumes "{bound}" not found')
        return found

    def _claim(self, volume: Json) -> Json | None:
        namespace = self.agent.pod["metadata"]["namespace"]
        return self.agent.node.store.get("persistentvolumeclaims", namespace, claim_name(self.agent.pod, volume))

    def _say_empty(self, volume: Json) -> None:
        kind = next((key for key in volume if key != "name"), "")
        place = f"volumes[{self.agent.pod['spec']['volumes'].index(volume)}]"
        text = _(
            'volume "%(name)s": a %(kind)s volume is simulated as an empty directory.', name=volume["name"], kind=kind
        )
        self.agent.fact("unsimulated", "", text.data(MAX_WORDS), f"{place}.{kind}" if kind else place)

    def _watch_metadata(self) -> None:
        """Labels and annotations reach the downward API's volumes with the sync that their change brings."""
        meta = self.agent.pod["metadata"]
        shown = (meta.get("labels"), meta.get("annotations"))
        if self._shown is not None and shown != self._shown:
            self.mark_stale("pods", meta["name"])
        self._shown = shown

    def refresh_all(self) -> None:
        """A kubelet that has started mounts anew what the one before it had mounted."""
        if self.mounted:
            self.mark_stale(ANY, "")

    def mark_stale(self, kind: str, name: str) -> None:
        """Something that volumes are made of changed: the next sync mounts them anew. Models ReprocessPod."""
        self._stale[kind, name] = self.agent.node.engine.cause

    def _remount(self) -> None:
        stale, self._stale = self._stale, {}
        for (kind, name), cause in stale.items():
            self.agent.node.engine.cause = cause
            self._refresh(kind, name)

    def _refresh(self, kind: str, name: str, wait: int = RETRY_FIRST_MS) -> None:
        """Bring what changed into its volumes; what cannot be had any more is asked for again and again."""
        agent = self.agent
        if self._over:
            return
        failed = False
        for volume in agent.pod["spec"].get("volumes", ()):
            mounted = self.mounted.get(volume["name"])
            if not isinstance(mounted, Data) or not refers(volume, kind, name):
                continue
            try:
                content = self._content(volume)
            except (MountError, ConfigError) as error:
                failed = True
                self._say_failed(volume, error)
                continue
            if content is not None:
                number = agent.node.engine.cause
                if mounted.update(agent.node.machine.kernel, content[0], number):
                    self._tell(volume["name"], "updated")
        if failed:
            agent.node.engine.after(wait, self._refresh, kind, name, min(wait * 2, RETRY_CAP_MS))

    def _say_failed(self, volume: Json, error: Exception) -> None:
        """A claim's volume goes by the name of what is behind it. Models operation_generator.go."""
        step = error.step if isinstance(error, MountError) else MountError.step
        claim = self._claim(volume) or {"spec": {}}
        name = claim["spec"].get("volumeName") or volume["name"]
        self.agent.event("Warning", "FailedMount", f'MountVolume.{step} failed for volume "{name}" : {error}')

    def refers_to(self, kind: str, name: str) -> bool:
        return any(refers(volume, kind, name) for volume in self.agent.pod["spec"].get("volumes", ()))

    def _content(self, volume: Json) -> tuple[dict[str, bytes], int] | None:
        for key in ("configMap", "secret", "downwardAPI"):
            if key in volume:
                return self._source(key, volume[key]), volume[key].get("defaultMode", 0o644)
        if "projected" in volume:
            return self._projected(volume["projected"]), volume["projected"].get("defaultMode", 0o644)
        return None

    def _projected(self, projected: Json) -> dict[str, bytes]:
        """All sources are tried, and all that is wrong is said at once. Models projected.go collectData."""
        files: dict[str, bytes] = {}
        errors: dict[str, None] = {}
        for source in projected.get("sources") or ():
            key = next(iter(source))
            try:
                files |= self._source(key, source[key])
            except (MountError, ConfigError) as error:
                errors[str(error)] = None
        if errors:
            raise MountError(next(iter(errors)) if len(errors) == 1 else f"[{', '.join(errors)}]")
        return files

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
        return resource_value(self.agent, item["resourceFieldRef"])

    def _object(self, key: str, source: Json) -> dict[str, bytes]:
        kind = key.lower()
        name = source.get("name") or source.get("secretName") or ""
        namespace = self.agent.pod["metadata"]["namespace"]
        obj = self.agent.node.store.get(f"{kind}s", namespace, name)
        if obj is None:
            if source.get("optional"):
                return {}
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
