"""`cuttings export`: one view, one query or raw captures into a file; whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.crawl import Day
from cli.export_captures import FORMS as RAW_FORMS
from cli.moments import past
from cli.talk import examples

if TYPE_CHECKING:
    from db.snapshot import Question
    from pipelines.exporting.exporting import Order

FORMS = (".csv", ".jsonl", ".parquet")
SAID = ".csv, .jsonl or .parquet"
ROWS = {
    "where": "--where",
    "query": "--query",
    "at": "--as-of",
    "believed_at": "--believed-at",
    "with_names": "--with-names",
    "raw": "--raw",
    "bom": "--bom",
    "no_manifest": "--no-manifest",
}
RAW = {
    "outlet": "--outlet",
    "since": "--since",
    "until": "--until",
    "allow_missing": "--allow-missing",
}
"""The options that are for rows only, and those for raw captures only, by their names here."""


class Target(click.ParamType[Path]):
    """A file whose suffix says the format."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path; wrong usage for a format there is not."""
        path = Path(value)
        if not path.name.lower().endswith(FORMS + RAW_FORMS):
            raw = f"or, for raw captures, in {' or '.join(RAW_FORMS)}"
            said = f"'{value}' must end in {SAID}, {raw}: that says the format"
            self.fail(said, param, ctx)
        return path


@click.command(
    epilog=examples(
        "cuttings export articles --to articles.csv",
        "cuttings export article_changes --to changes.jsonl --where \"outlet = 'nhe'\" --as-of 2026-03-01",
        'cuttings export --query "SELECT outlet, title FROM articles" --to titles.csv',
        "cuttings export articles --to articles.parquet",
        "cuttings export --verify articles.csv",
        "cuttings export captures --outlet nhe --since 2026-03-01 --until 2026-03-31 --to march.warc.gz",
        "cuttings export captures --outlet nhe --to nhe.wacz",
    )
)
@click.argument("view", required=False)
@click.option("--to", "target", type=Target(), help="File to write; its name says the format.")
@click.option("--where", help="Only the rows of which this SQL condition is true.")
@click.option("--query", help="Export the rows of this SELECT instead of a view.")
@past
@click.option("--with-names", is_flag=True, help="Allow comments_named: names of people leave the archive.")
@click.option("--raw", is_flag=True, help="CSV: leave text that a spreadsheet would run as it is.")
@click.option("--bom", is_flag=True, help="CSV: begin with a byte order mark, for some spreadsheets.")
@click.option("--no-manifest", is_flag=True, help="Write no FILE.manifest.json beside the file.")
@click.option(
    "--verify", type=click.Path(path_type=Path), metavar="FILE", help="Compare FILE with its manifest."
)
@click.option("--outlet", metavar="KEY", help="Raw captures: of this outlet.")
@click.option("--since", type=Day(), help="Raw captures: made on or after this day (UTC).")
@click.option("--until", type=Day(), help="Raw captures: made on or before this day (UTC).")
@click.option("--allow-missing", is_flag=True, help="Raw captures: leave out what cannot be read any more.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def export(view: str | None, target: Path | None, verify: Path | None, **wishes: Any) -> None:
    """Write all rows of a VIEW into a CSV (RFC 4180, UTF-8), JSON lines or Parquet (extra: parquet) file.

    The file appears under its name when it is complete; nothing is cut, nothing is left out: the rows are
    counted in the same snapshot. FILE.manifest.json beside it says what it is, of when, and its SHA-256;
    --verify compares the two.

    In a CSV, text that a spreadsheet would run as a formula gets an apostrophe before it, unless --raw.

    `captures` is a view too: its rows go into .csv, .jsonl or .parquet, the captures themselves, as they
    were served, into .warc.gz or .wacz (extra: wacz), which other tools for web archives replay. Those
    hold all that an outlet answered, oldest first, names of people on its pages included.
    """
    if verify is not None:
        from cli.export_verify import verify_export

        given = view or target or [name for name, value in wishes.items() if value and name != "as_json"]
        if given:
            raise click.UsageError("--verify FILE stands alone, or with --json")
        verify_export(verify, as_json=wishes["as_json"])
        return
    if target is None:
        raise click.UsageError("name the file to write with --to FILE")
    _check(view, target, wishes)
    if _is_raw(target):
        from cli.export_captures import export_captures
        from db.record_places import Period

        period = Period(outlet=wishes["outlet"], since=wishes["since"], until=wishes["until"])
        export_captures(target, period, allow_missing=wishes["allow_missing"], as_json=wishes["as_json"])
        return
    from cli.export_rows import export_rows

    order = _order(view, target, wishes)
    export_rows(target, order, manifest=not wishes["no_manifest"], as_json=wishes["as_json"])


def _order(view: str | None, target: Path, wishes: dict[str, Any]) -> "Order":
    from pipelines.exporting.exporting import Order

    return Order(
        name=target.name,
        question=_question(view, wishes["where"], wishes["query"]),
        where=wishes["where"],
        as_of=wishes["at"],
        believed_at=wishes["believed_at"],
        with_names=wishes["with_names"],
        raw=wishes["raw"],
        bom=wishes["bom"],
    )


def _is_raw(target: Path) -> bool:
    return target.name.lower().endswith(RAW_FORMS)


def _check(view: str | None, target: Path, wishes: dict[str, Any]) -> None:
    """Refuse wishes that do not go together: those for rows, and those for raw captures."""
    forms = " or ".join(RAW_FORMS)
    if not _is_raw(target):
        if given := [name for name in RAW if wishes[name]]:
            raise click.UsageError(
                f"{RAW[given[0]]} goes with raw captures, into a file in {forms}; a VIEW has --where"
            )
        if not target.name.lower().endswith(".csv") and (wishes["raw"] or wishes["bom"]):
            raise click.UsageError("--raw and --bom go with .csv; the other formats need neither")
        return
    if view != "captures":
        raise click.UsageError(f"only `captures` go into {forms}; a VIEW or a --query into {SAID}")
    if given := [name for name in ROWS if wishes[name]]:
        raise click.UsageError(f"{ROWS[given[0]]} goes with {SAID}, not with raw captures")
    if not wishes["outlet"]:
        raise click.UsageError("raw captures are those of one outlet: name it with --outlet KEY")
    if wishes["since"] and wishes["until"] and wishes["since"] > wishes["until"]:
        raise click.UsageError(f"--since {wishes['since']} is after --until {wishes['until']}")


def _question(view: str | None, where: str | None, query: str | None) -> "Question":
    from db import views
    from db.snapshot import Question

    if (view is None) == (query is None):
        raise click.UsageError("name one VIEW or give a --query")
    if query is not None:
        if where is not None:
            raise click.UsageError("--where goes with a VIEW; a --query has its own WHERE")
        return Question(query=query)
    if view not in views.names():
        raise click.UsageError(f"there is no view '{view}'; there are: {', '.join(views.names())}")
    condition = f" WHERE ({where}\n)" if where is not None else ""  # a comment in it ends with its line
    return Question(
        query=f"SELECT * FROM {view}{condition}",  # noqa: S608 - a view's name; the session only reads
        view=view,
        order="ORDER BY 1, 2",
    )
