"""Writing Events: counted, combined and rate-limited as client-go's recorders do it.

Models staging/src/k8s.io/client-go/tools/record/events_cache.go (kubelet and controllers) and
tools/events/{event_recorder,event_broadcaster}.go (scheduler).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.apiserver.admission import is_terminating
from simulator.calendar import Calendar
from simulator.engine import Beat, Engine
from simulator.history import History, Json
from simulator.store import Store

COMBINE_FROM = 10  # distinct messages
COMBINE_WINDOW_MS = 600_000
SPAM_BURST = 25
SPAM_REFILL_MS = 300_000
FINISH = Beat(0, 360_000)  # when series are looked at that nothing was added to for as long
MAX_NOTE = 1024  # what the scheduler cuts its messages to
COMBINED = "(combined from similar events): "


@dataclass(slots=True)
class _Similar:
    last: int
    messages: tuple[str, ...] = ()


@dataclass(slots=True)
class _Bucket:
    """Tokens of the spam filter; one comes back every five minutes. Kept as ms of refilling, exact."""

    filled: int
    left: int = SPAM_BURST * SPAM_REFILL_MS

    def take(self, now: int) -> bool:
        self.left = min(SPAM_BURST * SPAM_REFILL_MS, self.left + now - self.filled)
        self.filled = now
        if self.left < SPAM_REFILL_MS:
            return False
        self.left -= SPAM_REFILL_MS
        return True


@dataclass(slots=True)
class _Observed:
    name: str
    first: int
    count: int


@dataclass(slots=True)
class _Series:
    event: Json  # as it was written last
    last: int
    count: int = 1

    @property
    def ends(self) -> int:
        return FINISH.after(self.last + FINISH.period)


def object_reference(obj: Json, field_path: str = "") -> Json:
    """A reference to `obj`, or to a part of it such as spec.containers{app}; with what of a name `obj` has."""
    meta = obj["metadata"]
    named = {key: meta[key] for key in ("namespace", "name", "uid") if key in meta}
    reference: Json = {"kind": obj["kind"], **named, "apiVersion": obj["apiVersion"]}
    if "resourceVersion" in meta:  # a static Pod has none
        reference["resourceVersion"] = meta["resourceVersion"]
    if field_path:
        reference["fieldPath"] = field_path
    return reference


class _EventSink:
    """What both kinds of recorders share: names and writing."""

    def __init__(self, engine: Engine, history: History, store: Store, calendar: Calendar) -> None:
        self._engine = engine
        self._history = history
        self._store = store
        self._calendar = calendar
        self._serial = 0

    def _new_event(self, about: Json) -> Json:
        # Upstream names an Event by the time in ns; the serial stands for what is below our ms.
        self._serial += 1
        stamp = (self._calendar.epoch_ms + self._engine.now) * 1_000_000 + self._serial % 1_000_000
        return {
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {
                "name": f"{about['name']}.{stamp:x}",
                "namespace": about.get("namespace", "default"),
                "uid": self._store.new_uid(),
                "creationTimestamp": self._calendar.second(self._engine.now),
            },
            "involvedObject": about,
        }

    def _write(self, event: Json) -> Json:
        """The event as it is kept."""
        cause = self._engine.cause
        meta = event["metadata"]
        if self._store.get("events", meta["namespace"], meta["name"]) is not None:
            event = self._store.update("events", event)
        elif not is_terminating(self._store, meta["namespace"]):  # where nothing new may come, no event does
            event = self._store.create("events", event)
        self._engine.cause = cause
        return event


class Recorder(_EventSink):
    """The classic recorder of one component."""

    def __init__(
        self, engine: Engine, history: History, store: Store, calendar: Calendar, component: str, host: str = ""
    ) -> None:
        super().__init__(engine, history, store, calendar)
        self._source: Json = {"component": component} | ({"host": host} if host else {})
        self._observed: dict[tuple[str, ...], _Observed] = {}
        self._similar: dict[tuple[str, ...], _Similar] = {}
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def event(self, obj: Json, kind: str, reason: str, message: str, field_path: str = "") -> None:
        """Record `reason` about `obj`; `kind` is Normal or Warning."""
        about = object_reference(obj, field_path)
        whose = about.get("uid") or f"{about.get('namespace', '')}/{about['name']}"
        key, message = self._combine(whose, kind, reason, field_path, message)
        now = self._engine.now
        event = self._new_event(about)
        observed = self._observed.get(key)
        if observed is None:
            observed = self._observed[key] = _Observed(event["metadata"]["name"], now, 0)
        observed.count += 1
        if not self._bucket((whose, kind)).take(now):
            data = {"reason": reason, "message": message, "count": observed.count}
            self._history.fact("event.dropped", f"{about.get('namespace', '')}/{about['name']}", "", data)
            return
        self._write(self._full(event, observed, kind, reason, message))

    def _combine(
        self, whose: str, kind: str, reason: str, field_path: str, message: str
    ) -> tuple[tuple[str, ...], str]:
        """The key that counts this event; many different messages are counted as one."""
        group = (whose, kind, reason)
        now = self._engine.now
        similar = self._similar.get(group)
        if similar is None or now - similar.last > COMBINE_WINDOW_MS:
            similar = self._similar[group] = _Similar(now)
        similar.last = now
        if message not in similar.messages:
            similar.messages = (*similar.messages, message)
        if len(similar.messages) < COMBINE_FROM:
            return (*group, field_path, message), message
        similar.messages = similar.messages[1:]
        return group, f"{COMBINED}{message}"

    def _bucket(self, key: tuple[str, ...]) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(filled=self._engine.now)
        return bucket

    def _full(self, event: Json, observed: _Observed, kind: str, reason: str, message: str) -> Json:
        if observed.count > 1:
            namespace = event["metadata"]["namespace"]
            before = self._store.get("events", namespace, observed.name)
            event["metadata"]["name"] = observed.name
            if before is not None:
                event = before
        last = self._calendar.second(self._engine.now)
        # client-go makes a combined event anew, and leaves out who reports it.
        combined = message.startswith(COMBINED)
        return event | {
            "reason": reason,
            "message": message,
            "source": self._source,
            "firstTimestamp": self._calendar.second(observed.first),
            "lastTimestamp": last,
            "count": observed.count,
            "type": kind,
            "eventTime": None,
            "reportingComponent": "" if combined else self._source["component"],
            "reportingInstance": "" if combined else self._source.get("host", ""),
        }


class SeriesRecorder(_EventSink):
    """The recorder of the newer events API, as the scheduler uses it.

    Of a series the first repeat is written, and the rest when it is over (recordToSink, finishSeries).
    """

    def __init__(
        self, engine: Engine, history: History, store: Store, calendar: Calendar, component: str, instance: str
    ) -> None:
        super().__init__(engine, history, store, calendar)
        self._component = component
        self._instance = instance
        self._series: dict[tuple[str, ...], _Series] = {}

    def event(
        self, obj: Json, kind: str, reason: str, action: str, message: str, *, related: Json | None = None
    ) -> None:
        """Record `reason`; a repeat with the same reason and action becomes a series. `related` is another object."""
        about = object_reference(obj)
        key = (about["uid"], about["resourceVersion"], kind, reason, action)
        now = self._engine.now
        known = self._series.get(key)
        if known is not None and now < known.ends:
            known.count, known.last = known.count + 1, now
            if known.count == 2:
                self._write_count(known)
                self._engine.at(known.ends, self._finish, key)
            return
        event = self._new_event(about) | {
            "reason": reason,
            "message": message if len(message) <= MAX_NOTE else f"{message[: MAX_NOTE - 4]} ...",
            "source": {},
            "firstTimestamp": None,
            "lastTimestamp": None,
            "type": kind,
            "eventTime": self._calendar.micro(now),
            "action": action,
            **({} if related is None else {"related": object_reference(related)}),
            "reportingComponent": self._component,
            "reportingInstance": self._instance,
        }
        self._series[key] = _Series(self._write(event), now)

    def _write_count(self, series: _Series) -> None:
        seen = {"count": series.count, "lastObservedTime": self._calendar.micro(series.last)}
        series.event = self._write(series.event | {"series": seen})

    def _finish(self, key: tuple[str, ...]) -> None:
        series = self._series[key]
        if self._engine.now < series.ends:
            self._engine.at(series.ends, self._finish, key)
            return
        meta = series.event["metadata"]
        if self._store.get("events", meta["namespace"], meta["name"]) is not None:
            self._write_count(series)
        del self._series[key]
