"""The three invented titles: their names, sections, feeds and standing phrases.

Every name, place, body and story of the newsstand is invented; any likeness to a real one is chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One section of a title: its path segment, its name in the menu, the banner on its pages."""

    segment: str
    name: str
    banner: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AspFeed:
    """One feed of the legacy system: its page number, its name, the sections it draws from."""

    page: int
    name: str
    sections: tuple[str, ...]
    categories: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """One invented outlet; ``sections`` hold its legacy and (segment ``articles``) current pages."""

    key: str
    name: str
    initials: str
    host: str
    strap: str
    focus: str
    blog: str
    sections: tuple[Section, ...]
    asp_feeds: tuple[AspFeed, ...]
    drupal_feed: str | None = None
    atom_feed: str | None = None

    def section(self, segment: str) -> Section:
        """Give the section of a path segment; one without a banner where it is none of the menu's."""
        for section in self.sections:
            if section.segment.lower() == segment.lower():
                return section
        return Section(segment=segment, name=segment.replace("-", " ").strip())

    @property
    def front(self) -> Section:
        """Its first legacy section."""
        return next(section for section in self.sections if section.segment != "articles")

    @property
    def article(self) -> str:
        """The indefinite article its initials take in the call-out."""
        return "an" if self.initials[0] in "AEFHILMNORSX" else "a"


WARDROUND = Title(
    key="wardround",
    name="The Ward Round",
    initials="WR",
    host="www.wardround.example",
    strap="News for those who run the wards",
    focus="health service focus",
    blog="the porter's",
    sections=(
        Section(segment="articles", name="Latest"),
        Section(segment="Health-Care-News", name="Health care news", banner="latest health care news"),
        Section(segment="Comment", name="Comment", banner="Comment"),
        Section(segment="News", name="News"),
    ),
    asp_feeds=(
        AspFeed(page=10442, name="NEWS", sections=("Health-Care-News", "News"), categories="301,317"),
        AspFeed(page=10987, name="COMMENT", sections=("Comment",), categories="322"),
    ),
    drupal_feed="/rss.xml",
)

TOWNCLERK = Title(
    key="townclerk",
    name="The Town Clerk",
    initials="TC",
    host="www.townclerk.example",
    strap="For the people who keep the minutes",
    focus="public sector focus",
    blog="the mace bearer's",
    sections=(
        Section(segment="articles", name="Latest"),
        Section(segment="Public-Sector-News", name="Public sector news", banner="Latest Public Sector News"),
        Section(segment="Public-sector-focus", name="Public sector focus", banner="Public sector focus"),
        Section(segment="Editors-Comment", name="Editor's comment", banner="Editor's Comment"),
        Section(segment="Inbox", name="Inbox", banner="Inbox"),
        Section(segment="News", name="News"),
    ),
    asp_feeds=(
        AspFeed(
            page=11025,
            name="NEWS",
            sections=("Public-Sector-News", "Public-sector-focus", "Editors-Comment", "News"),
            categories="437,452,455",
        ),
        AspFeed(page=11979, name="INBOX", sections=("Inbox",), categories="459"),
    ),
    drupal_feed="/rss.xml",
)

POINTSMAN = Title(
    key="pointsman",
    name="The Pointsman",
    initials="PTM",
    host="www.pointsman.example",
    strap="Track, train and timetable",
    focus="rail industry focus",
    blog="the lamp man's",
    sections=(
        Section(segment="Rail-News", name="Rail news", banner="Latest Rail News"),
        Section(segment="Signalling", name="Signalling"),
        Section(segment="Stations", name="Stations"),
        Section(segment="News", name="News"),
        Section(segment="Rail-Industry-Focus-", name="Rail industry focus", banner="Rail Industry Focus"),
    ),
    asp_feeds=(
        AspFeed(
            page=9120,
            name="RAIL NEWS",
            sections=("Rail-News", "Signalling", "Stations", "Rail-Industry-Focus-"),
            categories="88,91,97",
        ),
    ),
    atom_feed="/feeds/all.atom",
)

TITLES: Mapping[str, Title] = MappingProxyType({t.key: t for t in (WARDROUND, TOWNCLERK, POINTSMAN)})
"""The titles by key, in the order they are served."""
