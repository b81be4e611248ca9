"""A page as fetched: its bytes, its text by proof, its tree and its text blocks."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from scrapy.http import Response

    from crawlers.blocks import Block


class Page:
    """One page: ``url``, ``body`` (bytes), ``text``, ``warnings``, ``tree``, ``blocks``."""

    def __init__(self, body: bytes, url: str, content_type: str | None = None) -> None:
        self.url = url
        self.body = body
        self.content_type = content_type

    @classmethod
    def from_bytes(cls, body: bytes, url: str, content_type: str | None = None) -> "Page":
        """Give the page of these bytes; ``content_type`` is the whole header value."""
        return cls(body, url, content_type)

    @classmethod
    def from_response(cls, response: "Response") -> "Page":
        """Give the page of a Scrapy response."""
        header = response.headers.get("Content-Type")
        return cls(response.body, response.url, header.decode("latin-1") if header else None)

    @property
    def text(self) -> str:
        raise NotImplementedError

    @property
    def warnings(self) -> tuple[str, ...]:
        raise NotImplementedError

    @cached_property
    def tree(self) -> "HtmlElement":
        raise NotImplementedError

    @cached_property
    def blocks(self) -> "tuple[Block, ...]":
        raise NotImplementedError
