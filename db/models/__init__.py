"""The tables: evidence, articles, comments, operation."""

from db.models.articles import (
    Article,
    ArticleChange,
    ArticleText,
    ArticleUrl,
    ArticleVersion,
    Document,
    Extraction,
)
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
    "Article",
    "ArticleChange",
    "ArticleText",
    "ArticleUrl",
    "ArticleVersion",
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
