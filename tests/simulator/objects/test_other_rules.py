"""What the API server refuses in workloads, Jobs, Services and configuration."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects.cast import Json, messages

TEMPLATE: Json = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
SELECTOR: Json = {"matchLabels": {"a": "b"}}
POD_SPEC: Json = TEMPLATE["spec"] | {"restartPolicy": "Never"}
MISMATCH = "`selector` does not match template `labels`"
RESTART = "spec.template.spec.restartPolicy"
PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)


def thing(kind: str, version: str = "v1", name: str = "w", **fields: Any) -> Json:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}} | fields


def workload(kind: str, template: Json = TEMPLATE, name: str = "w", **spec: Any) -> Json:
    made = {"selector": SELECTOR, "template": template} | spec
    return thing(kind, "apps/v1", name, spec={key: value for key, value in made.items() if value is not None})


def with_pod(**fields: Any) -> Json:
    return TEMPLATE | {"spec": TEMPLATE["spec"] | fields}


def job(template: Json | None = None, **spec: Any) -> Json:
    return thing("Job", "batch/v1", spec={"template": template or {"spec": POD_SPEC}} | spec)


def job_template(policy: str) -> Json:
    return {"spec": TEMPLATE["spec"] | {"restartPolicy": policy}}


def cron(schedule: str = "* * * * *", name: str = "w", **spec: Any) -> Json:
    made = {"schedule": schedule, "jobTemplate": {"spec": {"template": {"spec": POD_SPEC}}}} | spec
    return thing("CronJob", "batch/v1", name, spec=made)


def service(**spec: Any) -> Json:
    return thing("Service", spec={"ports": [{"port": 80}]} | spec)


def claim(**spec: Any) -> Json:
    made = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} | spec
    return thing("PersistentVolumeClaim", spec=made)


WORKLOADS: list[tuple[Json, list[str]]] = [
    (workload("Deployment"), []),
    (workload("Deployment", replicas=-1), ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]),
    (workload("Deployment", selector=None), [
        "spec.selector: Required value", f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}']),
    (workload("Deployment", selector={}), ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"]),
    (workload("Deployment", selector={"matchExpressions": [{"key": "a", "operator": "Is"}]}), [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Is"}]}: invalid label selector']),
    (workload("Deployment", selector={"matchExpressions": [{"key": "a", "operator": "In", "values": ["c"]}]}), [
        f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}']),
    (workload("Deployment", selector={"matchExpressions": [{"key": "c", "operator": "DoesNotExist"}]}), []),
    (workload("Deployment", {"spec": TEMPLATE["spec"]}), [f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}"]),
    (workload("Deployment", with_pod(restartPolicy="Never")), [
        f'{RESTART}: Unsupported value: "Never": supported values: "Always"']),
    (workload("Deployment", with_pod(activeDeadlineSeconds=5)), [
        "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"]),
    (workload("Deployment", with_pod(containers=[{"name": "c"}])), ["spec.template.spec.containers[0].image: Required value"]),
    (workload("Deployment", strategy={"type": "Blue"}), [
        'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", '
        '"RollingUpdate"']),
    (workload("Deployment", strategy={"type": "Recreate", "rollingUpdate": {}}), [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"]),
    (workload("Deployment", strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}), [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0']),
    (workload("Deployment", strategy={"rollingUpdate": {"maxSurge": "half", "maxUnavailable": "120%"}}), [
        f'spec.strategy.rollingUpdate.maxSurge: Invalid value: "half": {PERCENT}',
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "120%": must not be greater than 100%']),
    (workload("Deployment", minReadySeconds=600), [
        "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"]),
    (workload("ReplicaSet", selector={"matchLabels": {"a": "c"}}), [
        f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}']),
    (workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}), [
        "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero"]),
    (workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxUnavailable": 0}}), [
        "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"]),
    (workload("DaemonSet", updateStrategy={"type": "OnDelete"}), []),
    (workload("DaemonSet", selector={"matchLabels": {"a": "c"}}), [
        f'spec.template.metadata.labels: Invalid value: {{"a":"b"}}: {MISMATCH}']),
    (workload("StatefulSet", podManagementPolicy="Any"), [
        "spec.podManagementPolicy: Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'"]),
    (workload("StatefulSet", updateStrategy={"type": "OnDelete", "rollingUpdate": {"partition": 1}}), [
        "spec.updateStrategy.rollingUpdate: Invalid value: {\"Partition\":1,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'"]),
    (workload("StatefulSet", updateStrategy={"rollingUpdate": {"partition": -1, "maxUnavailable": 0}}), [
        "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"]),
    (workload("StatefulSet", persistentVolumeClaimRetentionPolicy={"whenScaled": "Burn"}), [
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Burn": supported values: "Retain", '
        '"Delete"']),
    (workload("StatefulSet", volumeClaimTemplates=[{"metadata": {"name": "d"}}]), [
        "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
        "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"]),
    (workload("StatefulSet", with_pod(containers=[{"name": "c", "image": "x", "volumeMounts": [
        {"name": "d", "mountPath": "/d"}]}]), volumeClaimTemplates=[{"metadata": {"name": "d"}, "spec": claim()["spec"]}]), []),
    (workload("StatefulSet", name="a.b"), ['metadata.name: Invalid value: "a.b": must not contain dots']),
    (workload("StatefulSet", serviceName="a.b"), ['spec.serviceName: Invalid value: "a.b": must not contain dots']),
    (job(), []),
    (job({"spec": TEMPLATE["spec"] | {"restartPolicy": "Now"}}), [
        f'{RESTART}: Unsupported value: "Now": supported values: "Always", "OnFailure", "Never"',
        f'{RESTART}: Unsupported value: "Now": supported values: "OnFailure", "Never"']),
    (job(parallelism=-1, backoffLimit=-2), [
        "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
        "spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0"]),
    (job(completionMode="Odd"), [
        'spec.completionMode: Unsupported value: "Odd": supported values: "NonIndexed", "Indexed"']),
    (job(completionMode="Indexed", parallelism=2), ["spec.completions: Required value: when completion mode is Indexed"]),
    (job(backoffLimitPerIndex=1), [
        "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"]),
    (job(manualSelector=True), ["spec.selector: Required value"]),
    (job(podFailurePolicy={"rules": [{"action": "Cry", "onExitCodes": {"operator": "In", "values": [0, 0]}}]}), [
        'spec.podFailurePolicy.rules[0].action: Unsupported value: "Cry": supported values: "Count", "FailIndex", "FailJob", '
        '"Ignore"',
        "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
        "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
        "spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Duplicate value: 0"]),
    (job(podFailurePolicy={"rules": [{"action": "Ignore"}]}), [
        "spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"]),
    (job(successPolicy={"rules": []}), ["spec.successPolicy: Invalid value: {\"Rules\":[]}: requires indexed completion mode"]),
    (job(podReplacementPolicy="Soon"), [
        'spec.podReplacementPolicy: Unsupported value: "Soon": supported values: "Failed", "TerminatingOrFailed"']),
    (cron(), []),
    (cron("* * *"), [
        'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]']),
    (cron("TZ=UTC * * * * *"), [
        'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead']),
    (cron("", timeZone=""), [
        "spec.schedule: Required value", 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']),
    (cron(timeZone="../x"), ['spec.timeZone: Invalid value: "../x": unknown time zone ../x']),
    (cron(concurrencyPolicy="Maybe"), [
        'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"']),
    (cron(name="c" * 53), [
        f'metadata.name: Invalid value: "{"c" * 53}": must be no more than 52 characters']),
    (cron(jobTemplate={"spec": {"manualSelector": True, "template": {"spec": POD_SPEC}}}), [
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"']),
]  # fmt: skip
OTHERS: list[tuple[Json, list[str]]] = [
    (service(), []),
    (service(ports=[]), ["spec.ports: Required value"]),
    (service(ports=[], clusterIP="None"), []),
    (service(ports=[{"port": 1}, {"port": 2, "name": "b"}]), ["spec.ports[0].name: Required value"]),
    (service(ports=[{"port": 0, "targetPort": "A_B", "protocol": "X"}]), [
        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
        'spec.ports[0].targetPort: Invalid value: "A_B": must contain only alpha-numeric characters (a-z, 0-9), and hyphens '
        "(-)",
        'spec.ports[0].targetPort: Invalid value: "A_B": must contain at least one letter (a-z)']),
    (service(ports=[{"port": 1, "nodePort": 30000}]), [
        "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]),
    (service(type="Cloud"), [
        'spec.type: Unsupported value: "Cloud": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"']),
    (service(type="ExternalName"), ["spec.externalName: Required value"]),
    (service(type="NodePort", clusterIP="None"), [
        "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"]),
    (service(sessionAffinity="Sticky"), [
        'spec.sessionAffinity: Unsupported value: "Sticky": supported values: "ClientIP", "None"']),
    (service(internalTrafficPolicy="Far", externalTrafficPolicy="Local"), [
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        'spec.internalTrafficPolicy: Unsupported value: "Far": supported values: "Cluster", "Local"']),
    (thing("Service", name="1s", spec={"ports": [{"port": 1}]}), [
        "metadata.name: Invalid value: \"1s\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
        "with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"]),
    (thing("ConfigMap", data={"a b": "", "c": ""}, binaryData={"c": ""}), [
        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
        "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        'data[c]: Invalid value: "c": duplicate of key present in binaryData']),
    (thing("ConfigMap", data={"a": "x" * (2**20 + 1)}), ["[]: Too long: may not be more than 1048576 bytes"]),
    (thing("Secret", type="kubernetes.io/tls", data={"tls.crt": ""}), ["data[tls.key]: Required value"]),
    (thing("Secret", type="kubernetes.io/basic-auth"), [
        "data[username]: Required value", "data[password]: Required value"]),
    (thing("Namespace", name="a.b"), ['metadata.name: Invalid value: "a.b": must not contain dots']),
    (thing("ServiceAccount"), []),
    (claim(), []),
    (claim(accessModes=["Read", "ReadWriteOncePod", "ReadWriteOnce"]), [
        'spec.accessModes: Unsupported value: "Read": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", '
        '"ReadWriteOncePod"',
        "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"]),
    (claim(resources={"requests": {"storage": "0"}}), [
        'spec.resources[storage]: Invalid value: "0": must be greater than zero']),
    (claim(volumeMode="Tape"), ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"']),
]  # fmt: skip
ALL = WORKLOADS + OTHERS
IDS = [f"{case[0]['kind']}: {case[1][0][:60] if case[1] else 'accepted'}" for case in ALL]


@pytest.mark.parametrize(("obj", "told"), ALL, ids=IDS)
def test_the_api_server_says(obj: Json, told: list[str]) -> None:
    assert messages(obj) == told


def test_a_list_is_read_item_by_item() -> None:
    items = [thing("ConfigMap"), {"metadata": {"name": "B"}}]
    kinds = {"apiVersion": "v1", "kind": "ConfigMapList", "items": items}
    assert [text.partition(":")[0] for text in messages(kinds)] == ["metadata.name"]
    mixed = {"apiVersion": "v1", "kind": "List", "items": [thing("ServiceAccount"), service(ports=[])]}
    assert messages(mixed) == ["spec.ports: Required value"]
