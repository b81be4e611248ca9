"""The heat strip of a coverage as an SVG that stands by itself: in any browser, light or dark."""

from collections.abc import Iterator, Sequence
from html import escape

from cli.heat import MONTHS, SHADES, is_open, rows, shade
from db.coverage import Month, by_year

WIDTH, HEIGHT, GAP = 46, 26, 3  # of one month, in CSS pixels
LEFT, TOP = 92, 62
LEGEND = 22  # height of a line of the legend

# Each pair of text and ground has a contrast of 4.5 or more (WCAG 2.2, 1.4.3), in light and in dark.
_STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1d2025; --faint: #5c636d;
  --all: #1f5c3d; --all-ink: #fff; --most: #3d7a58; --most-ink: #fff; --some: #a9cfb8; --some-ink: #1d2025;
  --few: #e3efe7; --few-ink: #1d2025; --none: #fbe6e4; --none-ink: #8f1d17; --rule: #8a8f97; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --ink: #e4e4e0; --faint: #9aa1ab;
  --all: #9ee0bb; --all-ink: #14161a; --most: #6fb08d; --most-ink: #14161a; --some: #2f5d45; --some-ink: #fff;
  --few: #1d3127; --few-ink: #e4e4e0; --none: #43211f; --none-ink: #f6b3ad; --rule: #6b727c; } }
text { font: 12px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; fill: var(--ink);
  font-variant-numeric: tabular-nums; }
.cell { text-anchor: middle; } .head { font-size: 16px; font-weight: 600; } .faint { fill: var(--faint); }
.paper { fill: var(--paper); } rect { rx: 3px; }
.all rect { fill: var(--all); } .all .cell { fill: var(--all-ink); }
.most rect { fill: var(--most); } .most .cell { fill: var(--most-ink); }
.some rect { fill: var(--some); } .some .cell { fill: var(--some-ink); }
.few rect { fill: var(--few); } .few .cell { fill: var(--few-ink); }
.none rect { fill: var(--none); } .none .cell { fill: var(--none-ink); }
.nothing rect { fill: none; stroke: var(--rule); }
.unknown rect, .tried rect { fill: none; stroke: var(--rule); stroke-dasharray: 2 3; }
.unknown .cell, .tried .cell { fill: var(--faint); }
"""
_LABELS = {"nothing": "·", "unknown": "?", "tried": "×"}


def svg(title: str, months: Sequence[Month]) -> str:
    """Draw months as an SVG document; each says on being pointed at what is behind it.

    The figure in a month is the share held in per cent, rounded down so that only a whole month says
    100; a month no one looked for in full has a question mark after it.
    """
    drawn = list(rows(months))
    used = {shade(month).name for month in months}
    legend = [one for one in SHADES if one.name in used]
    width = LEFT + 12 * (WIDTH + GAP) + 16
    below = TOP + len(drawn) * (HEIGHT + GAP) + 12
    height = below + (len(legend) + 1) * LEGEND
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_told(months))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        f'<text class="head" x="16" y="26">{escape(title)}</text>',
    ]
    for place, name in enumerate(MONTHS):
        lines.append(f'<text class="cell faint" x="{_x(place) + WIDTH / 2:g}" y="{TOP - 10}">{name}</text>')
    for place, (year, cells) in enumerate(drawn):
        lines += _row(year, cells, TOP + place * (HEIGHT + GAP))
    for place, one in enumerate(legend):
        y = below + place * LEGEND
        lines.append(f'<g class="legend {one.name}"><rect x="16" y="{y}" width="{WIDTH}" height="16"/>')
        lines.append(
            f'<text class="cell" x="{16 + WIDTH / 2:g}" y="{y + 12}">{_LABELS.get(one.name, "")}</text>'
        )
        lines.append(f'<text x="{LEFT}" y="{y + 12}">{escape(one.legend)}</text></g>')
    note = (
        "Figures: per cent held of the articles known of; with a question mark nobody looked for all of them."
    )
    lines.append(f'<text class="faint" x="16" y="{below + len(legend) * LEGEND + 12}">{note}</text>')
    return "\n".join([*lines, "</svg>", ""])


def said(month: Month) -> str:
    """Give a month as a phrase: what is known of it, what is held, what is missing and why."""
    name = f"{MONTHS[month.month.month - 1]} {month.month.year}"
    if month.expected is None or not month.expected:
        return f"{name}: {shade(month).legend}"
    missing = ", ".join(f"{number} {why}" for why, number in month.missing.items() if number)
    told = f"{name}: {month.held} of {month.expected} held"
    if missing:
        told += f" ({missing})"
    return told + ("; there may have been more" if is_open(month) else "")


def _row(year: str, cells: Sequence[Month | None], y: int) -> Iterator[str]:
    middle = y + HEIGHT / 2 + 4
    yield f'<text x="16" y="{middle:g}">{year}</text>'
    if not cells:
        yield f'<text class="faint" x="{LEFT}" y="{middle:g}">nothing is known of these years</text>'
    for place, month in enumerate(cells):
        if month is not None:
            yield (
                f'<g class="month {shade(month).name}"><title>{escape(said(month))}</title>'
                f'<rect x="{_x(place)}" y="{y}" width="{WIDTH}" height="{HEIGHT}"/>'
                f'<text class="cell" x="{_x(place) + WIDTH / 2:g}" y="{middle:g}">{_label(month)}</text></g>'
            )


def _label(month: Month) -> str:
    if not month.expected:
        return _LABELS[shade(month).name]
    share = 100 * (month.held or 0) // month.expected
    return f"{share}?" if is_open(month) else f"{share}"


def _told(months: Sequence[Month]) -> str:
    """Give the whole in words, year by year, for those who do not see it."""
    told = []
    for year, ones in by_year(months).items():
        known = [month for month in ones if month.expected is not None]
        text = (
            f"{year}: {sum(one.held or 0 for one in known)} of {sum(one.expected or 0 for one in known)} held"
        )
        if unknown := len(ones) - len(known):
            text += f", {unknown} of {len(ones)} months unknown"
        told.append(text if known else f"{year}: unknown")
    return "; ".join(told) + "."


def _x(place: int) -> int:
    return LEFT + place * (WIDTH + GAP)
