"""A whole cluster in one sentence: how many of its Pods are ready, and what is stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.presenters.stuck import TROUBLE

if TYPE_CHECKING:
    from dashboard.presenters.cluster import PodLine
    from dashboard.presenters.workloads import Head

DONE = frozenset({"Completed", "Succeeded"})


def tally(pods: Sequence[PodLine], heads: Sequence[Head]) -> str:
    """`pods`: those that are there. One that did its work is not expected to be ready."""
    if not pods:
        return _("There is no Pod.")
    wanted = [pod for pod in pods if pod.row.value("status") not in DONE]
    if not wanted:
        return _("All Pods have done their work.")
    ready = sum(_ready(pod) for pod in wanted)
    words = {"ready": ready, "count": len(wanted)}
    count = ngettext("%(ready)s of %(count)s Pod is ready.", "%(ready)s of %(count)s Pods are ready.", len(wanted))
    reason = next((head.reason for head in heads if head.reason), "") or _stuck(wanted)
    return _("%(count)s %(reason)s.") % {"count": count % words, "reason": reason} if reason else count % words


def _ready(pod: PodLine) -> bool:
    count, _slash, of = pod.row.value("ready").partition("/")
    return count == of


def _stuck(pods: Sequence[PodLine]) -> str:
    found = ((TROUBLE.get(pod.row.value("status").removeprefix("Init:")), pod.name) for pod in pods)
    return next((str(words % {"pod": name}) for words, name in found if words is not None), "")
