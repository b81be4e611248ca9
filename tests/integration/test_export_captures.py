"""`cuttings export captures`: the records of an outlet, so that other tools read them as we do."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from warcio.archiveiterator import ArchiveIterator

from cli.main import run
from core.errors import SetupError
from crawlers.archives.warc import WarcFiles
from crawlers.registry import find
from db.engine import open_engine
from db.record_places import Period
from newsstand import Newsstand, serve
from pipelines import wacz
from pipelines.capture_export import CaptureExport, Exported
from pipelines.payload import read_payload
from tests.integration.archive import Archive
from tests.integration.desk import at
from tests.integration.press import HOST, OUTLET, Press

ALL = Period(outlet=OUTLET)
SINCE_THE_SECOND_DAY = Period(outlet=OUTLET, since=date(2026, 3, 3))


class Nobody:
    """Is told how far the work is."""

    def step(self, name: str) -> None:
        """Hear nothing."""

    def told(self, done: int, total: int) -> None:
        """Hear nothing."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Archive:
    """Give an archive of two crawls of one title; nobody changes it."""
    home = tmp_path_factory.mktemp("crawled")
    shutil.copyfile(migrated_sqlite, home / "cuttings.db")
    archive = Archive(home, f"sqlite:///{home}/cuttings.db")
    with serve(Newsstand(day=1)) as stand:
        archive.crawl(OUTLET, stand.address(OUTLET))
        archive.crawl(OUTLET, stand.address(OUTLET), "--recheck", "--all")
    return archive


@pytest.fixture
def press(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Press]:
    """Give an archive whose answers are known by heart."""
    shutil.copyfile(migrated_sqlite, tmp_path / "cuttings.db")
    engine = open_engine(f"sqlite:///{tmp_path}/cuttings.db")
    press = Press(engine, tmp_path)
    press.fill()
    yield press
    engine.dispose()


@pytest.fixture
def cuttings(monkeypatch: pytest.MonkeyPatch, press: Press, capfd: pytest.CaptureFixture[str]) -> Any:
    """Give a function that runs a command on that archive; it gives exit code, stdout and stderr."""
    monkeypatch.setenv("CUTTINGS_HOME", str(press.home))

    def call(*words: str) -> tuple[int, str, str]:
        code = run(words)
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def exported(press: Press, period: Period = ALL) -> tuple[Exported, "Records"]:
    out = BytesIO()
    done = CaptureExport(press.engine, press.home, find(OUTLET), period).write(out, "x", {}, Nobody())
    return done, Records(BytesIO(out.getvalue()))


class Records:
    """The answers in a WARC file, their digests checked, as a replaying tool resolves them."""

    def __init__(self, stream: Any) -> None:
        self.kinds: list[str] = []
        self.order: list[datetime] = []
        self.answers: dict[tuple[str, datetime], tuple[str, str, bytes]] = {}
        self.dangling: list[str] = []
        ids = {""}
        answer_id = ""
        for record in ArchiveIterator(stream, check_digests="raise"):
            self.kinds.append(record.rec_type)
            head, body = record.rec_headers, record.raw_stream.read()
            if record.rec_type == "warcinfo":
                self.info = body.decode()
                continue
            if record.rec_type == "request":
                assert head["WARC-Concurrent-To"] == answer_id
                continue
            answer_id = head["WARC-Record-ID"]
            assert answer_id not in ids
            key = (head["WARC-Target-URI"], datetime.fromisoformat(head["WARC-Date"]))
            ids.add(answer_id)
            self.order.append(key[1])
            if record.rec_type == "revisit":
                refers = (
                    head["WARC-Refers-To-Target-URI"],
                    datetime.fromisoformat(head["WARC-Refers-To-Date"]),
                )
                kind, _, body = self.answers.get(refers, ("", "", b""))
                if kind != "response":
                    self.dangling.append(key[0])
            assert key not in self.answers
            asked = f"{record.http_headers.get_statuscode()} {record.http_headers['X-Asked']}"
            self.answers[key] = (record.rec_type, asked, body)


def test_all_answers_are_given_in_order_with_their_own_heads(press: Press):
    done, found = exported(press)
    assert (done.responses, done.revisits, done.completed, done.requests) == (4, 4, 0, 8)
    assert found.kinds[0] == "warcinfo"
    assert f"isPartOf: {find(OUTLET).title} ({OUTLET})" in found.info
    assert found.dangling == []
    assert found.order == sorted(found.order)
    assert {key: body for key, (_, _, body) in found.answers.items()} == press.given
    kind, asked, body = found.answers[f"{HOST}/y", at(3)]
    assert (kind, asked, body) == ("revisit", "404 /y 3", b"<h1>Nothing here</h1>")


def test_records_are_copied_byte_for_byte(press: Press):
    out = BytesIO()
    CaptureExport(press.engine, press.home, find(OUTLET), ALL).write(out, "x", {}, Nobody())
    for file in (press.home / "captures").iterdir():
        with file.open("rb") as stream:
            first = next(iterator := ArchiveIterator(stream, no_record_parse=True))
            first.raw_stream.read()
            iterator.read_to_end()
            begin = iterator.get_record_offset() + iterator.get_record_length()
        assert file.read_bytes()[begin:] in out.getvalue()


def test_a_revisit_whose_original_is_left_out_becomes_whole_and_the_next_one_refers_to_it(press: Press):
    done, found = exported(press, SINCE_THE_SECOND_DAY)
    assert (done.responses, done.revisits, done.completed, done.requests) == (3, 1, 1, 4)
    assert found.dangling == []
    later = {key: body for key, body in press.given.items() if key[1] >= at(24)}
    assert {key: body for key, (_, _, body) in found.answers.items()} == later
    assert found.answers[f"{HOST}/a", at(24)][:2] == ("response", "200 /a 24")
    assert found.answers[f"{HOST}/a", at(48)][:2] == ("revisit", "200 /a 48")


def test_an_answer_whose_bytes_lie_in_another_record_refers_to_that_one_alone(press: Press):
    """The first day without its first hours: what was a revisit of another address stands alone."""
    press.run(("/z", 72, b"<h1>Nothing here</h1>", 404))
    done, found = exported(press, replace(ALL, since=date(2026, 3, 5)))
    assert (done.responses, done.missing) == (1, ())
    assert found.answers == {(f"{HOST}/z", at(72)): ("response", "404 /z 72", b"<h1>Nothing here</h1>")}


def test_a_missing_file_is_told_and_nothing_is_written(press: Press, cuttings: Any, tmp_path: Path):
    target = tmp_path / "all.warc.gz"
    target.write_bytes(b"before")
    first = min((press.home / "captures").iterdir())
    first.unlink()
    words = ("export", "captures", "--outlet", OUTLET, "--to", str(target))
    code, _, said = cuttings(*words)
    assert code == 1
    assert "nothing was written: 6 answers have no whole record any more" in said
    assert f"captures/{first.name}: 6, No such file or directory; the first is {HOST}/a" in said
    assert target.read_bytes() == b"before"
    code, out, _ = cuttings(*words, "--allow-missing", "--json")
    told = json.loads(out)
    assert code == 0
    assert [(gap["answers"], gap["damage"]) for gap in told["records"]["missing"]] == [(6, "no_file")]
    assert told["bytes"] == target.stat().st_size
    with target.open("rb") as stream:
        assert set(Records(stream).answers) == {(f"{HOST}/c", at(25)), (f"{HOST}/e", at(49))}


def test_a_damaged_record_is_not_given_on(press: Press, cuttings: Any, tmp_path: Path):
    last = max((press.home / "captures").iterdir())
    with press.engine.connect() as connection:
        query = "SELECT warc_offset, warc_length FROM payload ORDER BY id DESC LIMIT 1"
        offset, length = connection.exec_driver_sql(query).one()
    content = bytearray(last.read_bytes())
    content[offset + length // 2] ^= 1
    last.write_bytes(content)
    target = tmp_path / "all.wacz"
    words = ("export", "captures", "--outlet", OUTLET, "--to", str(target))
    code, _, said = cuttings(*words)
    assert (code, target.exists()) == (1, False)
    assert f"no record at {offset}" in said
    code, _, said = cuttings(*words, "--allow-missing")
    assert code == 0
    assert "missing: 1" in said
    assert not list(tmp_path.glob(".*.part"))


def test_what_is_given_is_what_was_stored(crawled: Archive, tmp_path: Path):
    """The file read again by our own code and by warcio: the same payloads under the same digests."""
    target = tmp_path / "all.warc.gz"
    done = crawled.command("export", "captures", "--outlet", OUTLET, "--to", str(target), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["records"]
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(target)], check=False, capture_output=True
    )
    assert (checked.returncode, checked.stdout) == (0, b""), checked.stderr
    stored = {
        row["url"]: row["sha256"]
        for row in crawled.rows("SELECT url, sha256 FROM captures ORDER BY captured_at DESC, capture_id DESC")
    }
    found: dict[str, str] = {}
    with target.open("rb") as stream:
        iterator = ArchiveIterator(stream)
        for record in iterator:
            kind, url = record.rec_type, record.rec_headers["WARC-Target-URI"]
            offset = iterator.get_record_offset()
            if kind == "response":
                found.setdefault(url, read_payload(tmp_path, target.name, offset).sha256)
    assert found == stored
    attempts = crawled.rows("SELECT count(*) AS n FROM fetch_attempt WHERE warc_file_id IS NOT NULL")
    assert told["responses"] + told["revisits"] == attempts[0]["n"]
    assert told["revisits"] > 0


@pytest.mark.parametrize("name", ["all.warc.gz", "all.wacz"])
@pytest.mark.parametrize("since", [(), ("--since", "2026-03-03")])
def test_a_backfill_from_the_file_finds_every_answer(
    press: Press, cuttings: Any, tmp_path: Path, name: str, since: tuple[str, ...]
):
    target = tmp_path / name
    assert cuttings("export", "captures", "--outlet", OUTLET, *since, "--to", str(target))[0] == 0
    files = WarcFiles([target], max_bytes=10**6)
    (query,) = files.queries(find(OUTLET), None, None)
    listed = [memento for page in files.listed(query) for memento in page.mementos]
    found = {(one.url, one.archived_at): files.fetch(one) for one in listed}
    files.close()
    given = {key: body for key, body in press.given.items() if not since or key[1] >= at(24)}
    assert {key: answer.body for key, answer in found.items()} == given
    assert {answer.verified for answer in found.values()} == {True}


def test_a_package_is_valid_and_lists_the_articles(crawled: Archive, tmp_path: Path):
    target = tmp_path / "all.wacz"
    done = crawled.command("export", "captures", "--outlet", OUTLET, "--to", str(target))
    assert done.returncode == 0, done.stderr
    checked = subprocess.run(
        [sys.executable, "-m", "wacz.main", "validate", "-f", str(target)], check=False, capture_output=True
    )
    assert b"the passed WACZ is valid" in checked.stdout
    read = crawled.rows("SELECT url, layout FROM captures WHERE article_id IS NOT NULL")
    titles = {row["title"] for row in crawled.rows("SELECT title FROM articles")}
    with ZipFile(target) as package:
        lines = package.read("pages/pages.jsonl").decode().splitlines()[1:]
        manifest = json.loads(package.read("datapackage.json"))
    pages = [json.loads(line) for line in lines]
    assert sorted(page["url"] for page in pages) == sorted(row["url"] for row in read)
    assert {page["title"] for page in pages} >= titles
    assert manifest["title"] == f"{find(OUTLET).title}: captures of {OUTLET}"
    assert manifest["wacz_version"] == "1.1.1"
    assert f"{len(pages)} pages" in done.stderr


def test_the_view_of_captures_is_exported_as_before(cuttings: Any, tmp_path: Path):
    target = tmp_path / "captures.csv"
    assert cuttings("export", "captures", "--to", str(target))[0] == 0
    assert target.read_text().startswith("capture_id,outlet,url,captured_at,")


MISTAKES = (
    (("articles", "--to", "x.wacz"), 2, "only `captures` go into .warc.gz or .wacz"),
    (("--query", "SELECT 1", "--to", "x.warc.gz"), 2, "only `captures` go into"),
    (("captures", "--to", "x.wacz"), 2, "name it with --outlet KEY"),
    (("captures", "--to", "x.csv", "--outlet", OUTLET), 2, "--outlet goes with raw captures"),
    (("captures", "--to", "x.wacz", "--where", "1 = 1"), 2, "--where goes with .csv, .jsonl or .parquet"),
    (
        ("captures", "--to", "x.wacz", "--as-of", "2026-03-01"),
        2,
        "--as-of goes with .csv, .jsonl or .parquet",
    ),
    (
        ("captures", "--outlet", OUTLET, "--since", "2026-03-02", "--until", "2026-03-01", "--to", "x.wacz"),
        2,
        "is after --until",
    ),
    (("captures", "--outlet", "nobody", "--to", "x.wacz"), 1, "there is no outlet 'nobody'"),
    (("captures", "--outlet", "townclerk", "--to", "x.wacz"), 1, "holds no captures of townclerk"),
    (("captures", "--outlet", OUTLET, "--to", "nowhere/x.wacz"), 1, "cannot be written: No such file"),
)


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES)
def test_what_cannot_be_exported_is_said(
    cuttings: Any, tmp_path: Path, words: tuple[str, ...], code: int, said: str
):
    in_place = [str(tmp_path / word) if "x." in word else word for word in words]
    ended, out, err = cuttings("export", *in_place)
    assert (ended, out) == (code, "")
    assert said in " ".join(err.split())
    assert not list(tmp_path.glob("**/*x.*"))


def test_a_package_without_the_extra_names_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "wacz", raising=False)
    with pytest.raises(SetupError, match=r"pip install 'cuttings\[wacz\]'"):
        wacz.require_wacz()
