"""An archive of the first schema that is upgraded: nothing is lost, and its histories go on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from core.records import CommentState, Document, ScrapedArticle
from db import schema
from db.engine import open_engine, writing
from db.store import Store
from pipelines import clean
from tests.conftest import KINDS
from tests.integration.desk import HOME, KEY, Desk, Title, attempt, comment, record

FIRST = "20261122_0244"
URL = f"{HOME}/articles/one"


def read(body: str) -> Document:
    """Give a document as the pipelines make it, digests and all."""
    page = ScrapedArticle(
        url=URL, outlet="gazette", layout="plain", layout_version=1, title="Bins to be emptied", body=body
    )
    return clean.document(page)


A = read("The council's bins are emptied on Monday.")
B = read("The council's bins are emptied on Tuesday, nobody knows why.")
ANN = comment(1, "Ann", "I have waited since Friday for the lorry.")
BEN = comment(2, "Ben", "Ours came.")


@pytest.fixture(scope="module", params=KINDS)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of an archive with a history that was taken back to the first schema and upgraded."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('upgraded') / 'cuttings.db'}"
    else:
        url = request.getfixturevalue("new_postgresql")()
    engine = open_engine(url)
    schema.upgrade(engine)
    filled(Desk(engine))
    schema.downgrade(engine, FIRST)
    unlike_today(engine)
    schema.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def desk(upgraded: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Give a copy of that archive."""
    kept = make_url(upgraded).database
    if upgraded.startswith("sqlite"):
        shutil.copyfile(str(kept), tmp_path / "cuttings.db")
        url = f"sqlite:///{tmp_path / 'cuttings.db'}"
    else:
        url = request.getfixturevalue("new_postgresql")(kept)
    engine = open_engine(url)
    yield Desk(engine)
    engine.dispose()


def filled(desk: Desk) -> None:
    listed = {"comment_state": CommentState.LISTED}
    desk.show(URL, 0, A, comments=(ANN,), **listed)
    desk.show(URL, 5, B, comments=(ANN, BEN), **listed)
    desk.show(URL, 9, B, comments=(BEN,), **listed)
    desk.show(f"{HOME}/articles/late", 9, A)
    desk.show(f"{HOME}/articles/late", 4, B)


def unlike_today(engine: Engine) -> None:
    """Make fingerprints that fold letter case, as those of the first schema did."""
    with writing(engine) as connection:
        guard = "DROP TRIGGER document_no_update"
        if engine.dialect.name == "postgresql":
            guard = "ALTER TABLE document DISABLE TRIGGER document_no_update"
        connection.execute(text(guard))
        connection.execute(text("UPDATE document SET fingerprint = 'folded ' || id"))
        back = (
            "CREATE TRIGGER document_no_update BEFORE update ON document BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        if engine.dialect.name == "postgresql":
            back = "ALTER TABLE document ENABLE TRIGGER document_no_update"
        connection.execute(text(back))


def test_versions_changes_and_comments_are_as_they_were(desk: Desk):
    (article,) = desk.ask("SELECT article_id FROM articles WHERE url = :u", u=URL)
    assert desk.spells(article["article_id"]) == [(A.body, 0, 5, None, 0), (B.body, 5, None, 0, 9)]
    ends = desk.ask("SELECT ended_by FROM article_versions WHERE url = :u ORDER BY version", u=URL)
    assert [row["ended_by"] for row in ends] == ["changed", None]
    (change,) = desk.ask("SELECT kind, body_changed FROM article_changes WHERE url = :u", u=URL)
    assert (change["kind"], bool(change["body_changed"])) == ("major", True)
    removed = desk.ask("SELECT body FROM comments WHERE state = 'removed'")
    assert [row["body"] for row in removed] == [ANN.body]
    assert desk.one("SELECT last_commented_at FROM article WHERE id = 1")["last_commented_at"] is not None


def test_equal_texts_are_equal_still(desk: Desk):
    desk.show(URL, 20, B, comments=(BEN,), comment_state=CommentState.LISTED)
    curly = read(B.body.replace("'", "\u2019"))
    desk.show(URL, 21, curly, comments=(BEN,), comment_state=CommentState.LISTED)
    kinds = desk.ask("SELECT kind FROM article_changes WHERE url = :u ORDER BY changed_by", u=URL)
    assert [row["kind"] for row in kinds] == ["major", "cosmetic"]


def test_a_late_capture_is_put_among_what_was_known(desk: Desk):
    before = desk.ask("SELECT body, valid_from, valid_to FROM comment_versions WHERE url = :u", u=URL)
    store = Store(desk.engine, outlet=Title(), run_id=desk.run_id, pseudonym_key=KEY)
    visit = attempt(URL, 3, served="late")
    item = record(visit, A, comments=(ANN,), comment_state=CommentState.LISTED)
    store.write([visit, item])
    (article,) = desk.ask("SELECT article_id FROM articles WHERE url = :u", u=URL)
    assert desk.spells(article["article_id"]) == [(A.body, 0, 5, None, 3), (B.body, 5, None, 3, 9)]
    after = desk.ask("SELECT body, valid_from, valid_to FROM comment_versions WHERE url = :u", u=URL)
    assert sorted(after, key=str) == sorted(before, key=str)


def test_evidence_is_guarded_again(desk: Desk):
    with pytest.raises(DBAPIError, match="append-only"), writing(desk.engine) as connection:
        connection.execute(text("UPDATE document SET title = 'x'"))
