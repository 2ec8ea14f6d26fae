"""What every namespace is given: an account for its Pods, and the certificate by which they know the API server.

Models pkg/controller/serviceaccount/serviceaccounts_controller.go and
pkg/controller/certificates/rootcacertpublisher/publisher.go.
"""

from __future__ import annotations

from base64 import b64encode

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change

NAMESPACES, ACCOUNTS, CONFIG_MAPS = "namespaces", "serviceaccounts", "configmaps"
DEFAULT = "default"
ROOT_CA = "kube-root-ca.crt"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)
# It only has the form of a certificate: no encrypted connection is simulated.
_BODY = b64encode(b"The API server of this cluster is simulated.").decode()
CERTIFICATE = f"-----BEGIN CERTIFICATE-----\n{_BODY}\n-----END CERTIFICATE-----\n"


def default_account(namespace: str) -> Json:
    meta = {"name": DEFAULT, "namespace": namespace}
    return {"kind": "ServiceAccount", "apiVersion": "v1", "metadata": meta}


def root_ca(namespace: str) -> Json:
    annotations = {"kubernetes.io/description": DESCRIPTION}
    meta = {"name": ROOT_CA, "namespace": namespace, "annotations": annotations}
    return {"kind": "ConfigMap", "apiVersion": "v1", "metadata": meta, "data": {"ca.crt": CERTIFICATE}}


class ServiceAccountsController:
    """Keeps an account `default` in every namespace."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._client = context.client()
        self._queue = WorkQueue(context.engine, self._sync, workers=1)
        for namespace in context.store.list(NAMESPACES):
            context.api.create(default_account(namespace["metadata"]["name"]))
        context.store.watch(NAMESPACES, self._on_namespace)
        context.store.watch(ACCOUNTS, self._on_account)

    def _on_namespace(self, change: Change) -> None:
        if change.verb != "DELETED":
            self._queue.add("", change.object["metadata"]["name"])

    def _on_account(self, change: Change) -> None:
        if change.verb == "DELETED" and change.object["metadata"]["name"] == DEFAULT:
            self._queue.add("", change.object["metadata"]["namespace"])

    def _sync(self, _: str, namespace: str) -> Call[None]:
        if _is_active(self._store.get(NAMESPACES, "", namespace)) and (
            self._store.get(ACCOUNTS, namespace, DEFAULT) is None
        ):
            yield from self._client.create(default_account(namespace))


class RootCACertPublisher:
    """Keeps the certificate in every namespace, as it is to be."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._client = context.client()
        self._queue = WorkQueue(context.engine, self._sync, workers=1)
        for namespace in context.store.list(NAMESPACES):
            context.api.create(root_ca(namespace["metadata"]["name"]))
        context.store.watch(NAMESPACES, self._on_namespace)
        context.store.watch(CONFIG_MAPS, self._on_config_map)

    def _on_namespace(self, change: Change) -> None:
        if change.verb != "DELETED":
            self._queue.add("", change.object["metadata"]["name"])

    def _on_config_map(self, change: Change) -> None:
        meta = change.object["metadata"]
        if change.verb != "ADDED" and meta["name"] == ROOT_CA:
            self._queue.add("", meta["namespace"])

    def _sync(self, _: str, namespace: str) -> Call[None]:
        if not _is_active(self._store.get(NAMESPACES, "", namespace)):
            return
        wanted, found = root_ca(namespace), self._store.get(CONFIG_MAPS, namespace, ROOT_CA)
        if found is None:
            yield from self._client.create(wanted)
            return
        meta = found["metadata"]
        annotations = (meta.get("annotations") or {}) | wanted["metadata"]["annotations"]
        if found.get("data") != wanted["data"] or annotations != meta.get("annotations"):
            yield from self._client.update(
                {**found, "metadata": {**meta, "annotations": annotations}, "data": wanted["data"]}
            )


def _is_active(namespace: Json | None) -> bool:
    return namespace is not None and namespace["status"].get("phase") == "Active"
