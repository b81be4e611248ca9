"""The tables: evidence, articles, comments, stories, backfills, operation."""

from db.models.articles import (
    Article,
    ArticleChange,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Document,
    Extraction,
)
from db.models.backfill import ArchivePause, ArticleMatch, Backfill, IndexQuery, Memento
from db.models.base import Base, table
from db.models.comments import Comment, Commenter, CommentList, CommentVersion
from db.models.evidence import Capture, FetchAttempt, Payload, Rejection, Sighting, Url, WarcFile
from db.models.operation import (
    DataDictionary,
    Extractor,
    Hold,
    Outlet,
    Problem,
    Process,
    Run,
    Schedule,
)
from db.models.stories import (
    FrequentShingle,
    PairDecision,
    Shingle,
    SimilarPair,
    Story,
    StoryMember,
    StoryProgress,
    StoryText,
)

__all__ = [
    "ArchivePause",
    "Article",
    "ArticleChange",
    "ArticleMatch",
    "ArticleText",
    "ArticleUrl",
    "ArticleVersion",
    "Backfill",
    "Base",
    "Capture",
    "Comment",
    "CommentList",
    "CommentVersion",
    "Commenter",
    "DataDictionary",
    "Document",
    "Extraction",
    "Extractor",
    "FetchAttempt",
    "FrequentShingle",
    "Hold",
    "IndexQuery",
    "Memento",
    "Outlet",
    "PairDecision",
    "Payload",
    "Problem",
    "Process",
    "Rejection",
    "Run",
    "Schedule",
    "Shingle",
    "Sighting",
    "SimilarPair",
    "Story",
    "StoryMember",
    "StoryProgress",
    "StoryText",
    "Url",
    "WarcFile",
    "table",
]
