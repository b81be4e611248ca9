"""`cuttings article`: one article, its versions, its comments, and how two versions differ."""

from typing import TYPE_CHECKING

import click

from cli.talk import READABLE_WIDTH, examples, out, print_json
from core.errors import CuttingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.history import Version


@click.command(
    epilog=examples(
        "cuttings article 12",
        "cuttings article 12 --versions",
        "cuttings article 12 --diff 1 2",
        "cuttings article https://www.nationalhealthexecutive.com/articles/x --json",
    )
)
@click.argument("article", metavar="URL|ID")
@click.option("--versions", "with_versions", is_flag=True, help="List its versions instead of its text.")
@click.option("--diff", nargs=2, type=click.IntRange(min=1), metavar="A B", help="Show which words differ.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with everything.")
def article(article: str, diff: tuple[int, int] | None, *, with_versions: bool, as_json: bool) -> None:
    """Show one article as it was last seen, with its comments, removed ones too."""
    from cli import article_page, history
    from core.settings import load_settings
    from db import schema
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    schema.require_head(engine)
    with engine.connect() as connection:
        found = history.find(connection, article)
        versions = history.versions(connection, found.article_id)
        comments = history.comments(connection, found.article_id)
    if diff is not None:
        before, after = (_version(versions, number) for number in diff)
    if as_json:
        print_json({"article": found, "versions": versions, "comments": comments})
        return
    console = out()
    readable = min(console.width, READABLE_WIDTH)
    console.print(article_page.facts(found))
    if diff is not None:
        console.print()
        console.print(article_page.difference(before, after), width=readable)
    elif with_versions:
        console.print()
        console.print(article_page.history(versions))
    else:
        console.print(article_page.body(found), width=readable)
        console.print(article_page.thread(comments), width=readable)


def _version(versions: "Sequence[Version]", number: int) -> "Version":
    for version in versions:
        if version.version == number:
            return version
    known = ", ".join(str(version.version) for version in versions)
    raise CuttingsError(f"there is no version {number} of this article; there are: {known}")
