"""Rules for Ingresses and IngressClasses. Models pkg/apis/networking/validation/validation.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.objects.validation import formats
from simulator.objects.validation.access import is_path_segment
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.rules import Errors, Json, Rule, Rules, Scope, text

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_NOT_INSIDE = ("//", "/./", "/../", "%2f", "%2F")
_NOT_LAST = ("/..", "/.")
_OLD_CLASS = "kubernetes.io/ingress.class"


def _spec(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidateIngressSpec."""
    spec, at = obj["spec"], root.child("spec")
    rules = spec.get("rules")
    if not rules and "defaultBackend" not in spec:
        yield at.invalid("", rules, "either `defaultBackend` or `rules` must be specified")
    if "defaultBackend" in spec:
        yield from _backend(spec["defaultBackend"], at.child("defaultBackend"))
    for number, rule in enumerate(rules or ()):
        here = at.child("rules").index(number)
        yield from _host(rule.get("host", ""), here)
        if "http" in rule:
            yield from _paths(rule["http"].get("paths"), here.child("http.paths"))
    for number, tls in enumerate(spec.get("tls") or ()):
        here = at.child("tls").index(number)
        for place, host in enumerate(tls.get("hosts") or ()):
            yield from here.each_invalid(f"hosts[{place}]", host, _is_host(host))
        yield from text("secretName", formats.is_dns1123_subdomain)(tls, here, scope)
    name = spec.get("ingressClassName")
    yield from at.each_invalid("ingressClassName", name, formats.is_dns1123_subdomain(name) if name is not None else ())


def _host(host: str, at: Field) -> Errors:
    if host and not formats.is_ip(host):
        yield at.invalid("host", host, "must be a DNS name, not an IP address")
    yield from at.each_invalid("host", host, _is_host(host) if host else ())


def _is_host(host: str) -> Sequence[str]:
    return formats.is_wildcard(host) if "*" in host else formats.is_dns1123_subdomain(host)


def _paths(paths: list[Json] | None, at: Field) -> Errors:
    """Models validateHTTPIngressRuleValue and validateHTTPIngressPath."""
    if not paths:
        yield at.required()
    for number, path in enumerate(paths or ()):
        here, kind, words = at.index(number), path.get("pathType"), path.get("path", "")
        if kind is None:
            yield here.required("pathType", "pathType must be specified")
            continue
        if kind not in _PATH_TYPES:
            yield here.not_supported("pathType", kind, _PATH_TYPES)
        elif not words.startswith("/") and (words or kind != "ImplementationSpecific"):
            yield here.invalid("path", words, "must be an absolute path")
        if kind in ("Exact", "Prefix"):
            details = [f"must not contain '{part}'" for part in _NOT_INSIDE if part in words]
            details += [f"cannot end with '{part}'" for part in _NOT_LAST if words.endswith(part)]
            yield from here.each_invalid("path", words, details)
        yield from _backend(path["backend"], here.child("backend"))


def _backend(backend: Json, at: Field) -> Errors:
    """Models validateIngressBackend."""
    service = backend.get("service")
    if service is not None and "resource" in backend:
        yield at.invalid("", "", "cannot set both resource and service backends")
    elif service is not None:
        yield from text("name", formats.is_dns1035_label, needed=True)(service, at.child("service"), Scope())
        yield from _backend_port(service["port"], at)
    elif "resource" in backend:
        yield from _reference(backend["resource"], at.child("resource"))
    else:
        yield at.invalid("", "", "resource or service backend is required")


def _backend_port(port: Json, at: Field) -> Errors:
    name, number = port.get("name"), port.get("number")
    if name and number:
        yield at.invalid("", "", "cannot set both port name & port number")
    elif name:
        yield from at.each_invalid("service.port.name", name, formats.is_port_name(name))
    elif number:
        yield from at.each_invalid("service.port.number", number, formats.is_port_number(number))
    else:
        yield at.required("", "port name or number is required")


def _reference(value: Json, at: Field) -> Errors:
    """Models validateIngressTypedLocalObjectReference."""
    group = value.get("apiGroup")
    yield from at.each_invalid("apiGroup", group, formats.is_dns1123_subdomain(group) if group is not None else ())
    for name in ("kind", "name"):
        yield from text(name, is_path_segment, needed=True)(value, at, Scope())


def _class_annotation(obj: Json, at: Field, scope: Scope) -> Errors:
    """Part of ValidateIngressCreate."""
    old = (obj["metadata"].get("annotations") or {}).get(_OLD_CLASS)
    if old is not None and old != obj["spec"].get("ingressClassName", old):
        detail = "must match `ingressClassName` when both are specified"
        yield at.child("annotations").invalid(_OLD_CLASS, old, detail)


def domain_path(name: str, longest: int) -> Rule:
    """A path with its domain before it. Models IsDomainPrefixedPath."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        given = value.get(name, "")
        if len(given) > longest:
            yield at.too_long(name, longest)
        host, _, path = given.partition("/")
        if not given:
            yield at.required(name)
        elif not host or not path:
            yield at.invalid(name, given, 'must be a domain-prefixed path (such as "acme.io/foo")')
        else:
            yield from at.each_invalid(name, host, formats.is_dns1123_subdomain(host))

    return check


_controller = domain_path("controller", 250)


def _class(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models validateIngressClassSpec."""
    spec, at = obj["spec"], root.child("spec")
    yield from _controller(spec, at, scope)
    if spec.get("parameters") is not None:
        yield from _parameters(spec["parameters"], at.child("parameters"))


def _parameters(value: Json, at: Field) -> Errors:
    """Models validateIngressClassParametersReference."""
    yield from _reference(value, at)
    kind, namespace = value.get("scope"), value.get("namespace")
    if kind is None:
        yield at.required("scope")
    elif kind not in ("Cluster", "Namespace"):
        yield at.not_supported("scope", kind, ("Cluster", "Namespace"))
    elif kind == "Cluster" and namespace is not None:
        yield at.forbidden("namespace", "`parameters.scope` is set to 'Cluster'")
    elif kind == "Namespace" and namespace is None:
        yield at.required("namespace", "`parameters.scope` is set to 'Namespace'")
    elif kind == "Namespace":
        yield from at.each_invalid("namespace", namespace, formats.is_dns1123_label(namespace))


def ingress_class_update(new: Json, old: Json) -> Errors:
    """Models ValidateIngressClassUpdate."""
    if new["spec"].get("controller") != old["spec"].get("controller"):
        yield Field("spec").invalid("controller", new["spec"].get("controller", ""), "field is immutable")


INGRESS: Rules = (object_meta(formats.is_dns1123_subdomain), _spec, _class_annotation)
INGRESS_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _class)
