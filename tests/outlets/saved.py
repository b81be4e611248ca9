"""The saved invented pages and what they read to now."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from core.records import ScrapedArticle
from crawlers import golden, outlets
from crawlers.golden import record
from crawlers.outlet import Outlet

__all__ = ["CASES", "OUTLETS", "PAGES", "name", "reading", "record"]

PAGES = Path(__file__).parent / "pages"


def _shipped() -> Iterator[Outlet]:
    """Give the outlets that come with the project, the invented ones and those of a home aside."""
    for module in pkgutil.iter_modules(outlets.__path__):
        declared = importlib.import_module(f"{outlets.__name__}.{module.name}")
        if (outlet := getattr(declared, "OUTLET", None)) is not None:
            yield outlet


OUTLETS: dict[str, Outlet | None] = {**{outlet.key: outlet for outlet in _shipped()}, "any": None}
CASES = tuple(sorted(PAGES.glob("*/*/*.html")))


def name(path: Path) -> str:
    """Give what a saved page is called: ``outlet/layout/case``."""
    return "/".join(path.relative_to(PAGES).with_suffix("").parts)


def reading(path: Path) -> ScrapedArticle:
    """Give what a saved page reads to with the code as it is."""
    return golden.reading(path, OUTLETS[path.parts[-3]])
