"""Which mark of the timeline made which happen: the nearest cause of an entry that is drawn, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.presenters.pieces import Group, Item, Lane
from dashboard.presenters.story import Story

FAR = 40  # causes that are followed from a mark


def related(story: Story, groups: Sequence[Group]) -> tuple[Group, ...]:
    """The same lanes; each mark knows the mark that caused it."""
    drawn = {item.number for group in groups for lane in group.lanes for item in lane.shown}
    return tuple(replace(group, lanes=tuple(_lane(story, lane, drawn) for lane in group.lanes)) for group in groups)


def _lane(story: Story, lane: Lane, drawn: set[int]) -> Lane:
    return replace(lane, items=tuple(_item(story, item, drawn) for item in lane.items))


def _item(story: Story, item: Item, drawn: set[int]) -> Item:
    cause = _cause(story, item.number, drawn)
    return replace(item, cause=cause) if cause else item


def _cause(story: Story, number: int, drawn: set[int]) -> int:
    """Entries are caused by earlier ones only; 0 if none of those that led here is drawn."""
    entry = story.entries.get(number)
    for _step in range(FAR):
        if entry is None or not 0 < entry.cause < entry.number:
            return 0
        if entry.cause in drawn:
            return entry.cause
        entry = story.entries.get(entry.cause)
    return 0
