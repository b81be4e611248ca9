"""A page as fetched: its bytes, its text by proof, its tree, its text blocks, its metadata."""

from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree

from core.errors import PageError
from core.records import Reason
from crawlers import charset
from crawlers.article import noscripts, streamed
from crawlers.article.blocks import MOST, Block, blocks
from crawlers.article.elements import Element
from crawlers.article.metadata import Metadata, metadata

if TYPE_CHECKING:
    from scrapy.http import Response

# Comments and processing instructions are no text; without them a run of text is one node.
# libxml2 stops at 2,048 levels whatever it is told; huge_tree lifts its limit on one text node.
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
_LEVELS = 2000
_TOO_DEEP = "Excessive depth"


class Page:
    """One page; everything past ``url`` and ``body`` is worked out when first asked for.

    Whatever is asked of a page that holds no text raises PageError EMPTY_PAGE.
    """

    def __init__(self, body: bytes, url: str, content_type: str | None = None) -> None:
        self.url = url
        self.body = body
        self.content_type = content_type
        self._odd: list[str] = []

    def __reduce__(self) -> tuple[type["Page"], tuple[bytes, str, str | None]]:
        """Cross from process to process as what came: a tree cannot."""
        return type(self), (self.body, self.url, self.content_type)

    @classmethod
    def from_bytes(cls, body: bytes, url: str, content_type: str | None = None) -> "Page":
        """Give the page of these bytes; ``content_type`` is the whole header value."""
        return cls(body, url, content_type)

    @classmethod
    def from_response(cls, response: "Response") -> "Page":
        """Give the page of a Scrapy response."""
        header = response.headers.get("Content-Type")
        return cls(response.body, response.url, header.decode("latin-1") if header else None)

    @cached_property
    def _decoded(self) -> charset.Decoded:
        body, odd = charset.gunzipped(self.body)
        self._odd.extend(odd)
        decoded = charset.decode(body, self.content_type)
        self._odd.extend(decoded.warnings)
        if not decoded.text.strip():
            raise PageError(Reason.EMPTY_PAGE, "the page holds no text")
        return decoded

    @property
    def text(self) -> str:
        """The page's source as text, without what no database takes."""
        return self._decoded.text

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was odd so far: about charset, compression and nesting."""
        return tuple(dict.fromkeys(self._odd))

    @cached_property
    def tree(self) -> Element:
        """The element tree, what the page streams after itself put in its place.

        A page nested deeper than libxml2 goes is cut there, with a warning.
        """
        try:
            tree = etree.fromstring(noscripts.without_torn(self.text).encode(), _PARSER)
        except etree.LxmlError as error:  # only markup without any element or text
            raise PageError(Reason.EMPTY_PAGE, "the page holds no text") from error
        if tree is None:
            raise PageError(Reason.EMPTY_PAGE, "the page holds no text")
        # The log of a sloppy page is long; only one with as many tags as levels can be too deep.
        if self.text.count("<") > _LEVELS and any(_TOO_DEEP in entry.message for entry in _PARSER.error_log):
            self._odd.append("the page is nested too deep and was read to that depth only")
        if streamed.may_be(self.text):
            streamed.put_in_place(tree)
        return tree

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The text blocks in rendered order."""
        found = blocks(self.tree)
        if len(found) >= MOST:
            self._odd.append(f"the page has more than {MOST} blocks of text; the rest was left out")
        return found

    @cached_property
    def metadata(self) -> Metadata:
        """What the page says of itself in its head and in JSON-LD."""
        return metadata(self.tree)
