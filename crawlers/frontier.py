"""What a crawl has still to ask: trails of sources, each newest first, each left in time."""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from core import urls
from core.records import Known
from crawlers.days import Days
from crawlers.ledger import Ledger
from crawlers.outlet import Outlet
from crawlers.sources.entry import Entry, Found

LOOK_UP = 100  # addresses looked up in the ledger at once
MAX_TRAILS = 200  # sources of one crawl; more announced feeds and sitemaps than that are a trap
MAX_SOURCE_PAGES = 2_000  # pages of one source: its pager or the sitemaps of its index
MAX_STALE_PAGES = 3  # pages of one source in a row that told of nothing new: an endless pager
ENOUGH_BROUGHT = 3  # articles of a source: fewer on a short or broken one say nothing of the rest


class Kind(Enum):
    """What a source is; the value is its turn: what is freshest and cheapest first."""

    URL = 0
    RECHECK = 1
    FEED = 2
    HOME = 3
    LISTING = 4
    POSTS = 5
    SITEMAP = 6


_ANNOUNCING = frozenset({Kind.FEED, Kind.HOME, Kind.LISTING, Kind.POSTS})  # a sitemap tells of all


@dataclass(eq=False, kw_only=True, slots=True)
class Trail:
    """One source being followed: the pages to read of it, the entries they told of, its record.

    ``unchanged`` counts known and unchanged articles in a row, ``older`` articles in a row from
    before ``--since``; ``pending`` are the articles whose outcome is open, with whether the
    archive knows them; ``brought`` counts the articles of it that were stored as new or changed.
    """

    name: str
    kind: Kind
    pages: deque[str] = field(default_factory=deque)
    entries: Iterator[Entry] = field(default_factory=lambda: iter(()))
    ahead: deque[Entry] = field(default_factory=deque)
    known: dict[str, Known] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    read: int = 0
    stale: int = 0
    unchanged: int = 0
    older: int = 0
    pending: dict[str, bool] = field(default_factory=dict)
    brought: int = 0
    left: bool = False

    @property
    def patient(self) -> bool:
        """Whether the whole trail is walked however little is new on it."""
        return self.kind in {Kind.URL, Kind.RECHECK}


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """What the freshest sources of a crawl announced, by whether the archive knew the address before.

    Those are its feeds, or the home page, listings and lists of posts where no feed told of anything.
    ``without_known`` are the sources (sitemaps apart) that brought articles and told of none that
    was known: what else they told of since the last crawl, nobody saw.
    """

    new: int
    known: int
    without_known: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcePage:
    """Next to ask: a page of a source."""

    trail: Trail
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePage:
    """Next to ask: an article; ``key`` is what it counts as in this crawl."""

    trail: Trail
    url: str
    key: str
    known: Known | None


class Frontier:
    """Gives what to ask next, every article once a crawl, and hears what came of it.

    Entries dated outside ``days`` are passed over; ``patience`` is the number of unchanged (or
    too old) articles in a row after which a trail is left; ``limit`` the most articles given.
    """

    def __init__(
        self, outlet: Outlet, ledger: Ledger, *, days: Days, patience: int, limit: int | None = None
    ) -> None:
        self._outlet = outlet
        self._ledger = ledger
        self._days = days
        self._patience = patience
        self._limit = limit
        self._trails: list[Trail] = []
        self._sources: set[str] = set()
        self._seen: dict[str, bool | None] = {}
        self._unsettled: set[str] = set()
        self._met: dict[str, bool] = {}  # announced articles: whether they were known when first met
        self._source_under_way = False
        self.given = 0

    def add_source(self, kind: Kind, url: str, name: str) -> None:
        """Add a source by its first page; one added before is not followed twice."""
        key = urls.address_key(url)
        if key in self._sources or len(self._trails) >= MAX_TRAILS:
            return
        self._sources.add(key)
        self._add(Trail(name=name, kind=kind, pages=deque([url])))

    def add_addresses(self, kind: Kind, addresses: Iterable[str], name: str) -> None:
        """Add article addresses to ask as they come."""
        self._add(Trail(name=name, kind=kind, entries=(Entry(url=url) for url in addresses)))

    def _add(self, trail: Trail) -> None:
        insort(self._trails, trail, key=lambda t: t.kind.value)

    def heard(self, trail: Trail, found: Found) -> int:
        """Take what a page of a source told; give how many of its entries were new on this trail."""
        best: dict[str, Entry] = {}
        for entry in found.entries:
            if entry.url is None:
                continue
            key = self._key(entry.url)
            present = best.setdefault(key, entry)
            if self._outlet.preference(entry.url) < self._outlet.preference(present.url or ""):
                best[key] = entry
        fresh = [entry for key, entry in best.items() if key not in trail.told]
        trail.told.update(best)
        trail.entries = iter(fresh)
        trail.stale = 0 if fresh or trail.kind is Kind.SITEMAP else trail.stale + 1
        if trail.stale < MAX_STALE_PAGES:
            for url in found.more:
                key = urls.address_key(url)
                if key not in self._sources and trail.read + len(trail.pages) < MAX_SOURCE_PAGES:
                    self._sources.add(key)
                    trail.pages.append(url)
        return len(fresh)

    def answered(self) -> None:
        """Take note that the page of a source asked for came, or failed to."""
        self._source_under_way = False

    def next(self) -> SourcePage | ArticlePage | None:
        """Give what to ask next, None when there is nothing to ask before something comes back."""
        if self._limit is not None and self.given >= self._limit:
            return None
        for trail in self._trails:
            if trail.left or self._held(trail):
                continue
            article = self._next_article(trail)
            if article is not None:
                self.given += 1
                trail.pending[article.key] = article.known is not None and article.known.settled
                return article
            if trail.pages and not trail.left and not self._source_under_way and not self._held(trail):
                self._source_under_way = True
                trail.read += 1
                return SourcePage(trail=trail, url=trail.pages.popleft())
        return None

    def _held(self, trail: Trail) -> bool:
        """Whether a trail waits for answers: those under way might already be the last it needs.

        Only an article the archive knows can turn out unchanged.
        """
        if trail.patient or not trail.pending:
            return False
        if self._days.since is not None and trail.older + len(trail.pending) >= self._patience:
            return True
        known = sum(trail.pending.values())
        return known > 0 and trail.unchanged + known >= self._patience

    def _next_article(self, trail: Trail) -> ArticlePage | None:
        while not trail.left:
            if not trail.ahead and not self._look_ahead(trail):
                return None
            entry = trail.ahead.popleft()
            if self._outside(trail, entry):
                continue
            url = entry.url or ""
            key = urls.address_key(url) if trail.patient else self._key(url)
            if key in self._seen:
                if self._seen[key] is not None:
                    self._count(trail, unchanged=bool(self._seen[key]))
                continue
            self._seen[key] = None
            known = trail.known.get(url)
            if known is not None and not known.settled:
                self._unsettled.add(key)
            return ArticlePage(trail=trail, url=url, key=key, known=known)
        return None

    def _outside(self, trail: Trail, entry: Entry) -> bool:
        """Whether an entry's own dates place it outside; a last change bounds the first from above."""
        if self._days.before(entry.published or entry.modified):
            self.too_old(trail, older=True)
            return True
        return self._days.after(entry.published)

    def _look_ahead(self, trail: Trail) -> bool:
        trail.ahead.extend(islice(trail.entries, LOOK_UP))
        addresses = [entry.url for entry in trail.ahead if entry.url]
        trail.known = dict(self._ledger.known(addresses)) if addresses else {}
        if trail.kind in _ANNOUNCING:
            for url in addresses:
                self._met.setdefault(self._key(url), url in trail.known)
        return bool(trail.ahead)

    def announced(self) -> Announced:
        """Give what the freshest sources told of, as far as they were walked."""
        told: dict[Kind, dict[str, bool]] = {kind: {} for kind in _ANNOUNCING}
        without_known = 0
        for trail in self._trails:
            if trail.kind in _ANNOUNCING:
                met = {key: self._met[key] for key in trail.told if key in self._met}
                told[trail.kind] |= met
                without_known += trail.brought >= ENOUGH_BROUGHT and not any(met.values())
        freshest = told[Kind.FEED] or told[Kind.HOME] | told[Kind.LISTING] | told[Kind.POSTS]
        known = sum(freshest.values())
        return Announced(new=len(freshest) - known, known=known, without_known=without_known)

    def _key(self, url: str) -> str:
        return self._outlet.article_key(url) or urls.address_key(url)

    def released(self, trail: Trail, key: str) -> None:
        """Take note that the outcome of an article of the trail is no longer open."""
        trail.pending.pop(key, None)

    def outcome(self, trail: Trail, key: str, *, unchanged: bool) -> None:
        """Take note of an article stored (or known without storing) as changed or unchanged.

        One that a crawl met which did not get to its end counts as new: what lies behind it was not asked.
        """
        unchanged = unchanged and key not in self._unsettled
        self._seen[key] = unchanged
        trail.brought += not unchanged
        self._count(trail, unchanged=unchanged)

    def too_old(self, trail: Trail, *, older: bool) -> None:
        """Take note of an article from before (or not from before) the first day asked for."""
        trail.older = trail.older + 1 if older else 0
        self._leave_if_done(trail)

    def _count(self, trail: Trail, *, unchanged: bool) -> None:
        trail.unchanged = trail.unchanged + 1 if unchanged else 0
        self._leave_if_done(trail)

    def _leave_if_done(self, trail: Trail) -> None:
        if not trail.patient and max(trail.unchanged, trail.older) >= self._patience:
            trail.left = True
            trail.pages.clear()
            trail.ahead.clear()
            trail.entries = iter(())

    def idle(self) -> None:
        """Take note that nothing is under way at all: whatever was waited for will not come."""
        self._source_under_way = False
        for trail in self._trails:
            trail.pending.clear()
