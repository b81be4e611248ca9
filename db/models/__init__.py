"""The tables: evidence, articles, comments, backfills, operation."""

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
    "Hold",
    "IndexQuery",
    "Memento",
    "Outlet",
    "Payload",
    "Problem",
    "Process",
    "Rejection",
    "Run",
    "Schedule",
    "Sighting",
    "Url",
    "WarcFile",
    "table",
]
