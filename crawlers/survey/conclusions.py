"""What follows from all that was seen of a site: its layout, its names, what to expect, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from core.records import CommentState, ScrapedArticle
from crawlers.expectations import Expectations
from crawlers.layout import Layout
from crawlers.outlet import Outlet
from crawlers.page import Page
from crawlers.survey import links, names, reading
from crawlers.survey.patterns import Derived
from crawlers.survey.platform import Recognised, layout_class
from crawlers.survey.survey import Sample, Source, Survey

_MOST = 0.8  # of the samples: what so many have, an article of the site has
_WEEK = 7
_LEAST_SPAN = 3  # days between first and last article from which a pace can be told
_CAREFUL = 0.5  # of the pace seen: a quiet week is no fault
_WITH_COMMENTS = frozenset({CommentState.LISTED, CommentState.PARTIAL})


def readable(
    outlet: Outlet, zone: tuple[str, str] | None, known: Recognised | None, called: tuple[str, ...] = ()
) -> Outlet:
    """Give the outlet with its zone, its names and, where its platform is known, the family's layout."""
    facts = replace(
        outlet,
        title=called[0] if called else outlet.title,
        timezone=zone[0] if zone else outlet.timezone,
    )
    return replace(facts, layouts=(_layout(known, facts, called),)) if known else facts


def _layout(known: Recognised, outlet: Outlet, called: tuple[str, ...]) -> Layout:
    """Give the family's layout with what it wants to know of the outlet."""
    facts = {
        "names": called or (outlet.title,),
        "timezone": outlet.timezone,
        "addresses": tuple(form.pattern for form in outlet.forms),
        "path": outlet.path,
    }
    taken = layout_arguments(known)
    return layout_class(known.platform)(**{name: facts[name] for name in taken})


def layout_arguments(known: Recognised) -> tuple[str, ...]:
    """Give which of these facts the family's layout takes."""
    taken = {field.name for field in fields(layout_class(known.platform))}  # type: ignore[arg-type] # every layout is a dataclass
    return tuple(name for name in ("names", "timezone", "addresses", "path") if name in taken)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """All that was seen; ``days`` are those of the articles announced, ``names`` what sources call it."""

    outlet: Outlet
    home: Page
    zone: tuple[str, str]
    recognised: Recognised | None
    parameters: tuple[str, ...]
    forms: tuple[Derived, ...]
    sources: tuple[Source, ...]
    samples: tuple[Sample, ...]
    days: tuple[date, ...]
    names: tuple[str, ...]
    caveats: tuple[str, ...]
    asked: int


def survey(seen: Seen) -> Survey:
    """Give the survey of all that was seen."""
    pages = [sample.page for sample in seen.samples]
    called = names.names(seen.home, pages, seen.names)
    publisher = names.publisher(seen.home, pages, called)
    outlet = readable(seen.outlet, seen.zone, seen.recognised, called)
    samples = tuple(reading.sample(page, outlet) for page in pages)  # again, now that the names are known
    family = seen.recognised is not None and _family_fits(seen.recognised, samples)
    if not family and seen.recognised is not None:
        samples = tuple(reading.sample(page, replace(outlet, layouts=())) for page in pages)
    expects = _expects(samples, seen.days)
    about = _about(seen.recognised, expects, called, publisher, family=family)
    return Survey(
        key=seen.outlet.key,
        home=seen.outlet.home,
        host=seen.outlet.hosts[0],
        title=called[0] if called else seen.outlet.title,
        names=called,
        publisher=publisher,
        language=seen.home.metadata.language,
        zone=seen.zone[0],
        zone_by=seen.zone[1],
        recognised=seen.recognised,
        family=family,
        parameters=seen.parameters,
        forms=seen.forms,
        sources=seen.sources,
        samples=samples,
        expects=expects,
        missing=tuple(_missing(seen, samples)),
        caveats=(*about, *seen.caveats, *_doubts(seen.sources, samples)),
        asked=seen.asked,
    )


def _family_fits(known: Recognised, samples: Sequence[Sample]) -> bool:
    """Say whether the family's layout reads most samples, and no less of them than ``generic`` does."""
    name = layout_class(known.platform).name
    pairs = [
        (sample.article, sample.generic)
        for sample in samples
        if sample.article and sample.article.layout == name
    ]
    if not pairs or 2 * len(pairs) < len(samples):
        return False
    family, generic = [one for one, _ in pairs], [other for _, other in pairs if other]
    return all(
        sum(bool(getattr(article, name)) for article in family)
        >= sum(bool(getattr(article, name)) for article in generic)
        for name in ("published", "byline", "title")
    ) and 2 * _words(family) >= _words(generic)


def _words(articles: Sequence[ScrapedArticle]) -> int:
    return sum(len(article.body.split()) for article in articles)


def _expects(samples: Sequence[Sample], days: Sequence[date]) -> Expectations:
    read = [sample.article for sample in samples if sample.article]
    dated = [article for article in read if article.published]
    signed = [article for article in read if article.byline]
    span = (max(days) - min(days)).days if days else 0
    pace = None
    if len(days) > 2 and span >= _LEAST_SPAN:  # noqa: PLR2004 - two dates make no pace
        pace = max(1, int(_CAREFUL * len(days) * _WEEK / span))
    talked = any(sample.state in _WITH_COMMENTS for sample in samples)
    return Expectations(
        articles_a_week=pace,
        dated=0.9 if read and len(dated) == len(read) else None,
        with_byline=0.5 if read and len(signed) >= _MOST * len(read) else None,
        comments=True if talked else None,
    )


def _missing(seen: Seen, samples: Sequence[Sample]) -> list[str]:
    told = []
    if not seen.forms:
        told.append("the form of article addresses: no source told of enough addresses of one form")
        if links.asks_to_sign_in(seen.home):
            told.append(
                "a home page for everybody: this one asks to sign in, what is behind that is not read"
            )
        return told
    if not any(source.articles for source in seen.sources):
        told.append("a source: no feed, sitemap or section leads to articles")
    if not any(sample.article for sample in samples):
        why = next((sample.problem for sample in samples if sample.problem), "none could be fetched")
        told.append(f"an article: no sample could be read ({why})")
    return told


def _doubts(sources: Sequence[Source], samples: Sequence[Sample]) -> list[str]:
    """Give the sentences on what the sources and samples lack."""
    told = [
        f"The {source.kind} {source.address} leads to no article."
        for source in sources
        if not source.articles
    ]
    listings = [source for source in sources if source.kind == "listing"]
    if not listings:
        told.append("No section page that lists articles was found.")
    if not any(source.pager for source in sources):
        told.append(
            "No page with links to articles leads on to a next one: older articles come from elsewhere."
        )
    unread = [sample for sample in samples if not sample.article]
    if unread:
        reasons = sorted({(sample.problem or "").partition(":")[0] for sample in unread})
        told.append(f"{len(unread)} of {len(samples)} samples could not be read: {', '.join(reasons)}.")
    read = [sample.article for sample in samples if sample.article]
    for name, words in (("published", "date"), ("byline", "byline")):
        lacking = sum(not getattr(article, name) for article in read)
        if lacking:
            told.append(f"{lacking} of {len(read)} samples show no {words}.")
    states = {sample.state for sample in samples if sample.article}
    systems = sorted({sample.system for sample in samples if sample.system})
    if states == {CommentState.UNKNOWN}:
        told.append("No comment section was recognised.")
    if CommentState.UNSUPPORTED in states:
        told.append(f"Comments are kept by {', '.join(systems) or 'another system'} and are not read.")
    return told


def _about(
    known: Recognised | None, expects: Expectations, called: tuple[str, ...], publisher: str, *, family: bool
) -> list[str]:
    """Give the sentences on what could not be found out of the site as a whole."""
    told = ["Written by a survey of the site, not by a person who knows it."]
    if known is None:
        told.append("The platform was not recognised: pages are read by the generic layout.")
    elif not family:
        told.append(f"The {known.platform.title} layout does not read the samples: the generic one does.")
    if not called:
        told.append("The site's name is not known.")
    if not publisher:
        told.append("The publisher is not known.")
    if expects.articles_a_week is None:
        told.append("How many articles a week there are is not known.")
    return told
