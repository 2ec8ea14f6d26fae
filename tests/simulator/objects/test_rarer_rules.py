"""Rules that few manifests break: security, devices, odd volumes, indexed Jobs, secrets, hosts' networks."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.objects import validate_update
from tests.simulator.objects.cast import Json, container, messages, pod, stored
from tests.simulator.objects.test_other_rules import cron, job, job_template, service, thing, workload
from tests.simulator.objects.test_pod_rules import SUBDOMAIN

C = "spec.containers[0]"
S = f"{C}.securityContext"
V = "spec.volumes[0]"
RULE = "spec.podFailurePolicy.rules[0]"
CLAIM: Json = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}}


def secure(**fields: Any) -> Json:
    return container(securityContext=fields)


def devices(*items: Json, mounts: tuple[Json, ...] = (), **sources: Any) -> Json:
    made = container(volumeDevices=list(items), volumeMounts=list(mounts))
    made["spec"]["volumes"] = [{"name": name} | source for name, source in sources.items()]
    return made


def mount(volumes: Json | None = None, **fields: Any) -> Json:
    return devices(mounts=({"name": "v", "mountPath": "/a"} | fields,), v=volumes or {})


def failure(**rule: Any) -> Json:
    return job(podFailurePolicy={"rules": [rule]})


def secret(kind: str, **data: str) -> Json:
    return thing("Secret", type=f"kubernetes.io/{kind}", data=data)


SECURITY: list[tuple[Json, list[str]]] = [
    (secure(seccompProfile={}), [f"{S}.seccompProfile.type: Required value: type is required when seccompProfile is set"]),
    (secure(seccompProfile={"type": "Mine"}), [
        f'{S}.seccompProfile.type: Unsupported value: "Mine": supported values: "Localhost", "RuntimeDefault", "Unconfined"']),
    (secure(seccompProfile={"type": "Localhost", "localhostProfile": "/../a"}), [
        f'{S}.seccompProfile.localhostProfile: Invalid value: "/../a": must be a relative path',
        f"{S}.seccompProfile.localhostProfile: Invalid value: \"/../a\": must not contain '..'"]),
    (secure(seccompProfile={"type": "Unconfined", "localhostProfile": "a"}), [
        f'{S}.seccompProfile.localhostProfile: Invalid value: {{"Type":"Unconfined","LocalhostProfile":"a"}}: can only be set '
        "when seccomp type is Localhost"]),
    (secure(appArmorProfile={}), [f"{S}.appArmorProfile.type: Required value: type is required when appArmorProfile is set"]),
    (secure(appArmorProfile={"type": "Localhost"}), [
        f"{S}.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost"]),
    (secure(appArmorProfile={"type": "Localhost", "localhostProfile": " a"}), [
        f'{S}.appArmorProfile.localhostProfile: Invalid value: " a": must not be padded with whitespace']),
    (secure(appArmorProfile={"type": "RuntimeDefault", "localhostProfile": "a"}), [
        f'{S}.appArmorProfile.localhostProfile: Invalid value: "a": can only be set when AppArmor type is Localhost']),
    (secure(procMount="Half"), [f'{S}.procMount: Unsupported value: "Half": supported values: "Default", "Unmasked"']),
    (pod(hostUsers=False, hostIPC=True, containers=[{"name": "a", "image": "x", "volumeDevices": [
        {"name": "d", "devicePath": "/d"}]}], volumes=[{"name": "d", "ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}}}]), [
        "spec.HostIPC: Forbidden: when `hostUsers` is false",
        f"{C}.volumeDevices: Forbidden: when `hostUsers` is false"]),
    (pod(hostIPC=True, securityContext={"sysctls": [{"name": "kernel/sem", "value": ""}, {"name": "A", "value": ""}]}), [
        "spec.securityContext.sysctls[0].name: Invalid value: \"kernel/sem\": may not be specified when 'hostIPC' is true",
        'spec.securityContext.sysctls[1].name: Invalid value: "A": must have at most 253 characters and match regex '
        r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"]),
    (pod(securityContext={"sysctls": [{"name": "a", "value": ""}] * 2}), [
        'spec.securityContext.sysctls[1].name: Duplicate value: "a"']),
]  # fmt: skip
STORAGE: list[tuple[Json, list[str]]] = [
    (devices({"name": "d", "devicePath": "/d"}, d={"persistentVolumeClaim": {"claimName": "c"}}), []),
    (devices({"name": "d", "devicePath": "/d"}, d={}), [
        f'{C}.volumeDevices[0].name: Invalid value: "d": can only use volume source type of PersistentVolumeClaim or Ephemeral '
        "for block mode"]),
    (devices({"name": "", "devicePath": ""}), [
        f"{C}.volumeDevices[0].name: Required value", f'{C}.volumeDevices[0].name: Not found: ""',
        f"{C}.volumeDevices[0].devicePath: Required value"]),
    (devices({"name": "d", "devicePath": "/d"}, {"name": "d", "devicePath": "/d"},
             d={"persistentVolumeClaim": {"claimName": "c"}}), [
        f'{C}.volumeDevices[1].name: Invalid value: "d": must be unique',
        f'{C}.volumeDevices[1].devicePath: Invalid value: "/d": must be unique']),
    (devices({"name": "d", "devicePath": "/d"}, mounts=({"name": "d", "mountPath": "/d"},),
             d={"persistentVolumeClaim": {"claimName": "c"}}), [
        f'{C}.volumeMounts[0].name: Invalid value: "d": must not already exist in volumeDevices',
        f'{C}.volumeMounts[0].mountPath: Invalid value: "/d": must not already exist as a path in volumeDevices',
        f'{C}.volumeDevices[0].name: Invalid value: "d": must not already exist in volumeMounts',
        f'{C}.volumeDevices[0].devicePath: Invalid value: "/d": must not already exist as a path in volumeMounts']),
    (mount(name=""), [f"{C}.volumeMounts[0].name: Required value", f'{C}.volumeMounts[0].name: Not found: ""']),
    (mount(subPathExpr="../a"), [f"{C}.volumeMounts.subPathExpr: Invalid value: \"../a\": must not contain '..'"]),
    (mount(mountPropagation="Sideways"), [
        f'{C}.volumeMounts.mountPropagation: Unsupported value: "Sideways": supported values: "Bidirectional", '
        '"HostToContainer", "None"']),
    (mount(recursiveReadOnly="Often"), [
        f'{C}.volumeMounts.recursiveReadOnly: Unsupported value: "Often": supported values: "Disabled", "Enabled", '
        '"IfPossible"']),
    (mount(recursiveReadOnly="IfPossible", readOnly=True, mountPropagation="HostToContainer"), [
        f"{C}.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified"]),
    (pod(volumes=[{"name": "v", "ephemeral": {}}]), [f"{V}.ephemeral.volumeClaimTemplate: Required value"]),
    (pod(volumes=[{"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}}},
                  {"name": "w", "persistentVolumeClaim": {"claimName": "p-v"}}]), [
        'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-v": must not reference a PVC that gets created for '
        "an ephemeral volume"]),
    (pod(volumes=[{"name": "v", "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 2**33}}]}}]), [
        f"{V}.projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 8589934592: may not specify a "
        "duration larger than 2^32 seconds",
        f"{V}.projected.path: Required value"]),
    (pod(volumes=[{"name": "v", "projected": {"sources": [{"configMap": {}}]}}]), [
        f"{V}.projected.sources[0].configMap.name: Required value"]),
    (pod(volumes=[{"name": "v", "downwardAPI": {"items": [{"path": "a", "mode": 9999, "fieldRef": {
        "fieldPath": "metadata.uid"}, "resourceFieldRef": {"resource": "limits.cpu"}}]}}]), [
        f'{V}.downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously',
        f"{V}.downwardAPI.mode: Invalid value: 9999: must be a number between 0 and 0777 (octal), both inclusive"]),
]  # fmt: skip
JOBS: list[tuple[Json, list[str]]] = [
    (job(completionMode="Indexed", completions=2, backoffLimitPerIndex=1, maxFailedIndexes=3), [
        "spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions"]),
    (job(completionMode="Indexed", completions=10**6, parallelism=10**6, backoffLimitPerIndex=1, maxFailedIndexes=200000), [
        "spec.parallelism: Invalid value: 1000000: must be less than or equal to 100000 when completion mode is Indexed",
        "spec.maxFailedIndexes: Invalid value: 200000: must be less than or equal to 100000",
        "spec.parallelism: Invalid value: 1000000: must be less than or equal to 10000 when completions are above 100000 and "
        "used with backoff limit per index",
        "spec.maxFailedIndexes: Invalid value: 200000: must be less than or equal to 10000 when completions are above 100000 "
        "and used with backoff limit per index"]),
    (job(completionMode="Indexed", completions=5, successPolicy={"rules": [
        {"succeededIndexes": "a"}, {"succeededIndexes": "1,0"}, {"succeededIndexes": "0-9"}, {},
        {"succeededIndexes": "0-1", "succeededCount": 3}]}), [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string '
        'to integer for index: "a"',
        'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "1,0": error parsing succeededIndexes: non-increasing '
        "order, previous: 1, current: 0",
        'spec.successPolicy.rules[2].succeededIndexes: Invalid value: "0-9": error parsing succeededIndexes: too large index: "9"',
        "spec.successPolicy.rules[3]: Required value: at least one of succeededCount or succeededIndexes must be specified",
        "spec.successPolicy.rules[4].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in "
        "the specified succeededIndexes field)"]),
    (job(managedBy="me"), [
        'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")']),
    (job(maxFailedIndexes=1), [
        "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
        "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"]),
    (job(completionMode="Indexed", completions=1, successPolicy={}), [
        "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"]),
    (failure(onExitCodes={"values": [2, 1], "containerName": "z"}), [
        f'{RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        f'{RULE}.onExitCodes.operator: Required value: valid values: ["In" "NotIn"]',
        f'{RULE}.onExitCodes.containerName: Invalid value: "z": must be one of the container or initContainer names in the pod '
        "template",
        f"{RULE}.onExitCodes.values: Invalid value: [2,1]: must be ordered"]),
    (failure(action="FailIndex", onExitCodes={"operator": "Is"}, onPodConditions=[{"type": "a", "status": "Perhaps"}]), [
        f'{RULE}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        f'{RULE}.onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        f"{RULE}.onExitCodes.values: Invalid value: null: at least one value is required",
        f'{RULE}.onPodConditions[0].status: Unsupported value: "Perhaps": supported values: "False", "True", "Unknown"',
        f"{RULE}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"]),
    (failure(action="Ignore", onExitCodes={"operator": "In", "values": list(range(1, 300))}), [
        f"{RULE}.onExitCodes.values: Too many: 299: must have at most 255 items"]),
    (job(job_template("OnFailure"), podFailurePolicy={"rules": [{"action": "Count", "onPodConditions": [{"type": "a"}]}]}), [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is '
        "specified"]),
    (job(job_template("Never"), manualSelector=True, selector={"matchLabels": {"a": "b"}}), [
        "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`"]),
    (cron(timeZone="local"), [
        'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in '
        "https://www.iana.org/time-zones",
        'spec.timeZone: Invalid value: "local": unknown time zone local']),
    (cron(timeZone="Europe/Berlin"), []),
    (cron(timeZone="Europe/Atlantis"), [
        'spec.timeZone: Invalid value: "Europe/Atlantis": unknown time zone Europe/Atlantis']),
    (cron(jobTemplate={"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": job_template("Never")}}), [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated']),
    (workload("DaemonSet", updateStrategy={"type": "Odd"}), [
        'spec.updateStrategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "RollingUpdate", '
        '"OnDelete"']),
    (workload("DaemonSet", selector={}), [
        "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"]),
    (workload("StatefulSet", updateStrategy={"type": "Odd"}), [
        "spec.updateStrategy: Invalid value: {\"Type\":\"Odd\",\"RollingUpdate\":null}: must be 'RollingUpdate' or 'OnDelete'"]),
    (workload("Deployment", progressDeadlineSeconds=-1), [
        "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
        "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds"]),
]  # fmt: skip
SMALL: list[tuple[Json, list[str]]] = [
    (secret("service-account-token"), [
        "metadata.annotations[kubernetes.io/service-account.name]: Required value"]),
    (secret("ssh-auth"), ["data[ssh-privatekey]: Required value"]),
    (secret("dockerconfigjson", **{".dockerconfigjson": "YQ=="}), [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'a\' looking for '
        "beginning of value"]),
    (secret("dockerconfigjson", **{".dockerconfigjson": "eyI="}), [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input']),
    (secret("dockerconfigjson", **{".dockerconfigjson": "W10="}), [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value '
        "of type map[string]interface {}"]),
    (secret("dockerconfigjson", **{".dockerconfigjson": "e30="}), []),
    (thing("Secret", data={"a": "A" * (1400 * 1024)}), ["data: Too long: may not be more than 1048576 bytes"]),
    (service(ports=[{"port": 1, "name": "a", "nodePort": 30001}, {"port": 1, "name": "a", "nodePort": 30001}],
             type="NodePort"), [
        'spec.ports[1].name: Duplicate value: "a"',
        "spec.ports[1].nodePort: Duplicate value: 30001",
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":1,"TargetPort":0,"NodePort":0}']),
    (service(type="ExternalName", externalName="A", clusterIP="10.0.0.1", ipFamilies=["IPv4"]), [
        "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
        "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
        f'spec.externalName: Invalid value: "A": {SUBDOMAIN}']),
    (service(allocateLoadBalancerNodePorts=True), [
        "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'"]),
    (service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 0}}), [
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400"]),
    (service(type="NodePort", externalTrafficPolicy="Near"), [
        'spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"']),
]  # fmt: skip
ALL = SECURITY + STORAGE + JOBS + SMALL


@pytest.mark.parametrize(("obj", "told"), ALL, ids=[case[1][0][:80] if case[1] else "accepted" for case in ALL])
def test_the_api_server_says(obj: Json, told: list[str]) -> None:
    assert messages(obj) == told


def test_a_negative_grace_may_be_mended() -> None:
    new = stored(pod(terminationGracePeriodSeconds=1))
    old = new | {"spec": new["spec"] | {"terminationGracePeriodSeconds": -1}}
    assert validate_update(new, old) == []
