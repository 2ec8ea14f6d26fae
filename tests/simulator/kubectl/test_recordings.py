"""The printers against a real kubectl 1.35.6, letter for letter."""

import pytest

from simulator.kubectl.describe import describe_pod
from simulator.kubectl.events import events_of
from simulator.kubectl.tables import TableOptions, table_text
from simulator.objects.resources import ALL, resource_of
from tests.simulator.kubectl.recordings import NAMES, objects, recording

EMPTY = [name for name in NAMES if not objects(name, "pods")]
LIVE = [name for name in NAMES if name not in EMPTY]


@pytest.mark.parametrize("name", LIVE)
def test_get_pods_wide_prints_what_was_recorded(name: str) -> None:
    real = recording(name)
    now = real["now"] + real["delay"]["get"]
    assert table_text(resource_of("pods"), objects(name, "pods"), now, TableOptions(wide=True)) == real["get"]


@pytest.mark.parametrize("name", LIVE)
def test_get_all_prints_what_was_recorded(name: str) -> None:
    real = recording(name)
    now = real["now"] + real["delay"]["get_all"]
    kinds = [kind for kind in ALL if objects(name, kind)]
    tables = [table_text(resource_of(k), objects(name, k), now, TableOptions(with_kind=True)) for k in kinds]
    assert "\n".join(tables) == real["get_all"]


@pytest.mark.parametrize("name", [name for name in LIVE if "describe" in recording(name)])
def test_describe_pod_prints_what_was_recorded(name: str) -> None:
    real = recording(name)
    now = real["now"] + real["delay"]["describe"]
    texts = [describe_pod(pod, events_of(pod, objects(name, "events")), now) for pod in objects(name, "pods")]
    assert "\n\n".join(texts) == real["describe"]


def test_enough_is_compared() -> None:
    assert len(LIVE) >= 24
    assert EMPTY == ["delete-grace-ignored"]
