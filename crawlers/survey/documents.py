"""What a survey asks for, and what it is answered."""

from dataclasses import dataclass
from functools import cached_property

from core.errors import PageError
from crawlers.page import Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Next to fetch: an absolute address, and what it is hoped to be, in words."""

    url: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """What came of asking one address.

    ``url`` is where the answer came from in the end; ``status`` is None and ``problem`` says why
    where nothing came. ``sitemaps`` are the Sitemap lines of the host's robots.txt, as written.
    """

    url: str
    status: int | None = None
    body: bytes = b""
    content_type: str | None = None
    problem: str | None = None
    sitemaps: tuple[str, ...] = ()

    @property
    def had(self) -> bool:
        """Whether it is there and not empty."""
        return self.status is not None and 200 <= self.status < 300 and bool(self.body)  # noqa: PLR2004 - the classes of HTTP statuses

    @property
    def told(self) -> str:
        """What came of it in a few words, for a person."""
        if self.status is None:
            return self.problem or "nothing came"
        return f"answers {self.status}" if not self.had else f"{self.status}, {len(self.body):,} bytes"

    @cached_property
    def page(self) -> Page:
        """The document as a page."""
        return Page.from_bytes(self.body, self.url, self.content_type)

    @property
    def is_html(self) -> bool:
        """Whether it can be read as a page of HTML."""
        if not self.had:
            return False
        try:
            return "<" in self.page.text[:2000] and self.page.tree is not None
        except PageError:
            return False
