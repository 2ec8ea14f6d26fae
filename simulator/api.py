"""The API server of a simulated cluster, as kubectl and the controllers ask it.

Models pkg/registry/core/pod/strategy.go and staging/src/k8s.io/apiserver/pkg/registry/{rest/delete.go,
generic/registry/store.go}.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from simulator.calendar import Calendar
from simulator.containers import Container, ExecError
from simulator.engine import Engine
from simulator.history import Json
from simulator.kubectl.api import ApiError, Cancel, OnChange, OnEnd, OnOutput, Parsed, Stream, not_found
from simulator.kubectl.logs_text import logged_instance, refusal
from simulator.kubectl.resources import resource_of_object
from simulator.kubelet import Kubelet, PodAgent
from simulator.objects import (
    admit_pod_update,
    create,
    decode,
    decode_words,
    default_object,
    generate_job_selector,
    generate_name,
    invalid_words,
    kind_named,
    kubectl_error,
    qos_class,
    read_manifest,
    validate,
    validate_ephemeral_containers_update,
    validate_pod_resize,
    validate_update,
    with_resize_alone,
)
from simulator.pod_conditions import with_disruption
from simulator.session import attach_session, exec_session
from simulator.store import Change, Store


class SimulatedApi:
    """Implements simulator.kubectl.Api over the object store and the kubelet."""

    version = "v1.35.6"

    def __init__(
        self, engine: Engine, store: Store, calendar: Calendar, random: Random, kubelet: Kubelet, namespace: str
    ) -> None:
        self.namespace = namespace
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._random = random
        self._kubelet = kubelet

    # ---- reading -----------------------------------------------------------------
    def get(self, kind: str, namespace: str, name: str) -> Json:
        found = self._store.get(kind, namespace, name)
        if found is None:
            raise not_found(_resource(kind), name)
        return found

    def list(self, kind: str, namespace: str | None) -> list[Json]:
        return list(self._store.list(kind, namespace))

    def watch(self, kind: str, namespace: str | None, on_change: OnChange) -> Cancel:
        watching = True

        def passed_on(change: Change) -> None:
            where = change.object["metadata"].get("namespace")
            if watching and namespace in (None, where):
                on_change(change.verb, change.object)

        def cancel() -> None:
            nonlocal watching
            watching = False
            self._store.unwatch(kind, passed_on)

        self._store.watch(kind, passed_on)
        return cancel

    def parse(self, text: str, filename: str) -> Sequence[Parsed]:
        manifest = read_manifest(text, namespace=self.namespace, filename=filename, validated=False)
        if not manifest.sources and manifest.problems:
            return [Parsed(error=kubectl_error(manifest, 0))]
        parsed = []
        for source in manifest.sources:
            wrong = [p for p in manifest.problems_of(source.index) if p.stage != "validate"]
            error = kubectl_error(manifest, source.index) if wrong else ""
            parsed.append(Parsed({} if error else source.given, error))
        return parsed

    # ---- writing -----------------------------------------------------------------
    def create(self, obj: Json) -> Json:
        """Default, validate and keep a new object."""
        kind = kind_named(obj["kind"])
        if kind is None:
            raise ApiError(404, "NotFound", "the server could not find the requested resource")
        obj = self._decoded(obj, kind.name)
        meta = obj["metadata"]
        if kind.namespaced:
            meta.setdefault("namespace", self.namespace)
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = generate_name(meta["generateName"], self._random)
        create(obj, self._random)
        self._validated(obj, validate(obj))
        self._admitted(obj, kind.plural)
        if self._store.get(kind.plural, meta.get("namespace", ""), meta["name"]) is not None:
            message = f'{kind.plural} "{meta["name"]}" already exists'
            raise ApiError(409, "AlreadyExists", message, kind=kind.plural, name=meta["name"])
        born = self._born(obj)
        if born["kind"] == "Job":
            generate_job_selector(born)
        return self._store.create(kind.plural, born)

    def _decoded(self, obj: Json, kind: str) -> Json:
        """As the server's decoder leaves it. Raises ApiError for fields that it does not know or cannot read."""
        decoded, faults = decode(obj, kind)
        if faults:
            raise ApiError(400, "BadRequest", decode_words(kind, obj["apiVersion"], faults))
        return {"kind": kind, "apiVersion": obj["apiVersion"]} | dict(decoded)

    def _validated(self, obj: Json, errors: Sequence[object]) -> None:
        if errors:
            name, causes = obj["metadata"].get("name", ""), [str(error) for error in errors]
            message = invalid_words(obj["kind"], obj["apiVersion"], name, causes)
            raise ApiError(422, "Invalid", message, kind=obj["kind"], name=name, causes=causes)

    def _admitted(self, obj: Json, plural: str) -> None:
        """What an object refers to has to be there. Models plugin/pkg/admission."""
        meta = obj["metadata"]
        namespace = meta.get("namespace")
        if namespace is not None and self._store.get("namespaces", "", namespace) is None:
            raise not_found("namespaces", namespace)
        if obj["kind"] != "Pod":
            return
        account = obj["spec"].get("serviceAccountName", "default")
        forbidden = ""
        if account != "default" and self._store.get("serviceaccounts", namespace or "", account) is None:
            where = f"{namespace}/{account}"
            forbidden = f'error looking up service account {where}: serviceaccount "{account}" not found'
        priority = obj["spec"].get("priorityClassName")
        if priority and priority not in ("system-cluster-critical", "system-node-critical"):
            forbidden = f"no PriorityClass with name {priority} was found"
        if forbidden:
            raise ApiError(403, "Forbidden", f'pods "{meta["name"]}" is forbidden: {forbidden}', kind=plural)

    def _born(self, obj: Json) -> Json:
        meta = {key: value for key, value in obj["metadata"].items() if key not in ("labels", "annotations")}
        born = {"name": meta.pop("name")}
        for key in ("generateName", "namespace"):
            if key in meta:
                born[key] = meta.pop(key)
        born["uid"] = self._store.new_uid()
        born["resourceVersion"] = ""
        if obj["kind"] not in ("ConfigMap", "Secret", "Service", "ServiceAccount", "Namespace"):
            born["generation"] = 1
        born["creationTimestamp"] = self._calendar.second(self._engine.now)
        for key in ("labels", "annotations"):
            if obj["metadata"].get(key):
                born[key] = obj["metadata"][key]
        whole = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "metadata": born | meta}
        whole |= {key: value for key, value in obj.items() if key not in whole}
        if obj["kind"] == "Pod":
            whole["status"] = {"phase": "Pending", "qosClass": qos_class(obj)}
        return whole

    def replace(self, obj: Json, *, subresource: str = "") -> Json:
        """Models PrepareForUpdate and ValidateUpdate of pkg/registry/*/strategy.go."""
        plural, meta = resource_of_object(obj).plural, obj["metadata"]
        old = self.get(plural, meta.get("namespace", ""), meta["name"])
        if subresource == "status":
            return self._store.update(plural, {**old, "status": obj.get("status", {})})
        kept = {key: old["metadata"][key] for key in _OF_THE_SERVER if key in old["metadata"]}
        obj = {**obj, "metadata": {**meta, **kept}}
        if "status" in old:
            obj["status"] = old["status"]
        if subresource == "ephemeralcontainers":
            obj["spec"] = {**old["spec"], "ephemeralContainers": obj["spec"].get("ephemeralContainers", [])}
        if subresource == "resize":
            obj = with_resize_alone(obj, old)
        kind = kind_named(obj["kind"])
        if kind is not None:
            if _content(obj) != _content(old):
                obj = self._changed(obj, old, kind.name)
            self._validated(obj, _update_errors(obj, old, subresource))
        return self._store.update(plural, obj)

    def _changed(self, obj: Json, old: Json, kind: str) -> Json:
        obj = self._decoded(obj, kind)
        default_object(obj)
        if kind == "Pod":
            admit_pod_update(obj, old)
        if "generation" in old["metadata"] and obj["spec"] != old["spec"]:
            obj["metadata"]["generation"] = old["metadata"]["generation"] + 1
        return obj

    def delete(self, kind: str, namespace: str, name: str, *, grace_seconds: int | None = None) -> None:
        obj = self.get(kind, namespace, name)
        if kind == "pods":
            self._delete_pod(obj, grace_seconds)
        else:
            self._store.delete(kind, obj)

    def _delete_pod(self, pod: Json, grace_seconds: int | None) -> None:
        """Marked as being deleted, and gone at once where nothing can run any more.

        Models staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete.
        """
        meta = pod["metadata"]
        generation = meta["generation"]
        if "deletionTimestamp" not in meta:
            grace = _grace(pod, grace_seconds)
            due = self._engine.now + grace * 1000
            generation += 1
        elif grace_seconds is None or grace_seconds >= meta["deletionGracePeriodSeconds"]:
            return
        else:
            shorter = (meta["deletionGracePeriodSeconds"] - grace_seconds) * 1000
            due = max(self._calendar.parse(meta["deletionTimestamp"]) - shorter, self._engine.now)
            # What is asked for has passed already: the kubelet still gets a second to stop what runs.
            grace = min(grace_seconds, 1) if due == self._engine.now else grace_seconds
        deletion = {"deletionTimestamp": self._calendar.second(due), "deletionGracePeriodSeconds": grace}
        pod = self._store.update("pods", {**pod, "metadata": {**meta, **deletion, "generation": generation}})
        if grace == 0:
            self._store.delete("pods", pod)

    def evict(self, namespace: str, name: str) -> None:
        """Models pkg/registry/core/pod/storage/eviction.go addConditionAndDeletePod; no budget holds it up."""
        pod = self.get("pods", namespace, name)
        if pod["status"].get("phase") not in ("Succeeded", "Failed") and "deletionTimestamp" not in pod["metadata"]:
            now = self._calendar.second(self._engine.now)
            status = with_disruption(pod, now, "EvictionByEvictionAPI", "Eviction API: evicting")
            self._store.update("pods", {**pod, "status": status})
        self.delete("pods", namespace, name)

    # ---- what runs ---------------------------------------------------------------
    def _agent(self, namespace: str, pod: str) -> PodAgent:
        obj = self.get("pods", namespace, pod)
        agent = self._kubelet.agent(obj["metadata"]["uid"])
        if agent is None:
            raise ApiError(400, "BadRequest", f"pod {pod} does not have a host assigned")
        return agent

    def running(self, namespace: str, pod: str, container: str) -> Container:
        agent = self._agent(namespace, pod)
        current = agent.runtime.status().find(container)
        inside = agent.runtime.insides.get(current.id) if current else None
        if inside is None or not inside.running:
            message = f'container not found ("{container}")'
            raise ApiError(500, "InternalError", f"unable to upgrade connection: {message}")
        return inside

    def logs(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, timestamps: bool = False
    ) -> str:
        """Models pkg/kubelet/kubelet_pods.go GetKubeletContainerLogs: the status says whose log is meant."""
        agent = self._agent(namespace, pod)
        obj = self.get("pods", namespace, pod)
        if why := refusal(obj, container, previous=previous):
            raise ApiError(400, "BadRequest", why)
        found = logged_instance(obj, container, previous=previous)
        inside = agent.runtime.insides.get(found.removeprefix("containerd://"))
        # What the kubelet has cleared away is said in the place of the log, and is no error.
        return self._text(inside, timestamps) if inside else f"unable to retrieve container logs for {found}"

    def _text(self, inside: Container, timestamps: bool) -> str:
        if not timestamps:
            return inside.log.text()
        return "".join(f"{self._calendar.micro(line.at_ms)} {line.text}\n" for line in inside.log.lines())

    def exec(
        self,
        namespace: str,
        pod: str,
        container: str,
        argv: Sequence[str],
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> Stream:
        inside = self.running(namespace, pod, container)
        try:
            return exec_session(inside, list(argv), stdin=stdin, tty=tty, on_output=on_output, on_end=on_end)
        except ExecError as error:
            raise ApiError(500, "InternalError", str(error)) from None

    def attach(
        self,
        namespace: str,
        pod: str,
        container: str,
        *,
        stdin: bool,
        tty: bool,
        on_output: OnOutput,
        on_end: OnEnd,
    ) -> Stream:
        inside = self.running(namespace, pod, container)
        ended = self._agent(namespace, pod).runtime.ended(inside.spec.id)
        return attach_session(inside, ended, stdin=stdin, on_output=on_output, on_end=on_end)


def _resource(kind: str) -> str:
    groups = {"deployments": "apps", "replicasets": "apps", "statefulsets": "apps", "daemonsets": "apps"}
    groups |= {"jobs": "batch", "cronjobs": "batch", "endpointslices": "discovery.k8s.io"}
    return f"{kind}.{groups[kind]}" if kind in groups else kind


# What a client may say of these counts for nothing.
_OF_THE_SERVER = (
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
)  # fmt: skip


def _content(obj: Json) -> Json:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}


def _update_errors(obj: Json, old: Json, subresource: str) -> Sequence[object]:
    if subresource == "resize":
        return validate_pod_resize(obj, old)
    if subresource == "ephemeralcontainers":
        return validate_ephemeral_containers_update(obj, old)
    return validate_update(obj, old)


def _grace(pod: Json, asked: int | None) -> int:
    """Models pkg/registry/core/pod/strategy.go CheckGracefulDelete."""
    if not pod["spec"].get("nodeName") or pod["status"].get("phase") in ("Succeeded", "Failed"):
        return 0
    return int(pod["spec"]["terminationGracePeriodSeconds"]) if asked is None else asked
