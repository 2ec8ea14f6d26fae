"""What the presenters get to know about a cluster besides its history: a value, without the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SPEEDS = (1, 10, 60, 600, 0)
"""Seconds of the cluster's time per second of ours; 0 is as fast as it can."""

Stopped = Literal["", "horizon", "history-full", "nothing-due", "failed"]
"""Why time stands still although nobody paused it."""


@dataclass(frozen=True, slots=True)
class ClusterState:
    slug: str
    title: str
    kind: str  # simulated, live, recorded
    namespace: str
    release: str
    lesson: str  # slug of the lesson that it came from, or ""
    manifest: str  # as the person gave it
    start: datetime  # wall-clock time of 0 ms in the simulated world
    now_ms: int  # the cluster's clock
    number: int  # of the newest history entry
    playing: bool
    speed: int  # one of SPEEDS
    horizon_ms: int  # playing stops here
    stopped: Stopped = ""
    failure: str = ""  # with stopped == "failed": what went wrong inside
    watchers: int = 0  # people who have it open
    followers: int = 0  # of these, who goes where the presenter goes
    open: bool = False  # viewers may act
    roam: bool = True  # viewers may look at another moment than the presenter
    lead: str = ""  # what the presenter looks at, as JSON, for the page's script; "" if nobody presents
    lead_place: str = ""  # the address of the page that they look at
