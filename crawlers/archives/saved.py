"""Saved pages as an archive: a folder of HTML files, and a list that says what each is, and of when."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

from core.errors import SetupError, WeatherError
from core.mementos import Archived, Listing, Memento, Query
from core.records import Via
from crawlers.archives import answers
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.saved_list import Row, RowError, rows
from crawlers.archives.warc_listing import Scope, scope
from crawlers.outlet import Outlet

LISTS = ("addresses.csv", "addresses.tsv")
"""The names under which the list is looked for in the folder."""

_PAGE = 500
_HTML = (".html", ".htm", ".xhtml", ".asp", ".aspx", ".php")
_TYPES = {".xhtml": "application/xhtml+xml", ".xml": "application/xml", ".rss": "application/rss+xml"}
# What browsers write at the beginning of a page that they save, since Internet Explorer 5.
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d{4}\)(\S{1,2083})")
_BEGINNING = 1 << 12


class SavedPages:
    """The pages of a folder; days are meant in UTC.

    The list is a CSV or TSV file with a header line and the columns ``file`` (below the folder), ``url``
    and ``captured_at`` (ISO 8601 with its offset or Z), and ``status`` and ``content_type`` where they
    are known. Without a list nothing is taken: a saved page does not say when it was saved.
    """

    via = Via.FILE

    def __init__(self, folder: Path, addresses: Path | None = None, *, max_bytes: int) -> None:
        """Read the pages of a folder as ``addresses`` lists them, else as a list in the folder does."""
        self._folder = folder.absolute()
        self._addresses = addresses.absolute() if addresses else None
        self._max_bytes = max_bytes

    def queries(self, outlet: Outlet, since: date | None, until: date | None) -> Iterator[Query]:
        """Give the one question; raise :class:`SetupError` where there is no folder or list."""
        if not self._folder.is_dir():
            raise SetupError(f"{self._folder} is no folder: name the one that holds the saved pages")
        listed = self._listed_in()
        if listed is not None and not listed.is_file():
            raise SetupError(f"the list of addresses {listed} does not exist")
        wanted = Scope(hosts=outlet.hosts, since=since, until=until)
        yield Query(via=self.via, archive=str(self._folder), scope=wanted.text(listed or self._folder))

    def listed(self, query: Query, cursor: str | None = None) -> Iterator[Listing]:
        """Give pages of the list's captures; a cursor is the line to go on at."""
        path = self._listed_in()
        if path is None:
            yield Listing(mementos=(), cursor=None, refused=tuple(self._unlisted()))
            return
        wanted = scope(query.scope)
        mementos: list[Memento] = []
        refused: list[str] = []
        for line, row in rows(path):
            if line < int(cursor or 0):
                continue
            if len(mementos) + len(refused) >= _PAGE:
                yield Listing(mementos=tuple(mementos), cursor=str(line), refused=tuple(refused))
                mementos, refused = [], []
            try:
                if isinstance(row, RowError):
                    raise row
                memento = self._memento(row, wanted)
            except RowError as error:
                refused.append(f"{path.name} line {line}: {error}")
                continue
            if wanted.covers(memento.archived_at):
                mementos.append(memento)
        yield Listing(mementos=tuple(mementos), cursor=None, refused=tuple(refused))

    def fetch(self, memento: Memento) -> Archived:
        """Give a saved page as an answer with the listed status; its headers name its kind alone."""
        try:
            path = self._file(memento.place)
            body = _read(path, self._max_bytes)
        except RowError as error:
            raise LackingError(Lack.MISSING, str(error)) from error
        if len(body) > self._max_bytes:
            raise LackingError(Lack.TOO_LARGE, f"{memento.place} has more than {self._max_bytes} bytes")
        if memento.digest and answers.sha1(body) != memento.digest:
            raise LackingError(Lack.DAMAGED, f"{memento.place} has changed since it was listed")
        kind = (memento.content_type or "text/html").encode("latin-1", "replace")
        return Archived(
            memento=memento,
            status=memento.status or 200,
            headers=((b"Content-Type", kind),),
            body=body,
            source=f"file:{quote(memento.place)}",
            verified=True if memento.digest else None,
        )

    def close(self) -> None:
        """Do nothing: no file is held open."""

    def _listed_in(self) -> Path | None:
        """Give the list, None where the folder has none."""
        if self._addresses:
            return self._addresses
        return next((path for name in LISTS if (path := self._folder / name).is_file()), None)

    def _memento(self, row: Row, wanted: Scope) -> Memento:
        path = self._file(row.file)
        if not wanted.owns(row.url):
            raise RowError(f"'{row.url[:200]}' is not an address of the outlet ({', '.join(wanted.hosts)})")
        body = _read(path, self._max_bytes)
        return Memento(
            via=self.via,
            archive=str(self._folder),
            url=row.url,
            archived_at=row.captured_at,
            place=row.file,
            digest=answers.sha1(body) if len(body) <= self._max_bytes else "",
            status=row.status or 200,
            content_type=row.content_type or _TYPES.get(path.suffix.lower(), "text/html"),
            length=path.stat().st_size,
        )

    def _file(self, name: str) -> Path:
        """Give the path of a page; raise :class:`RowError` for one outside the folder or not there."""
        if not name.isprintable():
            raise RowError("the name of the file holds control characters")
        given = Path(name)
        path = (self._folder / given).resolve()
        if given.is_absolute() or ".." in given.parts or not path.is_relative_to(self._folder.resolve()):
            raise RowError(f"'{name[:200]}' is outside the folder")
        if not path.is_file():
            raise RowError(f"there is no file '{name[:200]}' in the folder")
        return path

    def _unlisted(self) -> Iterator[str]:
        """Say of each page what is to be written into a list."""
        told = False
        for path in sorted(p for p in self._folder.rglob("*") if p.suffix.lower() in _HTML and p.is_file()):
            with path.open("rb") as file:
                found = _SAVED_FROM.search(file.read(_BEGINNING))
            name, told = path.relative_to(self._folder), True
            url = found[1].decode("latin-1") if found else None
            yield (
                f"{name} says that it is {url}, but not when it was saved: write"
                f" '{name},{url},TIME' into {LISTS[0]}, TIME like 2016-05-03T14:20:00Z"
                if url
                else f"{name} says neither its address nor when it was saved: write '{name},URL,TIME' into"
                f" {LISTS[0]}, TIME like 2016-05-03T14:20:00Z"
            )
        if not told:
            yield f"{self._folder.name} holds no saved pages, and no {' or '.join(LISTS)}"


def _read(path: Path, max_bytes: int) -> bytes:
    """Give a file's bytes, one more than allowed where it has more."""
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except PermissionError as error:
        raise RowError(f"'{path.name}' cannot be read: {error.strerror}") from error
    except OSError as error:
        raise WeatherError(f"{path} cannot be read: {error}") from error
