"""What one reader made of the pages of one set, added up page by page."""

from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from benchmarks.quality import measures
from benchmarks.quality.measures import Hits
from benchmarks.quality.pages import SEGMENTED


@dataclass
class Comments:
    """What became of the comments of pages of which people listed them."""

    pages: Hits = field(default_factory=Hits)  # "this page has comments"
    without: int = 0  # pages on which there are none
    invented: int = 0  # of these, with comments read
    records: Hits | None = None  # one to one; None while the reader gives no records
    texts: int = 0
    found: int = 0
    long: int = 0
    leaked: int = 0

    def add(self, wanted: list[dict[str, Any]], read: Any, body: str) -> None:
        """Count a page: its comments, those read (records or one text), the body read."""
        texts = [text for comment in wanted if (text := measures.normal(comment["text"]))]
        given = _texts(read)
        told, shown = measures.normal("\n".join(given)), measures.normal(body)
        self.pages += Hits(bool(told and wanted), bool(told and not wanted), bool(wanted and not told))
        if not wanted:
            self.without += 1
            self.invented += bool(told)
        long = [text for text in texts if len(text) > measures.LONG]
        self.texts += len(texts)
        self.found += sum(text in told for text in texts)
        self.long += len(long)
        self.leaked += sum(text in shown for text in long)
        if isinstance(read, list):
            given = [text for text in given if measures.normal(text)]
            right = len(measures.paired(texts, given))
            self.records = (self.records or Hits()) + Hits(right, len(given) - right, len(texts) - right)

    def add_up(self, other: "Comments") -> None:
        """Count the pages of another set too."""
        self.pages += other.pages
        self.without += other.without
        self.invented += other.invented
        self.texts += other.texts
        self.found += other.found
        self.long += other.long
        self.leaked += other.leaked
        if other.records is not None:
            self.records = (self.records or Hits()) + other.records

    def facts(self) -> dict[str, float | int | None]:
        """Give the figures; None where nothing speaks for one."""
        seen = self.pages.right + self.pages.wrong
        return {
            "comments_f1": self.records.f1 if self.records and self.texts else None,
            "comments_found": _share(self.found, self.texts),
            "comments_leaked": _share(self.leaked, self.long),
            "false_positives": _share(self.invented, self.without),
            "has_comments_precision": _share(self.pages.right, seen),
            "has_comments_recall": _share(self.pages.right, self.pages.right + self.pages.missed),
        }


@dataclass
class Score:
    """The measures of one reader on one set."""

    pages: int = 0
    empty: int = 0
    crashed: int = 0
    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)
    segments: Hits | None = None
    title: Hits | None = None
    date: Hits | None = None
    author: Hits | None = None
    byline: Hits | None = None  # all the names of a page, none other
    comments: Comments | None = None

    def add(self, data_set: str, truth: dict[str, Any], reading: dict[str, Any] | None) -> None:
        """Count a page; ``reading`` is None where the reader crashed on it."""
        read = reading or {}
        body = read.get("body") or ""
        self.pages += 1
        self.crashed += reading is None
        self.empty += not body.strip()
        self._add_body(data_set, truth, body)
        if wanted := measures.normal(truth.get("title")):
            self.title = _stated(self.title, wanted, measures.normal(read.get("title")))
        if published := truth.get("date"):
            self.date = _stated(self.date, published, measures.day(read.get("date")))
        if names := measures.authors(truth.get("authors")):
            given = measures.authors(read.get("authors"))
            self.byline = _stated(self.byline, names, given)
            hits = Hits(len(names & given), len(given - names), len(names - given))
            self.author = (self.author or Hits()) + hits
        if "comments" in truth:
            self.comments = self.comments or Comments()
            self.comments.add(truth["comments"], read.get("comments"), body)

    def _add_body(self, data_set: str, truth: dict[str, Any], body: str) -> None:
        if data_set in SEGMENTED:
            hits = measures.segments(truth["with"], truth["without"], body)
            self.segments = (self.segments or Hits()) + hits
        if not truth.get("body"):
            return
        hits = measures.shingles(truth["body"], body)
        if hits.right + hits.wrong:
            self.precisions.append(hits.precision)
        if hits.right + hits.missed:
            self.recalls.append(hits.recall)
        if (words := measures.words_f1(truth["body"], body)) is not None:
            self.words.append(words)

    def facts(self) -> dict[str, float | int | None]:
        """Give the figures by name, shares of 1; None where the set says nothing of one."""
        shingles = measures.f1(_mean(self.precisions), _mean(self.recalls)) if self.recalls else None
        return {
            "pages": self.pages,
            "empty": self.empty,
            "crashed": self.crashed,
            "body_f1": shingles,
            "words_f1": _mean(self.words) if self.words else None,
            "segments_f1": self.segments.f1 if self.segments else None,
            "title_f1": self.title.f1 if self.title else None,
            "title_exact": self.title.recall if self.title else None,
            "author_f1": self.author.f1 if self.author else None,
            "author_exact": self.byline.recall if self.byline else None,
            "date_f1": self.date.f1 if self.date else None,
            "date_exact": self.date.recall if self.date else None,
            **(self.comments or Comments()).facts(),
        }

    @property
    def body(self) -> float | None:
        """Give the F1 of the body: of segments where these are the truth, else of shingles."""
        facts = self.facts()
        return facts["segments_f1"] if self.segments else facts["body_f1"]


def _stated(before: Hits | None, wanted: object, given: object) -> Hits:
    right = wanted == given
    return (before or Hits()) + Hits(right, bool(given) and not right, not right)


def _texts(read: Any) -> list[str]:
    if isinstance(read, str):
        return [read]
    return [comment.get("text") or "" for comment in read or ()]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(values: list[float]) -> float:
    return fmean(values) if values else 0.0
