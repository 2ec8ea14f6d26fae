"""What the API server refuses about a Pod as a whole, about its init containers and its place in the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.objects.cast import Json, container, messages, pod
from tests.simulator.objects.test_pod_rules import KEY, LABEL, SUBDOMAIN, VALUE

TIMES = "must be between 1 and 2147483647, inclusive"
GATES = [{"name": "a"}, {"name": "a"}]
INIT = {"name": "i", "image": "x"}
PROBE = {"tcpSocket": {"port": 1}}


def init(**fields: Any) -> Json:
    return pod(initContainers=[INIT | fields])


def tolerates(**fields: Any) -> Json:
    return pod(tolerations=[fields])


def node(**fields: Any) -> Json:
    return pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": fields}})


def near(**fields: Any) -> Json:
    return pod(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [fields]}})


def secure(**fields: Any) -> Json:
    return container(securityContext=fields)


TERMS = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
NEAR = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
SECURITY = "spec.containers[0].securityContext"
SPREAD = "spec.topologySpreadConstraints"
CASES: list[tuple[Json, list[str]]] = [
    (init(name="app"), ['spec.initContainers[0].name: Duplicate value: "app"']),
    (init(readinessProbe=PROBE, lifecycle={"preStop": {"sleep": {"seconds": 1}}}), [
        "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
        "spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"]),
    (init(restartPolicy="Always", readinessProbe=PROBE), []),
    (init(restartPolicy="Always", livenessProbe={}), [
        "spec.initContainers[0].livenessProbe: Required value: must specify a handler type"]),
    (init(restartPolicy="Now"), [
        'spec.initContainers[0].restartPolicy: Unsupported value: "Now": supported values: "Always", "Never", "OnFailure"']),
    (init(restartPolicy="Always", restartPolicyRules=[{"action": "Restart"}]), [
        "spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with "
        "restart policy Always"]),
    (init(ports=[{"containerPort": 1, "hostPort": 5}, {"containerPort": 2, "hostPort": 5}]), [
        'spec.initContainers[0].ports[1].hostPort: Duplicate value: "TCP//5"']),
    (pod(dnsPolicy="Mine"), [
        'spec.dnsPolicy: Unsupported value: "Mine": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", '
        '"None"']),
    (pod(dnsPolicy="None"), ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"]),
    (pod(dnsPolicy="None", dnsConfig={"searches": ["a"]}), [
        "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"]),
    (pod(dnsConfig={"nameservers": ["1.2.3"], "searches": ["A"], "options": [{}]}), [
        'spec.dnsConfig.nameservers[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or '
        "2001:db8::ffff)",
        'spec.dnsConfig.searches[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case '
        "alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "
        r"regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
        "spec.dnsConfig.options[0]: Required value: must not be empty"]),
    (pod(dnsConfig={"nameservers": ["1.1.1.1"] * 4}), [
        'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.1","1.1.1.1","1.1.1.1"]: must not have more than 3 '
        "nameservers"]),
    (pod(activeDeadlineSeconds=0), [f"spec.activeDeadlineSeconds: Invalid value: 0: {TIMES}"]),
    (pod(hostname="A.b"), [f'spec.hostname: Invalid value: "A.b": {LABEL}']),
    (pod(subdomain="a.b"), ['spec.subdomain: Invalid value: "a.b": must not contain dots']),
    (pod(serviceAccountName="A"), [f'spec.serviceAccountName: Invalid value: "A": {SUBDOMAIN}']),
    (pod(nodeName="N_1"), [f'spec.nodeName: Invalid value: "N_1": {SUBDOMAIN}']),
    (pod(nodeSelector={"a": "b c"}), [f'spec.nodeSelector: Invalid value: "b c": {VALUE}']),
    (pod(preemptionPolicy="Sure"), [
        'spec.preemptionPolicy: Unsupported value: "Sure": supported values: "PreemptLowerPriority", "Never"']),
    (pod(hostAliases=[{"ip": "x", "hostnames": ["A"]}]), [
        'spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        f'spec.hostAliases[0].hostnames[0]: Invalid value: "A": {SUBDOMAIN}']),
    (pod(hostAliases=[{"ip": "010.0.0.1"}, {"ip": "::1"}]), []),
    (pod(hostNetwork=True, containers=[{"name": "a", "image": "x", "ports": [{"containerPort": 1, "hostPort": 2}]}]), [
        "spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when `hostNetwork` is true"]),
    (pod(hostnameOverride="a.b", hostNetwork=True, setHostnameAsFQDN=True), [
        "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true",
        "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true"]),
    (pod(hostUsers=False, hostPID=True), ["spec.HostPID: Forbidden: when `hostUsers` is false"]),
    (pod(os={"name": "plan9"}), ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"']),
    (pod(readinessGates=[{"conditionType": "a b"}]), [f'spec.readinessGates[0].conditionType: Invalid value: "a b": {KEY}']),
    (pod(schedulingGates=GATES, nodeName="n1"), [
        'spec.schedulingGates[1]: Duplicate value: "a"',
        "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"]),
    (pod(resourceClaims=[{"name": "c"}]), [
        'spec.resourceClaims[0]: Invalid value: {"Name":"c","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must '
        "specify one of: `resourceClaimName`, `resourceClaimTemplateName`"]),
    (tolerates(operator="Equal"), [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means '
        r'"match all values and all keys"']),
    (tolerates(key="a", operator="Exists", value="b"), [
        "spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"]),
    (tolerates(key="a", operator="Is"), [
        'spec.tolerations[0].operator: Unsupported value: "Is": supported values: "Equal", "Exists"']),
    (tolerates(key="a", effect="Never", tolerationSeconds=1), [
        "spec.tolerations[0].effect: Invalid value: \"Never\": effect must be 'NoExecute' when `tolerationSeconds` is set",
        'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", '
        '"NoExecute"']),
    (tolerates(key="a", operator="Gt", value="1"), [
        'spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"']),
    (node(), [f"{TERMS}: Required value: must have at least one node selector term"]),
    (node(nodeSelectorTerms=[{"matchExpressions": [{"key": "a", "operator": "In"}]}]), [
        f"{TERMS}[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"]),
    (node(nodeSelectorTerms=[{"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1", "2"]}]}]), [
        f"{TERMS}[0].matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or "
        "'Gt'"]),
    (node(nodeSelectorTerms=[{"matchFields": [{"key": "spec.x", "operator": "Exists"}]}]), [
        f'{TERMS}[0].matchFields[0].operator: Invalid value: "Exists": not a valid selector operator',
        f'{TERMS}[0].matchFields[0].key: Invalid value: "spec.x": not a valid field selector key']),
    (near(), [f"{NEAR}.topologyKey: Required value: can not be empty",
              f'{NEAR}.topologyKey: Invalid value: "": name part must be non-empty',
              f'{NEAR}.topologyKey: Invalid value: "": {KEY}']),
    (near(topologyKey="a", matchLabelKeys=["b"]), [
        f"{NEAR}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"]),
    (pod(affinity={"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 101, "podAffinityTerm": {"topologyKey": "a"}}]}}), [
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be "
        "in the range 1-100"]),
    (pod(topologySpreadConstraints=[{"maxSkew": 0, "topologyKey": "", "whenUnsatisfiable": "Cry", "minDomains": 0}]), [
        f"{SPREAD}[0].maxSkew: Invalid value: 0: must be greater than zero",
        f"{SPREAD}[0].topologyKey: Required value: can not be empty",
        f'{SPREAD}[0].whenUnsatisfiable: Unsupported value: "Cry": supported values: "DoNotSchedule", "ScheduleAnyway"',
        f"{SPREAD}[0].minDomains: Invalid value: 0: must be greater than zero",
        f"{SPREAD}[0].minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not Cry"]),
    (pod(topologySpreadConstraints=[{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway"}] * 2), [
        f'{SPREAD}[0].{{topologyKey, whenUnsatisfiable}}: Duplicate value: "{{a, ScheduleAnyway}}"']),
    (secure(runAsUser=-1, runAsGroup=2**31), [
        f"{SECURITY}.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        f"{SECURITY}.runAsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive"]),
    (secure(procMount="Unmasked"), [
        f'{SECURITY}.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`']),
    (secure(seccompProfile={"type": "Localhost"}, appArmorProfile={"type": "Mine"}), [
        f"{SECURITY}.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
        f'{SECURITY}.appArmorProfile.type: Unsupported value: "Mine": supported values: "Localhost", "RuntimeDefault", '
        '"Unconfined"']),
    (secure(privileged=True, allowPrivilegeEscalation=False), [
        f'{SECURITY}: Invalid value: {{"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,'
        '"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,'
        '"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set '
        "`allowPrivilegeEscalation` to false and `privileged` to true"]),
    (pod(securityContext={"fsGroup": -1, "supplementalGroups": [-2], "fsGroupChangePolicy": "Soon"}), [
        "spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        "spec.securityContext.supplementalGroups[0]: Invalid value: -2: must be between 0 and 2147483647, inclusive",
        'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Soon": supported values: "Always", "OnRootMismatch"']),
    (pod(hostPID=True, shareProcessNamespace=True), [
        "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be "
        "enabled"]),
    (pod(hostNetwork=True, securityContext={"sysctls": [{"name": "net.a", "value": "1"}, {"name": "", "value": ""}]}), [
        "spec.securityContext.sysctls[0].name: Invalid value: \"net.a\": may not be specified when 'hostNetwork' is true",
        "spec.securityContext.sysctls[1].name: Required value"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("obj", "told"), CASES, ids=[str(case[1][0])[:70] if case[1] else "accepted" for case in CASES]
)
def test_the_api_server_says(obj: Json, told: list[str]) -> None:
    assert messages(obj) == told


def test_an_ephemeral_container_may_have_little() -> None:
    odd = {
        "name": "app",
        "image": " x",
        "ports": [{"containerPort": 1}],
        "livenessProbe": PROBE,
        "targetContainerName": "q",
    }
    place = "spec.ephemeralContainers[0]"
    assert messages(pod(ephemeralContainers=[odd])) == [
        f'{place}.image: Invalid value: " x": must not have leading or trailing whitespace',
        f'{place}.name: Duplicate value: "app"',
        f'{place}.targetContainerName: Not found: "q"',
        f"{place}.ports: Forbidden: cannot be set for an Ephemeral Container",
        f"{place}.livenessProbe: Forbidden: cannot be set for an Ephemeral Container",
        "spec.ephemeralContainers: Forbidden: cannot be set on create",
    ]
