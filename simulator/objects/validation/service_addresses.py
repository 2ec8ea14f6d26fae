"""Rules for the addresses of Services, new and changed.

Models ValidateServiceClusterIPsRelatedFields and ValidateServiceUpdate of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.rules import Errors, Json, Scope, one_of_if_set

_FAMILIES = ("IPv4", "IPv6")
_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_FIXED = "may not change once set"
_PATH = "spec.clusterIPs"


def addresses(obj: Json, at: Field, scope: Scope) -> Errors:
    """The cluster's own addresses of a Service and their families."""
    spec, here = obj["spec"], at.child("spec")
    if spec.get("type") == "ExternalName":
        return
    given, first = spec.get("clusterIPs") or [], spec.get("clusterIP", "")
    if first and given and given[0] != first:
        yield here.invalid("clusterIPs", given, "first value must match `clusterIP`")
    elif given and not first and given[0] == "":
        yield here.invalid("clusterIPs", given, "must be empty when `clusterIP` is not specified")
    yield from _families(spec.get("ipFamilies") or (), here)
    yield from one_of_if_set("ipFamilyPolicy", _POLICIES)(spec, here, scope)
    if given == ["None"] or not (given or first):
        return
    given = given or [first]
    wrong = list(_each(given, here))
    yield from wrong
    if len(given) > 2:
        yield here.invalid("clusterIPs", given, "may only hold up to 2 values")
    if not wrong:
        yield from _pair(given, spec.get("ipFamilies") or (), here)


def _families(given: Iterable[str], at: Field) -> Errors:
    seen: set[str] = set()
    for number, family in enumerate(given):
        if family not in _FAMILIES:
            yield at.not_supported(f"ipFamilies[{number}]", family, _FAMILIES)
        if family in seen:
            yield at.duplicate(f"ipFamilies[{number}]", family)
        seen.add(family)


def _each(given: list[str], at: Field) -> Errors:
    for number, address in enumerate(given):
        if not number and address == "None":
            if len(given) > 1:
                yield at.invalid("clusterIPs", given, "'None' must be the first and only value")
        else:
            yield from at.each_invalid(f"clusterIPs[{number}]", address, formats.is_ip(address))


def _pair(given: list[str], families: Iterable[str], at: Field) -> Errors:
    """Two addresses are one of each family, in the order of the families."""
    if len(given) > 1 and len({":" in address for address in given}) < 2:
        yield at.invalid("clusterIPs", given, "may specify no more than one IP for each IP family")
    for number, (address, family) in enumerate(zip(given, families, strict=False)):
        if family in _FAMILIES and (":" in address) != (family == "IPv6"):
            detail = f"expected an {family} value as indicated by `ipFamilies[{number}]`"
            yield at.invalid(f"clusterIPs[{number}]", address, detail)


def external_addresses(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateEndpointIP, as it is asked of `externalIPs`."""
    for number, text in enumerate(obj["spec"].get("externalIPs", ())):
        place = f"spec.externalIPs[{number}]"
        if wrong := formats.is_ip(text):
            yield from at.each_invalid(place, text, wrong)
            continue
        address = ipaddress.ip_address(formats.loose_ip(text))
        if address.is_unspecified:
            yield at.invalid(place, text, f"may not be unspecified ({text})")
        elif address.is_loopback:
            yield at.invalid(place, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
        elif address.is_link_local:
            yield at.invalid(place, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")


def addresses_update(new: Json, old: Json) -> Errors:
    """What a Service has been given stays, until it becomes an ExternalName."""
    spec, before = new["spec"], old["spec"]
    if "ExternalName" in (spec.get("type"), before.get("type")):
        return
    given, had = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
    if given == had == ["None"]:
        return
    yield from _stay(given, had)
    if "None" not in (given[:1] or [""])[0] + (had[:1] or [""])[0]:
        yield from _families_stay(spec, before)
    if spec.get("type") == before.get("type") == "LoadBalancer":
        name, was = spec.get("loadBalancerClass"), before.get("loadBalancerClass")
        if name != was:
            yield Field("spec").invalid("loadBalancerClass", name, _FIXED)


def _stay(given: list[str], had: list[str]) -> Errors:
    if had and not given:
        yield Field(_PATH).index(0).invalid("", None, "primary clusterIP can not be unset")
    same_length = len(given) == len(had)
    for number, (now, then) in enumerate(zip(given, had, strict=False)):
        if now != then and (same_length or not number):
            yield Field(_PATH).index(number).invalid("", given, _FIXED)


def _families_stay(spec: Json, before: Json) -> Errors:
    now, then = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
    if len(now) == len(then):
        for family, was in zip(now, then, strict=True):
            if family != was:
                yield Field("spec.ipFamilies").index(0).invalid("", now, _FIXED)
    elif now and then and now[0] != then[0]:
        yield Field("spec.ipFamilies").index(0).invalid("", spec.get("clusterIPs"), _FIXED)
