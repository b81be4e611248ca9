"""Takes what is erased out of the saved pages of outlets of one's own: each goes whole, with its record."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from db.suppressing import Suppressions
from pipelines.erasing_logs import Telling
from pipelines.showing import Showing, on_page

PAGE, META, RECORD = ".html", ".meta", ".json"


def telling_of(
    folder: Path, outlets: Collection[str], gone: Suppressions, telling: Telling, showing: Showing
) -> list[Path]:
    """Give the saved pages that have to go: by their addresses, or by names and words that they show."""
    # Whose pages they are is not known here: a few words that nobody signed could be anybody's.
    showing = replace(showing, own=tuple(texts for texts in showing.own if all(texts)))
    pages = sorted(page for name in outlets for page in (folder / name).glob(f"*/*{PAGE}"))
    return [page for page in pages if _is_at(page, gone) or _tells(page, telling, showing)]


def drop(pages: Collection[Path]) -> None:
    """Delete saved pages, each with its record."""
    for page in pages:
        for beside in _beside(page):
            beside.unlink(missing_ok=True)


def _is_at(page: Path, gone: Suppressions) -> bool:
    """Say whether a page was saved from an erased address, as its .meta says (crawlers/golden.py)."""
    with suppress(FileNotFoundError):
        lines = page.with_suffix(META).read_text(encoding="utf-8", errors="replace").splitlines()
        stated = (line.removeprefix("url: ") for line in lines if line.startswith("url: "))
        return any(gone.of_address(url) for url in stated)
    return False


def _tells(page: Path, telling: Telling, showing: Showing) -> bool:
    with suppress(FileNotFoundError):
        body = page.read_bytes()
        if on_page(body, showing, own=True) or on_page(body, showing, own=False):
            return True
        return telling.in_line(page.with_suffix(RECORD).read_bytes())
    return False


def _beside(page: Path) -> list[Path]:
    """Give a saved page with all that lies there under its name: what was read, where it came from."""
    return sorted(file for file in page.parent.iterdir() if file.stem == page.stem)
