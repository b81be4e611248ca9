"""An archive with real WARC files that tests of erasures fill by hand and grep, byte by byte."""

import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from cli.main import run
from core.records import CommentState
from pipelines.exchange import Exchange
from pipelines.warc import WarcFiles
from tests.integration.desk import HOME, Desk, at, attempt, comment, document, record

NAME = "Quillan Vexworthy"
PHRASE = "zarquine lanterns over the mossgate viaduct hum at dusk"
OTHER = "Every sluice keeper ought to be paid a decent winter allowance"
SLUG = "sluice-keepers-wanted"
URL = f"{HOME}/articles/{SLUG}"
NEXT = f"{HOME}/articles/another-story"
TITLE = "Sluice keepers wanted"
BODY = "The canal office looks for sluice keepers who do not mind cold hands in the early morning."


class Strongroom:
    """One archive with real WARC files, filled by hand, erased from by the command line."""

    def __init__(self, engine, home: Path) -> None:
        self.engine, self.home = engine, home
        self.desk = Desk(engine)
        self.files = self._begin()

    def _begin(self) -> WarcFiles:
        return WarcFiles(
            self.home,
            outlet="gazette",
            label=f"run{self.desk.run_id}",
            max_bytes=10**9,
            about={"software": "t"},
        )

    def next_run(self) -> None:
        """End the run under way and begin another."""
        self.end_run()
        self.desk.next_run()
        self.files = self._begin()

    def end_run(self) -> None:
        self.files.close()
        with self.engine.begin() as connection:
            connection.execution_options(writes=True)
            ended = "UPDATE run SET ended_at = started_at, verdict = 'ok' WHERE id = :id"
            connection.execute(text(ended), {"id": self.desk.run_id})

    def show(self, url: str, hours: float, content, comments=(), **more: Any):
        """Keep a page and store what is read from it."""
        said = "".join(f"<h4>{one.author}</h4><p>{one.body}</p>" for one in comments)
        body = f"<html><h1>{content.title}</h1><p>{content.body}</p>{said}<i>{hours}</i></html>".encode()
        exchange = Exchange(
            url=url,
            fetched_at=at(hours),
            method="GET",
            request_headers=(),
            request_body=b"",
            protocol="HTTP/1.1",
            status=200,
            headers=((b"Content-Type", b"text/html; charset=utf-8"),),
            body=more.pop("served", body),
            ip_address=None,
            truncated=None,
        )
        page = self.files.write(exchange)
        visit = attempt(url, hours, served="x")
        visit = type(visit)(**{name: getattr(visit, name) for name in visit.__slots__} | {"page": page})
        state = CommentState.LISTED if comments else CommentState.NONE
        own = record(visit, content, comments=tuple(comments), comment_state=state, **more)
        return self.desk.store.write([visit, own])[1]

    def command(self, *words: str, code: int = 0) -> None:
        assert run(list(words)) == code

    def bytes(self) -> bytes:
        """Give all that lies in the files: the database's own, and the WARC files unpacked."""
        found = b""
        for path in sorted((self.home / "captures").glob("*")):
            data = path.read_bytes()
            while data:
                inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
                found += inflate.decompress(data)
                data = inflate.unused_data
        url = make_url(self.engine.url)
        if url.get_backend_name() == "sqlite":
            for path in Path(url.database or "").parent.glob("cuttings.db*"):
                found += path.read_bytes()
            return found
        with self.engine.connect() as connection:
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            own = text("SELECT oid FROM pg_database WHERE datname = current_database()")
            number = connection.execute(own).scalar_one()
        self.engine.dispose()
        for path in (folder / "base" / str(number)).iterdir():
            with suppress(FileNotFoundError):  # the server writes some of its caches anew at any time
                found += path.read_bytes()
        return found

    def holds(self, *needles: str) -> list[str]:
        found = self.bytes()
        return [needle for needle in needles if needle.encode() in found]


def said(position: int = 1, body: str = PHRASE, author: str = NAME, **more: Any):
    return comment(position, author, body, **more)


def filled(strongroom):
    """Show an article with two comments, edited and seen again, and another article."""
    article = strongroom.show(
        URL, 0, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo", parent=1)]
    )
    strongroom.show(
        URL, 5, document(TITLE, BODY), [said(1, PHRASE + " and dawn"), said(2, OTHER, "Bram Okonjo")]
    )
    strongroom.show(
        NEXT, 1, document("Another story", "Nothing to see of sluices or of keepers here at all.")
    )
    strongroom.end_run()
    return article.article_id


def checked(strongroom):
    """Let warcio look at every record of every file."""
    for path in (strongroom.home / "captures").glob("*.warc.gz"):
        done = subprocess.run(
            [Path(sys.executable).with_name("warcio"), "check", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def erased_comment(strongroom) -> int:
    """Erase the comment of ``NAME``; give its number."""
    (asked,) = strongroom.desk.ask("SELECT comment_id FROM comments_named WHERE commenter_name = :n", n=NAME)
    number = asked["comment_id"]
    strongroom.command("erase", "comment", str(number), "--reason", "request 1", "--yes")
    return number
