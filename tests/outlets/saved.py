"""The saved invented pages and what they read to now."""

from pathlib import Path

from core.records import ScrapedArticle
from crawlers import golden
from crawlers.golden import record
from crawlers.outlet import Outlet
from crawlers.registry import outlets

__all__ = ["CASES", "OUTLETS", "PAGES", "name", "reading", "record"]

PAGES = Path(__file__).parent / "pages"
OUTLETS: dict[str, Outlet | None] = {
    **{key: outlet for key, outlet in outlets().items() if not outlet.example},
    "any": None,
}
CASES = tuple(sorted(PAGES.glob("*/*/*.html")))


def name(path: Path) -> str:
    """Give what a saved page is called: ``outlet/layout/case``."""
    return "/".join(path.relative_to(PAGES).with_suffix("").parts)


def reading(path: Path) -> ScrapedArticle:
    """Give what a saved page reads to with the code as it is."""
    return golden.reading(path, OUTLETS[path.parts[-3]])
