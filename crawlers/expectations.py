"""What a healthy crawl of an outlet looks like, as the outlet declares it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectations:
    """Declared expectations; None expects nothing.

    ``articles_a_week`` is the least number of articles that an outlet at work publishes in seven days;
    ``dated`` and ``with_byline`` are the least shares (0 to 1) of the articles read in one crawl that
    have a publication date or a byline; ``comments``: True where readers' comments are on some of the
    pages, False where there never are any.
    """

    articles_a_week: int | None = None
    dated: float | None = None
    with_byline: float | None = None
    comments: bool | None = None
