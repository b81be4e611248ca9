"""`cuttings withdraw`: hide an article or a comment from the views, and show it again."""

from typing import Any

import click

from cli.talk import examples, out, print_json

REASON = click.option("--reason", required=True, help="Why; kept with the withdrawal.")
LIFT = click.option("--lift", is_flag=True, help="Show it again.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(
    epilog=examples(
        "cuttings withdraw comment 4711 --reason 'complaint 7, being looked at'",
        "cuttings withdraw article 17 --reason 'complaint 8'",
        "cuttings withdraw article 17 --lift --reason 'complaint 8 was withdrawn'",
    )
)
def withdraw() -> None:
    """Hide from the views without erasing anything; it can be shown again.

    The tables, the captures and the next crawl are not touched. To erase for good: `cuttings erase`.
    """


@withdraw.command(epilog=examples("cuttings withdraw article 17 --reason 'complaint 8'"))
@click.argument("article_name", metavar="ARTICLE")
@REASON
@LIFT
@JSON
def article(article_name: str, *, reason: str, lift: bool, as_json: bool) -> None:
    """Hide an article, by its number or any address, with its versions and comments."""
    from cli.article_lookup import find

    def numbered(engine: Any) -> dict[str, int]:
        with engine.connect() as connection:
            return {"article_id": find(connection, article_name)}

    _carry_out(numbered, reason, lift=lift, as_json=as_json)


@withdraw.command(epilog=examples("cuttings withdraw comment 4711 --reason 'complaint 7'"))
@click.argument("comment_id", metavar="COMMENT", type=click.IntRange(min=1))
@REASON
@LIFT
@JSON
def comment(comment_id: int, *, reason: str, lift: bool, as_json: bool) -> None:
    """Hide one comment with its versions."""
    _carry_out(lambda _engine: {"comment_id": comment_id}, reason, lift=lift, as_json=as_json)


def _carry_out(numbered: Any, reason: str, *, lift: bool, as_json: bool) -> None:
    from core.settings import load_settings
    from db import schema, withdrawing
    from db.engine import open_engine

    engine = open_engine(load_settings().database())
    try:
        schema.require_head(engine)
        what = numbered(engine)
        do = withdrawing.lift if lift else withdrawing.withdraw
        number = do(engine, reason=reason, **what)
    finally:
        engine.dispose()
    if as_json:
        print_json({"withdrawal_id": number, "lifted": lift, **what})
    else:
        said = "shown again" if lift else "hidden from all views; --lift shows it again"
        out().print(f"{said} (withdrawal {number})")
