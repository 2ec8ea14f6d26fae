"""One lesson of each kind, acted out: run on the page, then one of the things that it suggests to try."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dashboard.lessons import Lesson, find_lesson
from tests.browser.looking import open_tab, run, wait_for_htmx, wait_until_connected

READY, STATUS, RESTARTS, QOS = (f"#cells .cell-{key} dd" for key in ("ready", "status", "restarts", "qos"))
PODS, NODES, SERVICES, INSIDE, SENTENCE = "#pods", "#nodes", "#services", "#inside", "#sentence"
CONSOLE, DEBUGGERS, EVENTS = "#console", "#debuggers", "#events"
TABS = {INSIDE: "inside", CONSOLE: "run", DEBUGGERS: "run", EVENTS: "events"}


@dataclass(frozen=True)
class Fact:
    """What is to be seen: where on which page, `pod` "" for the cluster's, and at which second of the Pod or cluster."""

    pod: str
    place: str
    says: str  # a pattern
    at: float | None = None
    absent: bool = False


Do = Callable[[Page], None]


@dataclass(frozen=True)
class Kind:
    """A lesson with what it shows, and one of its suggestions with what that shows: the scenario is changed and run
    again, or something is done on the page of `pod`."""

    slug: str
    told: tuple[Fact, ...]
    suggestion: str  # a piece of it
    then: tuple[Fact, ...]
    change: tuple[str, str] | None = None
    pod: str = ""
    do: tuple[Do, ...] = ()


def typed(command: str) -> Do:
    """On the cluster's page, into the shell of the node."""

    def do(page: Page) -> None:
        page.locator(".shell [name=command]").fill(command)
        page.locator(".shell").get_by_role("button", name="Run").click()

    return do


def inside(container: str, command: str) -> Do:
    return lambda page: run(page, "Run in the container", container=container, command=command)


def debugger(page: Page) -> None:
    run(page, "Add a debugger", target="nginx-container", image="busybox:1.36")
    expect(page.locator(DEBUGGERS)).to_contain_text("running · sees the processes of nginx-container")
    run(page, "Run in the container", command="ps")
    expect(page.locator(CONSOLE)).to_contain_text("nginx: worker process")
    page.get_by_role("button", name="Leave it").click()


def joined(**fields: str) -> Do:
    """On the cluster's page, one more node."""

    def do(page: Page) -> None:
        page.locator("#add-node summary").click()
        for name, value in fields.items():
            page.locator(f"#add-node [name={name}]").fill(value)
        page.locator("#add-node button").click()

    return do


KINDS = (
    Kind(
        "first-pod",
        (
            Fact("pod-multi-container", READY, "2/2"),
            Fact("pod-multi-container", INSIDE, r"common-volume\s*emptyDir · 1 file"),
        ),
        "date > /app/extra.html",
        (Fact("pod-multi-container", INSIDE, r"extra\.html"),),
        pod="pod-multi-container",
        do=(inside("content-container", "date > /app/extra.html"),),
    ),
    Kind(
        "readiness-404",
        (
            Fact("nginx-readiness-probe", RESTARTS, "^0$"),
            Fact("nginx-readiness-probe", READY, "1/1", at=110),
            Fact("nginx-readiness-probe", READY, "0/1"),
        ),
        "Turn the readinessProbe into a livenessProbe",
        (Fact("nginx-readiness-probe", RESTARTS, "^[1-9]"),),
        change=("readinessProbe:", "livenessProbe:"),
    ),
    Kind(
        "hooks-and-grace",
        (Fact("slow", SENTENCE, r"was deleted at 0:3\d"), Fact("polite", SENTENCE, r"was deleted at 0:\d\d")),
        "kubectl delete pod slow --grace-period=3",
        (Fact("slow", SENTENCE, r"was deleted at 0:2\d"),),
        change=("delete pod polite slow", "delete pod slow --grace-period=3"),
    ),
    Kind(
        "init-prepares-volume",
        (Fact("pod-lifecycle", STATUS, "Init:0/1", at=5), Fact("pod-lifecycle", RESTARTS, "^[1-9]")),
        "End the init command with `exit 1`",
        (Fact("pod-lifecycle", STATUS, "Init:CrashLoopBackOff"),),
        change=("sleep 10", "exit 1"),
    ),
    Kind(
        "sidecar",
        (Fact("p", STATUS, "Completed"), Fact("p", STATUS, "Init:0/2", at=18)),
        "Remove the startupProbe",
        (Fact("p", STATUS, "^Running$", at=10),),
        change=("    startupProbe:", "    #"),
    ),
    Kind(
        "container-exits",
        (Fact("pod-lifecycle", STATUS, "CrashLoopBackOff"), Fact("pod-lifecycle", RESTARTS, "^[5-9] ")),
        'command: [sleep, "3600"]',
        (Fact("pod-lifecycle", STATUS, "^Running$"), Fact("pod-lifecycle", RESTARTS, "^0$")),
        change=("    image: alpine", '    image: alpine\n    command: [sleep, "3600"]'),
    ),
    Kind(
        "oom-and-qos",
        (Fact("hungry", "#t-app", "137"), Fact("limits-only", QOS, "Guaranteed")),
        "Add `requests: {cpu: 50m}` to limits-only",
        (Fact("limits-only", QOS, "Burstable"),),
        change=("limits: {cpu: 100m, memory: 50Mi}", "{limits: {cpu: 100m, memory: 50Mi}, requests: {cpu: 50m}}"),
    ),
    Kind(
        "taints",
        (Fact("lost", STATUS, "Pending", at=20), Fact("", "#node-node3-now", r"lost\s+Running")),
        "add a node with the label `disk=nvme`",
        (Fact("", "#node-node4-now", r"Ready[\s\S]*disk=nvme"),),
        do=(joined(labels="disk=nvme"),),
    ),
    Kind(
        "deployment-rollout",
        (
            Fact("", PODS, r"Deployment web\s+READY 3/3\s*UP-TO-DATE 1[\s\S]*cannot pull its image", at=95),
            Fact("", PODS, r"new, revision 3[\s\S]*old, revision 2", at=95),
            Fact("", PODS, r"new, revision 4"),
        ),
        "strategy: {type: Recreate}",
        (Fact("", PODS, r"Deployment web\s+READY 0/3", at=95),),
        change=("  replicas: 3", "  replicas: 3\n  strategy: {type: Recreate}"),
    ),
    Kind(
        "statefulset",
        (Fact("", PODS, r"db-0[\s\S]*db-1[\s\S]*db-2", at=35), Fact("", PODS, r"StatefulSet db\s+READY 1/1")),
        "podManagementPolicy: Parallel",
        (Fact("", PODS, r"StatefulSet db\s+READY 3/3", at=6),),
        change=("  replicas: 3", "  replicas: 3\n  podManagementPolicy: Parallel"),
    ),
    Kind(
        "daemonset",
        (Fact("", PODS, r"DaemonSet agent\s+DESIRED 3"), Fact("", "#node-node1-now", "SchedulingDisabled")),
        "Add a fourth node",
        (Fact("", PODS, r"DaemonSet agent\s+DESIRED 4"), Fact("", "#node-more-now", r"agent-\w+\s+Running")),
        do=(joined(name="more"),),
    ),
    Kind(
        "job",
        (Fact("", PODS, r"Job work\s+STATUS Failed"),),
        "Let it succeed: `exit 0`",
        (Fact("", PODS, r"Job work\s+STATUS Complete"),),
        change=("exit 3", "exit 0"),
    ),
    Kind(
        "cronjob",
        (Fact("", PODS, r"CronJob tick[\s\S]*ACTIVE 1", at=172),),
        "concurrencyPolicy: Allow",
        (Fact("", PODS, r"CronJob tick[\s\S]*ACTIVE 2", at=172),),
        change=("concurrencyPolicy: Forbid", "concurrencyPolicy: Allow"),
    ),
    Kind(
        "static-pod",
        (Fact("", PODS, r"Pods that are no more\s+pod-static-node1"),),
        "Look for a Scheduled event: there is none",
        (Fact("pod-static-node1", EVENTS, "Started"), Fact("pod-static-node1", EVENTS, "Scheduled", absent=True)),
    ),
    Kind(
        "ephemeral-debug",
        (Fact("pod-multi-container", READY, "2/2"), Fact("pod-multi-container", DEBUGGERS, "exit 3")),
        "Run `ps` in the debugger while it lives",
        (Fact("pod-multi-container", DEBUGGERS, r"busybox:1\.36 exit 0 · Completed[\s\S]*stays in the status"),),
        pod="pod-multi-container",
        do=(debugger,),
    ),
    Kind(
        "debug-copy",
        (Fact("nginx-container", READY, "3/3"), Fact("nginx-container", INSIDE, "It is process 1 for all containers")),
        "In the copy, list the processes",
        (Fact("nginx-container", CONSOLE, r"/pause[\s\S]*nginx[\s\S]*sleep 1000"),),
        pod="nginx-container",
        do=(inside("nginx-container", "ps"),),
    ),
    Kind(
        "exec-c",
        (Fact("two", CONSOLE, "Defaulted container"), Fact("two", RESTARTS, r"^1 \(")),
        "Set `shareProcessNamespace: true`",
        (Fact("two", CONSOLE, r"-- ps\s[\s\S]*nginx: worker process[\s\S]*wget"),),
        change=("spec:\n  volumes:", "spec:\n  shareProcessNamespace: true\n  volumes:"),
    ),
    Kind(
        "service-traffic",
        (
            Fact("", SERVICES, r"no traffic: not ready[\s\S]*all traffic", at=60),
            Fact("blue", RESTARTS, "^0$"),
        ),
        "failureThreshold: 10",
        (Fact("", SERVICES, r"1/2 of traffic[\s\S]*1/2 of traffic", at=60),),
        change=("failureThreshold: 2", "failureThreshold: 10"),
    ),
    Kind(
        "node-lost",
        (
            Fact("", "#node-node2-now", "nobody knows yet", at=30),
            Fact("", "#node-node2-now", r"NotReady[\s\S]*Running", at=80),
            Fact("", "#node-node2-now", r"stay Terminating", at=150),
            Fact("", "#node-node2-now", r"Ready[\s\S]*It takes new Pods"),
        ),
        "Remove the tolerations",
        (Fact("", "#node-node2-now", r"NotReady[\s\S]*300 s by default[\s\S]*Running", at=150),),
        change=("tolerationSeconds: 30", "tolerationSeconds: 300"),
    ),
    Kind(
        "node-drain",
        (
            Fact("", "#node-node2-now", r"being drained", at=22),
            Fact("", "#node-node2-now", r"agent-\w+\s+Running"),
            Fact("", "#node-node2-now", r"web-", absent=True),
        ),
        "Add a node there",
        (Fact("", "#node-node4-now", r"agent-\w+\s+Running"), Fact("", "#node-node4-now", "web-", absent=True)),
        do=(joined(),),
    ),
    Kind(
        "config",
        (Fact("app", INSIDE, r"color 5 B", at=15), Fact("app", INSIDE, r"color 6 B"), Fact("app", RESTARTS, "^0$")),
        "Set `immutable: true`",
        (Fact("app", INSIDE, "color 5 B"),),
        change=("kind: ConfigMap", "kind: ConfigMap\nimmutable: true"),
    ),
    Kind(
        "storage",
        (Fact("first", INSIDE, r"brief\.txt", at=15), Fact("second", INSIDE, r"kept\.txt")),
        "Delete the Pod: claim and volume go too",
        (Fact("", PODS, "PersistentVolumeClaim", absent=True),),
        do=(typed("kubectl delete pod second"),),
    ),
)


def lesson_of(kind: Kind) -> Lesson:
    lesson = find_lesson(kind.slug)
    assert lesson is not None
    return lesson


def play(page: Page, kind: Kind, change: tuple[str, str] | None = None) -> str:
    """Run the lesson to its end; gives the cluster's address."""
    page.goto(f"/lessons/{kind.slug}/")
    if change is not None:
        text = lesson_of(kind).scenario
        assert change[0] in text
        page.locator("textarea[name=manifest]").fill(text.replace(*change))
    page.locator("#editor [data-run]").click()
    page.wait_for_url("**/clusters/**")
    cluster = re.sub(r"(/clusters/[^/]+/).*", r"\1", page.url)
    wait_until_connected(page)
    page.locator(".speeds").get_by_role("button", name="max", exact=True).click()
    expect(page.locator("#clock-state")).to_have_attribute("data-playing", "false")
    return cluster


def address(cluster: str, fact: Fact, page: Page) -> str:
    """Where it is to be seen. `at` counts from the Pod's beginning, as its page does."""
    query = f"tab={TABS.get(fact.place, 'events')}" if fact.pod else "list&show=all"
    place = f"{cluster}pods/default/{fact.pod}/" if fact.pod else cluster
    if fact.at is None:
        return f"{place}?{query}"
    page.goto(f"{place}?{query}")
    origin = int(page.locator("#clock-state").get_attribute("data-origin") or 0)
    return f"{place}?{query}&at={origin + int(fact.at * 1000)}"


def see(page: Page, cluster: str, facts: tuple[Fact, ...], *, live: bool = False) -> None:
    for fact in facts:
        if not live:
            page.goto(address(cluster, fact, page))
        elif fact.pod and fact.place == INSIDE:
            open_tab(page, "Inside")
        place = expect(page.locator(fact.place))
        pattern = re.compile(fact.says)
        if fact.absent:
            place.not_to_have_text(pattern)
            place.not_to_contain_text(pattern)
        else:
            place.to_contain_text(pattern)


def test_the_suggestions_that_are_followed_are_those_of_the_lessons() -> None:
    for kind in KINDS:
        words = " ".join(lesson_of(kind).try_)
        plain = re.sub(r"<[^>]+>", "`", words).replace("&quot;", '"').replace("&gt;", ">")
        assert kind.suggestion in plain, kind.slug


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_lesson_is_acted_out(page: Page, kind: Kind) -> None:
    cluster = play(page, kind)
    see(page, cluster, kind.told)
    if kind.change is not None:
        see(page, play(page, kind, kind.change), kind.then)
        return
    if kind.do:
        page.goto(f"{cluster}pods/default/{kind.pod}/?tab=run" if kind.pod else f"{cluster}?list&show=all")
        wait_until_connected(page)
        page.locator(".speeds").get_by_role("button", name="10×", exact=True).click()
        page.get_by_role("button", name="Play").click()
        for do in kind.do:
            wait_for_htmx(page)
            do(page)
    see(page, cluster, kind.then, live=bool(kind.do))
