"""Commenters stay under pseudonyms wherever names were not asked for; the key is never in the database."""

from base64 import b32encode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from cli import main
from core.records import CommentState
from core.settings import Settings
from db import analysts, views
from db.discussions.comments import pseudonym
from db.running import runs
from db.search_tables import INDEXES
from db.store import Store
from tests.integration.desk import HOME, Title, attempt, comment, document, record
from tests.web.site import served
from tests.web.stage import Stage
from web.app import create_app

NAME, FOLDED = "Zebedee Quillfeather", "zebedee quillfeather"
KEY = b"Jackdaw-locks-the-larder-at-noon"
OTHER = Title(key="herald", title="The Herald", home="https://www.example.net")


@dataclass
class Kept:
    """An archive of two outlets, with one name under articles of both."""

    engine: Engine
    url: str

    def texts(self, query: str) -> str:
        with self.engine.connect() as connection:
            return "\n".join(repr(tuple(row)) for row in connection.execute(text(query)))

    def pseudonyms(self, outlet: str) -> list[str]:
        query = text("SELECT commenter FROM comments WHERE outlet = :outlet ORDER BY comment_id")
        with self.engine.connect() as connection:
            return list(connection.execute(query, {"outlet": outlet}).scalars())


@pytest.fixture
def kept(engine: Engine, database_url: str) -> Kept:
    for outlet, home in ((Title(), HOME), (OTHER, OTHER.home)):
        run_id = runs.start(engine, outlet, software_version="test")
        store = Store(engine, outlet=outlet, run_id=run_id, pseudonym_key=KEY)
        for hours, body in ((0, "Hooray for the ferry."), (10, "Hooray for the late ferry.")):
            visit = attempt(f"{home}/ferry", hours, served=f"{home} {hours}")
            said = (comment(1, NAME, body), comment(2, NAME.upper(), f"{outlet.key}: and again."))
            shown: dict[str, Any] = {"comments": said, "comment_state": CommentState.LISTED}
            store.write(
                [visit, record(visit, document("Ferry at nine", "At nine."), outlet=outlet.key, **shown)]
            )
    return Kept(engine, database_url)


def test_a_name_has_one_pseudonym_in_an_outlet_and_another_in_the_next(kept: Kept):
    ours, theirs = kept.pseudonyms("gazette"), kept.pseudonyms("herald")
    assert len(ours) == len(theirs) == 2
    assert len(set(ours)) == len(set(theirs)) == 1, "however it is spelled"
    assert set(ours).isdisjoint(theirs)
    assert ours[0] == pseudonym(KEY, "gazette", FOLDED)
    assert ours[0] != pseudonym(b"another key", "gazette", FOLDED)


def test_no_view_shows_a_name_but_the_one_for_names(kept: Kept):
    for view in (*views.names(), *INDEXES):
        told = kept.texts(f"SELECT * FROM {view}").lower()
        assert (FOLDED in told) == (view in analysts.NAMED), view
    assert kept.pseudonyms("gazette")[0] in kept.texts("SELECT commenter FROM comment_versions")


def test_the_key_is_in_no_table(kept: Kept):
    forms = (KEY.decode(), KEY.hex(), b32encode(KEY).decode(), b64encode(KEY).decode())
    query = "SELECT DISTINCT relation FROM dictionary WHERE relation_kind = 'table'"
    with kept.engine.connect() as connection:
        tables = list(connection.execute(text(query)).scalars())
    assert "commenter" in tables
    for table in tables:
        told = kept.texts(f'SELECT * FROM "{table}"').lower()
        assert not [form for form in forms if form.lower() in told], table


def test_neither_search_nor_export_gives_a_name_unasked(kept: Kept, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", kept.url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    assert main.run(["search", "hooray", "--comments"]) == 0
    found = capsys.readouterr()
    assert "Hooray" in found.out
    assert FOLDED not in (found.out + found.err).lower()
    for view in ("comments", "comment_versions", "removals"):
        target = tmp_path / f"{view}.csv"
        assert main.run(["export", view, "--to", str(target)]) == 0
        assert FOLDED not in target.read_text().lower()
    assert main.run(["export", "comments_named", "--to", str(tmp_path / "named.csv")]) == 2
    assert not (tmp_path / "named.csv").exists()
    assert main.run(["export", "comments_named", "--to", str(tmp_path / "named.csv"), "--with-names"]) == 0
    assert NAME in (tmp_path / "named.csv").read_text()


def test_no_page_shows_a_name(kept: Kept, tmp_path: Path):
    settings = Settings(home=tmp_path, web_port=0)
    app = create_app(
        kept.engine, settings, Stage(kept.engine, settings), software_version="test", source=None
    )
    with served(app, settings) as site:
        for path in ("/", "/runs/1", "/runs/1/log", "/metrics"):
            assert FOLDED not in site.ask(path).text.lower(), path
        assert site.ask("/runs/1").status == 200
