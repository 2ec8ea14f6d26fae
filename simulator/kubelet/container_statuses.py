"""What the API shows of each container, from the runtime's books and what the kubelet remembers.

Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.history import Json
from simulator.kubelet.policy import should_be_restarted
from simulator.kubelet.runtime import ContainerStatus, PodStatus, State

EPOCH = "1970-01-01T00:00:00Z"
MAX_POD_MESSAGES = 12 * 1024  # bytes of termination messages, shared among a Pod's containers
LOST = {
    "exitCode": 137,
    "reason": "ContainerStatusUnknown",
    "message": "The container could not be located when the pod was deleted.  The container used to be Running",
    "startedAt": None,
    "finishedAt": None,
}
Reasons = Mapping[str, tuple[str, str]]  # container name -> waiting reason and message: the reason cache


@dataclass(frozen=True, slots=True)
class Converter:
    """Everything the conversion of one Pod reads."""

    pod: Json
    runtime: PodStatus
    reasons: Reasons
    calendar: Calendar
    actual_resources: Callable[[Json], Json] = lambda container: container.get("resources") or {}

    def convert(self, kind: str, previous: list[Json]) -> list[Json]:
        """The statuses of one list of containers; `previous` are those published before.

        Regular and ephemeral ones come sorted by name, init containers in the order of the spec.
        """
        before = {status["name"]: status for status in previous}
        containers = self.pod["spec"].get(kind, [])
        statuses = [self._one(kind, container, before.get(container["name"])) for container in containers]
        return statuses if kind == "initContainers" else sorted(statuses, key=lambda status: str(status["name"]))

    def _one(self, kind: str, container: Json, old: Json | None) -> Json:
        instances = [c for c in self.runtime.containers if c.name == container["name"]][:2]
        if instances:
            status = self._from_runtime(container, instances[0], old)
            if len(instances) > 1:
                status["lastState"] = self._state(instances[1])
        else:
            status = self._without_record(container, old)
        if kind == "ephemeralContainers":
            status.pop("started", None)
        if kind == "initContainers" and self._init_is_done(container):
            return status
        return self._with_reason(container, status)

    def _blank(self, container: Json) -> Json:
        reason = "PodInitializing" if self.pod["spec"].get("initContainers") else "ContainerCreating"
        blank: Json = {
            "name": container["name"],
            "state": {"waiting": {"reason": reason}},
            "lastState": {},
            "ready": False,
            "restartCount": 0,
            "image": container["image"],
            "imageID": "",
            "started": False,
        }
        if mounts := volume_mounts(container):
            blank["volumeMounts"] = mounts
        return blank

    def _without_record(self, container: Json, old: Json | None) -> Json:
        """No instance is known: never started, or it is lost."""
        status = self._blank(container)
        if old is None:
            return status
        if "terminated" in old["state"]:
            return {**old}
        status["restartCount"] = old["restartCount"]
        status["lastState"] = old["lastState"]
        if "running" in old["state"] and "terminated" not in status["lastState"]:
            status["lastState"] = {"terminated": dict(LOST)}
            if "deletionTimestamp" not in self.pod["metadata"]:
                status["restartCount"] += 1
        return status

    def _from_runtime(self, container: Json, instance: ContainerStatus, old: Json | None) -> Json:
        status = self._blank(container) | {
            "state": self._state(instance),
            "restartCount": instance.restart_count,
            "image": instance.image,
            "imageID": instance.image_id,
            "containerID": f"containerd://{instance.id}",
        }
        if instance.state is State.RUNNING and old is not None:
            # Kept over a restart of the kubelet, and so also over one of the container.
            status["started"] = old.get("started", False)
        resources = container.get("resources") or {}
        if requests := resources.get("requests"):
            status["allocatedResources"] = requests
        running = instance.state is State.RUNNING
        status["resources"] = self.actual_resources(container) if running else resources
        if mounts := status.pop("volumeMounts", None):
            status["volumeMounts"] = mounts
        return status

    def _state(self, instance: ContainerStatus) -> Json:
        second = self.calendar.second
        if instance.state is State.CREATED:
            return {"waiting": {}}
        started = EPOCH if instance.started_at is None else second(instance.started_at)
        if instance.state is State.RUNNING:
            return {"running": {"startedAt": started}}
        ended: Json = {"exitCode": instance.exit_code, "reason": instance.reason}
        if instance.message:
            ended["message"] = self._share_of_messages(instance.message)
        finished = EPOCH if instance.finished_at is None else second(instance.finished_at)
        ended |= {"startedAt": started, "finishedAt": finished, "containerID": f"containerd://{instance.id}"}
        return {"terminated": ended}

    def _share_of_messages(self, message: str) -> str:
        """Each container's part of the same size. Models status_manager.go normalizeStatus."""
        spec = self.pod["spec"]
        kinds = ("containers", "initContainers", "ephemeralContainers")
        share = MAX_POD_MESSAGES // sum(len(spec.get(kind, ())) for kind in kinds)
        return message.encode()[:share].decode("utf-8", "replace") if len(message) * 4 > share else message

    def _init_is_done(self, container: Json) -> bool:
        instance = self.runtime.find(container["name"])
        return instance is not None and instance.state is State.EXITED and instance.exit_code == 0

    def _with_reason(self, container: Json, status: Json) -> Json:
        """A container due for a restart waits, for the reason that the last sync noted."""
        noted = self.reasons.get(container["name"])
        if noted is None or not should_be_restarted(container, self.pod, self.runtime):
            return status
        if "terminated" in status["state"]:
            status["lastState"] = status["state"]
        reason, message = noted
        status["state"] = {"waiting": {"reason": reason} | ({"message": message} if message else {})}
        return status


def volume_mounts(container: Json) -> list[Json]:
    """Models the volumeMounts part of convertToAPIContainerStatuses."""
    shown = []
    for mount in container.get("volumeMounts", ()):
        status = {"name": mount["name"], "mountPath": mount["mountPath"]}
        if mount.get("readOnly"):
            status |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
        shown.append(status)
    return shown
