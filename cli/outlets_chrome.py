"""`cuttings outlets chrome`: which text blocks an outlet's pages share, and so are no article's."""

from typing import TYPE_CHECKING, Any

import click

from cli.talk import examples, out, print_json, talk

if TYPE_CHECKING:
    from db.chrome import Lesson

_NOTHING = (
    "nothing is known of the pages of {key} yet: a crawl learns once `generic` has read {least} articles, "
    "`cuttings outlets chrome {key} --learn` looks now"
)
_AGAIN = (
    "articles read before hold these blocks still: the next crawl reads them again before it begins, "
    "`cuttings reextract --outlet {key}` does now"
)


@click.command(
    epilog=examples("cuttings outlets chrome localgov", "cuttings outlets chrome localgov --learn --json")
)
@click.argument("key", metavar="OUTLET")
@click.option("--learn", "wanted", is_flag=True, help="Look at the newest pages now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def chrome(key: str, *, wanted: bool, as_json: bool) -> None:
    """Show the text blocks that so many pages of OUTLET share that they belong to none of its articles.

    They are learnt from the newest captures of articles the layout `generic` read, at the end of crawls
    that brought many new ones, and left out of the bodies it reads from then on.
    """
    from core.settings import load_settings
    from crawlers import registry
    from pipelines import chrome_learning

    outlet, settings = registry.find(key), load_settings()
    before = chrome_learning.lesson(settings, key)
    lesson = chrome_learning.learn_now(settings, outlet) if wanted else before
    if as_json:
        print_json(_facts(key, lesson))
    else:
        _show(key, lesson)
    if wanted and lesson is not None and lesson.revision != (before.revision if before else 0):
        talk().print(_AGAIN.format(key=key), markup=False)


def _show(key: str, lesson: "Lesson | None") -> None:
    from rich.table import Table
    from rich.text import Text

    from pipelines.chrome_learning import LEAST

    if lesson is None:
        talk().print(_NOTHING.format(key=key, least=LEAST), markup=False)
        return
    console = out()
    learnt = f"learnt from {lesson.pages} pages, {lesson.learnt_at:%Y-%m-%d %H:%M} UTC"
    if not lesson.blocks:
        console.print(f"the pages of {key} share no text that was taken for an article's; {learnt}")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(f"of {lesson.pages} pages", justify="right")
    table.add_column("since lesson", justify="right")
    table.add_column("text", overflow="fold")
    for block in lesson.blocks:
        table.add_row(str(block.pages), str(block.since), Text(block.sample or "(erased)"))
    console.print(table)
    console.print(f"lesson {lesson.revision}, {learnt}")


def _facts(key: str, lesson: "Lesson | None") -> dict[str, Any]:
    return {
        "outlet": key,
        "lesson": lesson.revision if lesson else None,
        "learnt_at": lesson.learnt_at.isoformat() if lesson else None,
        "pages": lesson.pages if lesson else None,
        "blocks": [
            {
                "text": block.sample,
                "pages": block.pages,
                "since_lesson": block.since,
                "digest": block.digest,
            }
            for block in (lesson.blocks if lesson else ())
        ],
    }
