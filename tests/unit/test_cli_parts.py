"""Parts of the command line: what a child is told, what progress says."""

import io
from datetime import date

import click
import pytest
from rich.console import Console

from cli.children import command
from cli.crawl import _orders, crawl
from cli.demo import MARKER, _fresh
from cli.progress import PlainLines, Standing
from core.errors import SetupError
from core.orders import CrawlOrder


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
