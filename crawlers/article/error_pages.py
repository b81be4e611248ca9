"""Error pages served as if all were well: those that say they are not there, and the others."""

import re
from collections.abc import Iterator, Sequence

from core.errors import PageError
from core.records import Reason
from core.text import fold, words
from crawlers.page import Page

_THING = (
    r"(?:(?:the|this|that|your|requested|web) )*"
    r"(?:page|webpage|article|story|document|file|content|resource|item|url|address|link|object)"
    r"(?: or (?:directory|page|address))?(?: requested| (?:that )?you (?:are |were |have )?"
    r"(?:requested|looking for|looked for|asked for|after|wanted|trying to (?:reach|access|view|find)))?"
)
_MISSING = re.compile(
    rf"not found|{_THING} (?:(?:was |is |has |could )?not (?:be |been )?(?:found|located)"
    r"|cannot be (?:found|located)|does not exist(?: anymore| any more)?|no longer exists|(?:is )?missing"
    r"|(?:is |has )gone|is no longer (?:available|here)|has been (?:removed|deleted))"
    rf"|we (?:cannot|could not) (?:find|locate|seem to find) {_THING}|no such {_THING}|missing {_THING}"
    r"|(?:it looks like )?nothing was found at this location"
)
_WEATHER = re.compile(
    r"(?:forbidden )?access (?:is )?denied|forbidden|unauthori[sz]ed|bad request|too many requests"
    r"|bad gateway"
    r"|(?:internal )?server error(?: in .{0,40}application)?|runtime error|database error|error"
    r"|error establishing a database connection|(?:gateway|request) time ?out|something went wrong"
    r"|(?:(?:an|unexpected|unknown|application) )*error (?:has )?occurred"
    r"|(?:the )?website encountered an unexpected error(?: please try again later)?"
    rf"|(?:service |temporarily |currently )+unavailable"
    rf"|{_THING} (?:is )?(?:currently |temporarily )?(?:unavailable|not available)"
    r"|(?:(?:this|the|our) )?(?:web ?)?site (?:is )?(?:currently |temporarily )?"
    r"(?:down|offline|unavailable|under construction)"
    r"|(?:(?:this|the|our) )?(?:web ?)?(?:site )?(?:is )?(?:currently )?(?:down for|under|undergoing)"
    r" (?:\w+ )?maintenance|(?:web ?)?site maintenance|maintenance (?:mode|page)"
    r"|we will be (?:right )?back(?: soon| shortly)?|just a moment|attention required.{0,30}"
    r"|are you a robot|security check|(?:please )?(?:verify|confirm) (?:that )?you are (?:a )?human"
)
_ABSENT_CODES = frozenset({"404", "410"})
_CODES = _ABSENT_CODES | {"400", "401", "403", "405", "408", "429", "500", "502", "503", "504", "520", "522"}
_CODE_BEFORE = re.compile(
    r"(?:(?:http|error|status|code|number) )*(?P<code>\d{3})(?: \d)?(?: (?:error|status|page))*(?: |$)"
)
_CODE_AFTER = re.compile(r"(?: (?:http|error|status|code|number))* (?P<code>\d{3})$")
_SORRY = re.compile(r"(?:(?:sorry|oops|whoops|uh oh|oh no|but|error|status) )+")
_SHORT_FORMS = (
    ("can not", "cannot"),
    ("can't", "cannot"),
    ("n't", " not"),
    ("'re", " are"),
    ("'ll", " will"),
)
_SEPARATOR = re.compile(r" (?:\||-|::) ")  # EDGI's, in folded text
_LONGEST = 160  # characters; no status text is longer
_REAL = 150  # words of running text that no error page has of its own
_PARAGRAPH = 80  # characters from which a paragraph that ends like a sentence is running text
_SENTENCE_END = (".", "!", "?", "\u201d", '"', "\u2019", "'", ":", ")")


def refuse(page: Page, title: str | None, body: Sequence[str] = (), *, dated: bool = False) -> None:
    """Raise PageError where a page is no article but an error page served with a good status.

    SOFT_404 where it says that it is not there; NOT_AN_ARTICLE where it tells of a server's
    trouble, a closed door or a test for robots: weather, and no evidence of absence. It says so by
    the whole of its title or of a top heading, or by one part of its window title ("Page not found
    | The Gazette": ARCHIVE-FACTS.md section 1.2, rule 5). A page with an article of its own is
    none, whatever it is headed: at least 150 words of running text in ``body`` and, beneath a
    title that is a bare status, a date (``dated``) or the metadata of an article.
    """
    headed = _whole(title or "")
    tops = (_whole(block.text) for block in page.blocks if block.level == 1)
    window = page.metadata.title or ""
    said = headed or next(filter(None, tops), None) or _in_part(page, window) or _in_part(page, title or "")
    if said is None:
        return
    its_own = headed is None or dated or page.metadata.is_article
    if not (its_own and _running(body) >= _REAL):
        reason, text = said
        raise PageError(reason, f"the page says {text!r}")


def _whole(text: str) -> tuple[Reason, str] | None:
    """Give what a text says where every part of it is a status ("404 - Page not found")."""
    found = [_status(part) for part in _parts(text)]
    if not found or None in found:
        return None
    return (Reason.NOT_AN_ARTICLE if Reason.NOT_AN_ARTICLE in found else Reason.SOFT_404), text


def _in_part(page: Page, text: str) -> tuple[Reason, str] | None:
    """Give what one part of a text says, but for a headline ("Page not found - the lost archives")."""
    reason = next(filter(None, map(_status, _parts(text))), None)
    if reason is None:
        return None
    folded = fold(text)
    shown = {fold(block.text) for block in page.blocks if not block.linked and len(block.text) <= len(text)}
    is_headline = any(
        folded.startswith(line) and len(list(_parts(line))) > 1 and not _whole(line) for line in shown
    )
    return None if is_headline else (reason, text)


def _parts(text: str) -> Iterator[str]:
    if len(text) <= 2 * _LONGEST:
        yield from (piece for piece in _SEPARATOR.split(fold(text)) if piece.strip())


def _status(part: str) -> Reason | None:
    """Give what a folded text is when all of it is a status text or code."""
    text = _bare(part)
    match = _CODE_BEFORE.match(text) or _CODE_AFTER.search(text)
    code = match["code"] if match and match["code"] in _CODES else None
    if match and code:
        text = (text[: match.start()] + text[match.end() :]).strip()
    if len(text) > _LONGEST or not (text or code):
        return None
    forms = (text, _SORRY.sub("", text, count=1)) if text else ()
    if text and any(_WEATHER.fullmatch(form) for form in forms):
        return Reason.NOT_AN_ARTICLE
    if text and not any(_MISSING.fullmatch(form) for form in forms):
        return Reason.SOFT_404 if code == "410" and text == "gone" else None
    return Reason.SOFT_404 if code is None or code in _ABSENT_CODES else Reason.NOT_AN_ARTICLE


def _bare(text: str) -> str:
    """Give the words of a folded text with one blank between, short forms written out."""
    for short, long in _SHORT_FORMS:
        text = text.replace(short, long)
    return " ".join(words(text))


def _running(body: Sequence[str]) -> int:
    """Give the words of the paragraphs that are running text, no teasers."""
    return sum(
        len(words(text))
        for text in body
        if len(text) >= _PARAGRAPH and text.endswith(_SENTENCE_END) and not text.endswith("...")
    )
