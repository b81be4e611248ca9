"""WARC, WARC.GZ and WACZ files of any make as an archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from pathlib import Path

from core import urls
from core.mementos import Archived, Listing, Memento, Query
from core.records import Via
from crawlers.archives import answers, warc_sources
from crawlers.archives.archive import Lack, LackingError
from crawlers.archives.warc_fetching import Shelf, archived, source_of
from crawlers.archives.warc_listing import Event, Lister, Originals, Scope, scope
from crawlers.archives.warc_records import Record
from crawlers.outlet import Outlet

PAGE = 500
"""How many captures a page of a listing has, about."""

_MAX_REFUSED = 100


class WarcFiles:
    """Files of captures that others took, or we: read where they lie, one record at a time.

    Days are meant in UTC. Only an answer to a plain GET is a capture of its page. A revisit record is
    listed with the status that it states; its payload is had from a record with its digest in any of
    the files, where there is one.
    """

    via = Via.WARC

    def __init__(self, paths: Sequence[Path], *, max_bytes: int) -> None:
        """Read these files, and the ``*.warc``, ``*.warc.gz`` and ``*.wacz`` below these folders.

        Bodies over ``max_bytes`` bytes are listed, but not given.
        """
        self._paths = tuple(paths)
        self._max_bytes = max_bytes
        self._originals = Originals()
        self._shelf = Shelf()
        self._searched: set[str] = set()

    def queries(self, outlet: Outlet, since: date | None, until: date | None) -> Iterator[Query]:
        """Give one question for each file: a file that has changed since is another question.

        Raises :class:`core.errors.SetupError` for a path that is not there, or is no such file.
        """
        wanted = Scope(hosts=outlet.hosts, since=since, until=until)
        for path in list(warc_sources.found(self._paths)):
            yield Query(via=self.via, archive=str(path), scope=wanted.text(path))

    def listed(self, query: Query, cursor: str | None = None) -> Iterator[Listing]:
        """Give pages of the outlet's captures in a file; a cursor is the place of the record to go on at.

        Records that cannot be read are refused, each with its place, and reading goes on after them.
        """
        page = _Page()
        for event in self._events(query, cursor):
            if page.full:
                yield page.listing(event.place)
                page = _Page()
            page.add(event)
        yield page.listing(None)

    def fetch(self, memento: Memento) -> Archived:
        """Give the answer in the record of a memento; for a revisit, with the payload that it refers to.

        What one gzip member holds of several records is found by unpacking it from its beginning, or from
        a mark left on the way: quick in the order of the listing.
        """
        place = memento.place.partition(" ")[0]
        record, block = self._shelf.read(memento.archive, place, self._max_bytes)
        if record.target != memento.url:
            detail = f"{Path(memento.archive).name}: the record at {place} is of another address"
            raise LackingError(Lack.MISSING, detail)
        if record.kind != b"revisit":
            return archived(memento, record, block, self._max_bytes)
        return self._revisited(memento, record, block)

    def close(self) -> None:
        """Let go of the files."""
        self._shelf.close()

    def _events(self, query: Query, cursor: str | None) -> Iterator[Event]:
        path, wanted = Path(query.archive), scope(query.scope)
        sources, refused = warc_sources.sources(path)
        begun, start = warc_sources.parted(cursor) if cursor else ("", "0")
        if not cursor:
            yield from (Event("0", refused=sentence) for sentence in refused)
        for source in sources:
            if source.member < begun:
                continue
            if source.member != begun:
                start = "0"
            if sources.index(source):
                yield Event(source.place(start))
            yield from Lister(source, wanted, self._originals, self._max_bytes).events(start)

    def _revisited(self, memento: Memento, record: Record, block: bytes) -> Archived:
        """Give the payload that a revisit record refers to, under the revisit's own head where it has one."""
        found = self._original(memento)
        if found is None:
            detail = (
                f"{Path(memento.archive).name}: the payload that the record refers to is in none of the files"
            )
            raise LackingError(Lack.MISSING, detail)
        place, archive = found
        original = replace(memento, archive=archive, place=place)
        first = archived(original, *self._shelf.read(archive, place, self._max_bytes), self._max_bytes)
        parted = answers.parted(block)
        own = parted[0] if parted and parted[0].status != HTTPStatus.NOT_MODIFIED else None
        return replace(
            first,
            memento=memento,
            status=own.status if own else first.status,
            headers=answers.fitting(own, first.body) if own else first.headers,
            protocol=own.protocol if own else first.protocol,
            source=source_of(memento, record),
            ip_address=record.text(b"warc-ip-address") or first.ip_address,
        )

    def _original(self, memento: Memento) -> tuple[str, str] | None:
        """Give place and archive of a revisit's payload: as listed, or by reading all files once."""
        place, _, archive = memento.place.partition(" ")[2].partition(" ")
        if archive:
            return place, archive
        host = urls.host(memento.url)
        if memento.digest and not self._originals.get(memento.digest) and host not in self._searched:
            self._searched.add(host)
            everything = Scope(hosts=(host,), since=None, until=None)
            for path in warc_sources.found(self._paths):
                for _ in self._events(
                    Query(via=self.via, archive=str(path), scope=everything.text(path)), None
                ):
                    pass
        known = self._originals.get(memento.digest) if memento.digest else None
        return (known[1], known[0]) if known else None


@dataclass(slots=True)
class _Page:
    """One page of a listing while it grows."""

    mementos: list[Memento] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    far: bool = False  # many records of others were read since the last page

    @property
    def full(self) -> bool:
        return self.far or len(self.mementos) >= PAGE or len(self.refused) >= _MAX_REFUSED

    def add(self, event: Event) -> None:
        if event.memento is not None:
            self.mementos.append(event.memento)
        elif event.refused is not None:
            self.refused.append(event.refused)
        else:
            self.far = True

    def listing(self, cursor: str | None) -> Listing:
        return Listing(mementos=tuple(self.mementos), cursor=cursor, refused=tuple(self.refused))
