"""Whatever the texts and whatever the markup: what was written comes back exactly."""

import re

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.records import CommentState
from core.text import line
from crawlers.families.legacy import LegacyLayout
from crawlers.page import Page
from tests.markups import (
    BANNER,
    BODIES,
    HEADERS,
    MIXED,
    SIDES,
    SITE,
    TITLES,
    WINDOWS,
    Comment,
    Look,
    Story,
    render,
)

LAYOUT = LegacyLayout(
    banners=(BANNER,), names=(SITE, "NHE"), addresses=(re.compile(r"/News/(?P<slug>[^/]+)", re.IGNORECASE),)
)
URL = "http://www.nationalhealthexecutive.com/News/a-slug"
# Lines that are marks by definition; anything that only resembles one is fair.
_MARKS = re.compile(
    r"(source|read more|related article|also read|see also|re)\s*:.*|\d+\.\d+\.\d+|.*\d/\d+/\d.*",
    re.IGNORECASE,
)
_LETTERS = st.characters(
    categories=("Lu", "Ll", "Lo", "Nd", "Sc", "Pd", "Pi", "Pf"),
    include_characters="'\"&<>/,.;:!?()%*+@#=_-£€…",
)
_WORD = st.text(_LETTERS, min_size=1, max_size=12).filter(lambda word: any(c.isalpha() for c in word))


def _lines(least: int, most: int) -> st.SearchStrategy[str]:
    words = st.lists(_WORD, min_size=least, max_size=most)
    return words.map(" ".join).filter(lambda text: not _MARKS.fullmatch(line(text)))


_TRICKY = st.sampled_from(
    (
        "There are no comments in my inbox today",
        "Add your comment to the pile, he said",
        "13.08.18 was the day the clock stopped",
        "At home they only watch what is on tv",
        "12/03/2018 will be remembered on the ward",
        "Have you got a story to tell? So has everybody else in the canteen",
        "View all News with suspicion, she added",
        "£650,000 – or “nearly all of it” – went on buses’ tyres",
    )
)
_PARAGRAPH = st.one_of(_lines(3, 25), _TRICKY)
_AUTHOR = st.one_of(
    _lines(1, 5),
    st.sampled_from(("Jim, ward 7/8", "<b>Jim</b>", "R2/D2", "O'Neil & Sons, 1914", "Anon 10/10/2010")),
)
_WHEN = st.datetimes().map(
    lambda when: f"{when.day:02}/{when.month:02}/{max(when.year, 2000)} at {when:%H:%M}"
)
_COMMENT = st.builds(
    Comment, author=_AUTHOR, when=_WHEN, paragraphs=st.lists(_PARAGRAPH, min_size=1, max_size=3).map(tuple)
)
_STORY = st.builds(
    Story,
    title=_lines(2, 12),
    paragraphs=st.lists(_PARAGRAPH, min_size=2, max_size=6).map(tuple),
    banner=st.sampled_from((None, BANNER, "Latest Health Care News")),
    date=st.sampled_from((None, "13.08.18")),
    source=st.one_of(st.none(), _lines(1, 4)),
    call_out=st.booleans(),
    comments=st.one_of(st.none(), st.lists(_COMMENT, max_size=8).map(tuple)),
)
_LOOK = st.builds(
    Look,
    body=st.sampled_from(sorted(BODIES)),
    title=st.sampled_from(sorted(TITLES)),
    header=st.sampled_from((*sorted(HEADERS), MIXED)),
    window=st.sampled_from(sorted(WINDOWS)),
    side=st.sampled_from(SIDES),
)


@settings(max_examples=100, deadline=None)
@given(story=_STORY, look=_LOOK)
@example(
    story=Story(
        title="A title",
        paragraphs=("One.", "Two."),
        comments=(Comment(author="Jim 10/10/2010", when="21/02/2017 at 20:33", paragraphs=("Quite so.",)),),
    ),
    look=Look(header="plain"),
)
def test_any_text_in_any_markup_comes_back_exactly(story: Story, look: Look):
    # Something must say which line is the title: nothing else tells two short lines apart.
    assume(story.date or story.source or look.window != "site alone" or look.title in {"h1", "linked"})
    assume(line(story.title) not in map(line, story.paragraphs))
    article = LAYOUT.read(
        Page.from_bytes(render(story, look).encode(), URL, "text/html; charset=utf-8"), "nhe"
    )

    assert article.title == line(story.title)
    assert article.body.split("\n\n") == [line(paragraph) for paragraph in story.paragraphs]
    assert article.byline == (line(story.source) if story.source else None)
    assert (article.published.raw if article.published else None) == story.date
    if story.comments is None:
        assert article.comment_state is CommentState.UNKNOWN
        return
    assert article.comment_state is (CommentState.LISTED if story.comments else CommentState.NONE)
    assert [comment.author for comment in article.comments] == [line(c.author) for c in story.comments]
    assert [comment.body.split("\n\n") for comment in article.comments] == [
        [line(paragraph) for paragraph in c.paragraphs] for c in story.comments
    ]
    assert [c.posted.raw if c.posted else None for c in article.comments] == [c.when for c in story.comments]
