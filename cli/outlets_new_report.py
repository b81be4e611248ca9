"""What `cuttings outlets new` found out, for a person and as JSON."""

from typing import TYPE_CHECKING, Any

from cli.article_text import plainly
from cli.talk import READABLE_WIDTH, out

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from cli.outlets_new import Written
    from crawlers.survey.survey import Sample, Survey

LONGEST = 80  # characters of a pattern shown; the module has all of it


def as_object(found: "Survey", *, module: str | None, written: "Written | None") -> dict[str, Any]:
    """Give a survey as a JSON object; ``module`` is the text that was not written."""
    known = found.recognised
    return {
        "key": found.key,
        "title": found.title,
        "names": list(found.names),
        "home": found.home,
        "publisher": found.publisher or None,
        "language": found.language,
        "platform": known.platform.name if known else None,
        "platform_marks": list(known.marks) if known else [],
        "family_layout": found.family,
        "timezone": found.zone,
        "timezone_by": found.zone_by or None,
        "article_addresses": [
            {"pattern": form.pattern, "seen": form.count, "examples": list(form.examples)}
            for form in found.forms
        ],
        "sources": [
            {
                "kind": source.kind,
                "address": source.address,
                "entries": source.entries,
                "articles": source.articles,
                "pager": source.pager,
            }
            for source in found.sources
        ],
        "samples": [_sample(sample) for sample in found.samples],
        "expects": {
            name: getattr(found.expects, name)
            for name in ("articles_a_week", "dated", "with_byline", "comments")
        },
        "missing": list(found.missing),
        "caveats": list(found.caveats),
        "asked": found.asked,
        "written": str(written.module) if written else None,
        "saved": [str(path) for path in written.samples] if written else [],
        "module": module,
    }


def _sample(sample: "Sample") -> dict[str, Any]:
    article = sample.article
    return {
        "url": sample.url,
        "problem": sample.problem,
        "layout": article.layout if article else None,
        "title": article.title if article else None,
        "published": article.published.stated() if article and article.published else None,
        "byline": article.byline if article else None,
        "words": sample.words,
        "words_generic": len(sample.generic.body.split()) if sample.generic else None,
        "comment_state": sample.state,
        "comment_system": sample.system,
        "read_by": dict(article.read_by) if article else {},
    }


def show(found: "Survey", written: "Written | None") -> None:
    """Show what was found, what was not, and what to do next."""
    from rich.text import Text

    console = out()
    console.print(Text(plainly(f"{found.title} ({found.home})"), style="bold"))
    console.print(_facts(found))
    if found.samples:
        console.print()
        console.print(_samples(found))
    for sample in found.samples:
        if sample.problem:
            said = plainly(f"not read: {sample.url}: {sample.problem}")
            console.print(Text(said, style="yellow"), soft_wrap=True)
    _list(console, "not found, or doubtful:", found.caveats)
    if found.missing:
        _list(console, "not enough for an outlet, nothing was written; missing is", found.missing)
        return
    if written is None:
        return
    console.print()
    console.print(Text(f"written: {written.module}"), soft_wrap=True)
    if written.samples:
        folder = written.samples[0].parents[1]
        said = f"saved:   {len(written.samples)} articles, each with what was read from it, in {folder}"
        console.print(Text(said), soft_wrap=True)
    if not written.searched:
        said = "That folder is not searched for outlets: move the module to the home's outlets/ to use it."
        console.print(Text(said, style="yellow"))
    console.print(
        Text(f"next:    cuttings outlets check {found.key}\n         cuttings crawl {found.key} --limit 5")
    )


def _facts(found: "Survey") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, width=READABLE_WIDTH)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    known = found.recognised
    rows = [("key", found.key), ("publisher", found.publisher or "-")]
    platform = f"{known.platform.title}, by {', '.join(known.marks)}" if known else "not recognised"
    rows.append(("platform", platform))
    layout = f"{known.platform.name}, then generic" if known and found.family else "generic"
    if found.samples:
        rows.append(("layout", layout))
    rows.append(("time zone", f"{found.zone} ({found.zone_by})" if found.zone else "not known"))
    for form in found.forms:
        rows.append(("articles", f"{form.count} like {form.examples[0]}"))
        pattern = form.known_as or form.pattern
        rows.append(("", pattern if len(pattern) <= LONGEST else f"{pattern[:LONGEST]}…"))
    for source in found.sources:
        told = f"{source.entries} entries, {source.articles} articles"
        rows.append((source.kind, f"{source.address}: {told}{', with a pager' if source.pager else ''}"))
    expected = [
        f"{name} {value}"
        for name in ("articles_a_week", "dated", "with_byline", "comments")
        if (value := getattr(found.expects, name)) is not None
    ]
    if expected:
        rows.append(("expects", ", ".join(expected)))
    rows.append(("asked", f"{found.asked} addresses"))
    for name, value in rows:
        table.add_row(name, Text(plainly(value)))
    return table


def _samples(found: "Survey") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("sample", "layout", "published", "byline", "words", "comments"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "words" else "left")
    for sample in found.samples:
        article = sample.article
        if article is None:
            table.add_row(Text(sample.url), Text("not read", style="yellow"))
            continue
        comments = f"{sample.state} ({sample.system})" if sample.system else str(sample.state)
        table.add_row(
            Text(plainly(article.title or sample.url)),
            article.layout,
            Text((article.published.stated() if article.published else None) or "-"),
            Text(plainly(article.byline or "-")),
            str(sample.words),
            comments,
        )
    return table


def _list(console: "Console", heading: str, sentences: tuple[str, ...]) -> None:
    from rich.text import Text

    if sentences:
        console.print()
        console.print(Text(heading, style="bold"))
        for sentence in sentences:
            console.print(Text(plainly(f"- {sentence}")), soft_wrap=True)
