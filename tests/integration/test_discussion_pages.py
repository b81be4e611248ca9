"""Discussions over several pages, moderated while they are read: nobody else's comment is told removed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from newsstand.platforms import serve
from newsstand.platforms.stories import STORIES
from newsstand.platforms.wordpress import WordPressSite, address
from newsstand.platforms.wordpress_days import COMMENTED, PAGED
from tests.integration.archive import Archive
from tests.integration.test_wordpress import OUTLET, held, history, read_again, state

MANY = 130


@pytest.fixture
def small(tmp_path):
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def crowded(story):
    """Give a story with more comments than the interface lists at once."""
    first = story.remarks[0]
    more = [
        replace(
            first,
            number=9000 + n,
            author=f"Reader {n}",
            posted=first.posted + timedelta(minutes=n),
            paragraphs=(f"This is what reader {n} has to say of it.",),
            parent=None,
        )
        for n in range(MANY)
    ]
    return replace(story, remarks=tuple(more))


def first_unanswered(story):
    answered = {one.parent for one in story.remarks}
    return next(one for one in story.remarks if one.number not in answered)


class Moderated(WordPressSite):
    """A site that takes a story's first comment down as soon as the first page of them was served."""

    def __init__(self) -> None:
        self.served = 0
        super().__init__(tuple(crowded(one) if one.number == COMMENTED else one for one in STORIES))
        self.moderated: int | None = None

    def story(self, number):
        return next(one for one in self.stories if one.number == number)

    def answer(self, request):
        answer = super().answer(request)
        number = self.moderated
        if number is not None and self._begins(number, request.target):
            self.moderated = None
            self.take_down(number)
        self.served += 1  # no two answers are the same bytes, as of a page with a clock
        ticked = answer.body.replace(b"</body>", f"<!-- {self.served} --></body>".encode())
        return answer if ticked == answer.body else replace(answer, body=ticked, squeezed=None, etag=None)

    def _begins(self, number: int, target: str) -> bool:
        if number == COMMENTED:
            return "/wp/v2/comments" in target and "&page=1" in target
        return target.startswith(address(self.story(number)))

    def take_down(self, number):
        story = self.story(number)
        gone = first_unanswered(story)
        left = replace(story, remarks=tuple(one for one in story.remarks if one is not gone))
        self.stories = tuple(left if one is story else one for one in self.stories)
        self.at(self.origin)


def asked(served, since):
    return [one.target for one in served.requests[since:] if "robots" not in one.target]


@pytest.mark.parametrize("number", [COMMENTED, PAGED])
def test_a_comment_taken_down_between_two_pages_takes_no_other_with_it(small, number):
    site = Moderated()
    with serve(site) as served:
        url = f"--url={served.address}{address(site.story(number))}"
        small.crawl(OUTLET, served.address, url)
        whole = held(small)
        assert whole.keys() == {str(one.number) for one in site.story(number).remarks}
        gone = str(first_unanswered(site.story(number)).number)

        once = len(asked(served, 0))
        site.moderated = number
        small.crawl(OUTLET, served.address, url)
        assert site.moderated is None
        assert whole.keys() - held(small).keys() <= {gone}
        assert state(small, site, number) == "partial"

        small.crawl(OUTLET, served.address, url)
        assert whole.keys() - held(small).keys() == {gone}, "what was taken down is told"
        assert state(small, site, number) == "listed"
        before = history(small)
        read_again(small)
        assert history(small) == before
        since = len(served.requests)
        small.crawl(OUTLET, served.address, url)
        assert len(asked(served, since)) == once, "read once where nothing is amiss"
    checked = small.command("db", "verify")
    assert checked.returncode == 0, checked.stdout[-3000:]
    assert {row["seq"] for row in small.rows("SELECT seq FROM comment_version")} == {1}


AS_AN_ARCHIVE = """
    UPDATE fetch_attempt SET via = 'wayback'
    WHERE capture_id IN (SELECT capture_id FROM extraction) OR url_id IN (SELECT url_id FROM article_url)
"""


def test_pages_that_an_archive_saw_at_different_times_are_a_part(small):
    site = WordPressSite()
    story = next(one for one in site.stories if one.number == PAGED)
    with serve(site) as served:
        small.crawl(OUTLET, served.address, f"--url={served.address}{address(story)}")
    whole = held(small)
    engine = create_engine(small.database_url)
    with engine.begin() as connection:
        connection.execute(text(AS_AN_ARCHIVE))
    engine.dispose()
    read_again(small)
    assert (held(small), state(small, site, PAGED)) == (whole, "partial")
