"""The rule engine: a type's checks are a table of rules, run in the API server's order.

A rule takes a value, its place and the scope, and gives the errors it finds. Most are made by the functions
below; those that need more are functions of their own, which name the upstream function that they model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.objects.validation.field import Field, FieldError

Json = dict[str, Any]
Errors = Iterable[FieldError]
Format = Callable[[str], Sequence[str]]  # what is wrong with a text, or nothing

NEGATIVE = "must be greater than or equal to 0"


@dataclass(slots=True)
class Scope:
    """What rules deep in a Pod need to know of the Pod around them."""

    pod: bool = False  # a Pod, not the template of one
    metadata: Json | None = None  # of a Pod; a template has no name yet
    annotations: Json = field(default_factory=dict)
    spec: Json = field(default_factory=dict)
    volumes: dict[str, Json] = field(default_factory=dict)  # the valid ones, by name
    container: Json = field(default_factory=dict)

    @property
    def grace(self) -> int | None:
        return self.spec.get("terminationGracePeriodSeconds")

    @property
    def volume_names(self) -> list[str]:
        """The volumes that the person wrote, for a hint: not the token's, which admission adds."""
        return [name for name in self.volumes if not name.startswith("kube-api-access-")]

    @property
    def os(self) -> str:
        return str((self.spec.get("os") or {}).get("name", ""))

    @property
    def host_users(self) -> bool:
        return self.spec.get("hostUsers") is not False

    @property
    def claim_names(self) -> list[str]:
        return sorted({claim["name"] for claim in self.spec.get("resourceClaims", ()) if claim["name"]})


Rule = Callable[[Any, Field, Scope], Errors]
Rules = tuple[Rule, ...]


def run(rules: Rules, value: Any, at: Field, scope: Scope) -> Iterator[FieldError]:
    """The errors that the rules find, in the rules' order; found as they are asked for."""
    for rule in rules:
        if found := rule(value, at, scope):
            yield from found


def required(name: str, detail: str = "") -> Rule:
    """The field must not be empty."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        return () if value.get(name) else (at.required(name, detail),)

    return check


def text(name: str, format_: Format, *, needed: bool = False) -> Rule:
    """The field, if it is set, must have a format; `needed` also asks that it is set."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        given = value.get(name)
        if not given:
            return (at.required(name),) if needed else ()
        details = format_(given)
        return at.each_invalid(name, given, details) if details else ()

    return check


def one_of(name: str, choices: Collection[str], *, needed: bool = True) -> Rule:
    """The field must be one of a few words, listed in the order given."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        given = value.get(name)
        if given in choices:
            return ()
        if not given:
            return (at.required(name),) if needed else ()
        return (at.not_supported(name, given, choices),)

    return check


def one_of_if_set(name: str, choices: Collection[str]) -> Rule:
    """As `one_of`, for a field that may be left out; set to nothing it is wrong."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        given = value.get(name)
        return () if given is None or given in choices else (at.not_supported(name, given, choices),)

    return check


def nonnegative(*names: str) -> Rule:
    """The numbers must not be negative. Models ValidateNonnegativeField."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        for name in names:
            if (number := value.get(name)) is not None and number < 0:
                yield at.invalid(name, number, NEGATIVE)

    return check


def within(name: str, low: int, high: int) -> Rule:
    """The number, if it is set, must lie in a range."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        number = value.get(name)
        if number is None or low <= number <= high:
            return ()
        return (at.invalid(name, number, f"must be between {low} and {high}, inclusive"),)

    return check


def each(name: str, rules: Rules) -> Rule:
    """Every item of a list must obey the rules."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        items = value.get(name)
        if items:
            place = at.child(name)
            for number, item in enumerate(items):
                yield from run(rules, item, place.index(number), scope)

    return check


def nested(name: str, rules: Rules) -> Rule:
    """The struct, if it is there, must obey the rules."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        inner = value.get(name)
        return () if inner is None else run(rules, inner, at.child(name), scope)

    return check


def exactly_one(kinds: dict[str, Rules], *, none: str, many: str, named: dict[str, str] | None = None) -> Rule:
    """A union: one of the fields must be set, and its rules obeyed; a second one is only forbidden.

    `named` holds the paths that the API server spells differently in its errors.
    """
    spelled = named or {}

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        chosen = ""
        for kind, rules in kinds.items():
            inner = value.get(kind)
            if inner is None:
                continue
            if chosen:
                yield at.forbidden(spelled.get(kind, kind), many)
            else:
                chosen = kind
                yield from run(rules, inner, at.child(kind), scope)
        if not chosen:
            yield at.required("", none)

    return check
