"""Cells of access rules, policies, ingresses and autoscalers. Models pkg/printers/internalversion/printers.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.kubectl.duration import since
from simulator.kubectl.pods import NONE
from simulator.kubectl.selectors import format_label_selector

Cells = tuple[object, ...]
_HOSTS = 3
_METRICS = 2
UNKNOWN = "<unknown>"


def _age(obj: Json, now: int) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def dated_cells(obj: Json, now: int) -> Cells:
    """Kinds that have no columns of their own but when they were made."""
    return obj["metadata"]["name"], obj["metadata"].get("creationTimestamp", "")


def binding_cells(obj: Json, now: int) -> Cells:
    """Models printRoleBinding."""
    subjects, role = obj.get("subjects") or (), obj["roleRef"]
    users, groups = (", ".join(s["name"] for s in subjects if s["kind"] == kind) for kind in ("User", "Group"))
    accounts = ", ".join(f"{s.get('namespace', '')}/{s['name']}" for s in subjects if s["kind"] == "ServiceAccount")
    return obj["metadata"]["name"], f"{role['kind']}/{role['name']}", _age(obj, now), users, groups, accounts


def network_policy_cells(obj: Json, now: int) -> Cells:
    """Models printNetworkPolicy."""
    return obj["metadata"]["name"], format_label_selector(obj["spec"].get("podSelector")), _age(obj, now)


def ingress_cells(obj: Json, now: int) -> Cells:
    """Models printIngress; nothing gives it an address."""
    spec = obj["spec"]
    rules = spec.get("rules") or ()
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    shown = ",".join(hosts[:_HOSTS]) or "*"
    shown += f" + {len(rules) - _HOSTS} more..." if len(hosts) > _HOSTS else ""
    ports = "80, 443" if spec.get("tls") else "80"
    return obj["metadata"]["name"], spec.get("ingressClassName", NONE), shown, "", ports, _age(obj, now)


def ingress_class_cells(obj: Json, now: int) -> Cells:
    """Models printIngressClass."""
    spec, parameters = obj["spec"], NONE
    if given := spec.get("parameters"):
        group = f".{given['apiGroup']}" if "apiGroup" in given else ""
        parameters = f"{given['kind']}{group}/{given['name']}"
    return obj["metadata"]["name"], spec.get("controller", ""), parameters, _age(obj, now)


def runtime_class_cells(obj: Json, now: int) -> Cells:
    """Models printRuntimeClass."""
    return obj["metadata"]["name"], obj["handler"], _age(obj, now)


def autoscaler_cells(obj: Json, now: int) -> Cells:
    """Models printHorizontalPodAutoscaler; no metric is known."""
    spec, target = obj["spec"], obj["spec"]["scaleTargetRef"]
    metrics = [_metric(each) for each in spec.get("metrics") or ()]
    shown = ", ".join(metrics[:_METRICS]) or NONE
    shown += f" + {len(metrics) - _METRICS} more..." if len(metrics) > _METRICS else ""
    replicas = obj.get("status", {}).get("currentReplicas", 0)
    least = spec.get("minReplicas", "<unset>")
    reference = f"{target['kind']}/{target['name']}"
    return obj["metadata"]["name"], reference, shown, least, spec["maxReplicas"], replicas, _age(obj, now)


def _metric(metric: Json) -> str:
    """Models formatHPAMetrics."""
    kind = metric["type"]
    source = metric.get(kind[:1].lower() + kind[1:])
    if source is None:
        return "<unknown type>"
    target = source["target"]
    if kind in ("Resource", "ContainerResource"):
        utilization = target.get("averageUtilization")
        wanted = target.get("averageValue") or ("<auto>" if utilization is None else f"{utilization}%")
        return f"{source['name']}: {UNKNOWN}/{wanted}"
    average = target.get("averageValue")
    if average is None:
        return f"{UNKNOWN}/{target.get('value', '')}"
    return f"{UNKNOWN}/{average}" + ("" if kind == "Pods" else " (avg)")
