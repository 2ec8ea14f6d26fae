"""Rules for what an Indexed Job says of its indexes. Models pkg/apis/batch/validation/validation.go."""

from __future__ import annotations

import re

from simulator.objects.validation.field import Field, go_quote, go_struct
from simulator.objects.validation.rules import NEGATIVE, Errors, Json, Scope

MANY_INDEXES = 100_000
_LIMIT_OF_MANY = 10_000
_MAX_RULES = 20
_MAX_TEXT = 64 * 1024
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")


class IndexesError(ValueError):
    """The text lists no indexes; the message is the API server's."""


def count_indexes(text: str, completions: int) -> int:
    """How many indexes `1,3-5` names. Models validateIndexesFormat. Raises IndexesError."""
    last, total = None, 0
    for part in text.split(",") if text else ():
        first, end = _interval(part, completions)
        if last is not None and last >= first:
            raise IndexesError(f"non-increasing order, previous: {last}, current: {first}")
        total += end - first + 1
        last = end
    return total


def _interval(part: str, completions: int) -> tuple[int, int]:
    limits = part.split("-")
    if len(limits) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise IndexesError(f"the fragment {go_quote(part)} {rule}")
    for limit in limits:
        if not _NUMBER.fullmatch(limit):
            raise IndexesError(f"cannot convert string to integer for index: {go_quote(limit)}")
        if int(limit) >= completions:
            raise IndexesError(f"too large index: {go_quote(limit)}")
    first, end = int(limits[0]), int(limits[-1])
    if len(limits) == 2 and first >= end:
        raise IndexesError(f"non-increasing order, previous: {first}, current: {end}")
    return first, end


def success_policy(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateSuccessPolicy."""
    policy = spec.get("successPolicy")
    if policy is None:
        return
    if spec.get("completionMode") != "Indexed":
        yield at.invalid("successPolicy", go_struct(policy, "SuccessPolicy"), "requires indexed completion mode")
        return
    rules, here = policy.get("rules") or [], at.child("successPolicy.rules")
    if not rules:
        yield here.required("", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > _MAX_RULES:
        yield here.too_many("", len(rules), _MAX_RULES)
    for number, rule in enumerate(rules):
        yield from _success_rule(rule, here.index(number), spec.get("completions") or 0)


def _success_rule(rule: Json, at: Field, completions: int) -> Errors:
    indexes, count, named = rule.get("succeededIndexes"), rule.get("succeededCount"), 0
    if indexes is None and count is None:
        yield at.required("", "at least one of succeededCount or succeededIndexes must be specified")
    if indexes is not None:
        if len(indexes) > _MAX_TEXT:
            yield at.too_long("succeededIndexes", _MAX_TEXT)
        try:
            named = count_indexes(indexes, completions)
        except IndexesError as error:
            yield at.invalid("succeededIndexes", indexes, f"error parsing succeededIndexes: {error}")
    if count is None:
        return
    if count < 0:
        yield at.invalid("succeededCount", count, NEGATIVE)
    most = "must be less than or equal to"
    if count > completions:
        yield at.invalid("succeededCount", count, f"{most} {completions} (the number of specified completions)")
    if indexes is not None and count > named:
        where = "the number of indexes in the specified succeededIndexes field"
        yield at.invalid("succeededCount", count, f"{most} {named} ({where})")


def many_completions(spec: Json, at: Field) -> Errors:
    """With very many indexes that fail one by one, fewer may run and fail."""
    if (spec.get("completions") or 0) <= MANY_INDEXES or spec.get("backoffLimitPerIndex") is None:
        return
    if spec.get("maxFailedIndexes") is None:
        yield at.required("maxFailedIndexes", f"must be specified when completions is above {MANY_INDEXES}")
    why = f"when completions are above {MANY_INDEXES} and used with backoff limit per index"
    for field in ("parallelism", "maxFailedIndexes"):
        if (spec.get(field) or 0) > _LIMIT_OF_MANY:
            yield at.invalid(field, spec[field], f"must be less than or equal to {_LIMIT_OF_MANY} {why}")
