"""What the API server refuses in a Pod, cause by cause, in its own words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects.cast import POD, Json, container, messages, pod

C = "spec.containers[0]"
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
KEY = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def meta(**fields: Any) -> Json:
    return POD | {"metadata": {"name": "p"} | fields}


def env(**fields: Any) -> Json:
    return container(env=[fields])


def source(**fields: Any) -> Json:
    return env(name="A", valueFrom=fields)


def volume(**fields: Any) -> Json:
    return pod(volumes=[{"name": "v"} | fields])


def mounted(*mounts: Json, **volumes: Any) -> Json:
    made = container(volumeMounts=list(mounts))
    made["spec"]["volumes"] = [{"name": name} | item for name, item in volumes.items()]
    return made


def probe(kind: str = "livenessProbe", **fields: Any) -> Json:
    return container(**{kind: fields})


METADATA: list[tuple[Json, list[str]]] = [
    (meta(name="a" * 254), ["metadata.name: Invalid value: \"" + "a" * 254 + "\": must be no more than 253 characters"]),
    (meta(name=None, generateName="AB-"), [
        f'metadata.generateName: Invalid value: "AB-": {SUBDOMAIN}',
        "from AB-: cannot use generate name with apply"]),
    (meta(namespace="A"), [f'metadata.namespace: Invalid value: "A": {LABEL}']),
    (meta(labels={"-a": "b"}), [f'metadata.labels: Invalid value: "-a": {KEY}']),
    (meta(labels={"a": "b c"}), [f'metadata.labels: Invalid value: "b c": {VALUE}']),
    (meta(labels={"a": "b" * 64}), [
        f'metadata.labels: Invalid value: "{"b" * 64}": must be no more than 63 bytes']),
    (meta(labels={"/a": ""}), ['metadata.labels: Invalid value: "/a": prefix part must be non-empty']),
    (meta(labels={"a/": ""}), [
        'metadata.labels: Invalid value: "a/": name part must be non-empty', f'metadata.labels: Invalid value: "a/": {KEY}']),
    (meta(annotations={"a b": "c"}), [f'metadata.annotations: Invalid value: "a b": {KEY}']),
    (meta(annotations={"a": "b" * 262144}), ["metadata.annotations: Too long: may not be more than 262144 bytes"]),
    (meta(finalizers=["mine"]), [
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified']),
    (meta(ownerReferences=[{"apiVersion": "v1", "kind": "", "name": "x", "uid": "u"}]), [
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty']),
    (meta(ownerReferences=[{"apiVersion": "v1", "kind": "A", "name": "x", "uid": "u", "controller": True}] * 2), [
        'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"A","name":"x","uid":"u","controller":true},'
        '{"apiVersion":"v1","kind":"A","name":"x","uid":"u","controller":true}]: Only one reference can have Controller set '
        'to true. Found "true" in references for A/x and A/x']),
    (meta(annotations={"controller.kubernetes.io/pod-deletion-cost": "much"}), [
        'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "much": must be a 32bit integer']),
    (meta(annotations={"kubernetes.io/config.mirror": "x"}), [
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod '
        "annotation is set"]),
]  # fmt: skip
CONTAINERS: list[tuple[Json, list[str]]] = [
    (container(name=""), [f"{C}.name: Required value"]),
    (container(name="a.b"), [f'{C}.name: Invalid value: "a.b": must not contain dots']),
    (container(name="a" * 64), [f'{C}.name: Invalid value: "{"a" * 64}": must be no more than 63 characters']),
    (container(image=" nginx"), [f'{C}.image: Invalid value: " nginx": must not have leading or trailing whitespace']),
    (container(terminationMessagePolicy="Log"), [
        f'{C}.terminationMessagePolicy: Unsupported value: "Log": supported values: "File", "FallbackToLogsOnError"']),
    (container(ports=[{"containerPort": 0}]), [f"{C}.ports[0].containerPort: Required value"]),
    (container(ports=[{"containerPort": 70000}]), [
        f"{C}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"]),
    (container(ports=[{"containerPort": 1, "hostPort": -1}]), [
        f"{C}.ports[0].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive"]),
    (container(ports=[{"containerPort": 1, "protocol": "ICMP"}]), [
        f'{C}.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"']),
    (container(ports=[{"containerPort": 1, "name": "w"}, {"containerPort": 2, "name": "w"}]), [
        f'{C}.ports[1].name: Duplicate value: "w"']),
    (container(ports=[{"containerPort": 1, "name": "-A--1"}]), [
        f'{C}.ports[0].name: Invalid value: "-A--1": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        f'{C}.ports[0].name: Invalid value: "-A--1": must contain at least one letter (a-z)',
        f'{C}.ports[0].name: Invalid value: "-A--1": must not contain consecutive hyphens',
        f'{C}.ports[0].name: Invalid value: "-A--1": must not begin or end with a hyphen']),
    (container(ports=[{"containerPort": 1, "hostPort": 5}, {"containerPort": 2, "hostPort": 5}]), [
        f'{C}.ports[1].hostPort: Duplicate value: "TCP//5"']),
    (container(restartPolicy="Sometimes"), [
        f'{C}.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"']),
    (container(restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}]), [
        f"{C}.restartPolicy: Required value: must specify restartPolicy when restart rules are used"]),
    (container(restartPolicy="Never", restartPolicyRules=[{"action": "Stop"}]), [
        f'{C}.restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart"',
        f"{C}.restartPolicyRules[0].exitCodes: Required value: must be specified"]),
    (container(restartPolicy="Never", restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "Is"}}] * 1), [
        f'{C}.restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"']),
    (container(restartPolicy="Never", restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In"}}] * 21), [
        f"{C}.restartPolicyRules: Too long: may not be more than 20 bytes"]),
    (container(resizePolicy=[{"resourceName": "disk", "restartPolicy": "Now"}]), [
        f'{C}.resizePolicy: Unsupported value: "disk": supported values: "cpu", "memory"',
        f'{C}.resizePolicy: Unsupported value: "Now": supported values: "NotRequired", "RestartContainer"']),
    (pod(containers=None), ["spec.containers: Required value"]),
]  # fmt: skip
ENVIRONMENT: list[tuple[Json, list[str]]] = [
    (env(name=""), [f"{C}.env[0].name: Required value"]),
    (env(name="A=B"), [
        f'{C}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII '
        "characters other than '='"]),
    (env(name="1 b.c"), []),
    (source(), [
        f'{C}.env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, '
        "`secretKeyRef` or `fileKeyRef`"]),
    (env(name="A", value="x", valueFrom={"configMapKeyRef": {"name": "c", "key": "k"}}), [
        f'{C}.env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty']),
    (source(configMapKeyRef={"name": "c", "key": "k"}, secretKeyRef={"name": "c", "key": "k"}), [
        f'{C}.env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time']),
    (source(configMapKeyRef={"name": "c"}), [f"{C}.env[0].valueFrom.configMapKeyRef.key: Required value"]),
    (source(secretKeyRef={"name": "C", "key": ".."}), [
        f'{C}.env[0].valueFrom.secretKeyRef.name: Invalid value: "C": {SUBDOMAIN}',
        f"{C}.env[0].valueFrom.secretKeyRef.key: Invalid value: \"..\": must not be '..'"]),
    (source(fieldRef={"fieldPath": "spec.color"}), [
        f'{C}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.color": error converting fieldPath: field label not '
        "supported: spec.color"]),
    (source(fieldRef={"fieldPath": "status.phase"}), [
        f'{C}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", '
        '"metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", '
        '"status.hostIPs", "status.podIP", "status.podIPs"']),
    (source(fieldRef={"fieldPath": "metadata.labels['app']"}), []),
    (source(fieldRef={"fieldPath": "metadata.name['app']"}), [
        f"{C}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name['app']\": error converting fieldPath: "
        "field label does not support subscript: metadata.name['app']"]),
    (source(fieldRef={}), [f"{C}.env[0].valueFrom.fieldRef.fieldPath: Required value"]),
    (source(resourceFieldRef={"resource": "limits.gpu"}), [
        f'{C}.env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", '
        '"limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"']),
    (source(resourceFieldRef={"resource": "limits.cpu", "divisor": "1Mi"}), [
        f"{C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1 are "
        "supported with the cpu resource"]),
    (container(envFrom=[{}]), [f'{C}.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`']),
    (container(envFrom=[{"configMapRef": {"name": "a"}, "secretRef": {}}]), [
        f"{C}.envFrom[0].secretRef.name: Required value",
        f'{C}.envFrom: Invalid value: "": may not have more than one field specified at a time']),
    (source(fileKeyRef={"volumeName": "v", "path": "../a", "key": "K"}), [
        f"{C}.env[0].valueFrom.fileKeyRef.path: Invalid value: \"../a\": must not contain '..'",
        f'{C}.env[0].valueFrom.fileKeyRef.volumeName: Not found: "v"']),
]  # fmt: skip
PROBES: list[tuple[Json, list[str]]] = [
    (probe(exec={}), [f"{C}.livenessProbe.exec.command: Required value"]),
    (probe(httpGet={"port": 0}), [
        f"{C}.livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"]),
    (probe(httpGet={"port": "80"}), [
        f'{C}.livenessProbe.httpGet.port: Invalid value: "80": must contain at least one letter (a-z)']),
    (probe(httpGet={"port": 1, "scheme": "FTP"}), [
        f'{C}.livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"']),
    (probe(httpGet={"port": 1, "httpHeaders": [{"name": "a b", "value": ""}]}), [
        f"{C}.livenessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric "
        "characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"]),
    (probe(grpc={"port": 70000}), [
        f"{C}.livenessProbe.grpc.port: Invalid value: 70000: must be between 1 and 65535, inclusive"]),
    (probe(tcpSocket={"port": 1}, periodSeconds=-1, timeoutSeconds=-2), [
        f"{C}.livenessProbe.timeoutSeconds: Invalid value: -2: must be greater than or equal to 0",
        f"{C}.livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"]),
    (probe(tcpSocket={"port": 1}, terminationGracePeriodSeconds=0), [
        f"{C}.livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0"]),
    (probe("startupProbe", tcpSocket={"port": 1}, successThreshold=3), [
        f"{C}.startupProbe.successThreshold: Invalid value: 3: must be 1"]),
    (probe("readinessProbe", tcpSocket={"port": 1}, successThreshold=3), []),
    (probe("readinessProbe", tcpSocket={"port": 1}, terminationGracePeriodSeconds=5), [
        f"{C}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes"]),
    (container(lifecycle={"preStop": {}}), [f"{C}.lifecycle.preStop: Required value: must specify a handler type"]),
    (container(lifecycle={"preStop": {"sleep": {"seconds": 60}}}), [
        f"{C}.lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds "
        "(30)"]),
    (container(lifecycle={"preStop": {"sleep": {"seconds": 30}}}), []),
    (container(lifecycle={"postStart": {"exec": {"command": ["a"]}, "sleep": {"seconds": 1}}}), [
        f"{C}.lifecycle.postStart.sleep: Forbidden: may not specify more than 1 handler type"]),
]  # fmt: skip
RESOURCES: list[tuple[Json, list[str]]] = [
    (container(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}), [
        f'{C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1']),
    (container(resources={"limits": {"cpu": "-1"}}), [
        f'{C}.resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        f'{C}.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0']),
    (container(resources={"limits": {"gpu": "1"}}), [
        f'{C}.resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
        f'{C}.resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers',
        f'{C}.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
        f'{C}.resources.requests[gpu]: Invalid value: "gpu": must be a standard resource for containers']),
    (container(resources={"requests": {"pods": "1"}}), [
        f'{C}.resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers']),
    (container(resources={"requests": {"nvidia.com/gpu": "1"}}), [
        f"{C}.resources.limits: Required value: Limit must be set for non overcommitable resources"]),
    (container(resources={"limits": {"nvidia.com/gpu": "1500m"}}), [
        f'{C}.resources.limits[nvidia.com/gpu]: Invalid value: "1500m": must be an integer',
        f'{C}.resources.requests[nvidia.com/gpu]: Invalid value: "1500m": must be an integer']),
    (container(resources={"limits": {"nvidia.com/gpu": "2"}, "requests": {"nvidia.com/gpu": "1"}}), [
        f'{C}.resources.requests: Invalid value: "1": must be equal to nvidia.com/gpu limit of 2']),
    (container(resources={"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}}), [
        f'{C}.resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
        f'{C}.resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of '
        "hugepages-2Mi"]),
    (container(resources={"limits": {"hugepages-2Mi": "2Mi"}}), [f"{C}.resources: Forbidden: HugePages require cpu or memory"]),
    (container(resources={"claims": [{"name": "c"}]}), [
        f'{C}.resources.claims[0]: Not found: "c": must be one of the names in pod.spec.resourceClaims which is empty']),
    (pod(resources={"limits": {"cpu": "1", "disk": "1"}}), [
        'spec.resources.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified']),
    (pod(resources={"limits": {"cpu": "1"}, "requests": {"cpu": "100m"}}, containers=[
        {"name": "a", "image": "x", "resources": {"requests": {"cpu": "200m"}, "limits": {"cpu": "2"}}}]), [
        'spec.resources.requests[cpu]: Invalid value: "100m": must be greater than or equal to aggregate container requests '
        "of 200m",
        'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1']),
]  # fmt: skip
VOLUMES: list[tuple[Json, list[str]]] = [
    (pod(volumes=[{"name": "v"}, {"name": "v"}]), ['spec.volumes[1].name: Duplicate value: "v"']),
    (pod(volumes=[{"name": ""}, {"name": "V"}]), [
        "spec.volumes[0].name: Required value", f'spec.volumes[1].name: Invalid value: "V": {LABEL}']),
    (volume(emptyDir={}, configMap={"name": "c"}), [
        "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type"]),
    (volume(emptyDir={}, downwardAPI={}), [
        "spec.volumes[0].downwarAPI: Forbidden: may not specify more than 1 volume type"]),
    (volume(emptyDir={"sizeLimit": "-1"}), [
        "spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"]),
    (volume(hostPath={"path": ""}), ["spec.volumes[0].hostPath.path: Required value"]),
    (volume(hostPath={"path": "/a/../b", "type": "Dir"}), [
        "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
        'spec.volumes[0].hostPath.type: Unsupported value: "Dir": supported values: "", "BlockDevice", "CharDevice", '
        '"Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"']),
    (volume(secret={"defaultMode": 512}), [
        "spec.volumes[0].secret.secretName: Required value",
        "spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive"]),
    (volume(configMap={"name": "c", "items": [{"key": "k", "path": "/a"}, {"path": "..a"}]}), [
        'spec.volumes[0].configMap.items[0].path: Invalid value: "/a": must be a relative path',
        "spec.volumes[0].configMap.items[1].key: Required value",
        "spec.volumes[0].configMap.items[1].path: Invalid value: \"..a\": must not start with '..'"]),
    (volume(downwardAPI={"items": [{"path": "a"}]}), [
        "spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required"]),
    (volume(downwardAPI={"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]}), [
        "spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value"]),
    (volume(projected={"sources": [{"secret": {"name": "s", "items": [{"key": "k", "path": "a"}]}, "configMap": {
        "name": "c", "items": [{"key": "k", "path": "a"}]}}]}), [
        'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
        "spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source"]),
    (volume(projected={"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 60}}]}), [
        "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a "
        "duration less than 10 minutes"]),
    (volume(persistentVolumeClaim={"claimName": ""}), ["spec.volumes[0].persistentVolumeClaim.claimName: Required value"]),
    (volume(nfs={"server": "s", "path": "a"}), ['spec.volumes[0].nfs.path: Invalid value: "a": must be an absolute path']),
    (volume(image={"pullPolicy": "Soon"}), [
        "spec.volumes[0].image.reference: Required value",
        'spec.volumes[0].image.pullPolicy: Unsupported value: "Soon": supported values: "Always", "IfNotPresent", "Never"']),
    (volume(ephemeral={"volumeClaimTemplate": {"spec": {}}}), [
        "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required",
        "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value"]),
    (mounted({"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"}, v={}), [
        f'{C}.volumeMounts[1].mountPath: Invalid value: "/a": must be unique']),
    (mounted({"name": "v", "mountPath": ""}, v={}), [f"{C}.volumeMounts[0].mountPath: Required value"]),
    (mounted({"name": "v", "mountPath": "/a", "subPath": "/b", "subPathExpr": "c"}, v={}), [
        f'{C}.volumeMounts.subPath: Invalid value: "/b": must be a relative path',
        f'{C}.volumeMounts[0].subPathExpr: Invalid value: "c": subPathExpr and subPath are mutually exclusive']),
    (mounted({"name": "v", "mountPath": "/a", "mountPropagation": "Bidirectional"}, v={}), [
        f"{C}.volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged "
        "containers"]),
    (mounted({"name": "v", "mountPath": "/a", "recursiveReadOnly": "Enabled"}, v={}), [
        f"{C}.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"]),
    (mounted({"name": "v", "mountPath": "/a"}, v={"hostPath": {"path": ""}}), [
        "spec.volumes[0].hostPath.path: Required value", f'{C}.volumeMounts[0].name: Not found: "v"']),
    (container(volumeDevices=[{"name": "d", "devicePath": "/a/../b"}]), [
        f'{C}.volumeDevices[0].name: Not found: "d"',
        f"{C}.volumeDevices[0].devicePath: Invalid value: \"/a/../b\": can not contain backsteps ('..')"]),
]  # fmt: skip
ALL = METADATA + CONTAINERS + ENVIRONMENT + PROBES + RESOURCES + VOLUMES


@pytest.mark.parametrize(("obj", "told"), ALL, ids=[str(case[1][0])[:70] if case[1] else "accepted" for case in ALL])
def test_the_api_server_says(obj: Json, told: list[str]) -> None:
    assert messages(obj) == told
