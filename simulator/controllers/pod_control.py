"""Pods made and deleted for a workload, and the events that tell of it.

Models pkg/controller/controller_utils.go RealPodControl and GetPodFromTemplate.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

from simulator.controllers.client import Call, Client
from simulator.controllers.ownership import owner_reference
from simulator.events import Recorder
from simulator.history import Json
from simulator.objects.errors import NAMESPACE_TERMINATING, ApiError

MAX_NAME = 253


class PodControl:
    """`recorder` speaks for the controller."""

    def __init__(self, client: Client, recorder: Recorder) -> None:
        self._client = client
        self._recorder = recorder

    def create(self, template: Json, owner: Json, *, generate_name: str = "") -> Call[Json]:
        """A Pod from a template. Raises ApiError if the API server refuses it."""
        pod = pod_from_template(template, owner)
        if generate_name:
            pod["metadata"]["generateName"] = generate_name
        try:
            made = yield from self._client.create(pod)
        except ApiError as error:
            self._recorder.event(owner, "Warning", "FailedCreate", f"Error creating: {words(error)}")
            raise
        self._recorder.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {made['metadata']['name']}")
        return made

    def delete(self, pod: Json, owner: Json) -> Call[None]:
        """Begin to delete a Pod. Raises ApiError if that fails."""
        name = pod["metadata"]["name"]
        try:
            yield from self._client.delete("pods", pod)
        except ApiError as error:
            if error.reason != "NotFound":
                self._recorder.event(owner, "Warning", "FailedDelete", f"Error deleting: {words(error)}")
            raise
        self._recorder.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {name}")


def creation_failures(results: Iterable[Json | ApiError]) -> list[ApiError]:
    """The refusals that matter: in a namespace that is being deleted nothing can be made, nor has to be."""
    refusals = [result for result in results if isinstance(result, ApiError)]
    return [each for each in refusals if NAMESPACE_TERMINATING not in each.causes]


def words(error: ApiError) -> str:
    """An error as Go prints it."""
    return error.message


def pod_from_template(template: Json, owner: Json) -> Json:
    """The Pod that a workload asks the API server for."""
    given = template.get("metadata") or {}
    meta: Json = {"generateName": pods_prefix(owner["metadata"]["name"]), "namespace": owner["metadata"]["namespace"]}
    meta |= {key: deepcopy(given[key]) for key in ("labels", "annotations", "finalizers") if given.get(key)}
    meta["ownerReferences"] = [owner_reference(owner)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": deepcopy(template["spec"])}


def pods_prefix(name: str) -> str:
    """What the names of a workload's Pods begin with (getPodsPrefix)."""
    prefix = f"{name}-"
    return prefix if len(prefix) <= MAX_NAME else name
