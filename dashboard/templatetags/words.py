"""Template filters that only format: sentences with parts that stand out, and the items somebody lacks."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.presenters.answers import Panel
from dashboard.presenters.before import of_document
from dashboard.presenters.notes import Note, of_manifest
from dashboard.presenters.pieces import Item, changed
from dashboard.presenters.problems import Checked, checked
from dashboard.presenters.rich import Part, Rich
from dashboard.presenters.texts import lasting
from simulator.objects import Document, Problem

register = template.Library()

_TAGS = {
    "": "{}",
    "bold": '<b translate="no">{}</b>',
    "code": '<code translate="no">{}</code>',
    "both": '<code translate="no"><b>{}</b></code>',
}


@register.filter
def rich(text: Rich) -> SafeString:
    """A sentence as HTML. Countdowns carry the moment they run to."""
    return format_html_join("", "{}", ((_part(part),) for part in text))


def _part(part: Part) -> SafeString:
    if part.kind == "due":
        return format_html('<b><time data-until="{}">{}</time></b>', part.due_ms, part.text)
    return format_html(_TAGS[part.kind], part.text)


@register.filter
def newer(items: Iterable[Item], since: int) -> list[Item]:
    """The items that somebody who has seen entry `since` does not know as they are now."""
    return list(changed(items, since))


@register.simple_tag
def check(text: str, problems: Iterable[object], printed: str = "") -> Checked:
    """A manifest and what is wrong with it, ready to show."""
    return checked(text, problems, printed)


@register.filter
def told(notes: Iterable[Problem]) -> tuple[Note, ...]:
    """What a manifest asks for in vain, ready to show."""
    return of_manifest(notes)


@register.filter
def before_run(document: Document) -> Panel:
    """What the manifest alone says about a Pod's times."""
    return of_document(document)


@register.filter
def minutes(seconds: int) -> str:
    """How long a lesson lasts."""
    return lasting(seconds)
