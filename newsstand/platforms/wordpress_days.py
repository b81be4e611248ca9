"""What becomes of the WordPress title's stories on its second day."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from newsstand.platforms.stories import Remark, Story

EDITED = 22
REMOVED_FROM = 4  # an inline discussion
COMMENTED = 8  # counted on the page, listed by the interface
REWORDED = 16  # the same; its page stays as it is
PAGED = 6
ADDITION = "The figure for last winter has been put right since this was first published."
NEW_REMARK = "A day late, but here is what the board told us in writing."
REWORDING = "I take that back: the sum was right."


def second(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """Give the stories of day 2: one is edited, a comment comes, one goes, two are reworded."""
    return tuple(_CHANGES.get(story.number, _same)(story) for story in stories)


def is_edited(story: Story) -> bool:
    """Say whether a story is as it is after its edit."""
    return story.paragraphs[-1] == ADDITION


def _same(story: Story) -> Story:
    return story


def _edited(story: Story) -> Story:
    return replace(story, paragraphs=(*story.paragraphs, ADDITION))


def _removed(story: Story) -> Story:
    return replace(story, remarks=story.remarks[:-1])


def _commented(story: Story) -> Story:
    last = story.remarks[-1]
    new = Remark(
        number=last.number + 50,
        author="Late reader",
        posted=last.posted + timedelta(days=1),
        paragraphs=(NEW_REMARK,),
        parent=last.number,
    )
    return replace(story, remarks=(*story.remarks, new))


def _reworded(story: Story) -> Story:
    first, *rest = story.remarks
    return replace(story, remarks=(replace(first, paragraphs=(REWORDING,)), *rest))


_CHANGES: Mapping[int, Callable[[Story], Story]] = {
    EDITED: _edited,
    REMOVED_FROM: _removed,
    COMMENTED: _commented,
    REWORDED: _reworded,
    PAGED: _reworded,
}
