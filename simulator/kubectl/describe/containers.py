"""The containers of a description. Models kubectl pkg/describe/describe.go describeContainers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from simulator.history import Json
from simulator.kubectl.describe.fields import container_resource, pod_field
from simulator.kubectl.describe.writer import Writer
from simulator.kubectl.duration import rfc1123z

# What Go's net/url leaves alone in a path, beside letters and digits.
_PLAIN_IN_PATH = "$&+,/:;=@-_.~"


def describe_containers(
    writer: Writer,
    title: str,
    containers: Sequence[Json],
    statuses: Sequence[Json] | None,
    pod: Json | None,
    space: str = "",
) -> None:
    """A block per container. `pod` is what fieldRefs refer to; a template has none."""
    by_name = {status["name"]: status for status in statuses or []}
    writer.line(0, f"{space}{title}:{'' if containers else ' <none>'}")
    for container in containers:
        status = by_name.get(container["name"])
        writer.line(1, f"{' ' if space else ''}{container['name']}:")
        _basics(writer, container, status)
        _words(writer, "Command", container.get("command"))
        _words(writer, "Args", container.get("args"))
        if status is not None:
            _state_lines(writer, status)
        describe_resources(writer, container.get("resources") or {}, 2)
        for name, key in (("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")):
            if container.get(key):
                writer.field(2, name, describe_probe(container[key]))
        _environment_from(writer, container)
        _environment(writer, container, pod)
        _mounts(writer, container)


def _basics(writer: Writer, container: Json, status: Json | None) -> None:
    if status is not None:
        writer.field(2, "Container ID", status.get("containerID", ""))
    writer.field(2, "Image", container.get("image", ""))
    if status is not None:
        writer.field(2, "Image ID", status.get("imageID", ""))
    for title, key in (("Port", "containerPort"), ("Host Port", "hostPort")):
        ports = [_port(port, key) for port in container.get("ports") or []]
        writer.field(2, title + ("s" if len(ports) > 1 else ""), ", ".join(ports) or "<none>")
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile:
        writer.field(2, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            writer.field(3, "LocalhostProfile", profile.get("localhostProfile", ""))


def _port(port: Json, key: str) -> str:
    text = f"{port.get(key, 0)}/{port.get('protocol', 'TCP')}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _words(writer: Writer, title: str, words: Sequence[str] | None) -> None:
    if words:
        writer.line(2, f"{title}:")
        for word in words:
            for part in word.split("\n"):
                writer.line(3, part)


def _state_lines(writer: Writer, status: Json) -> None:
    _state(writer, "State", status.get("state") or {})
    if (status.get("lastState") or {}).get("terminated"):
        _state(writer, "Last State", status["lastState"])
    writer.field(2, "Ready", str(bool(status.get("ready"))))
    writer.field(2, "Restart Count", status.get("restartCount", 0))


def _state(writer: Writer, title: str, state: Json) -> None:
    """A waiting state's message is not shown: kubectl does not either. Models describeStatus."""
    if "running" in state:
        writer.field(2, title, "Running")
        writer.field(3, "Started", rfc1123z((state["running"] or {}).get("startedAt")))
    elif "terminated" in state:
        _terminated(writer, title, state["terminated"])
    else:
        writer.field(2, title, "Waiting")
        if (state.get("waiting") or {}).get("reason"):
            writer.field(3, "Reason", state["waiting"]["reason"])


def _terminated(writer: Writer, title: str, terminated: Json) -> None:
    writer.field(2, title, "Terminated")
    for name, key in (("Reason", "reason"), ("Message", "message")):
        if terminated.get(key):
            writer.field(3, name, terminated[key])
    writer.field(3, "Exit Code", terminated.get("exitCode", 0))
    if terminated.get("signal", 0) > 0:
        writer.field(3, "Signal", terminated["signal"])
    writer.field(3, "Started", rfc1123z(terminated.get("startedAt")))
    writer.field(3, "Finished", rfc1123z(terminated.get("finishedAt")))


def describe_resources(writer: Writer, resources: Json, level: int) -> None:
    """Limits and Requests, each sorted by name. Models describeResources."""
    for title, key in (("Limits", "limits"), ("Requests", "requests")):
        if resources.get(key):
            writer.line(level, f"{title}:")
        for name, quantity in sorted((resources.get(key) or {}).items()):
            writer.field(level + 1, name, quantity)


def describe_probe(probe: Json) -> str:
    """A probe in one line. Models DescribeProbe."""
    times = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} "
        f"#failure={probe.get('failureThreshold', 0)}"
    )
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or [])}] {times}"
    if "httpGet" in probe:
        return f"http-get {_url(probe['httpGet'])} {times}"
    if "tcpSocket" in probe:
        socket = probe["tcpSocket"]
        return f"tcp-socket {socket.get('host', '')}:{socket['port']} {times}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service') or ''} {times}"
    return f"unknown {times}"


def _url(http: Json) -> str:
    host, path = http.get("host", ""), quote(http.get("path", ""), safe=_PLAIN_IN_PATH)
    if ":" in host:
        host = f"[{host}]"
    if path and not path.startswith("/"):
        path = "/" + path
    return f"{http.get('scheme', 'HTTP').lower()}://{host}:{http['port']}{path}"


def _environment_from(writer: Writer, container: Json) -> None:
    sources = container.get("envFrom") or []
    if sources:
        writer.line(2, "Environment Variables from:")
    for source in sources:
        kind, reference = (
            ("ConfigMap", source["configMapRef"])
            if "configMapRef" in source
            else ("Secret", source.get("secretRef") or {})
        )
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        writer.line(3, f"{reference.get('name', '')}\t{kind}{prefix}\tOptional: {_word(reference.get('optional'))}")


def _environment(writer: Writer, container: Json, pod: Json | None) -> None:
    variables = container.get("env") or []
    writer.line(2, "Environment:" + ("" if variables else "\t<none>"))
    for variable in variables:
        if "valueFrom" in variable:
            writer.line(3, f"{variable['name']}:\t{_value_from(variable['valueFrom'], container, pod)}")
            continue
        first, *rest = str(variable.get("value", "")).split("\n")
        writer.field(3, variable["name"], first)
        for line in rest:
            writer.line(3, f"\t{line}")


def _value_from(source: Json, container: Json, pod: Json | None) -> str:
    if "fieldRef" in source:
        reference = source["fieldRef"]
        value = pod_field(pod, reference["fieldPath"]) if pod is not None else ""
        return f"{value} ({reference.get('apiVersion', 'v1')}:{reference['fieldPath']})"
    if "resourceFieldRef" in source:
        resource = source["resourceFieldRef"]["resource"]
        value = container_resource(container, source["resourceFieldRef"])
        if value == "0" and resource in ("limits.cpu", "limits.memory"):
            value = "node allocatable"
        return f"{value} ({resource})"
    of = "in secret" if "secretKeyRef" in source else "of config map"
    key = source.get("secretKeyRef") or source.get("configMapKeyRef") or {}
    return (
        f"<set to the key '{key.get('key', '')}' {of} '{key.get('name', '')}'>\tOptional: {_word(key.get('optional'))}"
    )


def _mounts(writer: Writer, container: Json) -> None:
    mounts = sorted(container.get("volumeMounts") or [], key=lambda mount: str(mount["mountPath"]))
    writer.line(2, "Mounts:" + ("" if mounts else "\t<none>"))
    for mount in mounts:
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f',path="{mount["subPath"]}"'
        writer.line(3, f"{mount['mountPath']} from {mount['name']} ({flags})")
    devices = sorted(container.get("volumeDevices") or [], key=lambda device: str(device["devicePath"]))
    if devices:
        writer.line(2, "Devices:" + ("" if mounts else "\t<none>"))
    for device in devices:
        writer.line(3, f"{device['devicePath']} from {device['name']}")


def _word(value: object) -> str:
    return str(bool(value)).lower()
