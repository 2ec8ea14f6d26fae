"""The API server of a simulated cluster, as kubectl and the controllers ask it.

Models pkg/registry/core/pod/strategy.go and staging/src/k8s.io/apiserver/pkg/registry/{rest/delete.go,
generic/registry/store.go}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.apiserver.admission import account_of, causes, forbidden, undeletable, unexpandable
from simulator.apiserver.birth import FIRST_STATUS, WITHOUT_GENERATION
from simulator.apiserver.deletion import Deletion
from simulator.apiserver.derived import UNKEPT, Objects
from simulator.apiserver.eviction import charged_budget
from simulator.apiserver.quota import beyond_limits, charge, exceeds_quota, set_defaults
from simulator.apiserver.updates import annotated, check_node, content, update_errors
from simulator.calendar import Calendar
from simulator.containers import Container, ExecError
from simulator.containers.files.open import OpenFile
from simulator.engine import Engine, Randoms
from simulator.history import Json
from simulator.kubectl.api import Cancel, OnChange, OnEnd, OnOutput, Parsed, Stream
from simulator.kubectl.logs_text import logged_instance, refusal
from simulator.kubelet import KubeletService, PodAgent, mirrored_uid
from simulator.objects import (
    admit_pod_update,
    clear_namespace,
    create,
    decode,
    decode_words,
    default_object,
    generate_job_selector,
    generate_name,
    invalid_words,
    kind_named,
    kubectl_error,
    metadata_words,
    prepare_update,
    qos_class,
    read_manifest,
    validate,
    validate_status_update,
    with_resize_alone,
)
from simulator.objects.errors import ApiError, conflict, not_found
from simulator.objects.refusals import VERSIONED
from simulator.objects.resources import resource_of, resource_of_object
from simulator.pod_conditions import with_disruption
from simulator.services.addresses import RangeFullError, ServiceAddresses, keep_addresses
from simulator.session import attach_session, exec_session, forward_session
from simulator.store import Change, Store


class SimulatedApi:
    """Implements simulator.kubectl.Api over the object store and the kubelets."""

    version = "v1.35.6"

    def __init__(
        self,
        engine: Engine,
        store: Store,
        calendar: Calendar,
        randoms: Randoms,
        kubelets: Mapping[str, KubeletService],
        namespace: str,
    ) -> None:
        self.namespace = namespace
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._random = randoms("names")
        self._addresses = ServiceAddresses(store, randoms("service addresses"))
        self._kubelets = kubelets  # by node
        self._objects = Objects(engine, store, calendar, kubelets)
        self._deletion = Deletion(engine, store, calendar)

    # ---- reading -----------------------------------------------------------------
    def get(self, kind: str, namespace: str, name: str) -> Json:
        found = self._objects.find(kind, namespace, name)
        if found is None:
            raise not_found(_resource(kind), name)
        return found

    def list(self, kind: str, namespace: str | None) -> list[Json]:
        return self._objects.listed(kind, namespace)

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
            parsed.append(Parsed(source.given if isinstance(source.given, dict) else {}, error))
        return parsed

    # ---- writing -----------------------------------------------------------------
    def create(self, obj: Json, *, dry: bool = False) -> Json:
        """Default, validate and keep a new object. A `dry` one gets no addresses and is charged to no quota."""
        kind = kind_named(obj["kind"])
        if kind is None:
            raise ApiError(404, "NotFound", "the server could not find the requested resource")
        obj = clear_namespace(self._decoded(obj, kind.name))
        meta = obj["metadata"]
        if kind.namespaced:
            meta.setdefault("namespace", self.namespace)
        self._admitted(obj, kind.plural)
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = generate_name(meta["generateName"], self._random)
        create(obj, self._random, account=account_of(obj, self._store))
        if obj["kind"] == "Pod":
            set_defaults(obj, self._store)
        elif obj["kind"] == "Job":
            generate_job_selector(obj, self._store.new_uid())
        self._validated(obj, validate(obj))
        self._within_quota(obj, kind.plural)
        if self._store.get(kind.plural, meta.get("namespace", ""), meta["name"]) is not None:
            message = f'{_resource(kind.plural)} "{meta["name"]}" already exists'
            raise ApiError(409, "AlreadyExists", message, kind=kind.plural, name=meta["name"])
        if meta.get("resourceVersion"):
            raise ApiError(500, "", VERSIONED)
        if obj["kind"] == "Service" and not dry:
            self._addressed(obj)
        born = self._born(obj)
        if dry:
            return born
        charge(born, kind.plural, self._store)
        return self._store.create(kind.plural, born)

    def _within_quota(self, obj: Json, plural: str, old: Json | None = None) -> None:
        why_not = unexpandable(obj, self._store, old) or beyond_limits(obj, self._store)
        why_not = why_not or exceeds_quota(obj, plural, self._store, old)
        self._allowed(obj, plural, why_not)

    def _addressed(self, service: Json) -> None:
        """Give a Service its cluster IP and node ports."""
        try:
            self._validated(service, self._addresses.allocate(service))
        except RangeFullError as full:
            raise ApiError(500, "InternalError", f"Internal error occurred: {full}") from None

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
        """What an object refers to has to be there."""
        meta = obj["metadata"]
        namespace = meta.get("namespace")
        if namespace is not None and self._store.get("namespaces", "", namespace) is None:
            raise not_found("namespaces", namespace)
        self._allowed(obj, plural, forbidden(obj, self._store))

    def _allowed(self, obj: Json, plural: str, why_not: str) -> None:
        if why_not:
            meta = obj["metadata"]
            name = meta.get("name") or meta.get("generateName", "")  # a name is made up after the admission
            words = f'{_resource(plural)} "{name}" is forbidden: {why_not}'
            raise ApiError(403, "Forbidden", words, kind=plural, causes=causes(obj, self._store))

    def _born(self, obj: Json) -> Json:
        dropped = ("labels", "annotations", *_OF_THE_SERVER)
        meta = {key: value for key, value in obj["metadata"].items() if key not in dropped}
        born = {"name": meta.pop("name")}
        born |= {key: meta.pop(key) for key in ("generateName", "namespace") if key in meta}
        born["uid"] = obj["metadata"].get("uid") or self._store.new_uid()
        born["resourceVersion"] = ""
        if obj["kind"] not in WITHOUT_GENERATION:
            born["generation"] = 1
        born["creationTimestamp"] = self._calendar.second(self._engine.now)
        for key in ("labels", "annotations"):
            if obj["metadata"].get(key):
                born[key] = obj["metadata"][key]
        whole = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "metadata": born | meta}
        whole |= {key: value for key, value in obj.items() if key not in whole}
        if obj["kind"] == "Pod":
            whole["status"] = {**obj["status"], "qosClass": qos_class(obj)}  # a LimitRange may have changed it
            for condition in whole["status"].get("conditions", ()):
                condition["lastTransitionTime"] = born["creationTimestamp"]
        elif obj["kind"] in FIRST_STATUS:
            whole["status"] = dict(FIRST_STATUS[obj["kind"]])
        return whole

    def replace(self, obj: Json, *, subresource: str = "", dry: bool = False) -> Json:
        """Models PrepareForUpdate and ValidateUpdate of pkg/registry/*/strategy.go."""
        obj = clear_namespace(obj)
        plural, old = resource_of_object(obj).plural, self._replaced(obj)
        if plural in UNKEPT:
            return old  # whoever it comes from writes it again at once
        return self._updated(plural, obj, old, subresource, dry)

    def _updated(self, plural: str, obj: Json, old: Json, subresource: str, dry: bool) -> Json:
        if subresource == "status":
            obj = {**old, "metadata": annotated(old, obj), "status": obj.get("status", {})}
            self._validated(obj, validate_status_update(obj, old))
            return obj if dry else self._store.update(plural, obj)
        kept = {key: old["metadata"][key] for key in _OF_THE_SERVER if key in old["metadata"]}
        obj = {**obj, "metadata": {**obj["metadata"], **kept}}
        if "status" in old:
            obj["status"] = old["status"]
        if subresource == "ephemeralcontainers":
            obj["spec"] = {**old["spec"], "ephemeralContainers": obj["spec"].get("ephemeralContainers", [])}
        if subresource == "resize":
            obj = with_resize_alone(obj, old)
        kind = kind_named(obj["kind"])
        if kind is not None:
            if changed := content(obj) != content(old):
                obj = self._changed(obj, old, kind.name)
            self._validated(obj, update_errors(obj, old, subresource))
            if changed and not dry:
                self._accounted(obj, old, plural, subresource)
        return obj if dry else self._store.update(plural, obj)

    def _accounted(self, obj: Json, old: Json, plural: str, subresource: str) -> None:
        """What a change takes from the cluster: addresses and quotas."""
        if plural == "services":
            self._addressed(obj)
        if plural in ("services", "persistentvolumeclaims") or subresource == "resize":
            self._within_quota(obj, plural, old)
            charge(obj, plural, self._store, old)

    def _replaced(self, obj: Json) -> Json:
        """The object that is there, if the new one can be read and was made from it."""
        plural, meta = resource_of_object(obj).plural, obj["metadata"]
        old = self.get(plural, meta.get("namespace", ""), meta["name"])
        if meta.get("resourceVersion", "") not in ("", old["metadata"]["resourceVersion"]):
            raise conflict(_resource(plural), meta["name"])
        if meta != old["metadata"] and (why_not := metadata_words(obj)):
            raise ApiError(400, "BadRequest", why_not)
        if plural == "nodes":
            check_node(obj)
        return old

    def _changed(self, obj: Json, old: Json, kind: str) -> Json:
        obj = self._decoded(obj, kind)
        default_object(obj)
        prepare_update(obj, old)
        if kind == "Pod":
            admit_pod_update(obj, old)
        elif kind == "Service":
            keep_addresses(obj["spec"], old["spec"])
        elif kind == "PriorityClass":
            self._allowed(obj, "priorityclasses", forbidden(obj, self._store))
        if "generation" in old["metadata"] and obj.get("spec") != old.get("spec"):
            obj["metadata"]["generation"] = old["metadata"]["generation"] + 1
        return obj

    def delete(
        self, kind: str, namespace: str, name: str, *, grace_seconds: int | None = None, propagation: str = ""
    ) -> None:
        if why_not := undeletable(kind, name):
            words = f'{_resource(kind)} "{name}" is forbidden: {why_not}'
            raise ApiError(403, "Forbidden", words, kind=kind, name=name)
        found = self.get(kind, namespace, name)
        if kind in UNKEPT:
            self._objects.renew(kind, found)
        else:
            self._deletion.delete(kind, found, grace_seconds, propagation)

    def evict(self, namespace: str, name: str, *, grace_seconds: int | None = None) -> None:
        """Models pkg/registry/core/pod/storage/eviction.go Create and addConditionAndDeletePod."""
        pod = self.get("pods", namespace, name)
        now = self._calendar.second(self._engine.now)
        budget = charged_budget(pod, self._store.list("poddisruptionbudgets", namespace), now)
        if budget is not None:
            self._store.update("poddisruptionbudgets", budget)
        status = with_disruption(pod, now, "EvictionByEvictionAPI", "Eviction API: evicting")
        self._store.update("pods", {**pod, "status": status})
        self.delete("pods", namespace, name, grace_seconds=grace_seconds)

    # ---- what runs ---------------------------------------------------------------
    def _agent(self, namespace: str, pod: str) -> PodAgent:
        obj = self.get("pods", namespace, pod)
        service = self._kubelets.get(obj["spec"].get("nodeName", ""))
        agent = service.agent(mirrored_uid(obj) or obj["metadata"]["uid"]) if service is not None else None
        if agent is None:
            raise ApiError(400, "BadRequest", f"pod {pod} does not have a host assigned")
        return agent

    def _dial(self, namespace: str, pod: str, asked: str = "") -> None:
        """The connection to the Pod's kubelet. Raises ApiError while that does not run."""
        service = self._kubelets.get(self.get("pods", namespace, pod)["spec"].get("nodeName", ""))
        if service is not None and not service.running:
            where = f"{service.address}:10250"
            what = f'Get "https://{where}{asked}"' if asked else "error dialing backend"
            raise ApiError(500, "", f"{what}: dial tcp {where}: connect: connection refused")

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
        self._dial(namespace, pod, f"/containerLogs/{namespace}/{pod}/{container}")
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
        return "".join(f"{self._calendar.micro(line.at_ms)} {line.text}{line.end}" for line in inside.log.lines())

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
        self._dial(namespace, pod)
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
        self._dial(namespace, pod)
        inside = self.running(namespace, pod, container)
        ended = self._agent(namespace, pod).runtime.ended(inside.spec.id)
        return attach_session(inside, ended, stdin=stdin, on_output=on_output, on_end=on_end)

    def port_forward(self, namespace: str, pod: str, port: int) -> OpenFile:
        self._dial(namespace, pod)
        return forward_session(self._agent(namespace, pod), port)


def _resource(kind: str) -> str:
    """As the server names it in its errors: `deployments.apps`."""
    return resource_of(kind).plural_group


# What a client may say of these counts for nothing.
_OF_THE_SERVER = "uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds".split()
