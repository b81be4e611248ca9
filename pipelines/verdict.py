"""How a crawl went, judged from what was counted: Scrapy's exit code is no verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawlers.expectations import Expectations
from db.histories.drift import Held
from db.words import Verdict
from pipelines.expected import Seen, shortfalls

FAR_FEWER = 0.5  # of what is usual; peers alert on a fall of item counts (OPS-FACTS.md section 3)
# OPS-FACTS.md section 1.4: Scrapy ends "finished", exit 0, after any of these.
_STOPPED = frozenset({"shutdown", "stopped"})
_GUARDS = {
    "closespider_pagecount": "the crawl stopped at the largest number of pages (CUTTINGS_MAX_PAGES)",
    "closespider_timeout": "the crawl stopped at its time limit",
    "closespider_timeout_no_item": "the crawl stopped because nothing came for too long",
    "closespider_errorcount": "the crawl stopped after too many errors",
    "memusage_exceeded": "the crawl stopped at its memory limit",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a verdict is judged from; the counts are of this crawl.

    ``pages`` are the sources and articles that came or were said to be unchanged, ``articles``
    those read or found unchanged, ``unreached`` the addresses whose last attempt the outlet or
    the network refused (robots.txt and "not found" apart), ``errors`` exceptions in our own code
    and records that could not be stored, ``held`` the readings that wait for a person's decision;
    ``held_by`` names the process that crawls the outlet already; a ``recheck`` may find nothing due;
    ``usual`` is how many articles crawls like this one see (``db/running/``), None where nobody knows;
    ``expects`` is what the outlet declares of such a crawl, and ``seen`` what it is held against.
    """

    finish_reason: str
    responses: int
    pages: int
    articles: int
    unread: int = 0
    unreached: int = 0
    robots_denied: int = 0
    errors: int = 0
    failure: str | None = None
    held_by: str | None = None
    held: Sequence[Held] = ()
    recheck: bool = False
    usual: float | None = None
    expects: Expectations = field(default=Expectations())
    seen: Seen = field(default=Seen())


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and, in a sentence for a person, why."""

    verdict: Verdict
    reason: str


def judge(facts: Facts) -> Judgement:
    """Give the verdict on a crawl: the worst thing that happened decides."""
    return next(_grounds(facts))


def _grounds(facts: Facts) -> Iterator[Judgement]:
    """Give what speaks for each verdict, the worst first."""
    if facts.held_by is not None:
        yield Judgement(Verdict.SKIPPED, facts.held_by)
    if facts.failure is not None:
        yield Judgement(Verdict.FAILED, facts.failure)
    if facts.held:
        yield Judgement(Verdict.HELD, held_reason(facts.held))
    if facts.finish_reason in _STOPPED:
        yield Judgement(Verdict.STOPPED, f"stopped on request after {facts.responses} responses")
    if facts.finish_reason == "start_error":
        yield Judgement(Verdict.FAILED, "the spider failed at its start; the log has the traceback")
    if facts.recheck and not (facts.responses or facts.unreached or facts.robots_denied):
        yield Judgement(Verdict.OK, "no article was due")
    if facts.recheck and facts.responses and not (facts.pages or facts.unreached or facts.robots_denied):
        told = f"none of the articles asked for is there any more ({facts.responses} responses)"
        yield Judgement(Verdict.OK, told)
    if facts.pages == 0:
        yield Judgement(Verdict.FAILED, _silence(facts))
    if facts.finish_reason in _GUARDS:
        yield Judgement(Verdict.PARTIAL, _GUARDS[facts.finish_reason])
    yield from _on_what_came(facts)


def _on_what_came(facts: Facts) -> Iterator[Judgement]:
    """Give what speaks for each verdict where pages came and the crawl ended by itself."""
    if facts.articles == 0:
        told = f"{facts.responses} responses came, none gave an article ({facts.unread} unread)"
        yield Judgement(Verdict.EMPTY, told)
    if facts.usual is not None and facts.articles < FAR_FEWER * facts.usual:
        told = f"{facts.articles} articles seen, far fewer than the usual {facts.usual:.0f}"
        yield Judgement(
            Verdict.EMPTY, f"{told}: look whether the outlet has changed its pages or its sources"
        )
    if troubles := _troubles(facts):
        yield Judgement(Verdict.PARTIAL, f"{facts.articles} articles seen; {troubles}")
    yield Judgement(Verdict.OK, f"{facts.articles} articles seen in {facts.responses} responses")


def held_reason(held: Sequence[Held]) -> str:
    """Say what a run's holds keep back, and what to do."""
    return "; ".join(one.sentence() for one in held)


def _silence(facts: Facts) -> str:
    """Say why there is not one page to judge by."""
    if facts.unreached:
        told = f"no page: {_addresses(facts.unreached)} could not be reached"
        return told + ("; without robots.txt nothing else is asked" if facts.robots_denied else "")
    if facts.robots_denied:
        return "robots.txt forbids every address that was to be fetched"
    return f"no page came in {facts.responses} responses" if facts.responses else "nothing was fetched"


def _troubles(facts: Facts) -> str:
    """Say what was in the way, and which expectations were not met; empty where all went well."""
    parts = []
    if facts.errors:
        parts.append(f"{facts.errors} errors of our own (the log has them)")
    if facts.unreached:
        parts.append(f"{_addresses(facts.unreached)} could not be reached")
    return "; ".join(filter(None, (", ".join(parts), *shortfalls(facts.expects, facts.seen))))


def _addresses(count: int) -> str:
    return "1 address" if count == 1 else f"{count} addresses"
