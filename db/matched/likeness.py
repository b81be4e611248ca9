"""How alike two articles are: by their titles, their dates of publication and their texts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from core.text import fold, words

AGREEING = 0.9  # share of the text from which title, date and text together say that it is one article
ALIKE = 0.5  # share from which two articles are worth a person's look
MAX_CELLS = 4_000_000  # pairs of words compared in order; of longer texts only equal paragraphs count
MOST_TEXTS = 8  # of one article that are compared: the first and the last ones
_TITLE_WORDS = 3  # shorter titles that share words are alike by chance
_TITLE_SHARE = 0.8  # of the words of the shorter title


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What one version of an article is compared by."""

    title: str
    published_on: date | None
    body: str

    @property
    def heading(self) -> str:
        """The title as titles are compared."""
        return fold(self.title)


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How alike two articles are, by the two of their versions that are most alike.

    ``title`` is "same", "alike" or "other", ``date`` "same", "other" or "lacking" (one states none);
    ``words`` are those of either text, ``common`` those they share in order, ``share`` their share of
    the longer text, 0 to 1. ``agrees`` says that title and date are the same and the share is 0.9.
    """

    title: str
    date: str
    words: tuple[int, int]
    common: int
    share: float
    agrees: bool

    @property
    def is_likely(self) -> bool:
        """Whether the two are worth a person's look."""
        return self.share >= ALIKE and (
            self.title == "same" or (self.title == "alike" and self.date == "same")
        )


def compare(one: Sequence[Text], other: Sequence[Text]) -> Likeness:
    """Give how alike two articles are, each by its versions, oldest first; neither may be empty.

    Any version of one may be the like of any of the other: texts are edited between an article's last
    capture at one address and its first at another. Of an article with more than eight versions the
    first four and the last four are compared.
    """
    pairs = [_compare(mine, its) for mine in _some(one) for its in _some(other)]
    return max(pairs, key=lambda pair: (pair.agrees, pair.title == "same", pair.share, pair.date == "same"))


def titles_are_alike(one: str, other: str) -> bool:
    """Say whether two folded titles differ in little more than what a template adds."""
    mine, its = _title_words(one), _title_words(other)
    fewer = min(len(mine), len(its))
    return fewer >= _TITLE_WORDS and len(mine & its) >= _TITLE_SHARE * fewer


def common_words(one: str, other: str) -> int:
    """Give how many words two folded texts have in common in order."""
    mine, its = words(one), words(other)
    start = _same_at_start(mine, its)
    mine, its = mine[start:], its[start:]
    end = _same_at_start(mine[::-1], its[::-1])
    mine, its = mine[: len(mine) - end], its[: len(its) - end]
    if len(mine) * len(its) > MAX_CELLS:
        return max(start + end, _in_equal_paragraphs(one, other))
    matcher = SequenceMatcher(None, mine, its, autojunk=False)
    return start + end + sum(block.size for block in matcher.get_matching_blocks())


def _some(texts: Sequence[Text]) -> Sequence[Text]:
    half = MOST_TEXTS // 2
    return texts if len(texts) <= MOST_TEXTS else (*texts[:half], *texts[-half:])


def _compare(mine: Text, its: Text) -> Likeness:
    title = "same" if mine.heading == its.heading else "other"
    if title == "other" and titles_are_alike(mine.heading, its.heading):
        title = "alike"
    stated = mine.published_on is not None and its.published_on is not None
    date_ = ("same" if mine.published_on == its.published_on else "other") if stated else "lacking"
    counts, common = _measured(mine.body, its.body)
    longer = max(counts)
    share = common / longer if longer else 0.0
    return Likeness(
        title=title,
        date=date_,
        words=counts,
        common=common,
        share=share,
        agrees=title == "same" and date_ == "same" and share >= AGREEING,
    )


def _measured(one: str, other: str) -> tuple[tuple[int, int], int]:
    """Give the words of two texts and how many they share: in order where that may matter."""
    mine, its = fold_paragraphs(one), fold_paragraphs(other)
    bags = Counter(words(mine)), Counter(words(its))
    counts = bags[0].total(), bags[1].total()
    at_most = (bags[0] & bags[1]).total()
    if at_most < ALIKE * max(counts):  # in order they can only share less
        return counts, at_most
    return counts, common_words(mine, its)


def fold_paragraphs(text: str) -> str:
    """Give a text folded, its paragraphs kept apart."""
    return "\n\n".join(fold(part) for part in text.split("\n\n"))


def _same_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _in_equal_paragraphs(one: str, other: str) -> int:
    mine, its = one.split("\n\n"), other.split("\n\n")
    if len(mine) * len(its) > MAX_CELLS:
        return 0
    matcher = SequenceMatcher(None, mine, its, autojunk=False)
    same = (part for block in matcher.get_matching_blocks() for part in mine[block.a : block.a + block.size])
    return sum(len(words(part)) for part in same)


def _title_words(title: str) -> frozenset[str]:
    return frozenset(words(title))
