"""What is told of an erased thing elsewhere goes too: links, listings, announcements, digests, chrome."""

import json
from typing import Any

from sqlalchemy import text

from core.chrome import digest
from core.mementos import Listing, Memento, Query
from core.records import Outcome, RelatedLink, Sighting, Via
from core.settings import load_settings
from db import chrome, mementos
from db.chrome import SharedBlock
from db.copies import linking
from db.copies.shingles import shingled
from db.engine import writing
from pipelines import chrome_learning
from scheduler import maintenance
from tests.integration.desk import HOME, Desk, Title, at, attempt, document, record
from tests.integration.strongroom import (
    BODY,
    NEXT,
    OTHER,
    PHRASE,
    SLUG,
    TITLE,
    URL,
    checked,
    erased_comment,
    filled,
    said,
)

HERALD = Title(key="herald", home="https://herald.example.net")
THERE = "https://herald.example.net/news/winter"
LONG = "Sluice keepers wanted at the canal before winter comes"
LINKS = (
    RelatedLink(title=f"Once more: {TITLE}", url=f"{URL.replace('https://www.', 'http://')}/?utm_medium=web"),
    RelatedLink(title=TITLE.upper(), url=None),
    RelatedLink(title=LONG, url="https://moved.example.net/sluices"),
    RelatedLink(title="Another story", url=NEXT),
)


def links(strongroom, url: str) -> list[Any]:
    """Give the titles of the links that readings of an address have, reading by reading."""
    found = strongroom.desk.ask(
        "SELECT e.related FROM extraction e JOIN capture c ON c.id = e.capture_id "
        "JOIN url u ON u.id = c.url_id WHERE u.url = :url ORDER BY c.id, e.extractor_id",
        url=url,
    )
    lists = [
        json.loads(row["related"]) if isinstance(row["related"], str) else row["related"] for row in found
    ]
    return [[link["title"] for link in one] for one in lists]


def test_links_to_an_erased_article_go_from_readings_of_all_outlets_and_stay_away(strongroom, capsys):
    filled(strongroom)
    strongroom.next_run()
    strongroom.show(URL, 7, document(LONG, BODY))
    strongroom.end_run()
    herald = Desk(strongroom.engine, outlet=HERALD)
    herald.show(THERE, 0, document("Winter", "It is cold by the water."), related=LINKS)
    capsys.readouterr()
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--dry-run", "--json")
    # Its own three readings, and the one that links to it.
    assert json.loads(capsys.readouterr().out)["rows"]["extraction"] == 4
    assert len(links(strongroom, THERE)[0]) == 4
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert links(strongroom, THERE) == [["Another story"]]
    assert strongroom.holds(SLUG, TITLE, TITLE.upper()) == []
    # The outlet's page goes on to link to it: the next crawl, and a reading of today, leave that out.
    herald.next_run()
    herald.show(THERE, 9, document("Winter", "It is colder by the water."), related=LINKS)
    first = strongroom.desk.one("SELECT min(e.capture_id) AS id FROM extraction e WHERE article_id = 3")
    again = record(attempt(THERE, 0), document("Winter", "It is cold."), layout_version=2, related=LINKS)
    herald.store.reread([(first["id"], again)])
    assert links(strongroom, THERE) == [["Another story"]] * 3
    assert strongroom.holds(SLUG, TITLE, TITLE.upper()) == []


def test_a_feed_that_holds_its_beginning_goes_however_it_escapes_it(strongroom):
    body = f"The £3.4m fund pays for the lanterns & for the sluices over the coming winter. {PHRASE}"
    strongroom.show(URL, 0, document(TITLE, body))
    told = "&lt;p&gt;The &amp;pound;3.4m fund pays for the lanterns &amp;amp; for the sluices "
    for number, opening in enumerate(("", "<title>All</title>")):
        plain = told.replace("&lt;p&gt;", "") if number else told
        feed = f"<rss>{opening}<item>{plain}over the coming winter. {PHRASE}</item></rss>".encode()
        strongroom.show(f"{HOME}/feed/{number}", 1, document(f"Feed {number}", "Of today."), served=feed)
    strongroom.end_run()
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.holds(PHRASE, "fund pays") == []


def listed(strongroom, *addresses: str) -> None:
    """Let an archive list captures of addresses."""
    outlet = strongroom.desk.one("SELECT id FROM outlet WHERE key = 'gazette'")["id"]
    query = Query(via=Via.WAYBACK, archive="wayback", scope="example.org 2016-2019")
    found = tuple(
        Memento(
            via=Via.WAYBACK,
            archive="wayback",
            url=address,
            archived_at=at(number),
            place=f"20260302/{address}",
            digest="A" * 32,
            status=200,
            content_type="text/html",
        )
        for number, address in enumerate(addresses)
    )
    mementos.put(strongroom.engine, outlet, query, Listing(mementos=found, cursor=None), at=at(0))


def test_what_is_only_listed_linked_or_announced_can_be_erased_by_its_address(strongroom):
    people = f"{HOME}/people"
    strongroom.show(
        NEXT, 1, document("Another story", BODY), related=(RelatedLink(title="Zara", url=f"{people}/zara-q"),)
    )
    strongroom.end_run()
    listed(strongroom, f"{people}/zara-w", NEXT)
    told = Sighting(
        outlet="gazette", source=f"{HOME}/feed", title="Zara Wq", url=None, guid=f"{people}/zara-g"
    )
    strongroom.desk.store.write([told])
    strongroom.command("erase", "url", f"{people}/", "--reason", "request 5", "--yes")
    assert strongroom.holds("people/zara", "Zara") == []
    assert links(strongroom, NEXT) == [[]]
    strongroom.desk.store.write([told])
    assert strongroom.holds("people/zara", "Zara") == []
    strongroom.command("erase", "url", f"{HOME}/nobody/", "--reason", "request 5", "--yes", code=1)


def test_its_headline_in_a_sidebar_is_no_sample_of_what_pages_share(strongroom):
    title = "Four sluice keepers wanted at the canal"
    sidebar = f"1. {title}"
    strongroom.show(URL, 0, document(title, BODY))
    for number in range(9):
        body = f"The story number {number} is about the weather, again.\n\n{title}\n\n{PHRASE}"
        content = document(f"Story {number}", body)
        strongroom.show(f"{HOME}/s/{number}", number, content, served=page(content), layout="generic")
    strongroom.end_run()
    with writing(strongroom.engine) as connection:
        shared = SharedBlock(digest=digest(sidebar), sample=sidebar, pages=9)
        chrome.store(connection, "gazette", [shared], pages=9, at=at(9))
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.desk.one("SELECT sample FROM chrome_block")["sample"] == ""
    # The pages go on to show it, and the article of that title is none any more.
    chrome_learning.learn(strongroom.engine, strongroom.desk.outlet, load_settings())
    assert {row["sample"] for row in strongroom.desk.ask("SELECT sample FROM chrome_block")} == {"", PHRASE}


def page(content) -> bytes:
    paragraphs = "".join(f"<p>{text}</p>" for text in content.body.split("\n\n"))
    return f"<html><body><h1>{content.title}</h1>{paragraphs}</body></html>".encode()


def test_saved_pages_of_outlets_that_show_it_go_with_their_records(strongroom, capsys):
    filled(strongroom)
    folder = strongroom.home / "samples" / "gazette" / "plain"
    folder.mkdir(parents=True)
    shown = {
        "by-comment": NEXT,
        SLUG: URL.replace("https://www.", "http://"),
        "another-story": f"{URL}-again",
    }
    for case, url in shown.items():
        said_there = PHRASE if case == "by-comment" else ""
        (folder / f"{case}.html").write_text(f"<h1>A page</h1><p>{said_there}</p>")
        (folder / f"{case}.meta").write_text(f"url: {url}\n")
        (folder / f"{case}.json").write_text(json.dumps({"title": "A page"}))
    capsys.readouterr()
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--dry-run")
    assert capsys.readouterr().out.count("saved page of an outlet: samples/gazette/plain/") == 2
    assert len(list(folder.iterdir())) == 9
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert {file.stem for file in folder.iterdir()} == {"another-story"}


def test_words_of_an_erased_comment_that_were_read_as_the_article_s_leave_no_shingles(strongroom):
    strongroom.show(URL, 0, document(TITLE, f"{BODY}\n\n{PHRASE}"), [said()])
    strongroom.end_run()
    linking.link(strongroom.engine, "gazette")
    asked = "SELECT hash FROM shingle"
    before = {row["hash"] for row in strongroom.desk.ask(asked)}
    assert set(shingled(PHRASE).kept) <= before
    erased_comment(strongroom)
    left = {row["hash"] for row in strongroom.desk.ask(asked)}
    assert left
    assert left == set(shingled(BODY).kept)


def test_what_went_wrong_on_the_way_to_it_names_its_address_no_more(strongroom):
    strongroom.show(URL, 0, document(TITLE, BODY))
    strongroom.end_run()
    error = f"robots.txt of www.example.org forbids {URL}?utm_source=x"
    strongroom.desk.visit(f"{HOME}/short/1", 1, Outcome.ROBOTS_DENIED, error=error)
    strongroom.desk.visit(f"{HOME}/short/2", 2, Outcome.ROBOTS_DENIED, error=f"robots.txt forbids {NEXT}")
    with writing(strongroom.engine) as connection:
        told = text("UPDATE run SET reason = :told")
        connection.execute(told, {"told": f"ValueError: no page at '{URL}'."})
    strongroom.command("erase", "article", URL, "--reason", "request 3", "--yes")
    assert strongroom.holds(SLUG) == []
    (left,) = strongroom.desk.ask("SELECT error FROM fetch_attempt WHERE error IS NOT NULL")
    assert left["error"].endswith(NEXT)


def digests(strongroom) -> list[str]:
    """Give the digests of the bytes that have to go."""
    asked = "SELECT p.sha256, p.sha1_base32 FROM payload p JOIN redaction r ON r.payload_id = p.id"
    return [
        value for row in strongroom.desk.ask(f"{asked} WHERE r.done_at IS NULL") for value in row.values()
    ]


def test_digests_of_bytes_that_go_later_are_cleaned_from_the_database_file_as_well(
    strongroom, monkeypatch, capsys
):
    strongroom.show(URL, 0, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo", parent=1)])
    strongroom.files.close()
    comment = erased_comment(strongroom)  # the run is under way: its file is left alone
    waiting = digests(strongroom)
    assert len(waiting) == 2
    assert strongroom.holds(*waiting) == waiting
    row = strongroom.desk.one("SELECT * FROM erasure")
    assert row["files_done_at"] is None
    strongroom.end_run()
    strongroom.command("erase", "finish")
    assert strongroom.holds(*waiting, PHRASE) == []
    # The page still shows the comment to the next crawl, whose end takes it out of the captures.
    strongroom.next_run()
    strongroom.show(URL, 9, document(TITLE, BODY), [said(), said(2, OTHER, "Bram Okonjo")])
    again = digests(strongroom)
    assert len(again) == 2
    row = strongroom.desk.one("SELECT * FROM erasure")
    assert (row["comment_id"], row["files_done_at"]) == (comment, None)
    strongroom.end_run()
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "QUICK", 1)  # bytes: of a bigger database a person says when
        strongroom.command("db", "tidy")
    assert "cuttings erase finish" in capsys.readouterr().err
    assert strongroom.holds(*again) != []
    strongroom.command("db", "tidy")
    assert strongroom.holds(*again, PHRASE) == []
    row = strongroom.desk.one("SELECT * FROM erasure")
    assert None not in {row["files_done_at"], row["cleaned_at"]}
    checked(strongroom)
