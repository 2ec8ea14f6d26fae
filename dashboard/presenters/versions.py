"""What a new version of a Pod says that the one before did not, and who wrote it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.pieces import Json
from dashboard.presenters.rich import Rich, code, say
from dashboard.presenters.story import Story
from simulator.history import Revision
from simulator.kubectl.pods import pod_row


def words(story: Story, entry: Revision) -> Rich:
    if entry.verb == "ADDED":
        return say(_("The API server accepted the Pod."))
    if entry.verb == "DELETED":
        return say(_("The Pod was removed from the API."))
    new, old = entry.object, story.before(entry)
    row = pod_row(new, 0)
    if is_marking(story, entry):
        grace = new["metadata"].get("deletionGracePeriodSeconds", 30)
        template = _("The Pod is marked for deletion, grace {grace} s: STATUS {status}.")
        return say(template, grace=grace, status=code(row.status))
    if told := _by_the_control_plane(new, old):
        return told
    template = _("The kubelet wrote the status: READY {ready}, STATUS {status}.")
    return say(template, ready=code(row.ready), status=code(row.status))


def is_marking(story: Story, entry: Revision) -> bool:
    """Whether it is this version that says for the first time that, or how soon, the Pod has to go."""
    before, now = story.before(entry)["metadata"], entry.object["metadata"]
    changed = before.get("deletionGracePeriodSeconds") != now.get("deletionGracePeriodSeconds")
    return bool(now.get("deletionTimestamp")) and (changed or not before.get("deletionTimestamp"))


def _by_the_control_plane(new: Json, old: Json) -> Rich:
    """What others than the kubelet write, or nothing."""
    status, node = new.get("status", {}), new.get("spec", {}).get("nodeName")
    if node and not old.get("spec", {}).get("nodeName"):
        return say(_("The scheduler bound the Pod to {node}."), node=code(node))
    now, then = _conditions(new), _conditions(old)
    disruption = now.get("DisruptionTarget", {})
    if disruption and "DisruptionTarget" not in then and disruption.get("reason") != "TerminationByKubelet":
        ended = status.get("phase") == "Failed"
        template = (
            _("The control plane ended the Pod: {why}.") if ended else _("It is noted that the Pod has to go: {why}.")
        )
        return say(template, why=code(disruption.get("message") or disruption.get("reason", "")))
    if status == old.get("status"):
        return say(_("The Pod itself was changed, not its status."))
    if not node:
        return say(_("The scheduler noted why the Pod waits: STATUS {status}."), status=code(pod_row(new, 0).status))
    ready = now.get("Ready", {})
    lost = ready.get("status") == "False" and not ready.get("reason") and ready != then.get("Ready")
    if lost and now.get("ContainersReady", {}).get("status") == "True":
        return say(_("The control plane marked the Pod as not ready, as nothing is heard of {node}."), node=code(node))
    return ()


def _conditions(pod: Json) -> dict[str, Json]:
    return {condition["type"]: condition for condition in pod.get("status", {}).get("conditions") or ()}
