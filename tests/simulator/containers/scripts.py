"""Runs a script in a container of its own and tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.containers import Container
from simulator.history import Fact
from tests.simulator.containers.world import World

IMAGES = {"ash": "busybox:1.36", "dash": "debian:12", "bash": "debian:12"}
NAMES = {"ash": "sh", "dash": "dash", "bash": "bash"}
FOLDER = "/w"


@dataclass(frozen=True)
class Result:
    out: str
    err: str
    code: int | None  # None: it still runs
    ms: int
    budgets: tuple[str, ...]
    world: World
    container: Container


def run_script(
    script: str,
    shell: str = "ash",
    *,
    within_ms: int = 600_000,
    memory: int | None = None,
    argv: list[str] | None = None,
    env: dict[str, str] | None = None,
    seed: int = 0,
) -> Result:
    """`sh -c script` as a container's main process, for at most `within_ms`."""
    world = World(seed)
    container = world.container(
        IMAGES[shell],
        argv or [NAMES[shell], "-c", script],
        memory_limit=memory,
        working_dir=FOLDER,
        env=env or {},
    )
    container.start(lambda result: world.exits.append((world.engine.now, result)))
    while not world.exits and (due := world.engine.next_at()) is not None and due <= within_ms:
        world.engine.step()
    facts = [entry for entry in world.history.entries if isinstance(entry, Fact)]
    streams = {"stdout": "", "stderr": ""}
    for fact in facts:
        if fact.kind == "log":
            streams[fact.data["stream"]] += fact.data["text"]
    ended = world.exits[0] if world.exits else None
    return Result(
        out=streams["stdout"],
        err=streams["stderr"],
        code=ended[1].code if ended else None,
        ms=ended[0] if ended else world.engine.now,
        budgets=tuple(fact.data["what"] for fact in facts if fact.kind == "budget"),
        world=world,
        container=container,
    )


def output(script: str, shell: str = "ash") -> str:
    """What a script that must succeed prints."""
    result = run_script(script, shell)
    assert (result.code, result.err) == (0, "")
    return result.out
