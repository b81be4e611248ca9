"""What a healthy crawl of an outlet looks like, as the outlet declares it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectations:
    """Declared expectations; None expects nothing.

    ``articles_a_week`` is the least number of articles that an outlet at work publishes in seven days;
    ``dated`` and ``with_byline`` are the least shares (0 to 1) of the articles read in one crawl that
    have a publication date or a byline; ``comments``: True where readers' comments are on some of the
    pages, False where there never are any.

    They are modest: what falls below them is no bad week but another make-up of the pages, or sources
    that tell of nothing any more. Each is judged from enough articles only (:mod:`pipelines.expected`).
    """

    articles_a_week: int | None = None
    dated: float | None = None
    with_byline: float | None = None
    comments: bool | None = None

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name, share in (("dated", self.dated), ("with_byline", self.with_byline)):
            if share is not None and not 0 <= share <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, not {share}")
