"""A survey: all that was found out about a site, and what was not."""

from dataclasses import dataclass, field

from core.records import CommentState, ScrapedArticle
from crawlers.expectations import Expectations
from crawlers.page import Page
from crawlers.survey.patterns import Derived
from crawlers.survey.platform import Recognised


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A source that answered.

    ``kind`` is ``feed``, ``posts``, ``sitemap``, ``listing`` or ``home`` (which a crawl asks anyway);
    ``address`` is how an outlet module names it; of its ``entries`` ``articles`` have the form of an
    article's address. ``pager``: a listing goes on to a next page.
    """

    kind: str
    address: str
    entries: int
    articles: int
    pager: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One article page as it was read: by the family's layout where that fits, else by ``generic``.

    ``problem`` says why nothing was read; ``generic`` is what the generic layout makes of it, to compare.
    """

    url: str
    page: Page
    article: ScrapedArticle | None = None
    problem: str | None = None
    generic: ScrapedArticle | None = None
    state: CommentState = CommentState.UNKNOWN
    system: str | None = None

    @property
    def words(self) -> int:
        """Words of the body, 0 where nothing was read."""
        return len(self.article.body.split()) if self.article else 0


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is known of a site. ``missing`` is empty where it is enough for an outlet.

    ``zone_by`` says how the zone is known; ``parameters`` are those of a query that tell articles apart;
    ``asked`` counts the addresses asked for; ``caveats`` are sentences for the outlet module.
    """

    key: str
    home: str
    host: str
    title: str
    names: tuple[str, ...] = ()
    publisher: str = ""
    language: str | None = None
    zone: str | None = None
    zone_by: str = ""
    recognised: Recognised | None = None
    family: bool = False
    parameters: tuple[str, ...] = ()
    forms: tuple[Derived, ...] = ()
    sources: tuple[Source, ...] = ()
    samples: tuple[Sample, ...] = ()
    expects: Expectations = field(default=Expectations())
    missing: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    asked: int = 0

    def addresses(self, kind: str) -> tuple[str, ...]:
        """Give the addresses of the sources of a kind that told of articles."""
        return tuple(source.address for source in self.sources if source.kind == kind and source.articles)
