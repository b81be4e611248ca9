"""`cuttings outlets new`: looks at a site as a person would, and writes its outlet module."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import click

from cli.article_text import plainly
from cli.talk import examples, print_json, talk
from core import urls
from core.errors import SetupError

if TYPE_CHECKING:
    from core.settings import Settings
    from crawlers.outlet import Outlet
    from crawlers.survey.documents import Ask, Document
    from crawlers.survey.survey import Survey
    from crawlers.survey.wish import Wish

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST_CASE = 60  # characters of a saved page's name


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a survey left on the disk: the module, and the saved pages with their records."""

    module: Path
    samples: tuple[Path, ...]
    searched: bool


@click.command(
    name="new",
    epilog=examples(
        "cuttings outlets new https://www.example.co.uk/",
        "cuttings outlets new https://www.example.com/ --timezone Europe/London --key example",
        "cuttings outlets new https://www.example.com/news/ --dry-run",
        "cuttings outlets new https://www.example.com/ --to crawlers/outlets",
    ),
)
@click.argument("url", metavar="URL")
@click.option("--key", help="The outlet's key; else made from the host's name.")
@click.option("--timezone", help="The site's time zone, like Europe/London, where the site tells none.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the module into this folder instead of the home's outlets/.",
)
@click.option("--force", is_flag=True, help="Write over a module that is there already.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print the module.")
@click.option("--base-url", help="Ask this origin instead of the site's own, e.g. http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON object.")
@click.pass_context
def new(
    context: click.Context, /, url: str, *, force: bool, dry_run: bool, as_json: bool, **wishes: Any
) -> None:
    """Look at a site and write an outlet module for it; nothing comes into the database.

    At most 30 pages are fetched under the rules of a crawl: robots.txt, sitemaps, feeds, the home page
    and sections, five articles. The module goes into the home's folder outlets/, where every command
    finds it; the articles that were read go into samples/KEY/ there, with what was read from them, to be
    reviewed. Exit 1: not enough was found, and it is said what is missing.
    """
    wish = _wish(url, wishes)

    from core import logs
    from core.settings import load_settings

    settings = load_settings()
    folder = wishes["folder"] or settings.own_outlets
    if not dry_run:
        _refuse_known(wish, folder, force=force)
        _refuse_unwritable(folder)
    logs.set_up(settings.model_copy(update={"log_level": "ERROR"}))
    found = _surveyed(wish, settings)
    written = None
    if not found.missing and not dry_run:
        written = _write(found, folder, settings, wish)
    _tell(found, written, dry_run=dry_run, as_json=as_json)
    context.exit(1 if found.missing else 0)


def _wish(url: str, wishes: dict[str, Any]) -> "Wish":
    """Give the wish; wrong usage is found before anything is asked."""
    from core.settings import load_settings
    from crawlers.survey import zones
    from crawlers.survey.wish import Wish, stranger

    address = url if "//" in url else f"https://{url}"
    if urls.absolute(address, "") is None:
        raise click.UsageError(f"'{url}' is no address of a site; give one like https://www.example.com/")
    if "@" in urlsplit(address).netloc:  # it would be written into the module
        raise click.UsageError("give the address without a name and a password: they are not used")
    zone, key = wishes["timezone"], wishes["key"] or stranger(address).key
    if zone and not zones.stated(zone):
        raise click.UsageError(f"--timezone: '{zone}' is no time zone; give one like Europe/London")
    if not _KEY.fullmatch(key):
        raise click.UsageError(
            f"'{key}' cannot be a key: small letters, digits and underlines; name another with --key"
        )
    most = load_settings().max_body_bytes
    return Wish(url=address, key=key, timezone=zone, base_url=wishes["base_url"], max_bytes=most)


def _refuse_known(wish: "Wish", folder: Path, *, force: bool) -> None:
    """Refuse a key or a site that is taken, before anything is asked."""
    from crawlers import registry

    target = folder / f"{wish.key}.py"
    if target.exists():
        if not force:
            raise click.UsageError(f"{target} is there already: give --force to write over it, or --key")
        return
    if folder.resolve() not in [place.resolve() for place in registry.folders()]:
        return
    if wish.key in registry.outlets():
        raise click.UsageError(f"there is an outlet '{wish.key}' already: name another key with --key")
    owner = registry.outlet_for(wish.url)
    if owner is not None and not force:
        raise click.UsageError(
            f"{wish.url} is of the outlet '{owner.key}' already; give --force for a second one of that site"
        )


def _refuse_unwritable(folder: Path) -> None:
    """Raise :class:`SetupError` where the module could not be written, before anything is asked."""
    present = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not present.is_dir() or not os.access(present, os.W_OK | os.X_OK):
        raise SetupError(f"{folder} cannot be written: name another folder with --to")


def _surveyed(wish: "Wish", settings: "Settings") -> "Survey":
    from cli.scout import survey
    from crawlers.survey.site import MOST

    console = talk()
    asked = 0

    def told(ask: "Ask", document: "Document") -> None:
        nonlocal asked
        asked += 1
        line = f"{asked:2}/{MOST} {ask.what}: {ask.url}: {document.told}"
        console.print(plainly(line), markup=False, soft_wrap=True)

    return survey(wish, settings, told)


def _write(found: "Survey", folder: Path, settings: "Settings", wish: "Wish") -> Written:
    """Write the module and the samples; raise :class:`SetupError` where a folder cannot be written."""
    from cli.whole_files import replacing
    from crawlers import registry
    from crawlers.survey import writing

    text = writing.module(found)
    outlet = writing.outlet(text)
    target = folder / f"{found.key}.py"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(target) as stream:
            stream.write(text.encode())
    except (OSError, SetupError) as error:
        told = error.strerror if isinstance(error, OSError) else None
        raise SetupError(
            f"the module {target} cannot be written ({told or error}): name another folder with --to"
        ) from error
    samples = _save_samples(found, outlet, settings.samples / found.key, wish)
    searched = folder.resolve() in [place.resolve() for place in registry.folders()]
    return Written(module=target, samples=tuple(samples), searched=searched)


def _save_samples(found: "Survey", outlet: "Outlet", folder: Path, wish: "Wish") -> list[Path]:
    """Save the pages that were read, each with what the module's layouts make of it."""
    from core.errors import PageError
    from crawlers import golden, reading
    from crawlers.page import Page

    saved: list[Path] = []
    for sample in found.samples:
        url = public(sample.url, found.home) if wish.base_url else sample.url
        page = Page.from_bytes(sample.page.body, url, sample.page.content_type)
        try:
            article = reading.read(page, outlet)
        except PageError:  # the report says which sample was not read, and why
            continue
        path = _free(folder / article.layout / f"{case_of(url, outlet)}.html", saved)
        try:
            golden.save(path, page, article)
        except OSError as error:
            raise SetupError(f"the sample {path} cannot be written: {error.strerror or error}") from error
        saved.append(path)
    return saved


def _free(path: Path, taken: list[Path]) -> Path:
    """Give the path, numbered where another sample has it already: last words may be alike."""
    names = (path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)


def public(url: str, home: str) -> str:
    """Give an address of --base-url as the site's own."""
    old, new = urlsplit(url), urlsplit(home)
    return urlunsplit((new.scheme, new.netloc, old.path, old.query, ""))


def case_of(url: str, outlet: "Outlet") -> str:
    """Give a saved page's name: the words of its address, and what of its query tells articles apart."""
    segments = [part for part in outlet.path(url).split("/") if re.search("[A-Za-z]", part)]
    words = re.sub(r"[^a-z0-9]+", "-", (segments or ["page"])[-1].lower()).strip("-")
    return words[:_LONGEST_CASE].rstrip("-") or "page"


def _tell(found: "Survey", written: Written | None, *, dry_run: bool, as_json: bool) -> None:
    from cli.outlets_new_report import as_object, show
    from crawlers.survey import writing

    module = None if found.missing else writing.module(found)
    if as_json:
        print_json(as_object(found, module=module if dry_run else None, written=written))
    elif dry_run and module is not None:
        click.echo(module, nl=False)
    else:
        show(found, written)
