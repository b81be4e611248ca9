"""What the pages of an outlet share, as learnt from them: lessons and their text blocks."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import RowId


class ChromeLesson(Base):
    """One look at many pages of an outlet for the text blocks they share."""

    __tablename__ = "chrome_lesson"
    __table_args__ = (
        UniqueConstraint("outlet_id", "revision"),
        {"comment": "Looks at many pages of an outlet for the text blocks they share."},
    )

    id: Mapped[RowId] = mapped_column(comment="Number of the lesson.")
    outlet_id: Mapped[int] = mapped_column(ForeignKey("outlet.id"), comment="Outlet it concerns.")
    revision: Mapped[int] = mapped_column(
        comment="Counts the outlet's lessons from 1; part of the generic layout's version."
    )
    pages: Mapped[int] = mapped_column(comment="Pages that were looked at.")
    learnt_at: Mapped[datetime] = mapped_column(comment="When.")


class ChromeBlock(Base):
    """A text block that so many pages of an outlet show that it is no part of an article."""

    __tablename__ = "chrome_block"
    __table_args__ = ({"comment": "Text blocks found on many pages of an outlet: chrome, never article."},)

    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("chrome_lesson.id"), primary_key=True, autoincrement=False, comment="The lesson."
    )
    digest: Mapped[str] = mapped_column(
        primary_key=True, comment="SHA-256 (hex, first 32 digits) of the block's folded text."
    )
    sample: Mapped[str] = mapped_column(comment="The block's text, cut at 200 characters.")
    pages: Mapped[int] = mapped_column(comment="Pages of the lesson that show it.")
