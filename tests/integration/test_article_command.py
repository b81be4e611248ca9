"""`cuttings article` on both databases: how an article is found, and what its page tells of its past."""

import hashlib
import json
import re
import subprocess
import sys
from datetime import datetime

import pytest
from sqlalchemy import text, update

from cli.main import run
from core.records import CommentState, Outcome
from db.models import Article, ArticleUrl, ArticleVersion, Comment, table
from newsstand import Newsstand, plan, serve
from tests.integration.archive import ROOT, Archive
from tests.integration.desk import HOME, Desk, at, comment, document

URL = f"{HOME}/articles/ferry-runs-on-sundays"
A = document("Ferry to run on Sundays", "The ferry will run on Sundays.\n\nForty people asked for it.")
B = document("Ferry to run on Sundays", "The ferry will run on Sundays.\n\nFifty people asked for it.")
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m"
LONG = f"{HOME}/articles/" + "a-long-story-about-a-ferry-" * 5 + "end"


@pytest.fixture
def desk(engine):
    return Desk(engine)


@pytest.fixture
def command(database_url, monkeypatch, tmp_path, capsysbinary):
    """Give a function that runs `cuttings article` as a person does; what it says, on one line each."""
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))

    def article(*words: object, code: int = 0, columns: int | None = None) -> str:
        with monkeypatch.context() as patch:
            if columns:
                patch.setenv("COLUMNS", str(columns))
            assert run(["article", *(str(word) for word in words)]) == code
        shown = capsysbinary.readouterr()
        return (shown.err if code else shown.out).decode()

    return article


def flat(shown):
    return " ".join(shown.split())


def change_rows(desk, model, **values: object):
    with desk.engine.begin() as connection:
        connection.execution_options(writes=True)
        connection.execute(update(table(model)).values(**values))


def edited_and_gone(desk):
    """Show A, A, B; take the page away; show B again."""
    article = desk.show(URL, 0, A).article_id
    desk.show(URL, 3, A)
    desk.show(URL, 7, B)
    desk.visit(URL, 12, Outcome.GONE, served="This page is gone.")
    desk.show(URL, 36, B)
    return article


def test_the_page_tells_every_edit_absence_and_return_with_its_window(desk, command):
    article = edited_and_gone(desk)
    page = flat(command(article))
    assert page.startswith("Ferry to run on Sundays article 1 in gazette")
    assert "seen from 2026-03-02 09:00 to 2026-03-03 21:00 UTC" in page
    assert f"{URL} canonical, since 2026-03-02 09:00 UTC" in page
    assert "published 2026-03-02 (the page says 02.03.26)" in page
    assert "comments 0 shown (none: the page says that there are none)" in page
    assert "read by layout plain, version 1" in page
    history = page[page.index("History") :]
    events = [
        "1 first seen 2026-03-02 09:00 UTC",
        "last seen 2026-03-02 12:00 UTC",
        "2 typo corrected between 2026-03-02 12:00 and 16:00 UTC",
        "+1 -1 words",
        "fields changed: body",
        "GONE (the outlet says so: 410): went between 2026-03-02 16:00 and 21:00 UTC",
        "3 reappeared with the same text between 2026-03-02 21:00 and 2026-03-03 21:00 UTC",
        "last seen 2026-03-03 21:00 UTC",
        "Fifty people asked for it.",
    ]
    places = [history.index(event) for event in events]
    assert places == sorted(places)


def test_the_state_states_its_evidence(desk, command):
    article = desk.show(URL, 0, A).article_id
    desk.visit(URL, 12, Outcome.NOT_FOUND)
    assert "live, last seen 2026-03-02 09:00 UTC; last asked for in vain 2026-03-02 21:00 UTC" in flat(
        command(article)
    )
    desk.visit(URL, 13, Outcome.GONE)
    page = flat(command(article))
    assert (
        "state gone, went between 2026-03-02 09:00 and 22:00 UTC; last checked 2026-03-02 22:00 UTC" in page
    )


def test_each_part_is_shown_alone_or_with_others(desk, command):
    article = edited_and_gone(desk)
    heads = ("History", "Text", "Comments", "Captures")

    def parts(*words: str) -> list[str]:
        return [head for head in heads if f"\n{head}\n" in command(article, *words)]

    assert parts() == ["History", "Text", "Comments"]
    assert parts("--versions") == ["History"]
    assert parts("--comments", "--captures") == ["Comments", "Captures"]
    assert "[-Forty-] {+Fifty+}" in flat(command(article, "--edits"))
    assert "[-Forty-]" not in command(article, "--versions")


def test_two_versions_are_compared_in_either_direction(desk, command):
    article = edited_and_gone(desk)
    assert "[-Forty-] {+Fifty+} people" in flat(command(article, "--diff", 1, 2))
    assert "[-Fifty-] {+Forty+} people" in flat(command(article, "--diff", 3, 1))
    assert "the two versions read the same" in command(article, "--diff", 2, 3)
    assert "no version 9 of this article; there are: 1, 2, 3" in command(article, "--diff", 1, 9, code=1)


def test_an_article_is_found_by_its_number_and_by_any_spelling_of_its_addresses(desk, command):
    old = "http://www.example.org/old?b=2&a=1"
    desk.show(URL, 0, A, aliases=(old,))
    desk.show(f"{HOME}/articles/other", 0, document("Other", "Another article of that day."))
    spellings = [
        "1", URL, URL.replace("https", "http"), URL.replace("www.", ""), f"{URL}/", f"{URL}#comments",
        URL.removeprefix("https://"), URL.removeprefix("https://www."), f"{URL}?utm_source=mail&fbclid=1",
        URL.replace("www.example.org", "WWW.Example.ORG"), old, "https://example.org/old?a=1&b=2",
    ]  # fmt: skip
    for spelling in spellings:
        assert command(spelling).startswith(A.title), spelling
    assert "http://www.example.org/old?b=2&a=1 redirects to it" in flat(command(1))


def test_where_an_address_leads_now_counts_before_where_it_led(desk, command):
    desk.show(URL, 0, A, identity="legacy/a")
    other = document("Bridge to close", "The bridge will close for a week in June.")
    desk.show(URL, 5, other, identity="legacy/b")
    assert command(URL).startswith(other.title)
    assert f"{URL} canonical, since 2026-03-02 09:00 UTC, until 2026-03-02 14:00 UTC" in flat(command(1))
    change_rows(desk, ArticleUrl, valid_to=at(9))
    shown = flat(command(URL, code=1))
    assert "may be any of 2 articles; name one by its number" in shown
    assert f"1 gazette {A.title}" in shown
    assert f"2 gazette {other.title}" in shown
    with desk.engine.begin() as connection:
        connection.execute(table(ArticleUrl).delete().where(table(ArticleUrl).c.article_id == 2))
    assert command(URL).startswith(A.title), "it used to lead there, and leads nowhere now"


def test_spellings_that_lead_to_two_articles_are_told_apart_by_the_exact_one(desk, command):
    desk.show(f"{HOME}/a?utm_id=1", 0, A, identity="legacy/a")
    other = document("Bridge to close", "The bridge will close for a week in June.")
    desk.show(f"{HOME}/a?utm_id=2", 0, other, identity="legacy/b")
    assert command(f"{HOME}/a?utm_id=2").startswith(other.title)
    assert "any of 2 articles" in command(f"{HOME}/a", code=1)
    plain = document("Pier to open", "The pier will open, or so it says.")
    desk.show(f"{HOME.replace('https', 'http')}/a?utm_id=2", 0, plain, identity="legacy/c")
    assert command(f"{HOME}/a?utm_id=2").startswith(other.title)
    assert command(f"{HOME.replace('https', 'http')}/a?utm_id=2").startswith(plain.title)
    assert "any of 2 articles" in command("https://example.org/a?utm_id=2", code=1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("9", "the archive has no article 9"),
        ("9" * 30, "the archive has no article 999"),
        ("ferry", "'ferry' is neither the number of an article nor an address"),
        ("file:///etc/passwd", "is neither the number of an article nor an address"),
        ("https://nowhere.example/a", "no known outlet has that address (`cuttings outlets list`)"),
        (
            "www.nationalhealthexecutive.com/articles/x",
            "`cuttings crawl nhe --url https://www.nationalhealthexecutive.com/articles/x` fetches it",
        ),
    ],
)
def test_what_is_not_there_is_one_sentence_that_says_what_to_do(desk, command, name, said):
    assert desk.run_id
    shown = command(name, code=1)
    assert said in shown
    assert "Traceback" not in shown


def test_an_address_that_gave_no_article_says_why(desk, command):
    desk.visit(URL, 1, served="a page")
    row = {"url": desk.one("SELECT id FROM url WHERE url = :u", u=URL)["id"], "run": desk.run_id}
    with desk.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO rejection (run_id, url_id, rejected_at, reason, detail) "
                "VALUES (:run, :url, '2026-03-02 10:00:00.000000Z', 'no_body', 'nothing but a video')"
            ),
            row,
        )
    shown = command(f"{URL}/", code=1)
    assert "fetched from there on 2026-03-02, but gave none (no_body: nothing but a video)" in shown


def test_erased_and_merged_articles_are_said_to_be_so(desk, command):
    desk.show(URL, 0, A)
    change_rows(desk, Article, state="merged", state_since=at(4))
    assert "state merged" in flat(command(URL))
    change_rows(desk, Article, state="erased")
    change_rows(desk, ArticleVersion, retracted_at=at(5), retract_reason="rebuilt")
    for name in (1, URL):
        assert "article 1 was erased: nothing of it is shown" in command(name, code=1)


def thread(desk):
    """Show three remarks; then one is edited, one removed, an answer added; the removed one comes back."""
    first = comment(1, "A. Reader", "It takes ten years to build a pier.")
    second = comment(2, "B. Boatman", "I have a boat.", "02/03/2026 at 10:05")
    third = comment(3, "C. Captain", "So have I.", "02/03/2026 at 10:09", parent=2)
    listed = {"comment_state": CommentState.LISTED}
    desk.show(URL, 0, A, comments=(first, second, third), **listed)
    shorter = comment(1, "A. Reader", "It takes two years to build a pier.")
    desk.show(URL, 4, A, comments=(shorter, second, third), **listed)
    desk.show(
        URL, 8, A, comments=(shorter, comment(2, "C. Captain", "So have I.", "02/03/2026 at 10:09")), **listed
    )
    return shorter, second, third, listed


def test_a_thread_is_nested_and_says_what_was_edited_and_removed_and_when(desk, command):
    shorter, second, third, listed = thread(desk)
    page = command(1, "--comments")
    lines = [line.rstrip() for line in page.splitlines()]
    assert "A. Reader, 02/03/2026 at 10:00  edited" in lines
    assert "B. Boatman, 02/03/2026 at 10:05  REMOVED" in lines
    assert "   C. Captain, 02/03/2026 at 10:09, answers B. Boatman" in lines
    assert "comments   2 shown, 1 removed (listed: all of them are on the page)" in lines
    assert "edited between 2026-03-02 09:00 and 13:00 UTC It takes [-ten-] {+two+} years" in flat(page)
    assert "removed between 2026-03-02 13:00 and 17:00 UTC" in flat(page)
    desk.show(URL, 20, A, comments=(shorter, second, third), **listed)
    page = flat(command(1, "--comments"))
    assert "B. Boatman, 02/03/2026 at 10:05 back I have a boat." in page
    assert "reappeared between 2026-03-02 17:00 and 2026-03-03 05:00 UTC" in page
    change_rows(desk, Comment, state="unknown", state_since=at(30))
    page = flat(command(1, "--comments"))
    assert "B. Boatman, 02/03/2026 at 10:05 back UNKNOWN" in page
    assert "the page lost its comment section between 2026-03-03 05:00 and 15:00 UTC" in page
    assert "3 unknown" in page


def test_every_capture_says_where_it_lies_and_how_often_its_bytes_came_again(desk, command):
    desk.show(URL, 0, A, served="one", etag='"1"')
    desk.show(URL, 1, A, served="one")
    desk.visit(URL, 2, Outcome.NOT_MODIFIED)
    desk.visit(URL, 5, Outcome.GONE, served="This page is gone.")
    desk.show(f"{HOME}/articles/other", 6, document("Other", "Another article of that day."))
    page = flat(command(1, "--captures"))
    captures = page[page.index("Captures") :]
    digest = hashlib.sha256(b"one").hexdigest()[:12]
    assert (
        f"1 2026-03-02 09:00:00 UTC, 200 ok {URL} captures/one.warc.gz offset 0 length 100 "
        f"3 bytes, text/html, sha256 {digest} "
        "read by layout plain, version 1, comments none; seen again unchanged 2 times "
        "(1 x answered 304, 1 x the same bytes), last 2026-03-02 11:00 UTC" in captures
    )
    assert "2026-03-02 14:00:00 UTC, 410 gone" in captures
    assert "not read as an article; not seen again" in captures
    assert "articles/other" not in captures


def test_what_an_address_gave_while_it_led_elsewhere_is_no_capture_of_the_article(desk, command):
    desk.show(URL, 0, A, identity="legacy/a")
    desk.visit(URL, 2, Outcome.NOT_FOUND, served="Not here today.")
    desk.show(URL, 5, document("Bridge to close", "It will close for a week."), identity="legacy/b")
    desk.visit(URL, 7, Outcome.NOT_FOUND, served="Not here either.")

    def statuses(article: int) -> list[int]:
        return [capture["status"] for capture in json.loads(command(article, "--json"))["captures"]]

    assert statuses(1) == [200, 404]
    assert statuses(2) == [200, 404]


def test_the_json_holds_everything_under_the_names_of_the_views(desk, command):
    thread(desk)
    desk.show(URL, 9, B)
    told = json.loads(command(URL, "--json"))
    whole = "as_of believed_at article addresses versions changes comments captures"
    assert list(told) == whole.split()
    assert [version["body"] for version in told["versions"]] == [A.body, B.body]
    assert [(c["version"], c["kind"], c["body_changed"]) for c in told["changes"]] == [(2, "typo", True)]
    assert [c["commenter_name"] for c in told["comments"]][:1] == ["A. Reader"]
    bodies = [spell["body"] for spell in told["comments"][0]["history"]]
    assert bodies == ["It takes ten years to build a pier.", "It takes two years to build a pier."]
    assert told["captures"][0]["warc_file"] == "captures/one.warc.gz"
    assert told["captures"][0]["seen_again"]["again"] == 0
    assert told["article"]["published_on"] == "2026-03-02"
    assert told["addresses"][0]["valid_to"] is None
    times = re.findall(r'"(?:\w+_at|valid_\w+|changed_\w+|state_since)": "([^"]+)"', command(1, "--json"))
    assert times
    assert all(datetime.fromisoformat(value).utcoffset() is not None for value in times)
    for view, part in (("articles", "article"), ("article_versions", "versions"), ("captures", "captures")):
        described = desk.ask("SELECT column_name FROM dictionary WHERE relation = :view", view=view)
        columns = {row["column_name"] for row in described}
        sample = told[part] if part == "article" else told[part][0]
        assert set(sample) - {"seen_again"} <= columns


def test_the_past_is_shown_as_it_was(desk, command):
    article = edited_and_gone(desk)
    page = flat(command(article, "--as-of", "2026-03-02T13:00Z"))
    assert "as of 2026-03-02 13:00:00 UTC" in page
    assert "Forty people" in page
    assert "Fifty" not in page
    assert "next check" not in page
    assert "state gone" in flat(command(URL, "--as-of", "2026-03-02"))
    assert "state live" in flat(command(URL, "--as-of", "2026-03-03"))
    missing = command(URL, "--as-of", "2026-03-01", code=1)
    assert "as of 2026-03-01 23:59:59 UTC, the archive has no article at" in missing
    before = command(article, "--believed-at", "2020-01-01", code=1)
    assert f"as believed at 2020-01-01 23:59:59 UTC, the archive has no article {article}" in before
    told = json.loads(command(article, "--as-of", "2026-03-02T13:00Z", "--json"))
    assert (told["as_of"], len(told["versions"])) == ("2026-03-02T13:00:00+00:00", 1)
    assert [capture["status"] for capture in told["captures"]] == [200, 200]


def test_nothing_of_a_page_steers_the_terminal(desk, command, monkeypatch):
    said = f"{ESCAPES}[bold]Ferry[/bold] [link=http://x.example]sinks[/link]"
    hostile = document(said, f"{said} today.", byline=said, standfirst=said)
    remark = comment(1, said, said, said)
    desk.show(URL, 0, A)
    desk.show(URL, 1, hostile, comments=(remark,), comment_state=CommentState.LISTED)
    for words in ((), ("--edits", "--captures"), ("--diff", 1, 2), ("--json",)):
        shown = command(1, *words)
        assert not {"\x1b", "\x07", "\x9b"} & set(shown), words
        assert "[bold]Ferry[/bold]" in shown
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = command(1, "--edits")
    assert "\x1b[" in coloured, "colours are ours"
    assert "\x1b]" not in coloured
    assert "\x1b[2J" not in coloured


def test_a_narrow_terminal_wraps_words_and_never_an_address(desk, command):
    thread(desk)
    words = " ".join(["The harbour board has said so in many words."] * 12)
    desk.show(LONG, 1, document("A very long headline about a ferry that runs on Sundays in winter", words))
    desk.show(LONG, 2, document("A very long headline about a ferry that runs on Sundays in May", words))
    for name in (1, 2):
        for parts in ((), ("--edits", "--captures", "--comments"), ("--diff", 1, 1)):
            lines = command(name, *parts, columns=60).splitlines()
            kept = [line for line in lines if HOME in line or ".warc.gz" in line]
            assert all(len(line) <= 60 for line in lines if line not in kept)
    assert f"  {LONG}" in command(2, columns=60).splitlines()
    assert f"  {LONG}" in command(2).splitlines(), "nor in a pipe"


def test_the_archive_of_two_days_is_shown_by_the_command_itself(tmp_path, database_url):
    archive = Archive(tmp_path, database_url)
    with serve(Newsstand(day=1)) as stand:
        origin = stand.address("wardround")
        archive.crawl("wardround", origin)
        stand.set_day(2)
        archive.crawl("wardround", origin, "--recheck", "--all")
    edited = next(c.key for c in plan.changes("wardround", 1, 2).changed if "body" in c.fields)
    before, after = (next(a for a in plan.expected("wardround", day) if a.key == edited) for day in (1, 2))
    address = origin.removeprefix("http://") + before.path
    shown = archive.command("article", address, "--edits", "--captures", COLUMNS="60")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^  2 \D+between \d{4}-\d\d-\d\d \d\d:\d\d", shown.stdout, re.MULTILINE)
    assert "{+" in shown.stdout
    assert "\x1b" not in shown.stdout, "no colour in a pipe"
    told = json.loads(archive.command("article", address, "--json").stdout)
    assert [version["body"] for version in told["versions"]] == [before.body, after.body]
    capture = told["captures"][-1]
    raw = subprocess.run(
        [sys.executable, "-m", "cli", "article", address, "--raw", str(capture["capture_id"])],
        env=archive.environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert hashlib.sha256(raw.stdout).hexdigest() == capture["sha256"]
    unknown = archive.command("article", address, "--raw", "99999")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "there is no capture 99999 of this article" in unknown.stderr
