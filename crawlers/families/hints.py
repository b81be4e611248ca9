"""What a family of outlets knows of its pages beyond the standards: places of fields, learnt chrome."""

from dataclasses import dataclass

from core.chrome import Chrome


@dataclass(frozen=True, kw_only=True, slots=True)
class Hints:
    """Where a platform puts the fields of an article, as XPath 1.0 on the page's tree.

    A refinement, never the only way: a place that is not on the page, or holds nothing usable, is
    passed over and the standards and the analysis decide. For one field the first place that holds
    something wins. ``names`` are those the site goes by, dropped from titles; ``zone`` is the zone
    of times without one, None where it is unknown. ``dates`` says in which order a platform writes
    all-digit days ("dmy", "mdy"). ``aside`` are containers that never belong to an article.
    ``chrome`` is what the outlet's pages share, None where nothing was learnt.
    """

    names: tuple[str, ...] = ()
    zone: str | None = None
    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    standfirst: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    dates: str = "dmy"
    chrome: Chrome | None = None
