"""The guard against drift: what a new make-up of the site does to many articles is held, not published."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from core.records import CommentState, Document, ScrapedComment
from db.histories import holds
from db.words import Decision
from tests.integration.archive import Archive
from tests.integration.desk import HOME, Desk, attempt, comment, document, record
from tests.integration.hostile import listing, page, serving

Remarks: TypeAlias = tuple[tuple[ScrapedComment, ...], CommentState]

MANY = 40
PROMO = "Have you got a story to tell? Would you like to become a columnist? If so, click here."


@pytest.fixture
def desk(engine):
    return Desk(engine)


def text(number: int, *more: str) -> Document:
    return document(f"Headline {number}", "\n\n".join([f"What happened in ward {number} today.", *more]))


def url(number):
    return f"{HOME}/articles/{number}"


def uncommented(_number: int) -> Remarks:
    return (), CommentState.NONE


def commented(number: int) -> Remarks:
    return (comment(1, "Ann", f"Ward {number} is mine."),), CommentState.LISTED


def crawl(desk, hour, of=MANY, *, text_of=text, comments_of=uncommented, layout="plain"):
    """Show articles as they stand, or as ``text_of`` says; an untouched page is served as it was."""
    batch = []
    for number in range(of):
        content = text_of(number)
        remarks, state = comments_of(number)
        visit = attempt(url(number), hour, served=f"{number} {content.sha256} {remarks} {state} {layout}")
        fields = {"comments": remarks, "comment_state": state, "layout": layout}
        batch += [visit, record(visit, content, **fields)]
    desk.store.write(batch)
    return desk.run_id


def edited(every: int, *more: str) -> Callable[[int], Document]:
    return lambda number: text(number, *more) if number % every == 0 else text(number)


def bodies(desk):
    return {row["url"]: row["body"] for row in desk.ask("SELECT url, body FROM articles")}


def published(desk):
    """Give what analysts see of versions and changes, but when it was recorded and under which number."""
    return [
        {
            name: value
            for name, value in row.items()
            if name not in {"version_id", "recorded_at", "capture_id"}
        }
        for view, order in (
            ("article_versions", "url, version"),
            ("article_changes", "url, changed_by"),
            ("comment_versions", "url, valid_from, body"),
        )
        for row in desk.ask(f"SELECT * FROM {view} ORDER BY {order}")
    ]


def test_a_fifth_of_the_articles_changed_alike_is_held(desk):
    crawl(desk, 0)
    before = published(desk)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(4, PROMO))
    (held,) = desk.store.hold(run)
    assert (held.layout, held.rechecked, held.affected, held.sign) == ("plain", 40, 10, "the body grows")
    # Untouched articles were seen again; those held were not seen showing what they showed.
    texts = {row["body"] for row in desk.ask("SELECT body FROM article_versions")}
    assert not any(PROMO in body for body in texts)
    assert [row for row in published(desk) if row.get("change_kind")] == []
    assert len(published(desk)) == len(before)
    reasons = desk.ask("SELECT DISTINCT retract_reason FROM article_version WHERE run_id = :r", r=run)
    assert [row["retract_reason"] for row in reasons] == ["drift"]


@pytest.mark.parametrize(("of", "every"), [(36, 4), (100, 6)])
def test_fewer_than_ten_or_than_a_fifth_are_edits(desk, of, every):
    crawl(desk, 0, of)
    run = desk.next_run()
    crawl(desk, 10, of, text_of=edited(every, PROMO))
    assert desk.store.hold(run) == []
    assert desk.one("SELECT count(*) AS n FROM article_changes")["n"] == len(range(0, of, every))


def test_many_different_edits_are_edits(desk):
    kinds = [
        lambda n: text(n, PROMO),
        lambda n: document(f"Other headline {n}", text(n).body),
        lambda n: document(f"Headline {n}", text(n).body, byline=f"Writer {n}"),
        lambda n: document(f"Headline {n}", f"Nothing at all took place in the wards that are numbered {n}."),
    ]
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=lambda n: kinds[n % 4](n) if n < 28 else text(n))
    assert desk.store.hold(run) == []
    assert desk.one("SELECT count(*) AS n FROM article_changes")["n"] == 28


def test_a_lost_comment_section_is_held(desk):
    crawl(desk, 0, comments_of=commented)
    run = desk.next_run()
    crawl(desk, 10, comments_of=lambda n: ((), CommentState.UNKNOWN) if n < 12 else commented(n))
    (held,) = desk.store.hold(run)
    assert (held.affected, held.sign) == (12, "the comment section is lost")
    assert {row["state"] for row in desk.ask("SELECT state FROM comments")} == {"visible"}


def test_comments_that_are_closed_and_put_away_at_once_are_held(desk):
    crawl(desk, 0, comments_of=commented)
    run = desk.next_run()
    crawl(desk, 10, comments_of=lambda n: ((), CommentState.CLOSED) if n < 12 else commented(n))
    (held,) = desk.store.hold(run)
    assert (held.affected, held.sign) == (12, "the comment section is lost")
    assert {row["state"] for row in desk.ask("SELECT state FROM comments")} == {"visible"}


def test_comments_that_all_vanish_at_once_are_not_told_removed(desk):
    crawl(desk, 0, comments_of=commented)
    run = desk.next_run()
    crawl(desk, 10, comments_of=uncommented)
    assert desk.one("SELECT count(*) AS n FROM removals")["n"] == MANY
    (held,) = desk.store.hold(run)
    assert held.sign == "comments are removed"
    assert desk.ask("SELECT * FROM removals") == []
    assert {row["state"] for row in desk.ask("SELECT state FROM comments")} == {"visible"}
    desk.store.decide(run, Decision.RELEASED)
    assert desk.one("SELECT count(*) AS n FROM removals")["n"] == MANY


def test_pages_that_fall_to_another_layout_are_held(desk):
    crawl(desk, 0)
    before = bodies(desk)
    run = desk.next_run()
    crawl(desk, 10, text_of=lambda n: text(n, "Menu", "Share this"), layout="generic")
    (held,) = desk.store.hold(run)
    assert held.sign == "read by generic instead of plain"
    assert bodies(desk) == before


def test_a_new_version_of_the_layout_is_not_held(desk):
    crawl(desk, 0)
    run = desk.next_run()
    batch = []
    for number in range(MANY):
        visit = attempt(url(number), 10, served=f"{number} again")
        batch += [visit, record(visit, text(number, "A line."), layout_version=2)]
    desk.store.write(batch)
    assert desk.store.hold(run) == []
    assert all(body.endswith("A line.") for body in bodies(desk).values())


def test_released_versions_are_those_the_run_would_have_made(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    unheld = published(desk)
    desk.store.hold(run)
    assert published(desk) != unheld
    assert desk.store.decide(run, Decision.RELEASED) == MANY // 2
    assert published(desk) == unheld
    assert [hold.decision for hold in holds.holds(desk.engine)] == ["released"]
    assert holds.holds(desk.engine, undecided=True) == []


def test_discarded_readings_never_count_and_the_next_edit_is_told_against_what_was_believed(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    desk.store.hold(run)
    desk.store.decide(run, Decision.DISCARDED)
    desk.next_run()
    crawl(desk, 20)  # the site is as it was
    assert desk.ask("SELECT * FROM article_changes") == []
    assert set(bodies(desk).values()) == {text(number).body for number in range(MANY)}
    desk.show(url(0), 30, text(0, "The council has replied."))
    (change,) = desk.ask("SELECT changed_after, words_added FROM article_changes")
    assert change["words_added"] == 4


def test_while_a_hold_is_undecided_further_changes_alike_join_it(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    desk.store.hold(run)
    later = desk.next_run()
    for number in (1, 3, 5):
        desk.show(url(number), 20, text(number, PROMO))
    (held,) = desk.store.hold(later)
    assert (held.affected, held.rechecked) == (3, 3)
    assert desk.ask("SELECT * FROM article_changes") == []


def test_pages_that_stay_as_they_were_held_say_nothing(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    desk.store.hold(run)
    desk.next_run()
    crawl(desk, 20, text_of=edited(2, PROMO))
    assert desk.ask("SELECT * FROM article_changes") == []
    row = desk.one("SELECT state, valid_to FROM articles JOIN article_versions USING (article_id) "
                   "WHERE articles.url = :u", u=url(0))  # fmt: skip
    assert (row["state"], row["valid_to"]) == ("live", None)


def test_a_run_looked_through_before_holds_nothing_more(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    assert len(desk.store.hold(run)) == 1
    assert desk.store.hold(run) == []


def test_held_texts_can_be_looked_at_beside_those_believed(desk):
    crawl(desk, 0)
    run = desk.next_run()
    crawl(desk, 10, text_of=edited(2, PROMO))
    desk.store.hold(run)
    found = list(holds.held_texts(desk.engine, run, 3))
    assert len(found) == 3
    assert all(PROMO in held.body_held and PROMO not in held.body_believed for held in found)


def test_a_crawl_ends_held_and_a_person_decides(tmp_path: Path, database_url: str):
    archive = Archive(tmp_path, database_url)
    paths = [f"/News/ward-{number}" for number in range(12)]
    answers = {"/robots.txt": listing(), "/": listing(*paths)}
    answers |= {path: page(f"What happened in {path[6:]}") for path in paths}
    with serving(answers) as server:
        archive.crawl("townclerk", server.address)
        before = archive.rows("SELECT title, body, versions FROM articles ORDER BY title")
        assert len(before) == 12
        advert = f"<p>The council met in ward 7.</p><p>{PROMO.replace('click here', 'write to us')}</p>"
        server.answers |= {path: page(f"What happened in {path[6:]}", advert) for path in paths}
        held = archive.command("crawl", "townclerk", "--base-url", server.address, "--json")
    report = json.loads(held.stdout)
    run = str(report["run_id"])
    assert (held.returncode, report["verdict"], report["counts"]["held"]) == (1, "held", 12)
    assert archive.rows("SELECT title, body, versions FROM articles ORDER BY title") == before
    said = " ".join(archive.command("runs").stdout.split())
    assert f"cuttings versions release {run}" in said
    shown = archive.command("versions", "show", run, "--limit", "2").stdout
    assert "12 of 12" in shown
    assert "{+" in shown
    released = archive.command("versions", "release", run)
    assert released.returncode == 0, released.stderr
    assert {row["versions"] for row in archive.rows("SELECT versions FROM articles")} == {2}
    again = archive.command("versions", "discard", run)
    assert (again.returncode, "nothing undecided" in again.stderr) == (1, True)
    assert archive.command("versions", "held").stdout.strip() == "nothing is held"
