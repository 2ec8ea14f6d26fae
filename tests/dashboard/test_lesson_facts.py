"""Every lesson is run to its end, and one fact that its prose tells is looked for in what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pytest

from dashboard.lessons import Lesson, lessons
from dashboard.recording import Run, run
from simulator.history import Fact, Revision
from simulator.objects import read_scenario


@dataclass(frozen=True)
class Played:
    """A lesson that was run: what its commands said, and what its history holds."""

    run: Run

    def said(self, at: float) -> str:
        """What the command printed that was planned for this second."""
        return next(str(action["output"]) for action in self.run.actions if action.get("due") == at)

    def lines(self, at: float) -> list[str]:
        return self.said(at).split()

    def facts(self, kind: str, container: str = "", pod: str = "") -> list[Fact]:
        return [
            entry
            for entry in self.run.entries
            if isinstance(entry, Fact) and entry.kind == kind
            and container in ("", entry.container) and entry.pod.endswith(pod)
        ]  # fmt: skip

    def starts(self, container: str) -> list[float]:
        """At which seconds it was started."""
        facts = self.facts("container", container)
        return [fact.at_ms / 1000 for fact in facts if fact.data["phase"] == "started"]

    @cached_property
    def revisions(self) -> list[Revision]:
        return [entry for entry in self.run.entries if isinstance(entry, Revision)]

    def events(self, reason: str) -> list[Any]:
        return [one.object for one in self.revisions if one.kind == "events" and one.object["reason"] == reason]

    def ready(self, pod: str) -> list[bool]:
        """Whether it was ready, each time that changed."""
        seen: list[bool] = []
        for one in self.revisions:
            if one.kind == "pods" and one.object["metadata"]["name"] == pod:
                conditions = one.object.get("status", {}).get("conditions", [])
                now = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
                seen += [now] if seen[-1:] != [now] else []
        return seen


def exits(played: Played, container: str) -> list[tuple[int, str]]:
    return [(fact.data["code"], fact.data["reason"]) for fact in played.facts("exit", container)]


def gaps(played: Played, container: str) -> list[float]:
    """How long each of the first lives and the wait after it took, in seconds."""
    starts = played.starts(container)[:5]
    return [later - earlier for earlier, later in pairwise(starts)]


def waits(played: Played, what: str) -> list[int]:
    """The different back-offs, in seconds, in their order."""
    return list(dict.fromkeys(f.data["wait_ms"] // 1000 for f in played.facts("backoff") if f.data["what"] == what))


def rollout(played: Played) -> bool:
    stuck, after = played.said(95), played.said(135)
    return (
        "deployment.apps/web   3/3     1            3" in stuck
        and "ImagePullBackOff" in stuck
        and "timed out" in played.said(80)
        and [line.split()[0] for line in played.said(125).splitlines()[2:] if line] == ["1", "3", "4"]
        and all(age not in after for age in ("ImagePullBackOff", "ErrImagePull"))
    )


def traffic(played: Played) -> bool:
    return (
        set(played.lines(20)) == {"blue", "green"}
        and set(played.lines(60)) == {"green"} == set(played.lines(110))
        and "Connection refused" in played.said(90)
        and not any(fact.data["restart"] for fact in played.facts("container", "nginx"))
    )


def stateful(played: Played) -> bool:
    order = [event["message"].split()[2] for event in played.events("SuccessfulDelete")]
    address = {at: next(line.split()[5] for line in played.said(at).splitlines() if "db-1" in line) for at in (35, 65)}
    return order[:3] == ["db-2", "db-1", "db-0"] and address[35] != address[65] and played.said(70) == "db-1\n"


def lost(played: Played) -> bool:
    old = next(line.split() for line in played.said(80).splitlines() if "node2" in line)
    gone = next(line.split() for line in played.said(130).splitlines() if "node2" in line)
    return (
        "NotReady" in played.said(75)
        and old[1:3] == ["1/1", "Running"]
        and gone[2] == "Terminating"
        and "node2" not in played.said(220)
    )


def cron(played: Played) -> bool:
    made = [event["message"] for event in played.events("SuccessfulCreate") if "Created job" in event["message"]]
    return "Forbid" in played.said(130) and len(made) >= 3 and len(played.events("SuccessfulDelete")) >= 1


def preempted(played: Played) -> bool:
    rows = {line.split()[0]: line.split()[2] for line in played.said(70).splitlines()}
    return rows == {"NAME": "STATUS", "equal": "Pending", "urgent": "Running"} and "Terminating" in played.said(45)


def resized(played: Played) -> bool:
    before, after = (played.said(at).splitlines()[1].split()[3] for at in (25, 45))
    return (before, after) == ("0", "1") and "Infeasible" in played.said(60) and "Forbidden" in played.said(70)


def hooks(played: Played) -> bool:
    first = {pod: next(f for f in played.facts("exit", pod=pod)).at_ms / 1000 for pod in ("/polite", "/slow", "/crash")}
    return (
        26 <= first["/polite"] < 28
        and 30 <= first["/slow"] < 32
        and len(played.events("FailedPreStopHook")) == 1
        and not played.facts("hook", pod="/crash")
    )


def drained(played: Played) -> bool:
    before, after, later = (played.said(at) for at in (15, 55, 90))
    return (
        "would violate the pod's disruption budget" in played.said(20)
        and [text.count("node2") for text in (before, after, later)] == [3, 1, 1]
        and "Ready,SchedulingDisabled" in played.said(50)
    )


def placed(played: Played) -> bool:
    before, after = ({line.split()[0]: line.split()[6] for line in played.said(at).splitlines()} for at in (10, 40))
    return (
        before["plain"] != "node2" == before["pinned"]
        and before["lost"] == "<none>"
        and after["lost"] == "node3"
        and "0/3 nodes are available" in played.said(20)
    )


FACTS: dict[str, Callable[[Played], bool]] = {
    "first-pod": lambda p: "Defaulted container" in p.said(30),
    "exec-c": lambda p: (
        p.said(15) == "both\n" and "No such file" in p.said(20) and "nginx" not in p.said(30) and "nginx" in p.said(35)
    ),
    "init-prepares-volume": lambda p: p.said(25) == "123456\n" and len(p.starts("init-alpine")) == 1,
    "init-blocks": lambda p: p.starts("init-nginx") != [] and p.starts("nginx-container") == [],
    "sidecar": lambda p: (
        "1/2" in p.said(25) and len(p.starts("proxy")) == 2 and "Completed" in p.said(60)
        and p.starts("proxy")[0] + 3 < p.starts("setup")[0] and True not in p.ready("p")
    ),
    "container-exits": lambda p: waits(p, "crash")[:5] == [10, 20, 40, 80, 160] and gaps(p, "alpine-container")[0] < 2,
    "container-exits-after-30s": lambda p: waits(p, "crash")[:4] == [10, 20, 40, 80],
    "restart-rules": lambda p: p.lines(100) == ["always", "3", "exits-1", "0", "exits-42", "3", "on-failure", "0"],
    "startup-http": lambda p: p.said(40).count("kube-probe") == 1,
    "startup-exec": lambda p: p.ready("exec-start-up") == [False, True] and len(p.starts("nginx-start-up")) > 1,
    "readiness-http": lambda p: p.ready("nginx-readiness-probe") == [False, True],
    "readiness-404": lambda p: (
        p.ready("nginx-readiness-probe") == [False, True, False] and len(p.starts("nginx-readiness")) == 1
    ),
    "service-traffic": traffic,
    "liveness-exec": lambda p: exits(p, "liveness")[0] == (137, "Error") and gaps(p, "liveness")[0] > 40,
    "liveness-http": lambda p: exits(p, "nginx-liveness") == [(0, "Completed")],
    "hooks-and-grace": hooks,
    "missing-image": lambda p: (
        "IfNotPresent,Always" in p.said(5) and waits(p, "image")[:3] == [10, 20, 40]
        and "2/2" in p.said(170) and "ErrImageNeverPull" in p.said(170)
    ),
    "oom-and-qos": lambda p: (
        p.lines(30) == ["NAME", "QOS", "hungry", "Burstable", "limits-only", "Guaranteed", "nothing", "BestEffort"]
        and exits(p, "app")[0] == (137, "OOMKilled") and "OOM" not in p.said(60)
    ),
    "resize": resized,
    "ephemeral-debug": lambda p: [fact.data["code"] for fact in p.facts("exit")] == [0, 3],
    "debug-copy": lambda p: "3/3" in p.said(40) and p.said(45).endswith("true"),
    "static-pod": lambda p: p.events("Scheduled") == [] and len(p.starts("nginx-container")) == 1,
    "deployment-rollout": rollout,
    "statefulset": stateful,
    "daemonset": lambda p: p.said(20).count("agent-") == 2 and p.said(80).count("agent-") == 3,
    "job": lambda p: p.said(70).count("pod/work-") == 3 and len(p.events("BackoffLimitExceeded")) == 1,
    "cronjob": cron,
    "preemption": preempted,
    "node-lost": lost,
    "node-drain": drained,
    "taints": placed,
    "config": lambda p: p.lines(110) == ["green", "blue", "blue"] and "CreateContainerConfigError" in p.said(30),
    "storage": lambda p: (
        "Pending" in p.said(5) and "Bound" in p.said(25) and p.lines(55) == ["/brief:", "/kept:", "kept.txt"]
        and "Terminating" in p.said(70)
    ),
}  # fmt: skip


def test_a_fact_is_known_of_every_lesson() -> None:
    assert sorted(FACTS) == sorted(lesson.slug for lesson in lessons())


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_a_lesson_does_what_its_prose_says(lesson: Lesson) -> None:
    played = Played(run(read_scenario(lesson.scenario, name=lesson.slug)))
    assert FACTS[lesson.slug](played), [(action["run"], action["output"]) for action in played.run.actions]
