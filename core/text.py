"""What counts as the same text: cleaning, paragraphs, looks, folding, words."""

import re
import unicodedata
from itertools import groupby

# C0 and C1 controls but tab, newline and carriage return; lone surrogates; the byte-order mark.
# PostgreSQL refuses NUL, both drivers refuse surrogates (OPS-FACTS.md section 2.4).
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_ZERO_WIDTH = re.compile("[\u200b\u2060\u00ad]")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*", re.UNICODE)
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u02bc`\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_PLAIN = {
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
}


def storable(text: str) -> str:
    """Give the text without what no database takes: NUL and other controls, lone surrogates, BOM."""
    return _UNSTORABLE.sub("", text)


def line(text: str) -> str:
    """Give the text on one line: NBSP and every run of white space become one space, ends trimmed.

    Quotes, dashes, currency signs and letters stay exactly as they are.
    """
    return _one_line(_ZERO_WIDTH.sub("", storable(text)))


def paragraphs(text: str) -> str:
    r"""Give the text as paragraphs parted by ``\n\n``, each on one line, empty ones dropped."""
    lines = (_one_line(part) for part in _ZERO_WIDTH.sub("", storable(text)).split("\n"))
    groups = (" ".join(group) for filled, group in groupby(lines, key=bool) if filled)
    return "\n\n".join(groups)


def plain(text: str) -> str:
    """Give the form under which two texts count as the same but for looks; letter case is not looks.

    NFKC, then curly quotes and every dash made plain and white space folded: the fingerprint
    level of ARCHIVE-FACTS.md section 1.2, rule 1. "us" and "US" are two words.
    """
    found = unicodedata.normalize(
        "NFKC", text.replace("\u00b4", "'")
    )  # else it becomes a space and an accent
    for curly, straight in _PLAIN.items():  # a score of scans in C, a tenth of the time of one pattern
        found = found.replace(curly, straight)
    return _one_line(found)


def fold(text: str) -> str:
    """Give the form in which names and lines are matched: :func:`plain`, letter case folded too."""
    return plain(text).casefold()


def words(text: str) -> list[str]:
    """Give the words of a text in order, as counted everywhere a word count is stated."""
    return _WORD.findall(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())  # splits at NBSP and all that Unicode calls white space
