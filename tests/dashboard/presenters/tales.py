"""Histories made by hand, with the facts and revisions that the simulator writes for such a Pod."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.engine import Engine
from simulator.history import Fact, History, Json, Revision

START = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)

CHECKOUT = (Path(__file__).parent / "checkout.yaml").read_text(encoding="utf-8")
OUTPUT = "cat: can't open '/tmp/healthy': No such file or directory\n"


def stamp(ms: int) -> str:
    return (START + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Tale:
    """Writes a history: `at` moves the clock, `fact` and `pod` write at it."""

    def __init__(self, pod: Json) -> None:
        self.engine = Engine()
        self.history = History(self.engine)
        self.object = pod
        meta = pod["metadata"]
        self.key = f"{meta['namespace']}/{meta['name']}"
        self.events: dict[str, Json] = {}

    def at(self, seconds: float, cause: int = 0) -> Tale:
        self.engine.now = round(seconds * 1000)
        self.engine.cause = cause
        return self

    def because(self, cause: int) -> Tale:
        self.engine.cause = cause
        return self

    def fact(self, kind: str, container: str = "", fields: tuple[str, ...] = (), **data: Any) -> int:
        return self.history.fact(kind, self.key, container, data, fields)

    def pod(self, verb: str = "MODIFIED", **status: Any) -> int:
        self.object = deepcopy(self.object)
        self.object.setdefault("status", {}).update(status)
        return self.history.revision(verb, "pods", self.object)  # type: ignore[arg-type]

    def container_status(self, name: str, **fields: Any) -> None:
        self.object = deepcopy(self.object)
        for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
            for status in self.object["status"].get(field, []):
                if status["name"] == name:
                    status.update(fields)

    def condition(self, *names: str, value: str = "True") -> None:
        self.object = deepcopy(self.object)
        for condition in self.object["status"]["conditions"]:
            if condition["type"] in names:
                condition["status"] = value

    def _new_event(self, reason: str, message: str, path: str, now: str, type_: str) -> Json:
        meta = self.object["metadata"]
        return {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {"name": f"{meta['name']}.{len(self.events):016x}", "namespace": meta["namespace"]},
            "involvedObject": {
                "kind": "Pod",
                "namespace": meta["namespace"],
                "name": meta["name"],
                "fieldPath": path,
            },
            "reason": reason,
            "message": message,
            "source": {"component": "kubelet", "host": "node1"},
            "firstTimestamp": now,
            "count": 0,
            "type": type_,
        }

    def event(self, reason: str, message: str, container: str = "", type_: str = "Normal") -> int:
        key = f"{reason}/{container}/{message}"
        now = stamp(self.engine.now)
        known = self.events.get(key)
        path = f"spec.containers{{{container}}}" if container else ""
        event: Json = deepcopy(known) if known else self._new_event(reason, message, path, now, type_)
        event["count"] += 1
        event["lastTimestamp"] = now
        self.events[key] = event
        return self.history.revision("MODIFIED" if known else "ADDED", "events", event)


_PROBE = {"exec": {"command": ["cat", "/tmp/healthy"]}, "timeoutSeconds": 1, "successThreshold": 1}
_APP = {
    "name": "app",
    "image": "busybox:1.36",
    "args": ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600\n"],
    "startupProbe": {**_PROBE, "periodSeconds": 2, "failureThreshold": 5},
    "livenessProbe": {**_PROBE, "initialDelaySeconds": 5, "periodSeconds": 5, "failureThreshold": 3},
    "readinessProbe": {**_PROBE, "periodSeconds": 5, "failureThreshold": 1},
    "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
    "resources": {},
}
_PROXY = {
    "name": "proxy",
    "image": "nginx:1.27",
    "restartPolicy": "Always",
    "ports": [{"containerPort": 80}],
    "readinessProbe": {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10, "failureThreshold": 3},
    "volumeMounts": [{"name": "site", "mountPath": "/usr/share/nginx/html", "readOnly": True}],
    "resources": {},
}
_FETCH = {
    "name": "fetch-config",
    "image": "busybox:1.36",
    "resources": {},
    "volumeMounts": [{"name": "site", "mountPath": "/srv"}],
}
_WAITING = {"ready": False, "restartCount": 0, "state": {"waiting": {"reason": "PodInitializing"}}, "lastState": {}}
_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def pod_object() -> Json:
    """The Pod of `CHECKOUT` as the API server stores it, as far as presenters look."""
    waiting = {name: {"name": name, "image": "", **_WAITING} for name in ("fetch-config", "proxy", "app")}
    pod: Json = {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "checkout", "namespace": "default", "uid": "3d0c6a5e", "creationTimestamp": stamp(0)},
        "spec": {
            "initContainers": [_FETCH, _PROXY],
            "containers": [_APP],
            "restartPolicy": "Always",
            "nodeName": "node-1",
            "volumes": [{"name": "site", "emptyDir": {}}],
        },
        "status": {
            "phase": "Pending",
            "qosClass": "BestEffort",
            "conditions": [{"type": name, "status": "False"} for name in _CONDITIONS],
            "initContainerStatuses": [waiting["fetch-config"], waiting["proxy"]],
            "containerStatuses": [waiting["app"]],
        },
    }
    return deepcopy(pod)


def checkout(until: float = 222.0, lives: int = 3) -> History:
    """One Pod: an init container, a sidecar, and `app`, which breaks after 30 s and ignores SIGTERM."""
    tale = Tale(pod_object())
    began, cause = 10.0, _set_up(tale)
    for life in range(lives):
        if began > until:
            break
        began, cause = _life(tale, life, began, cause)
    return _cut(tale.history, until)


def _set_up(tale: Tale) -> int:
    """From the apply until the sidecar is ready; the cause of what follows."""
    apply = tale.at(0).history.action("apply", {"manifest": CHECKOUT})
    made = tale.because(apply).pod("ADDED")
    tale.at(0.05, made).event("Scheduled", "Successfully assigned default/checkout to node-1")
    tale.condition("PodScheduled")
    tale.pod()
    box = tale.at(1.2, made).fact("sandbox", phase="ready", ip="10.244.0.13")
    tale.condition("PodReadyToStartContainers")
    tale.container_status("fetch-config", state={"running": {"startedAt": stamp(1500)}})
    _start(tale.at(1.5, box), "fetch-config", "init", 0, "/bin/sh -c echo hello; sleep 3")
    tale.pod(podIP="10.244.0.13", hostIP="10.99.0.2")
    ended = tale.at(4.6).fact(
        "exit", "fetch-config", code=0, signal=None, reason="Completed", restart=0, started_ms=1500
    )
    tale.container_status("fetch-config", ready=True, state={"terminated": {"exitCode": 0, "reason": "Completed"}})
    tale.pod()
    _start(tale.at(9.0, ended), "proxy", "sidecar", 0, "nginx: master process nginx -g daemon off;")
    tale.fact(
        "probe",
        "proxy",
        probe="readiness",
        handler="httpGet",
        result="success",
        output="",
        count=1,
        threshold=1,
        changed=True,
        restart=0,
        every_ms=10_000,
    )
    tale.container_status("proxy", ready=True, started=True, state={"running": {"startedAt": stamp(9000)}})
    tale.condition("Initialized")
    tale.pod()
    return ended


def _start(tale: Tale, name: str, role: str, restart: int, command: str) -> int:
    tale.event("Pulled", "Container image already present on machine", name)
    tale.event("Created", "Container created", name)
    number = tale.fact(
        "container", name, phase="started", id=f"{name}{restart}", restart=restart, role=role, image="", assumed=False
    )
    tale.event("Started", "Container started", name)
    tale.because(number).fact("process", name, pid=1, command=command, phase="start", repeats=False)
    return number


def _life(tale: Tale, life: int, t: float, cause: int) -> tuple[float, int]:
    """`app` from its start at `t` until it is started again. Gives the time and the cause of that."""
    started = _start(tale.at(t, cause), "app", "main", life, "/bin/sh -c touch /tmp/healthy; sleep 30; rm …")
    tale.because(started).fact("process", "app", pid=7, command="touch /tmp/healthy", phase="start")
    touched = tale.fact(
        "file", "app", path="/tmp/healthy", change="created", by="touch /tmp/healthy", where="container"
    )
    _get_ready(tale, life, t, started, touched)
    return _break(tale, life, t, started)


def _get_ready(tale: Tale, life: int, t: float, started: int, touched: int) -> None:
    tale.at(t + 0.01, started).fact("process", "app", pid=8, command="sleep 30", phase="start")
    tale.container_status(
        "app", started=False, restartCount=life, state={"running": {"startedAt": stamp(int(t * 1000))}}
    )
    tale.at(t + 0.4, started).pod(phase="Running")
    _attempt(tale.at(t + 1, touched), "startup", life, "success", 1, True)
    tale.fact("probe.rest", "app", probe="startup", reason="passed")
    _attempt(tale.at(t + 1.5, touched), "readiness", life, "success", 1, True, 5000)
    tale.container_status("app", started=True, ready=True)
    tale.condition("Ready", "ContainersReady")
    tale.at(t + 1.7).pod()
    _attempt(tale.at(t + 5.6, touched), "liveness", life, "success", 1, False, 5000)


def _break(tale: Tale, life: int, t: float, started: int) -> tuple[float, int]:
    """The file goes, and both probes fail until the third failure of liveness."""
    rm = tale.at(t + 30.01, started).fact("process", "app", pid=9, command="rm -f /tmp/healthy", phase="start")
    gone = tale.because(rm).fact(
        "file", "app", path="/tmp/healthy", change="removed", by="rm -f /tmp/healthy", where="container"
    )
    tale.at(t + 30.02, started).fact("process", "app", pid=10, command="sleep 600", phase="start")
    third = 0
    for count in (1, 2, 3):
        first = count == 1
        _attempt(
            tale.at(t + 31.5 + 5 * (count - 1), gone),
            "readiness",
            life,
            "failure",
            count,
            first,
            5000 if count > 1 else None,
        )
        if first:
            tale.container_status("app", ready=False)
            tale.condition("Ready", "ContainersReady", value="False")
            tale.at(t + 31.6).pod()
        third = _attempt(tale.at(t + 35.6 + 5 * (count - 1), gone), "liveness", life, "failure", count, count == 3)
    tale.because(third).fact("probe.rest", "app", probe="liveness", reason="failed")
    return _death(tale, life, t + 45.7, third)


def _attempt(
    tale: Tale, probe: str, restart: int, result: str, count: int, changed: bool, every: int | None = None
) -> int:
    threshold = {"startup": 5, "liveness": 3, "readiness": 1}[probe] if result == "failure" else 1
    output = OUTPUT if result == "failure" else ""
    number = tale.fact(
        "probe",
        "app",
        probe=probe,
        handler="exec",
        result=result,
        output=output,
        count=count,
        threshold=threshold,
        changed=changed,
        restart=restart,
        every_ms=every,
    )
    if result == "failure" and restart < 2:
        tale.because(number).event("Unhealthy", f"{probe.title()} probe failed: {OUTPUT}", "app", "Warning")
    elif result == "failure":
        tale.because(number).fact(
            "event.dropped", reason="Unhealthy", message=f"{probe.title()} probe failed: {OUTPUT}", count=1
        )
    return number


def _death(tale: Tale, life: int, t: float, third: int) -> tuple[float, int]:
    message = "Container app failed liveness probe, will be restarted"
    stop = tale.at(t, third).fact("stop", "app", grace_ms=30_000, reason=message, deadline_ms=round((t + 30) * 1000))
    tale.because(stop).event("Killing", message, "app")
    tale.fact("hook", "app", hook="preStop", handler="sleep 5s", phase="start")
    tale.at(t + 5, stop).fact("hook", "app", hook="preStop", handler="sleep 5s", phase="done")
    tale.fact("signal", "app", signal="SIGTERM", pid=1, command="sh", effect="ignored", by="kubelet", grace_ms=25_000)
    kill = tale.at(t + 30, stop).fact(
        "signal", "app", signal="SIGKILL", pid=1, command="sh", effect="killed", by="kubelet"
    )
    done = tale.because(kill).fact("exit", "app", code=137, signal=9, reason="Error", restart=life, started_ms=0)
    tale.fact("probe.rest", "app", probe="readiness", reason="ended")
    ended = {
        "terminated": {
            "exitCode": 137,
            "reason": "Error",
            "containerID": f"app{life}",
            "finishedAt": stamp(int(t * 1000) + 30_000),
        }
    }
    tale.container_status("app", started=False, lastState=ended)
    if life < 5:
        return t + 30.3, done
    wait = 10_000 * 2 ** min(life - 2, 5)
    tale.container_status(
        "app", state={"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 1m20s restarting"}}
    )
    back = tale.at(t + 30.3, done).fact(
        "backoff", "app", what="crash", wait_ms=wait, until_ms=round((t + 30) * 1000) + wait
    )
    tale.pod()
    return t + 30 + wait / 1000 + 3, back


def _cut(history: History, until: float) -> History:
    """The history as it was at `until` seconds."""
    engine = Engine()
    engine.now = round(until * 1000)
    cut = History(engine)
    entries = sorted(history.entries, key=lambda entry: (entry.at_ms, entry.number))
    renumbered = {entry.number: index for index, entry in enumerate(entries, 1)}
    for entry in entries:
        if entry.at_ms <= engine.now:
            number, cause = renumbered[entry.number], renumbered.get(entry.cause, 0)
            if isinstance(entry, Revision):
                cut.entries.append(
                    Revision(number, entry.at_ms, cause, entry.verb, entry.kind, entry.object, entry.fields)
                )
            elif isinstance(entry, Fact):
                cut.entries.append(
                    Fact(number, entry.at_ms, cause, entry.kind, entry.pod, entry.container, entry.data, entry.fields)
                )
            else:
                cut.entries.append(type(entry)(number, entry.at_ms, cause, entry.verb, entry.data))
    return cut
