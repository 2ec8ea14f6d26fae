"""The tab where commands are run: which containers there are to type into, and the debuggers among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.bars import ROLES, label
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.story import Story


@dataclass(frozen=True, slots=True)
class Typable:
    """A container to choose."""

    name: str
    title: str  # with its role, and how it is if it does not run
    runs: bool


@dataclass(frozen=True, slots=True)
class Debugger:
    """An ephemeral container."""

    name: str
    image: str
    about: str
    open: bool  # its shell waits for input


def typable(story: Story) -> tuple[Typable, ...]:
    """Those that run first; a debugger before the others, as it was made to be typed into."""
    order = {"ephemeral": 0, "main": 1, "sidecar": 2, "init": 3}
    tracks = sorted(story.containers.values(), key=lambda track: (not track.running, order.get(track.role, 4)))
    return tuple(_typable(track) for track in tracks)


def _typable(track: ContainerTrack) -> Typable:
    role = str(ROLES.get(track.role, track.role))
    words = [track.name, role]
    if not track.running:
        words.append(label(track.state) if track.state else str(_("not there yet")))
    return Typable(track.name, " · ".join(word for word in words if word), track.running)


def debuggers(story: Story) -> tuple[Debugger, ...]:
    return tuple(_debugger(track) for track in story.containers.values() if track.role == "ephemeral")


def _debugger(track: ContainerTrack) -> Debugger:
    target = track.spec.get("targetContainerName")
    about = [label(track.state) if track.state else str(_("not there yet"))]
    if target:
        about.append(str(_("sees the processes of %(name)s")) % {"name": target})
    if not track.running and track.exits:
        about.append(str(_("stays in the status until the Pod is gone")))
    return Debugger(track.name, track.image, " · ".join(about), track.running and bool(track.spec.get("stdin")))
