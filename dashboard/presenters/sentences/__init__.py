"""The one sentence of a page: what matters now, in plain words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboard.presenters.rich import bold, say
from dashboard.presenters.sentences import containers, pods
from dashboard.presenters.sentences.containers import ordinal
from dashboard.presenters.sentences.said import Rule, Sentence
from dashboard.presenters.story import Story

__all__ = ["Sentence", "ordinal", "sentence"]

RULES: tuple[Rule, ...] = (  # from the most to the least urgent
    pods.gone,
    pods.deleting,
    containers.stopping,
    containers.backing_off,
    containers.hooking,
    containers.waiting_on_error,
    containers.failing,
    pods.unscheduled,
    pods.unclaimed,
    pods.held_up,
    containers.initialising,
    containers.unready,
    pods.ended,
    pods.not_ready,
    pods.ready,
    containers.partly_ended,
    containers.starting_again,
    pods.starting,
)


def sentence(story: Story, now_ms: int) -> Sentence:
    for rule in RULES:
        found = rule(story, now_ms)
        if found is not None:
            return found
    return Sentence("wait", _("Starting"), say(_("{pod} has just been made."), pod=bold(story.name)))
