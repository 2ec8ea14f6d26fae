"""All answers about one Pod."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.answers.ladder import Wait, ladder
from simulator.answers.parts import Answer, Part, Question, Span, What
from simulator.answers.probing import Probe
from simulator.answers.starting import NOTICE, STATUS, SYNC, budget, ready, start, start_again
from simulator.answers.stopping import hook_of_the_dead, ignores_term, stopping
from simulator.history import Json
from simulator.kubelet.policy import all_containers, is_restartable, is_sidecar


@dataclass(frozen=True, slots=True)
class ContainerAnswers:
    """`deaf`: SIGTERM is sure to do nothing. `alone`: no other container of the Pod keeps running, and so none can hold
    up the Pod's one worker. `life_ms`: the shortest time from one exit to the next, if its probe fails from the start;
    None without such a probe."""

    name: str
    path: str
    crash: Answer
    hang: Answer
    traffic: Answer
    ready: Answer
    budget: Answer
    waits: tuple[Wait, ...]
    deaf: bool
    alone: bool
    life_ms: int | None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.crash, self.hang, self.traffic, self.ready, self.budget


@dataclass(frozen=True, slots=True)
class PodAnswers:
    containers: tuple[ContainerAnswers, ...]  # that keep running: main ones first, then sidecars
    budget: Answer

    def container(self, name: str) -> ContainerAnswers | None:
        return next((container for container in self.containers if container.name == name), None)


def pod_answers(pod: Json) -> PodAnswers:
    """`pod` as the API server stores it, with its defaults."""
    lasting = [
        (kind, _container(pod, container, f"spec.{kind}[{index}]"))
        for kind, index, container in all_containers(pod["spec"])
        if _lasts(kind, container)
    ]
    lasting.sort(key=lambda found: found[0] != "containers")
    return PodAnswers(tuple(answers for _, answers in lasting), _pod_budget(pod))


def _lasts(kind: str, container: Json) -> bool:
    return kind == "containers" or is_sidecar(container)


def _container(pod: Json, container: Json, path: str) -> ContainerAnswers:
    starting = start(container, path)
    guarded = budget(container, path)
    life = None
    if not guarded.never:
        probe = "startup" if "startupProbe" in container else "liveness"
        stop = sum(part.span.least for part in stopping(pod, container, path, probe))
        life = start_again(container, path).span.least + guarded.span.least + stop
    return ContainerAnswers(
        name=container["name"],
        path=path,
        crash=_crash(pod, container, path, starting),
        hang=_hang(pod, container, path),
        traffic=_traffic(container, path),
        ready=ready(container, path),
        budget=guarded,
        waits=ladder(starting.span),
        deaf=ignores_term(pod, container),
        alone=not any(other is not container and _lasts(kind, other) for kind, _, other in all_containers(pod["spec"])),
        life_ms=life,
    )


def _policy(container: Json, path: str) -> str:
    return f"{path}.restartPolicy" if container.get("restartPolicy") else "spec.restartPolicy"


def _crash(pod: Json, container: Json, path: str, starting: Part) -> Answer:
    rules = container.get("restartPolicyRules")
    if not rules and not is_restartable(container, pod["spec"]):
        return Answer(Question.CRASH, never=_policy(container, path))
    parts = [NOTICE, SYNC]
    liveness = Probe.of(container, path, "liveness")
    if liveness is not None and liveness.network:
        noticed = (NOTICE.span + SYNC.span).greatest or 0
        hook = hook_of_the_dead(pod, container, path)
        if hook is not None and liveness.more_failures(late=True).span.least < noticed:
            parts.append(hook)
    return Answer(Question.CRASH, (*parts, starting))


def _hang(pod: Json, container: Json, path: str) -> Answer:
    liveness = Probe.of(container, path, "liveness")
    if liveness is None:
        return Answer(Question.HANG, never=f"{path}.livenessProbe")
    if not is_restartable(container, pod["spec"]):
        return Answer(Question.HANG, never=_policy(container, path))
    stop = stopping(pod, container, path, "liveness")
    return Answer(Question.HANG, (*liveness.detection(), SYNC, *stop, start_again(container, path)))


def _traffic(container: Json, path: str) -> Answer:
    readiness = Probe.of(container, path, "readiness")
    if readiness is None:
        return Answer(Question.TRAFFIC, never=f"{path}.readinessProbe")
    return Answer(Question.TRAFFIC, (*readiness.detection(), STATUS))


def _pod_budget(pod: Json) -> Answer:
    """Until the last main container is given up. Init containers go first, one after the other: a plain one runs as
    long as it likes, a sidecar may use its own budget up."""
    parts: list[Part] = []
    for index, container in enumerate(pod["spec"].get("initContainers", ())):
        parts.append(_goes_first(container, f"spec.initContainers[{index}]"))
    main = [
        (budget(container, f"spec.containers[{index}]"), container["name"])
        for index, container in enumerate(pod["spec"]["containers"])
    ]
    guarded = [(found, name) for found, name in main if not found.never]
    if not guarded:
        return Answer(Question.POD_BUDGET, tuple(parts), never="spec.containers")
    longest, name = max(guarded, key=lambda found: found[0].span.greatest or found[0].span.least)
    parts.append(Part(What.CONTAINER, longest.span, longest.fields, name=name))
    return Answer(Question.POD_BUDGET, tuple(parts))


def _goes_first(container: Json, path: str) -> Part:
    name = container["name"]
    if not is_sidecar(container):
        return Part(What.RUN, Span(0, None), (path,), name=name)
    if "startupProbe" not in container:
        return Part(What.CONTAINER, ready({"name": name}, path).span, (path,), name=name)
    found = budget(container, path)
    return Part(What.CONTAINER, Span(0, found.span.greatest), found.fields, name=name)
