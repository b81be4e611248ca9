"""Copies across outlets: shingles of texts, pairs that are alike, stories, what people decided of them."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, one_of
from db.types import RowId
from db.words import Appearance, Bar, DecidedBy, Relation, StoryDecision


class Shingle(Base):
    """A run of five words of a document, hashed: what two documents share, they may have copied."""

    __tablename__ = "shingle"
    __table_args__ = (
        Index(None, "document_id"),
        {
            "comment": "Runs of five words of documents, hashed and sampled.",
            "sqlite_with_rowid": False,
        },
    )

    hash: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="BLAKE2b of the folded words, 8 bytes, signed."
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, autoincrement=False, comment="Text it stands in."
    )


class FrequentShingle(Base):
    """A shingle that too many texts share to say anything of two of them."""

    __tablename__ = "frequent_shingle"
    __table_args__ = ({"comment": "Shingles that too many texts share: no longer kept by document."},)

    hash: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="BLAKE2b of the folded words, 8 bytes, signed."
    )
    found_at: Mapped[datetime] = mapped_column(comment="When it was found to be frequent.")


class StoryText(Base):
    """A text of an article that is looked for in other outlets: its first one and its newest."""

    __tablename__ = "story_text"
    __table_args__ = (
        one_of("appeared_by", Appearance),
        Index(None, "document_id"),
        {"comment": "Texts of articles whose shingles are kept: the first and the newest of each."},
    )

    article_id: Mapped[int] = mapped_column(
        ForeignKey("article.id"), primary_key=True, autoincrement=False, comment="The article."
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, autoincrement=False, comment="The text."
    )
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet of the article.")
    appeared_at: Mapped[datetime] = mapped_column(comment="By when the article had appeared.")
    appeared_by: Mapped[str] = mapped_column(comment="How that is known.")
    compared_at: Mapped[datetime | None] = mapped_column(
        comment="When it was looked for in other outlets; NULL while it was not."
    )


class SimilarPair(Base):
    """Two articles of different outlets whose texts were compared, and what they share."""

    __tablename__ = "similar_pair"
    __table_args__ = (
        one_of("relation", Relation),
        one_of("barred_by", Bar),
        UniqueConstraint("article_id", "other_id"),
        Index(None, "other_id"),
        {"comment": "Pairs of articles whose texts were compared word by word: the evidence of stories."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the pair.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The lower numbered article.")
    other_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The higher numbered article.")
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), comment="Text of article_id compared."
    )
    other_document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), comment="Text of other_id compared: of all their texts these share most."
    )
    words: Mapped[int] = mapped_column(comment="Words of article_id's text, house text left out.")
    other_words: Mapped[int] = mapped_column(comment="Words of other_id's text, house text left out.")
    shared_words: Mapped[int] = mapped_column(comment="Words of article_id's text that stand in the other.")
    other_shared_words: Mapped[int] = mapped_column(
        comment="Words of other_id's text that stand in the first."
    )
    jaccard: Mapped[float] = mapped_column(
        Double, comment="Runs of five words in both texts, as a share of those in either, 0 to 1."
    )
    relation: Mapped[str | None] = mapped_column(
        comment="How other_id's text stands to article_id's; NULL where they share too little."
    )
    barred_by: Mapped[str | None] = mapped_column(
        comment="Why the two are no copies all the same; NULL where they are."
    )
    computed_at: Mapped[datetime] = mapped_column(comment="When they were last compared.")


class Story(Base):
    """What several outlets print: an article and its copies."""

    __tablename__ = "story"
    __table_args__ = ({"comment": "Stories that several outlets print; a number is never used twice."},)

    id: Mapped[RowId] = mapped_column(comment="Number of the story.")
    made_at: Mapped[datetime] = mapped_column(comment="When the archive found it.")
    dissolved_at: Mapped[datetime | None] = mapped_column(
        comment="When it lost its last member; NULL while it has some."
    )


class StoryMember(Base):
    """An article of a story: the first one, or one that is like the first."""

    __tablename__ = "story_member"
    __table_args__ = (
        one_of("relation", Relation),
        one_of("decided_by", DecidedBy),
        one_of("appeared_by", Appearance),
        Index(
            "uq_story_member_current",
            "article_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "story_id"),
        Index(None, "first_id"),
        {"comment": "Articles of stories, by what ties it to the first; what was believed before stays."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the row.")
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), comment="The story.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The article.")
    first_id: Mapped[int] = mapped_column(
        ForeignKey("article.id"), comment="The story's first article; of that one's own row, itself."
    )
    relation: Mapped[str | None] = mapped_column(
        comment="How its text stands to the first's; NULL for the first, and where a person joined others."
    )
    share_kept: Mapped[float | None] = mapped_column(
        Double,
        comment="Share of the first's words that stand in it, 0 to 1, house text left out; 1 for the first.",
    )
    shared_words: Mapped[int | None] = mapped_column(
        comment="Words of the first that stand in it; NULL for the first."
    )
    hours_after: Mapped[float] = mapped_column(
        Double, comment="Hours between the first's appearance and its own; 0 for the first."
    )
    decided_by: Mapped[str] = mapped_column(comment="Who put it there.")
    appeared_at: Mapped[datetime] = mapped_column(comment="By when it had appeared.")
    appeared_by: Mapped[str] = mapped_column(comment="How that is known.")
    recorded_at: Mapped[datetime] = mapped_column(comment="Since when that is believed.")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When it ceased to be believed; NULL while it is."
    )


class PairDecision(Base):
    """What a person said of two articles: one story, or not."""

    __tablename__ = "pair_decision"
    __table_args__ = (
        one_of("decision", StoryDecision),
        Index(
            "uq_pair_decision_current",
            "article_id",
            "other_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "other_id"),
        {"comment": "What people said of pairs of articles; it goes before any rule, and stays written."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the decision.")
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The lower numbered article.")
    other_id: Mapped[int] = mapped_column(ForeignKey("article.id"), comment="The higher numbered article.")
    decision: Mapped[str] = mapped_column(comment="Whether the two are one story.")
    decided_at: Mapped[datetime] = mapped_column(comment="When that was said.")
    superseded_at: Mapped[datetime | None] = mapped_column(
        comment="When the contrary was said; NULL while it holds."
    )


class StoryProgress(Base):
    """How far the texts of an outlet were looked for in others."""

    __tablename__ = "story_progress"
    __table_args__ = ({"comment": "How far the texts of each outlet were looked for in the others."},)

    outlet_id: Mapped[int] = mapped_column(
        ForeignKey("outlet.id"), primary_key=True, autoincrement=False, comment="The outlet."
    )
    article_text_id: Mapped[int] = mapped_column(
        comment="Number of the last row of article_text that was looked at."
    )
    linked_at: Mapped[datetime] = mapped_column(comment="When that was.")
