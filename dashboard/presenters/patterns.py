"""Every piece of the pages in every state, from fixed view-models: for `/patterns/`, where they are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.presenters.explain import Explanation, LineRef, Step
from dashboard.presenters.pieces import Group, Item, Lane
from dashboard.presenters.rich import Part, bold, code, due, say
from dashboard.presenters.sentences import Sentence
from dashboard.presenters.source import code as yaml
from dashboard.presenters.timeline import Timeline
from dashboard.presenters.timescale import Window, ticks

NOW = 80_000
WINDOW = Window(0, 100_000)
YAML = "spec:\n  terminationGracePeriodSeconds: 30\n  containers:\n  - name: app\n    # a comment\n    image: busybox\n"


@dataclass(frozen=True, slots=True)
class Patterns:
    """What `patterns.html` shows."""

    timeline: Timeline
    sentences: tuple[Sentence, ...]
    why: Explanation


def patterns_context() -> dict[str, object]:
    groups = (
        Group("p-kubectl", "What kubectl sees", tuple(_kubectl())),
        Group("p-bars", "Container bars", tuple(_bars())),
        Group("p-probes", "Probe attempts", tuple(_probes())),
        Group("p-rest", "Processes, signals, events, a person", tuple(_rest())),
    )
    drawn = Timeline(WINDOW, NOW, groups, ticks(WINDOW), 0, False, WINDOW, WINDOW, WINDOW, WINDOW)
    return {"patterns": Patterns(drawn, _sentences(), _why())}


def _item(name: str, shape: str, at: int, end: int | None = None, label: str = "", **more: object) -> Item:
    last = at * 1000 if end == at else None if end is None else end * 1000
    return Item(f"p-{name}", 0, 0, shape, at * 1000, last, label, f"{name}: {shape}", **more)  # type: ignore[arg-type]


def _kubectl() -> list[Lane]:
    status = (
        _item("s1", "wait", 0, 20, "ContainerCreating"),
        _item("s2", "plain", 20, 45, "Running"),
        _item("s3", "fail", 45, None, "CrashLoopBackOff"),
    )
    ready = (_item("r1", "part", 0, 20, "0/1"), _item("r2", "full", 20, None, "1/1"))
    conditions = (_item("c1", "false", 0, 20), _item("c2", "true", 20, 60), _item("c3", "unknown", 60))
    return [
        Lane("p-status", "status", "STATUS", items=status),
        Lane("p-ready", "ready", "READY", items=ready),
        Lane("p-c", "condition", "Ready", items=conditions, under=True),
    ]


def _bars() -> list[Lane]:
    lanes = []
    for kind, label in (
        ("wait", "ContainerCreating"),
        ("unready", "running, not ready"),
        ("ready", "running, ready"),
        ("plain", "running"),
        ("stop", "stopping"),
        ("back", "waits 1m20s"),
        ("ended", "exit 0 · Completed"),
        ("many", "×37"),
    ):
        items = [_item(f"b-{kind}", f"bar {kind}", 10, None, label)]
        if kind in ("stop", "back"):
            items.insert(0, _item(f"b-{kind}-due", "due", 10, 95))
        lanes.append(Lane(f"p-bar-{kind}", "container", kind, role="main", items=tuple(items)))
    flags = (
        _item("f1", "bar stop", 10, 40, "stopping"),
        _item("f2", "bar ready", 40, None, "running, ready"),
        _item("f3", "flag exit", 40, 40, "137"),
        _item("f4", "flag restart", 40, 40, "2"),
        _item("f5", "flag exit stem", 60, 60),
    )
    return [*lanes, Lane("p-flags", "container", "flags", role="main", items=flags)]


def _probes() -> list[Lane]:
    fails = tuple(
        _item(f"l{n}", "attempt fail" + (" low" if n == 1 else ""), 40 + 4 * n, 40 + 4 * n, str(n), level=n / 3)
        for n in (1, 2, 3)
    )
    liveness = (
        _item("l0", "attempt streak pass", 5, 40, every_ms=5000),
        *fails,
        _item("l5", "attempt streak fail past", 58, None, every_ms=5000),
    )
    readiness = (
        _item("e1", "attempt pass ring", 8, 8),
        _item("e2", "attempt streak pass dense", 12, 30, every_ms=300),
        _item("e3", "attempt unknown", 36, 36, "?"),
        _item("e4", "attempt band fail", 44, 52, "×40", level=0.6),
        _item("e5", "attempt band pass", 56, 66, "×55"),
    )
    startup = (_item("u1", "attempt pass ring", 8, 8), _item("u2", "rest", 8, None, "passed, at rest"))
    return [
        Lane("p-s", "probe-startup", "startup", "2 s · 5 fails → restart", letter="S", items=startup, under=True),
        Lane("p-l", "probe-liveness", "liveness", "5 s · 3 fails → restart", letter="L", items=liveness, under=True),
        Lane("p-r", "probe-readiness", "readiness", "", letter="R", items=readiness, under=True),
    ]


def _rest() -> list[Lane]:
    process = (
        _item("pr1", "command", 5, 40, "sleep 30", mono=True),
        _item("pr2", "file", 40, 40),
        _item("pr3", "command", 40, None, "sleep 600", mono=True),
    )
    signals = (
        _item("g1", "hook", 20, 24, "preStop"),
        _item("g2", "term", 24, 24, "TERM"),
        _item("g3", "grace", 24, 50),
        _item("g4", "kill", 50, 50, "KILL"),
        _item("g5", "term", 70, 70),
        _item("g6", "grace", 70),
        _item("g7", "due-kill", 95, 95),
    )
    events = (
        _item("v1", "warning", 10, 10),
        _item("v2", "warning dropped", 20, 20),
        _item("v3", "normal", 30, 30, "6"),
        _item("v4", "normal dropped", 40, 40),
    )
    return [
        Lane("p-process", "process", "process 1, sh", items=process, under=True),
        Lane("p-signals", "signals", "hooks and signals", items=signals, under=True),
        Lane("p-traffic", "traffic", "Traffic", items=(_item("t1", "traffic", 20, 50, "web"),)),
        Lane("p-events", "events", "Events", items=events),
        Lane("p-you", "actions", "What you did", items=(_item("y1", "action", 30, 30, "rm -f /tmp/healthy"),)),
    ]


def _sentences() -> tuple[Sentence, ...]:
    app = bold("app")
    return (
        Sentence("ready", "Ready", say("{app} runs and is ready since 0:11.4.", app=app)),
        Sentence("wait", "Starting", say("{app} waits for its image {i}.", app=app, i=code("nginx"))),
        Sentence("stop", "Stopping", say("{app} is being stopped. SIGKILL in {t}.", app=app, t=due(88_700, NOW))),
        Sentence("back", "Back-off", say("{app} is down and waits.", app=app)),
        Sentence("err", "Ended", say("{app} ended with exit code {c}.", app=app, c=bold(1))),
        Sentence("done", "Deleted", say("{app} was deleted at 9:12.4. Its history is kept.", app=app)),
    )


def _why() -> Explanation:
    steps = (
        Step(
            1,
            1,
            40_000,
            say("{c} removed the file.", c=Part("rm -f /tmp/healthy", "both")),
            (LineRef(4, 4),),
            "p-process",
        ),
        Step(2, 2, 44_000, say("Liveness failed: 1, 2, 3 of 3."), (LineRef(2, 2), LineRef(4, 6)), "p-l"),
        Step(3, 3, 50_000, say("SIGKILL, exit code 137."), (), "p-signals"),
    )
    return Explanation(
        1,
        "Why did app restart?",
        say("Its liveness probe failed 3 times in a row."),
        "0:52.0",
        "Container app failed liveness probe, will be restarted",
        steps,
        yaml(YAML, {2: (3,), 4: (1, 2)}),
        "app.yaml",
        "restart 2 of 2",
        1,
        0,
    )
