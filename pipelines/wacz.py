"""WACZ 1.1.1: a WARC file with its index and its list of pages in one package, for replay in a browser."""

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO, Self, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core import clock
from core.errors import SetupError
from db.record_places import TitledCapture

ARCHIVE = "archive/captures.warc.gz"
"""Where in a package the records lie."""
_LINES = 1024  # index lines in one block, as in other tools' packages


def require_wacz() -> None:
    """Raise SetupError where the extra that makes packages is not installed."""
    if importlib.util.find_spec("wacz") is None:
        raise SetupError("a .wacz file needs the extra: pip install 'cuttings[wacz]', or write a .warc.gz")


class Package:
    """A package while it is written: records, then :meth:`finish`; whole at the end of the ``with``.

    The records go straight into the package, the index is made from there; ``folder`` takes the index
    while it is made. The tool of the format would unpack every body to disk, however large it gets
    (a compressed bomb is kept as it was served), so only its index and its manifest are used.
    """

    def __init__(self, target: BinaryIO, folder: Path) -> None:
        """Write into ``target``, which can be read and sought."""
        self._zip = ZipFile(target, "w")
        self._folder = folder
        self._at = clock.now()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    @contextmanager
    def records(self) -> Iterator[BinaryIO]:
        """Give what takes the WARC file."""
        with self._zip.open(self._entry(ARCHIVE), "w", force_zip64=True) as out:
            yield cast("BinaryIO", out)

    def finish(self, pages: Iterable[TitledCapture], title: str, description: str) -> int:
        """Write index, pages and manifest; give how many pages are listed."""
        indexer = self._index()
        listed = _Pages(pages)
        with self._zip.open(self._entry("pages/pages.jsonl", packed=True), "w", force_zip64=True) as out:
            for line in listed.lines():
                out.write(line.encode())
        facts = SimpleNamespace(title=title, desc=description, date=None)
        manifest = str(indexer.generate_datapackage(facts, self._zip)).encode()
        self._zip.writestr(self._entry("datapackage.json", packed=True), manifest)
        digest = str(indexer.generate_datapackage_digest(manifest))
        self._zip.writestr(self._entry("datapackage-digest.json", packed=True), digest)
        return listed.count

    def _index(self) -> Any:
        """Write both files of the index; give what made them."""
        from wacz.waczindexer import WACZIndexer  # type: ignore[import-untyped] # ships no types

        with (
            tempfile.TemporaryFile(dir=self._folder) as lines,
            tempfile.TemporaryFile(dir=self._folder) as blocks,
            self._zip.open(ARCHIVE) as records,
        ):
            text = TextIOWrapper(blocks, "utf-8", write_through=True)
            indexer = WACZIndexer(
                text,
                records,
                filename=Path(ARCHIVE).name,
                sort=True,
                compress=lines,
                lines=_LINES,
                data_out_name="index.cdx.gz",
                hash_type="sha256",
                main_url=None,
            )
            indexer.process_all()
            for name, made in (("indexes/index.cdx.gz", lines), ("indexes/index.idx", blocks)):
                made.seek(0)
                entry = self._entry(name, packed=name.endswith(".idx"))
                with self._zip.open(entry, "w", force_zip64=True) as out:
                    shutil.copyfileobj(made, out)
        return indexer

    def _entry(self, name: str, *, packed: bool = False) -> ZipInfo:
        entry = ZipInfo(name, self._at.timetuple()[:6])
        entry.external_attr = 0o644 << 16
        if packed:
            entry.compress_type = ZIP_DEFLATED
        return entry


class _Pages:
    """The list of pages, a line of JSON each; ``count`` is how many have been given."""

    def __init__(self, pages: Iterable[TitledCapture]) -> None:
        self._pages = pages
        self.count = 0

    def lines(self) -> Iterator[str]:
        yield _line(format="json-pages-1.0", id="pages", title="Articles")
        for page in self._pages:
            self.count += 1
            stamp = _stamp(page.captured_at)
            yield _line(id=str(page.capture_id), url=page.url, ts=stamp, title=page.title)


def _line(**fields: str) -> str:
    return json.dumps(fields) + "\n"


def _stamp(when: datetime) -> str:
    """Give an instant as pages state it, to the second: that is as fine as indexes are."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
