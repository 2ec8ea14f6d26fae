"""Descriptions of ResourceQuotas and LimitRanges. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer

Related = Callable[[str, bool], list[Json]]
_HELP = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before "
    "being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually include long running "
    "pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a best effort quality "
    "of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods have a burstable or "
    "guaranteed quality of service.",
}
_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def describe_quota(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeQuota."""
    writer = _head(obj)
    _quota(writer, obj, 0, " * ", "----")
    return writer.text()


def _quota(writer: Writer, obj: Json, level: int, bullet: str, rule: str) -> None:
    status = obj.get("status", {})
    if scopes := sorted(obj["spec"].get("scopes") or ()):
        writer.field(level, "Scopes", ", ".join(scopes))
        for scope in scopes:
            if scope in _HELP:
                writer.line(level, f"{bullet}{_HELP[scope]}")
    writer.line(level, "Resource\tUsed\tHard")
    writer.line(level, f"--------\t{rule}\t{rule}")
    for name, hard in sorted((status.get("hard") or {}).items()):
        writer.line(level, f"{name}\t{(status.get('used') or {}).get(name, '0')}\t{hard}")


def write_quotas(writer: Writer, quotas: Sequence[Json]) -> None:
    """Those of a namespace. Models DescribeResourceQuotas."""
    writer.line(0, "Resource Quotas" if quotas else "No resource quota.")
    for quota in quotas:
        writer.field(1, "Name", quota["metadata"]["name"])
        _quota(writer, quota, 1, "* ", "---")


def describe_limit_range(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeLimitRange."""
    writer = _head(obj)
    _limits(writer, [obj], "")
    return writer.text()


def write_limits(writer: Writer, limit_ranges: Sequence[Json]) -> None:
    """Those of a namespace. Models DescribeLimitRanges."""
    writer.line(0, "Resource Limits" if limit_ranges else "No LimitRange resource.")
    if limit_ranges:
        _limits(writer, limit_ranges, " ")


def _limits(writer: Writer, limit_ranges: Sequence[Json], prefix: str) -> None:
    writer.line(0, f"{prefix}Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio")
    writer.line(0, f"{prefix}----\t--------\t---\t---\t---------------\t-------------\t-----------------------")
    for item in (item for limit_range in limit_ranges for item in limit_range["spec"].get("limits") or ()):
        for name in sorted({name for field in _FIELDS for name in item.get(field) or {}}):
            values = "\t".join((item.get(field) or {}).get(name, "-") for field in _FIELDS)
            writer.line(0, f"{prefix}{item['type']}\t{name}\t{values}")


def _head(obj: Json) -> Writer:
    writer = Writer()
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"]["namespace"])
    return writer
