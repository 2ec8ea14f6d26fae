"""Histories in the database: appended in batches, read back as the simulator's own entries.

`bulk_create` and model instances cost several times the driver's `executemany`, and a busy cluster writes thousands of
entries a second: so this module speaks SQL, and nothing else touches the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from dashboard.models import HistoryEntry
from simulator.history import Action, Entry, Fact, Json, Revision

COLUMNS = ("number", "at_ms", "cause", "type", "kind", "pod", "container", "verb", "fields", "payload")
Row = tuple[int, int, int, str, str, str, str, str, str, str]

_TABLE = HistoryEntry._meta.db_table
_INSERT = f"INSERT INTO {_TABLE} (cluster_id, {', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * 11)})"
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM {_TABLE} WHERE cluster_id = %s"


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def encode(entry: Entry) -> Row:
    fields = compact(entry.fields) if entry.fields else ""
    head = (entry.number, entry.at_ms, entry.cause)
    match entry:
        case Revision():
            return (*head, "R", entry.kind, pod_of(entry), "", entry.verb, fields, compact(entry.object))
        case Fact():
            return (*head, "F", entry.kind, entry.pod, entry.container, "", fields, compact(entry.data))
        case Action():
            return (*head, "A", "", "", "", entry.verb, fields, compact(entry.data))


def decode(row: Row) -> Entry:
    number, at_ms, cause, type_, kind, pod, container, verb, raw_fields, payload = row
    fields = tuple(json.loads(raw_fields)) if raw_fields else ()
    data = json.loads(payload)
    if type_ == "R":
        return Revision(number, at_ms, cause, verb, kind, data, fields)  # type: ignore[arg-type]
    if type_ == "F":
        return Fact(number, at_ms, cause, kind, pod, container, data, fields)
    return Action(number, at_ms, cause, verb, data, fields)


def pod_of(revision: Revision) -> str:
    """namespace/name of the Pod that an object is, or is about (events); else ""."""
    if revision.kind == "pods":
        return _name(revision.object["metadata"])
    involved = revision.object.get("involvedObject", {}) if revision.kind == "events" else {}
    return _name(involved) if involved.get("kind") == "Pod" else ""


def _name(meta: Json) -> str:
    return f"{meta.get('namespace', '')}/{meta.get('name', '')}"


def append(cluster: int, entries: Sequence[Entry]) -> int:
    """Write entries; their size in bytes. The caller's transaction also moves the cluster's clock."""
    rows = [(cluster, *encode(entry)) for entry in entries]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
    return sum(len(row[-1]) for row in rows)


def rows(cluster: int, after: int = 0, upto: int | None = None, pod: str | None = None) -> list[Row]:
    """Stored rows with after < number <= upto; with `pod`, those about it and those about no Pod."""
    query, values = [_SELECT, " AND number > %s"], [cluster, after]
    if upto is not None:
        query.append(" AND number <= %s")
        values.append(upto)
    if pod is not None:
        query.append(" AND pod IN ('', %s)")
        values.append(pod)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("".join([*query, " ORDER BY number"]), values)
        return list(cursor.fetchall())


def entries(cluster: int, after: int = 0, upto: int | None = None, pod: str | None = None) -> list[Entry]:
    """The history, oldest first."""
    return [decode(row) for row in rows(cluster, after, upto, pod)]


def entry(cluster: int, number: int) -> Entry | None:
    found = entries(cluster, number - 1, number)
    return found[0] if found else None


def size(cluster: int) -> tuple[int, int]:
    """How many entries are stored, and their size in bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM(LENGTH(payload)), 0) FROM {_TABLE} WHERE cluster_id = %s",
            [cluster],
        )
        count, length = cursor.fetchone()
    return int(count), int(length)


def as_json(rows_: Iterable[Row]) -> str:
    """A JSON list of entries. Payloads are copied as they are stored, not read."""
    return f"[{','.join(map(_row_json, rows_))}]"


def _row_json(row: Row) -> str:
    number, at_ms, cause, type_, kind, pod, container, verb, fields, payload = row
    head: dict[str, Any] = {"number": number, "at_ms": at_ms, "cause": cause}
    match type_:
        case "R":
            head |= {"type": verb, "kind": kind}
        case "F":
            head |= {"fact": kind, "pod": pod, "container": container}
        case _:
            head |= {"action": verb}
    tail = f',"fields":{fields}' if fields else ""
    name = "object" if type_ == "R" else "data"
    return f'{compact(head)[:-1]}{tail},"{name}":{payload}}}'


def pods(cluster: int) -> list[tuple[str, str]]:
    """(namespace, name) of every Pod that ever was, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pod FROM {_TABLE} WHERE cluster_id = %s AND type = 'R' AND kind = 'pods' "
            "GROUP BY pod ORDER BY MIN(number)",
            [cluster],
        )
        names = [pod for (pod,) in cursor.fetchall()]
    return [(namespace, name) for namespace, _, name in (pod.partition("/") for pod in names)]


WORKLOADS = ("deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers")


def only_pod(cluster: int) -> tuple[str, str] | None:
    """The Pod that is all there is to see; None if there are more, or workloads that may make more."""
    with connection.cursor() as cursor:
        kinds = ", ".join(["%s"] * len(WORKLOADS))
        cursor.execute(
            f"SELECT 1 FROM {_TABLE} WHERE cluster_id = %s AND type = 'R' AND kind IN ({kinds}) LIMIT 1",
            [cluster, *WORKLOADS],
        )
        if cursor.fetchone() is not None:
            return None
    found = pods(cluster)
    return found[0] if len(found) == 1 else None
