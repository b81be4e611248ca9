"""Articles told apart by their query alone: which parameters tell them, and the forms that follow."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawlers.survey.patterns import LONGEST_NUMBER, NAME, Derived
from crawlers.survey.shapes import Address, Part, address

_FEW = 3  # different values from which on a parameter tells pages apart
_MOST = 0.8  # of the addresses of one path: what so many have is part of their form
_OF_WHAT = r"(?:(?:art|article|news|story|item|post|content|doc|document|entry)[_-]?)?"
_NUMBER = rf"{_OF_WHAT}(?:id|no|nr|num|number|key|guid|uuid)"
_TELLING = re.compile(rf"{_NUMBER}|[ans]id|p|art|article|doc|item|news|post|slug|story|title", re.IGNORECASE)
"""Names of parameters that tell an article; ``p`` is WordPress's."""
_NEVER = re.compile(
    r"utm_\w+|page|paged|start|offset|limit|sort|order|lang|language|print|format|ref|source|src"
    r"|cat|category|section|tag|topic|author|year|month|day|date|page_id|s|q|query|search",
    re.IGNORECASE,
)
"""Names of parameters that never do: of pages, lists and ways to show one article."""
_KINDS = re.compile(r"action|do|mod|module|op|option|page|show|task|type|view", re.IGNORECASE)
"""Names of parameters by which one program shows pages of several kinds."""
_VALUE = re.compile(r"[\w.:~-]{1,120}")


@dataclass(frozen=True, slots=True)
class _Query:
    """One address with a query: the first value of each parameter, by its name in lower case."""

    path: str
    values: dict[str, str]


def parameters(announced: Collection[str], listed: Collection[str]) -> tuple[str, ...]:
    """Give the names of the parameters that tell articles apart, none where their paths do.

    What feeds announce are articles, and whatever differs tells them apart; of other addresses only a
    parameter that is called like one does. The last name is that of the article, those before it of
    what kind of page it is.
    """
    certain = len(announced) >= _FEW
    seen = announced if certain else listed
    groups: dict[str, list[_Query]] = defaultdict(list)
    for one in _queried(seen):
        groups[one.path].append(one)
    found = [
        (len({one.values.get(name) for one in group}), (*_kinds(group), name))
        for group in groups.values()
        if (name := _telling(group, certain=certain)) is not None
    ]
    most, names = max(found, default=(0, ()))
    paths = {known.path for url in seen if (known := address(url)) and known.looks_like_an_article}
    return names if most >= max(_FEW, len(paths)) else ()


def _queried(seen: Iterable[str]) -> list[_Query]:
    found = []
    for url in dict.fromkeys(seen):
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query)
        if pairs:
            values = {name.lower(): value for name, value in reversed(pairs)}
            found.append(_Query(path=parts.path.lower(), values=values))
    return found


def _telling(group: Sequence[_Query], *, certain: bool) -> str | None:
    """Give the parameter most of these addresses have, with the most values."""
    values: dict[str, set[str]] = defaultdict(set)
    having: Counter[str] = Counter()
    for one in group:
        for name, value in one.values.items():
            if _VALUE.fullmatch(value) and not _NEVER.fullmatch(name):
                values[name].add(value)
                having[name] += 1
    ranked = sorted(
        (bool(_TELLING.fullmatch(name)), len(told), name)
        for name, told in values.items()
        if len(told) >= _FEW and having[name] >= _MOST * len(group) and (certain or _TELLING.fullmatch(name))
    )
    return ranked[-1][2] if ranked else None


def _kinds(group: Sequence[_Query]) -> tuple[str, ...]:
    """Give the parameters that say in all these addresses alike of what kind the page is."""
    names = {name for one in group for name in one.values if _KINDS.fullmatch(name)}
    return tuple(name for name in sorted(names) if len({one.values.get(name) for one in group}) == 1)


def derived(articles: Sequence[Address]) -> tuple[Derived, ...]:
    """Give the forms of article addresses told apart by their query, one for each path and kind of page.

    The numbers of two paths may be those of other articles: each path has a name of its own.
    """
    groups: dict[str, list[Address]] = defaultdict(list)
    for one in articles:
        groups[f"{one.path.partition('?')[0].lower()}?{one.shape.query}"].append(one)
    common = [(before, group) for before, group in groups.items() if len(group) >= min(_FEW, len(articles))]
    return tuple(
        Derived(
            name=NAME if len(common) == 1 else f"{NAME}-{number}",
            pattern=f"{_escaped(before)}(?P<slug>{_value(group)})",
            count=len(group),
            examples=tuple(one.path for one in group[:3]),
        )
        for number, (before, group) in enumerate(sorted(common, key=lambda item: -len(item[1])), start=1)
    )


def _escaped(before: str) -> str:
    return re.escape(before).replace(r"\&", "&")


def _value(group: Sequence[Address]) -> str:
    if all(one.shape.parts[-1] is Part.NUMBER for one in group):
        return rf"\d{{1,{max(LONGEST_NUMBER, *(len(one.segments[-1]) for one in group))}}}"
    return r"[^/?&]+"
