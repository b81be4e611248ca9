"""The rows of invented stories: an article with its two copies, their shingles, and what they share."""

from dataclasses import dataclass

from benchmarks.large.lives import COPIED, ENDED, OUTLETS, original
from benchmarks.large.plan import Plan
from benchmarks.large.rows import Rows, at
from db.copies.overlap import NEAR
from db.copies.shingles import shingled

SHINGLE = "shingle (hash, document_id)"
TEXT = "story_text (article_id, document_id, outlet_id, appeared_at, appeared_by, compared_at)"
PAIR = (
    "similar_pair (article_id, other_id, document_id, other_document_id, words, other_words, shared_words, "
    "other_shared_words, jaccard, relation, barred_by, computed_at)"
)
STORY = "story (id, made_at)"
MEMBER = (
    "story_member (story_id, article_id, first_id, relation, share_kept, shared_words, hours_after, "
    "decided_by, appeared_at, appeared_by, recorded_at)"
)
DONE = "story_progress (outlet_id, article_text_id, linked_at)"


@dataclass(frozen=True, slots=True)
class _Printed:
    """A first text: its article, its number, its sentences and how many words it has."""

    article: int
    document: int
    published: int
    sentences: frozenset[int]
    words: int


def stories(plan: Plan, several: range) -> Rows:
    """Give a range of stories, from 1: article 66 copies 65, and so does 67, and so on."""
    found: Rows = {name: [] for name in (SHINGLE, TEXT, PAIR, STORY, MEMBER)}
    for story in several:
        first, *others = (_printed(plan, story * COPIED + place, found) for place in (-1, 0, 1))
        found[STORY].append((story, at(first.published)))
        tie = (None, 1.0, None, 0.0, "rule", at(first.published), "published_at", at(first.published))
        found[MEMBER].append((story, first.article, first.article, *tie))
        for other in others:
            _tie(plan, story, first, other, found)
    return found


def count(plan: Plan) -> int:
    """Give how many stories there are."""
    return (plan.articles - 1) // COPIED


def done(plan: Plan) -> Rows:
    """Say that all texts were looked for."""
    return {DONE: [(n, plan.versions, at(ENDED)) for n in range(1, OUTLETS + 1)]}


def _printed(plan: Plan, article: int, found: Rows) -> _Printed:
    one, document = plan.lives[article - 1], plan.numbers[article - 1][0]
    sentences = plan.texts.sentences(article, 0, original(article))
    words, body = plan.texts.body(sentences)
    found[SHINGLE] += ((hash_, document) for hash_ in shingled(body).kept)
    published = at(one.published)
    found[TEXT].append((article, document, one.outlet, published, "published_at", at(ENDED)))
    return _Printed(article, document, one.published, frozenset(sentences), words)


def _tie(plan: Plan, story: int, first: _Printed, other: _Printed, found: Rows) -> None:
    shared, _ = plan.texts.body(sorted(first.sentences & other.sentences))
    jaccard = shared / (first.words + other.words - shared)
    relation = "near" if jaccard >= NEAR else "excerpt"
    found[PAIR].append(
        (
            *(first.article, other.article, first.document, other.document, first.words, other.words),
            *(shared, shared, jaccard, relation, None, at(other.published)),
        )
    )
    hours = (other.published - first.published) / 3600
    found[MEMBER].append(
        (
            *(story, other.article, first.article, relation, shared / first.words, shared, hours, "rule"),
            *(at(other.published), "published_at", at(other.published)),
        )
    )
