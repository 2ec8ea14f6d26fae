"""Fields of a form, read and checked."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

LONGEST = 10_000  # characters of a command

Form = Mapping[str, str]


class BadRequestError(Exception):
    """The form cannot be understood; the message is for the person."""


def read_text(form: Form, name: str, longest: int = LONGEST) -> str:
    value = form.get(name, "").replace("\r\n", "\n").strip()
    if not value:
        raise BadRequestError(_("“%(field)s” is missing.") % {"field": name})
    if len(value) > longest:
        raise BadRequestError(_("“%(field)s” is too long.") % {"field": name})
    return value


def read_number(form: Form, name: str) -> int:
    value = form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequestError(_("“%(field)s” must be a whole number.") % {"field": name})
    return int(value)
