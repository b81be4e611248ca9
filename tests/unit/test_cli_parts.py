"""Parts of the command line: what a child is told, how differences are shown, what progress says."""

import io
from datetime import UTC, date, datetime

import click
import pytest
from rich.console import Console

from cli import article_page
from cli.children import command
from cli.crawl import _orders, crawl
from cli.demo import MARKER, _fresh
from cli.history import Comment, Version
from cli.progress import PlainLines, Standing
from core.errors import SetupError
from core.orders import CrawlOrder

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)


def shown(renderable, *, width=300):
    console = Console(file=io.StringIO(), width=width)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize(
    "order",
    [
        CrawlOrder(outlet="nhe"),
        CrawlOrder(
            outlet="wardround",
            urls=("http://127.0.0.1:8000/a?b=c&d", "http://127.0.0.1:8000/--e"),
            since=date(2024, 3, 1),
            until=date(2024, 3, 31),
            limit=5,
            recheck=True,
            dry_run=True,
            base_url="http://127.0.0.1:8000",
            run_id=12,
        ),
    ],
)
def test_a_child_is_told_the_whole_order(order):
    """Each field of an order is an option, and comes back as it went."""
    words = command(order)
    context = crawl.make_context("crawl", words[words.index("crawl") + 1 :])
    wishes = dict(context.params)
    assert wishes.pop("as_json") is True
    assert _orders(wishes.pop("outlets"), wishes) == [order]


def version(number: int, body: str, **fields: object) -> Version:
    facts = {
        "version": number, "title": "Ferry to run", "standfirst": None, "byline": None, "section": None,
        "published_at": None, "published_on": None, "body": body, "word_count": 1, "valid_from": NOON,
        "valid_to": None, "changed_after": None, "last_seen_at": NOON, "change_kind": None,
        "words_added": None, "words_removed": None,
    }  # fmt: skip
    return Version(**facts | fields)


def test_a_difference_shows_words_that_came_and_went_and_cuts_what_stayed():
    far = " ".join(f"word{n}" for n in range(100))
    before = version(1, f"The board said forty beds. {far} The end.")
    after = version(2, f"The board said fifty beds. {far} The very end.", title="Ferry to sail")
    text = " ".join(shown(article_page.difference(before, after)).split())
    assert "title: Ferry to [-run-] {+sail+}" in text
    assert "The board said [-forty-] {+fifty+} beds." in text
    assert "The {+very+} end." in text
    assert "…" in text
    assert "word50" not in text
    assert "word5 " in text


def test_equal_versions_say_so():
    assert "read the same" in shown(article_page.difference(version(1, "a"), version(2, "a")))


def test_markup_and_escapes_in_what_an_outlet_says_are_shown_as_they_are():
    hostile = version(1, "body", title="[red]Not[/red] [link=http://x.example]markup[/link]")
    assert hostile.title in shown(article_page.history([hostile]))


def test_a_removed_comment_says_since_when():
    comment = Comment(
        comment_id=1, commenter_name="A. Reader", posted_at=None, posted_raw="04/03/2024 at 12:00",
        body="No.", position=1, parent_id=None, versions=2, state="removed", state_since=NOON,
    )  # fmt: skip
    text = shown(article_page.thread([comment]))
    assert "A. Reader, 04/03/2024 at 12:00" in text
    assert "edited: 2 versions" in text
    assert "REMOVED, seen no more since 2024-03-04 12:00:00 UTC" in text
    assert "no comments" in shown(article_page.thread([]))


def test_a_line_of_progress_counts_what_matters():
    counts = {"responses": 40, "new": 3, "unchanged": 30, "rejected": 1}
    standing = Standing(outlet="nhe", counts=counts, visited=34, waiting=6, total=None, seconds=12.4)
    file = io.StringIO()
    PlainLines(Console(file=file, width=40)).show(standing)
    assert file.getvalue() == "nhe: 40 answers: 3 new, 30 unchanged, 1 rejected, 6 waiting (12 s)\n"


def test_the_demo_empties_only_a_folder_that_a_demo_made(tmp_path):
    home = tmp_path / "demo"
    _fresh(home)
    (home / "cuttings.db").write_text("an archive")
    _fresh(home)
    assert [path.name for path in home.iterdir()] == [MARKER]
    (home / MARKER).unlink()
    (home / "precious.txt").write_text("not ours")
    with pytest.raises(SetupError, match="holds files that no demo made"):
        _fresh(home)
    assert (home / "precious.txt").exists()


def test_an_outlet_named_twice_is_crawled_once():
    wishes = dict.fromkeys(("since", "until", "limit", "base_url", "run_id"))
    wishes |= {"urls": (), "recheck": False, "dry_run": False}
    assert [order.outlet for order in _orders(("nhe", "pse", "nhe"), dict(wishes))] == ["nhe", "pse"]
    with pytest.raises(click.UsageError, match="nhe, pse, rtm"):
        _orders((), dict(wishes))
