"""`cuttings db verify`: each rule, broken by hand, is reported by its own check and by no other."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, make_url

from core.records import CommentState, Outcome
from db.checks import Scope, Weight, all_checks
from db.engine import open_engine
from newsstand import Newsstand, serve
from tests.conftest import KINDS
from tests.integration.archive import Archive
from tests.integration.breaking import breaking
from tests.integration.desk import HOME, Desk, comment, document

CHANGED, GONE, REREAD = 1, 2, 3  # articles, numbered as they come
V_BEFORE, V_GONE, V_REREAD, V_NOW = 1, 2, 3, 4  # their versions
EDITED, REMOVED, REPLY, ELSEWHERE = 1, 2, 3, 4  # comments
C_BEFORE, C_REMOVED, C_NOW = 1, 2, 5  # versions of them
NOT_AN_ARTICLE = f"{HOME}/about"


def stock(engine: Engine) -> None:
    """Make an archive with an edited article, one that is gone, one read by two layouts, and comments."""
    desk = Desk(engine)
    posts = (
        comment(1, "Ann", "The first remark."),
        comment(2, "Bob", "A remark that goes."),
        comment(3, "Cy", "An answer to Ann.", parent=1),
    )
    listed = {"comment_state": CommentState.LISTED}
    before, now = document("Ward opens", "It opens in May."), document("Ward opens", "It opens in June.")
    desk.show(f"{HOME}/a", 0, before, comments=posts, **listed)
    desk.show(
        f"{HOME}/b", 1, document("Ward shuts", "It shuts."), comments=(comment(1, "Di", "Pity."),), **listed
    )
    desk.show(f"{HOME}/a", 2, before, comments=posts, **listed)
    desk.visit(f"{HOME}/b", 5, Outcome.GONE)
    desk.show(f"{HOME}/c", 6, document("Ward moves", "It moves."))
    desk.show(f"{HOME}/c", 7, document("Ward moves", "It moves. Soon."), layout_version=2)
    desk.visit(NOT_AN_ARTICLE, 8, served="nothing of interest")
    edited = (
        comment(1, "Ann", "The first remark, put otherwise."),
        comment(2, "Cy", "An answer to Ann.", parent=1),
    )
    desk.show(f"{HOME}/a", 10, now, comments=edited, **listed)
    desk.show(f"{HOME}/a", 20, now, comments=edited, **listed)


@pytest.fixture(scope="module")
def stocked_sqlite(tmp_path_factory, migrated_sqlite):
    """Give a SQLite file with that archive, to be copied."""
    path = tmp_path_factory.mktemp("stocked") / "cuttings.db"
    shutil.copyfile(migrated_sqlite, path)
    engine = open_engine(f"sqlite:///{path}")
    stock(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def stocked_postgresql(new_postgresql, migrated_postgresql):
    """Give the name of a PostgreSQL database with that archive, to be copied."""
    url = new_postgresql(migrated_postgresql)
    engine = open_engine(url)
    stock(engine)
    engine.dispose()
    return make_url(url).database


@pytest.fixture(params=KINDS)
def stocked(request, tmp_path):
    """Give an engine on that archive, on each kind of database in turn."""
    drop = None
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/cuttings.db"
        shutil.copyfile(request.getfixturevalue("stocked_sqlite"), tmp_path / "cuttings.db")
    else:
        drop = request.getfixturevalue("drop_postgresql")
        template = request.getfixturevalue("stocked_postgresql")
        url = request.getfixturevalue("new_postgresql")(template)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    if drop is not None:
        drop(url)


def reported(engine: Engine, scope: Scope | None = None, *, but: str | None = None) -> dict[str, int]:
    """Give the checks that find anything, with how many rows; ``but`` one is left out."""
    found = [check.run(engine, scope or Scope()) for check in all_checks() if check.name != but]
    return {finding.name: finding.count for finding in found if finding.count}


@dataclass(frozen=True)
class Break:
    """Statements that break one rule; ``beside`` are the checks that must report it too."""

    check: str
    statements: tuple[str, ...]
    beside: tuple[str, ...] = ()


def update(table: str, number: int, *changes: str) -> str:
    return f"UPDATE {table} SET {', '.join(changes)} WHERE id = {number}"


def of(column: str, table: str, number: int) -> str:
    return f"(SELECT {column} FROM {table} WHERE id = {number})"


UNNAMED = f"(SELECT id FROM url WHERE url = '{NOT_AN_ARTICLE}')"
UNREAD = f"(SELECT id FROM capture WHERE url_id = {UNNAMED})"
FIRST_SEEN = of("first_seen_at", "article", CHANGED)
OTHER_URL = of("canonical_url_id", "article", GONE)
GONE_TEXT = f"(SELECT document_id FROM article_text WHERE version_id = {V_GONE})"
SECOND_OWNER = (
    "INSERT INTO article_url (article_id, url_id, role, valid_from) "
    f"SELECT {GONE}, url_id, 'alias', valid_from FROM article_url WHERE article_id = {CHANGED}"
)
HOLD = (
    "INSERT INTO hold (run_id, outlet_id, layout, rechecked, affected, sign, held_at) "
    "SELECT id, outlet_id, 'plain', 20, 12, 'the body changed', started_at FROM run WHERE id = 1"
)
ENDLESS = ("valid_to = NULL", "ended_by = NULL", "end_recorded_at = NULL")

STORY = "INSERT INTO story (id, made_at) SELECT 1, started_at FROM run WHERE id = 1"


def member(number: int, article: int, *, by: str, hours_after: int) -> str:
    """Give what makes an article one of that story, whose first article is CHANGED."""
    return (
        "INSERT INTO story_member (id, story_id, article_id, first_id, hours_after, decided_by, appeared_at,"
        f" appeared_by, recorded_at) SELECT {number}, 1, {article}, {CHANGED}, {hours_after}, '{by}',"
        " started_at, 'first_seen', started_at FROM run WHERE id = 1"
    )


BREAKS = (
    Break("schema", ("CREATE INDEX ix_another ON article (state)",)),
    Break("views", ("DROP VIEW sightings",), ("dictionary",)),
    Break(
        "dictionary",
        ("DELETE FROM data_dictionary WHERE relation = 'articles' AND column_name = 'title'",),
    ),
    Break("dictionary", ("UPDATE data_dictionary SET description = ' ' WHERE column_name = 'body'",)),
    Break("references", (update("article_version", V_GONE, "ended_run_id = 999"),)),
    Break("versions.order", (update("article_version", V_NOW, "seq = 7"),)),
    Break(
        "versions.overlap",
        (update("article_version", V_BEFORE, f"valid_to = {of('last_seen_at', 'article_version', V_NOW)}"),),
    ),
    Break(
        "versions.open",
        ("DROP INDEX uq_article_version_open", update("article_version", V_BEFORE, *ENDLESS)),
        ("schema",),
    ),
    Break("versions.bounds", (update("article_version", V_GONE, "valid_to = valid_from"),)),
    Break("versions.ending", (update("article_version", V_GONE, "end_recorded_at = NULL"),)),
    Break("versions.ending", (update("article_version", V_GONE, "ended_by = NULL"),)),
    Break(
        "versions.gap",
        (update("article_version", V_BEFORE, f"valid_to = {of('valid_to', 'article_version', V_GONE)}"),),
    ),
    Break("versions.gap", (update("article_version", V_BEFORE, "ended_by = 'missing'"),)),
    Break("versions.gap", (update("article_version", V_GONE, "ended_by = 'changed'"),)),
    Break(
        "versions.window",
        (
            update("article_version", V_NOW, "changed_after = valid_from"),
            f"UPDATE article_change SET changed_after = changed_by WHERE version_id = {V_NOW}",
        ),
    ),
    Break("versions.window", (update("article_version", V_NOW, "changed_after = NULL"),)),
    Break("articles.state", (update("article", CHANGED, "state = 'missing'"),)),
    Break("articles.state", (update("article", GONE, "state = 'live'"),)),
    Break("articles.seen", (update("article", CHANGED, "first_seen_at = last_seen_at"),)),
    Break(
        "articles.seen",
        (update("article", REREAD, "last_seen_at = last_checked_at", "first_seen_at = last_checked_at"),),
    ),
    Break("articles.checked", (update("article", CHANGED, "last_checked_at = first_seen_at"),)),
    Break(
        "texts.one",
        (f"UPDATE article_text SET superseded_at = recorded_at WHERE version_id = {V_NOW}",),
    ),
    Break(
        "texts.read",
        (f"UPDATE article_text SET document_id = {GONE_TEXT} WHERE version_id = {V_NOW}",),
    ),
    Break("texts.last_capture", (update("article_version", V_REREAD, "last_capture_id = first_capture_id"),)),
    Break("versions.captures", (update("article_version", V_GONE, f"first_capture_id = {UNREAD}"),)),
    Break("changes.one", (f"DELETE FROM article_change WHERE version_id = {V_NOW}",)),
    Break("changes.window", ("UPDATE article_change SET changed_by = recorded_at",)),
    Break("changes.previous", (f"UPDATE article_change SET previous_version_id = {V_GONE}",)),
    Break("changes.cosmetic", ("UPDATE article_change SET kind = 'cosmetic'",)),
    Break("changes.version", (f"UPDATE article_change SET article_id = {GONE}",)),
    Break("addresses.canonical", (update("article", CHANGED, f"canonical_url_id = {UNNAMED}"),)),
    Break(
        "addresses.owner",
        (
            "DROP INDEX uq_article_url_current",
            SECOND_OWNER,
        ),
        ("schema",),
    ),
    Break(
        "addresses.window",
        (f"UPDATE article_url SET valid_to = {FIRST_SEEN} WHERE article_id = {GONE}",),
    ),
    Break("comment_versions.order", (update("comment_version", C_NOW, "seq = 7"),)),
    Break(
        "comment_versions.overlap",
        (update("comment_version", C_BEFORE, f"valid_to = {of('last_seen_at', 'comment_version', C_NOW)}"),),
    ),
    Break(
        "comment_versions.open",
        ("DROP INDEX uq_comment_version_open", update("comment_version", C_BEFORE, *ENDLESS)),
        ("schema",),
    ),
    Break("comment_versions.bounds", (update("comment_version", C_REMOVED, "valid_to = valid_from"),)),
    Break("comment_versions.ending", (update("comment_version", C_REMOVED, "end_recorded_at = NULL"),)),
    Break("comment_versions.gap", (update("comment_version", C_BEFORE, "ended_by = 'removed'"),)),
    Break("comment_versions.gap", (update("comment_version", C_REMOVED, "ended_by = 'edited'"),)),
    Break("comment_versions.window", (update("comment_version", C_NOW, "changed_after = valid_from"),)),
    Break("comment_versions.captures", (update("comment_version", C_NOW, f"first_capture_id = {UNREAD}"),)),
    Break("comments.state", (update("comment", EDITED, "state = 'removed'"),)),
    Break("comments.state", (update("comment", REMOVED, "state = 'visible'"),)),
    Break("comments.seen", (update("comment", EDITED, "first_seen_at = last_seen_at"),)),
    Break("comments.parent", (update("comment", REPLY, f"parent_id = {ELSEWHERE}"),)),
    Break("captures.attempt", (f"UPDATE fetch_attempt SET capture_id = NULL WHERE url_id = {UNNAMED}",)),
    Break(
        "attempts.address",
        (f"UPDATE fetch_attempt SET url_id = {OTHER_URL} WHERE url_id = {UNNAMED}",),
    ),
    Break("attempts.position", (f"UPDATE fetch_attempt SET warc_offset = NULL WHERE url_id = {UNNAMED}",)),
    Break("payloads.digest", (update("payload", 1, "sha256 = upper(sha256)"),)),
    Break("runs.ended", (update("run", 1, "verdict = 'ok'"),)),
    Break("words.documents", (update("document", 1, "word_count = word_count + 1"),)),
    Break("words.comments", (update("comment_version", C_NOW, "word_count = word_count - 1"),)),
    Break(
        "holds.open",
        (HOLD,),
    ),
    Break("stories.dissolved", (STORY,)),
    Break(
        "stories.first",
        (STORY, *(member(n, a, by="person", hours_after=h) for n, a, h in ((1, CHANGED, 0), (2, GONE, -1)))),
    ),
    Break(
        "stories.evidence",
        (STORY, *(member(n, a, by="rule", hours_after=h) for n, a, h in ((1, CHANGED, 0), (2, GONE, 3)))),
    ),
)


def test_an_archive_made_by_visits_breaks_no_rule(stocked):
    assert reported(stocked) == {}


@pytest.mark.parametrize(
    "broken",
    BREAKS,
    ids=[f"{b.check}-{[o for o in BREAKS if o.check == b.check].index(b) + 1}" for b in BREAKS],
)
def test_a_broken_rule_is_reported_by_its_check_and_no_other(stocked, broken):
    breaking(stocked, *broken.statements)
    # Changed rows leave the schema as it is, and to compare it takes as long as all else.
    of_rows = all(statement.startswith(("UPDATE", "INSERT", "DELETE")) for statement in broken.statements)
    found = reported(stocked, but="schema" if of_rows else None)
    assert set(found) == {broken.check, *broken.beside}
    (finding,) = [c.run(stocked, Scope()) for c in all_checks() if c.name == broken.check]
    assert len(finding.rows) == finding.count
    assert finding.remedy
    assert all(row for row in finding.rows)


def test_a_constraint_that_rows_break_is_reported(stocked):
    broken = {
        "sqlite": update("article", CHANGED, "state = 'asleep'"),
        "postgresql": "ALTER TABLE article ADD CONSTRAINT later CHECK (id > 100) NOT VALID",
    }
    breaking(stocked, broken[stocked.dialect.name])
    assert set(reported(stocked)) == {"integrity"}


def test_a_run_whose_process_died_is_a_notice(stocked):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    breaking(stocked, update("run", 1, f"pid = {ended.pid}"))
    (finding,) = [f for c in all_checks() if (f := c.run(stocked, Scope())).count]
    assert (finding.name, finding.weight, finding.broken) == ("runs.lost", Weight.NOTICE, False)


def test_every_check_of_the_database_has_been_seen_to_fail():
    names = [check.name for check in all_checks()]
    assert len(names) == len(set(names))
    assert set(names) == {b.check for b in BREAKS} | {"integrity", "runs.lost", "full_text"}


def test_all_rows_are_counted_and_the_first_are_given(stocked):
    breaking(
        stocked,
        "UPDATE document SET word_count = 999",
        "UPDATE article SET last_checked_at = first_seen_at",
    )
    by_name = {c.name: c.run(stocked, Scope(most=1)) for c in all_checks()}
    for name, number in (("words.documents", 5), ("articles.checked", 2)):
        assert (by_name[name].count, len(by_name[name].rows)) == (number, 1)


def test_one_outlet_is_looked_at_alone(stocked):
    breaking(stocked, "UPDATE article_change SET kind = 'cosmetic'", update("document", 1, "word_count = 0"))
    breaking(stocked, update("comment_version", 1, "word_count = 0"))
    both = {"changes.cosmetic": 1, "words.documents": 1, "words.comments": 1}
    assert reported(stocked, Scope(outlet="gazette"), but="schema") == both
    assert reported(stocked, Scope(outlet="another"), but="schema") == {}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_that_cannot_be_read_is_said_to_be_so(kind, tmp_path):
    archive = Archive(tmp_path, f"{kind}:///{tmp_path}/cuttings.db")
    (tmp_path / "cuttings.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    done = archive.command("db", "verify")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "cuttings db restore" in done.stderr


def test_after_crawls_of_both_days_nothing_is_broken(tmp_path, database_url):
    archive = Archive(tmp_path, database_url)
    with serve(Newsstand(day=1)) as stand:
        for day in (1, 2):
            stand.set_day(day)
            archive.crawl("wardround", stand.address("wardround"))
    done = archive.command("db", "verify", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["clean"]) == (0, True), done.stdout
    assert [check["name"] for check in told["checks"] if check["count"]] == []
    assert {"payloads.bytes", "files.readable"} <= {check["name"] for check in told["checks"]}
    assert archive.command("db", "verify", "--outlet", "wardround").returncode == 0
    assert "holds no outlet 'wardrund'" in archive.command("db", "verify", "--outlet", "wardrund").stderr
