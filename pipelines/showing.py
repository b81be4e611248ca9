"""Whether the bytes of a capture show what is to be erased, however the page marks it up."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.errors import PageError
from core.text import fold, words
from db.erasures import Scope
from db.erasures.records import Place
from db.suppressing import OWN_WORDING
from pipelines.payload import DamagedCaptureError, read_payload, unpacked

BEGINNING = 20  # words of a text by which it is found on other pages: they may show no more of it
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """What to look for, as words in a row: ``own`` on the pages of the thing itself, ``other`` anywhere.

    Each of ``own`` is a set of texts that are all there, a short comment with its author.
    """

    own: tuple[tuple[str, ...], ...]
    other: tuple[str, ...]

    @classmethod
    def of(cls, scope: Scope) -> "Showing":
        """Give what tells that a page shows something of a scope."""
        own, other = [], []
        for one in scope.said:
            body = spoken(one.body)
            long = len(body.split()) >= OWN_WORDING
            own.append((body,) if long else (spoken(one.author), body))
            if long:
                other.append(_beginning(body))
        texts = map(spoken, scope.texts)
        other += [_beginning(text) for text in texts if len(text.split()) >= OWN_WORDING]
        return cls(own=tuple(own), other=tuple(dict.fromkeys(other)))

    def on_own(self, page: str) -> bool:
        """Say whether a page of the thing itself shows it."""
        return any(all(text in page for text in texts) for texts in self.own)

    def elsewhere(self, page: str) -> bool:
        """Say whether any other page shows it."""
        return any(text in page for text in self.other)


def shows(home: Path, place: Place, showing: Showing, max_bytes: int, *, own: bool) -> bool:
    """Say whether a capture shows it; of its own pages one that cannot be read counts as showing it."""
    try:
        body = unpacked(read_payload(home, place.warc_file, place.offset), max_bytes)
    except (DamagedCaptureError, PageError):
        return own
    return on_page(body, showing, own=own)


def on_page(body: bytes, showing: Showing, *, own: bool) -> bool:
    """Say whether a page's bytes, unpacked, show it: as a page of the thing itself does, or any other."""
    look = showing.on_own if own else showing.elsewhere
    return any(look(page) for page in _readings(body))


def spoken(text: str) -> str:
    """Give the words of a text in a row: folded, without what parts them."""
    return " ".join(words(fold(text)))


def _beginning(text: str) -> str:
    return " ".join(text.split()[:BEGINNING])


def _readings(body: bytes) -> Iterable[str]:
    """Give what a page says under the two codings that outlets use; a needle is found under the right one."""
    for coding in ("utf-8", "cp1252"):
        text = body.decode(coding, errors="replace")
        for said in (text, *_listed(text)):
            is_twice = "&lt;" in said or "&amp;" in said  # as feeds have markup, and its entities
            yield spoken(html.unescape(_TAG.sub(" ", html.unescape(said) if is_twice else said)))


def _listed(text: str) -> Iterable[str]:
    """Give the texts of a listing in JSON, which writes many characters otherwise."""
    if text.lstrip()[:1] not in {"[", "{"}:
        return
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    found = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    yield " ".join(found)
