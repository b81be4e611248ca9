"""Notes of correction: where an outlet says in its own words that it got something wrong."""

import re
from collections.abc import Sequence

from core.diff import BREAK
from core.text import plain

_TOP, _FOOT = 3, 6  # paragraphs from either end of a body among which a note stands
_FOLLOWING = 3  # paragraphs that may belong to a note's first one
_LONGEST = 1500  # characters of one paragraph of a note

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:(?:on|at)\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}})"
    r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}(?:\s*(?:am|pm|gmt|bst))?)?"
)
_EDITOR = r"ed(?:itor(?:'?s'?|ial)?|'?s|\.)?"
_LABEL = (
    rf"(?:(?:{_EDITOR}\s+)?(?:corrections?|clarifications?)"
    r"(?:\s*(?:and|&|/)\s*(?:corrections?|clarifications?|apolog(?:y|ies)))?(?:\s+notices?|\s+notes?)?"
    rf"|{_EDITOR}\s+notes?|notes?\s+from\s+the\s+editors?|notes?\s+of\s+(?:correction|clarification)"
    r"|errat(?:um|a)|corrigend(?:um|a)|retractions?|apolog(?:y|ies)|corrected|amended|clarified)"
)
_STOP = r"(?:\s*[:.]|\s+-+|\s*\]|\s*\))"  # what parts a label from its text; a hyphen makes a compound
_THIS = (
    r"(?:(?:this|the\s+above|our)\s+(?:news\s+|blog\s+)?"
    r"(?:article|story|piece|report|post|page|item|column|blog|headline))"
)
_PARTS = (
    r"(?:the\s+(?:(?:first|second|third|fourth|last|final|opening)\s+)?"
    r"(?:headline|standfirst|introduction|text|caption|paragraph|sentence|figures?|quote)s?"
    rf"(?:\s+and\s+(?:the\s+)?\w+)?\s+(?:of|in|on|to)\s+{_THIS})"
)
_HAS_BEEN = r"(?:was|were|has\s+been|have\s+been|has\s+since\s+been|have\s+since\s+been)"
_FIXED = r"(?:since\s+|subsequently\s+|later\s+)?(?:amended|corrected|clarified|revised|changed|altered)"
_FRESHENED = r"(?:since\s+|subsequently\s+|later\s+)?(?:updated|edited|modified)"
_WRONGLY = r"(?:wrongly|incorrectly|mistakenly|erroneously|inaccurately|originally|previously|initially)"
_SAID = (
    r"(?:said|stated|reported|gave|named|quoted|suggested|claimed|read|referred|described|listed|attributed)"
)
_EARLIER = rf"(?:an?|the|some)\s+(?:earlier|previous|original|prior|first)\s+versions?\s+of\s+{_THIS}"
# The quantifiers are possessive: a paragraph of nothing but dashes costs one pass, not its cube.
_OPENING = rf"[\W_]*+(?:(?:please\s+note|note|nb|n\.b\.)(?!\w)[\W_]*+(?:that\s+)?)?(?:{_DATE}[\W_]*+)?"

_LABELLED = re.compile(
    rf"{_OPENING}{_LABEL}(?:\s+(?:appended|below))?(?:\s+(?:to|of|on)\s+{_THIS})?"
    rf"(?:\s+(?:no\.?\s*)?\d{{1,3}})?(?:[\s,(\[-]*+(?:(?:made|added|published|issued)\s+)?{_DATE}[)\]]*+)?"
    rf"(?:{_STOP}|\s*,\s*$)",
    re.IGNORECASE,
)
_DATED = re.compile(rf"{_OPENING}(?:corrected|amended|clarified)\s+{_DATE}", re.IGNORECASE)
_HEADING = re.compile(rf"{_OPENING}{_LABEL}(?:\s+appended)?(?:[\s,(\[-]*+{_DATE})?[\W_]*+", re.IGNORECASE)
_SENTENCE = re.compile(
    rf"{_OPENING}(?:"
    rf"(?:{_THIS}|{_PARTS})\s+{_HAS_BEEN}\s+{_FIXED}\b"
    rf"|(?:in\s+)?{_EARLIER}\b|earlier\s+versions\s+of\s+{_THIS}\b"
    rf"|(?:{_THIS}|{_PARTS}|we)\s+{_WRONGLY}\s+{_SAID}\b"
    rf"|{_THIS}\s+(?:contained|included)\s+(?:an?|some|several|two)\s+(?:\w+\s+)?(?:errors?|mistakes?|inaccurac)"
    rf"|(?:because\s+of|due\s+to|owing\s+to|as\s+a\s+result\s+of)\s+an?\s+(?:\w+\s+)?(?:error|mistake)\b"
    rf"(?=.{{0,80}}\b(?:{_EARLIER}|{_THIS}))"
    rf"|we\s+(?:have\s+)?(?:amended|corrected|clarified)\s+(?:{_THIS}|{_PARTS})"
    r"|we\s+are\s+(?:happy|pleased|glad)\s+to\s+(?:clarify|make\s+clear|correct|set\s+the\s+record)"
    r")",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    rf"{_OPENING}(?:updat(?:e|ed|es)\b|(?:{_THIS}|{_PARTS})\s+{_HAS_BEEN}\s+{_FRESHENED}\b)", re.IGNORECASE
)
_FAULT = re.compile(
    r"\b(?:correct(?:s|ed|ing|ion|ions)?|incorrect(?:ly)?|amend(?:s|ed|ing|ment)?|clarif(?:y|ies|ied|ication)"
    r"|errors?|mistakes?|mistakenly|wrong(?:ly)?|inaccura\w+|misstat\w+|misspel\w+|misquot\w+|misattribut\w+"
    r"|(?:earlier|previous|original)\s+version|originally\s+(?:said|stated|reported)|typo)\b",
    re.IGNORECASE,
)
_BELONGS = re.compile(
    rf"\b{_THIS}\b|\b(?:earlier|previous|original)\s+version|\bwe\s+(?:apologi[sz]e|regret|are\s+sorry)"
    rf"|\bshould\s+have\s+(?:said|read|been|stated)\b|\bwe\s+{_WRONGLY}\b",
    re.IGNORECASE,
)


def notes(body: str) -> tuple[str, ...]:
    r"""Give the notes of correction a body states at its top or foot, each as its paragraphs read.

    ``body`` has its paragraphs parted by ``\n\n``. A note is known by wording alone: a label with
    its text ("Correction: …", "3 March: Clarification - …", "Editor's note: …"), a sentence on the
    article itself ("This article was amended on 3 March …", "An earlier version of this article
    said …"), or a bare label over such a sentence. A notice of an update ("Updated 4 May: …") is a
    note only where it owns to a fault ("to correct the figure"): news that came later is none.
    """
    texts = body.split(BREAK)
    found: list[str] = []
    index, size = 0, len(texts)
    while index < size:
        if _TOP <= index < size - _FOOT:
            index = size - _FOOT
        taken = _taken(texts[index : index + 1 + _FOLLOWING])
        if taken:
            found.append(BREAK.join(texts[index : index + taken]))
        index += taken or 1
    return tuple(found)


def new_note(before: str, after: str) -> str | None:
    r"""Give the notes ``after`` states and ``before`` did not, or worded otherwise; None for none.

    Looks aside (:func:`core.text.plain`), and wherever in ``before`` the paragraphs stood: a note
    that only moved is not new. Several are parted by ``\n\n``.
    """
    stated = notes(after)
    if not stated:
        return None
    known = {plain(text) for text in before.split(BREAK)}
    new = [note for note in stated if any(plain(text) not in known for text in note.split(BREAK))]
    return BREAK.join(new) or None


def _taken(texts: Sequence[str]) -> int:
    """Give how many of the paragraphs, from the first on, are one note; 0 where it is none."""
    first, rest = plain(texts[0]), [plain(text) for text in texts[1:]]
    following = 0
    while following < len(rest) and _belongs(rest[following]):
        following += 1
    if _HEADING.fullmatch(first):
        return 1 + following if following else 0
    return 1 + following if _opens(first) else 0


def _opens(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    if _UPDATE.match(text):
        return _FAULT.search(text) is not None
    return any(pattern.match(text) for pattern in (_LABELLED, _DATED, _SENTENCE))


def _belongs(text: str) -> bool:
    """Say whether a paragraph carries a note on; one that opens a note is a note of its own."""
    return len(text) <= _LONGEST and _BELONGS.search(text) is not None and not _LABELLED.match(text)
