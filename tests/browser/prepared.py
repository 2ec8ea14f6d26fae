"""Clusters whose address, start and moment are fixed, so that their pages look the same every time.

`python -m tests.browser.prepared` puts them into a server's database; they come as JSON on its standard input.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from tests.browser.server import Server

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AGO = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Prepared:
    """`commands`: at which second what is typed on the node."""

    slug: str
    manifest: str
    seconds: int
    commands: tuple[tuple[float, str], ...] = ()

    @property
    def presenter(self) -> str:
        """The presenter's address: who opens it may act."""
        return f"/clusters/{self.slug}/presenter/{self.slug}-key/"


def put(server: Server, clusters: Sequence[Prepared]) -> None:
    server.run("-m", "tests.browser.prepared", given=json.dumps([asdict(cluster) for cluster in clusters]))


def _make(prepared: Prepared) -> None:
    """Run it to its moment, as the server would, and leave it there, paused."""
    from dashboard.creation import begin, manifests, read_draft
    from dashboard.models import HORIZON_MS, ActionRecord, Cluster
    from dashboard.runner.drive import Drive
    from dashboard.runner.wall import wall
    from dashboard.runner.world import make_simulation
    from simulator import RELEASE

    draft = read_draft(prepared.manifest)
    cluster = Cluster(
        **{"slug": prepared.slug, "code": prepared.slug, "key": f"{prepared.slug}-key", "title": draft.title},
        **{"manifest": draft.text, "request_key": prepared.slug, "start": START, "release": RELEASE, "speed": 0},
        **{"target_ms": prepared.seconds * 1000, "playing": True, "lease_owner": "pictures", "lease_until": 2.0**40},
    )
    commands = [ActionRecord(at_ms=int(at * 1000), verb="node", data={"command": run}) for at, run in prepared.commands]
    begin(cluster, manifests(draft.scenario), commands)
    drive = Drive(cluster, "pictures", wall, make_simulation)
    while not drive.at_rest:
        drive.turn([], lambda: False)
    made = datetime.fromtimestamp(wall.time(), UTC) - AGO
    Cluster.objects.filter(pk=cluster.pk).update(stopped="", speed=60, target_ms=HORIZON_MS, created=made)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")
    django.setup()
    for given in json.load(sys.stdin):
        _make(Prepared(**given))
