"""The figures of an archive drawn with matplotlib, without a display, as SVG or PNG."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from typing import Any, BinaryIO

from cli.charts import number
from cli.stats_report import DELAYS, KINDS, headline
from core.errors import SetupError
from db.tallies import Published, Tallies

OUTLETS, PAIRS = 8, 12  # drawn, those with the most articles and copies
WIDTH, HEIGHT = 12, 14  # inches
DOTS = 150  # an inch, in a PNG
# Okabe and Ito's eight colours, told apart with every kind of colour blindness, black as the last.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#000000")
BARS = "#0072b2"
SLOTS = 4  # bars there is room for at least


def require() -> None:
    """Raise SetupError where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise SetupError(
            "--plot draws with matplotlib, which is not installed: pip install 'cuttings[plots]'"
        )


def draw(found: Tallies, stream: BinaryIO, *, form: str, at: datetime | None = None) -> None:
    """Draw months, edits, removals, copies and coverage into a stream; ``form`` is ``svg`` or ``png``.

    The same figures give the same bytes with one version of matplotlib.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure  # not pyplot: that asks for a display

    # Words stay words in an SVG, names of outlets are no formulas, and its ids do not change by chance.
    with mpl.rc_context({"svg.hashsalt": "cuttings", "svg.fonttype": "none", "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        panels: dict[str, Any] = figure.subplot_mosaic(
            [[name, name] for name in ("articles", "comments")]
            + [["kinds", "delays"], ["removed", "copied"], ["covered", "covered"]]
        )
        _panels(found, panels)
        figure.suptitle(headline(found, at))
        about = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=DOTS, metadata=about)


def _panels(found: Tallies, panels: dict[str, Any]) -> None:
    shown = found.outlets[:OUTLETS]
    _months(panels["articles"], found.published, shown, lambda one: one.articles)
    panels["articles"].set_title("Articles by month of publication")
    _months(panels["comments"], found.published, shown, lambda one: one.comments)
    panels["comments"].set_title("Comments by month")
    kinds, delays = Counter[str](), Counter[str]()
    for one in found.edits:
        kinds[KINDS.get(one.kind, one.kind)] += one.edits
        delays[DELAYS[one.at_most]] += one.edits
    names = [*KINDS.values(), *sorted(set(kinds) - set(KINDS.values()))]
    _bars(panels["kinds"], "Edits by kind", [(name, kinds[name]) for name in names if kinds[name]])
    _bars(
        panels["delays"],
        "Edits after publication, at most",
        [(name, delays[name]) for name in DELAYS.values() if delays[name]],
    )
    away = Counter[str]()
    for gone in found.removed:
        away[f"{gone.kind}s {gone.state}"] += gone.removed
    _bars(panels["removed"], "Away now", sorted(away.items()))
    pairs = sorted(found.copied, key=lambda one: (-one.articles, one.first_outlet, one.outlet))[:PAIRS]
    _bars(
        panels["copied"],
        "Articles copied, first in one outlet, then in another",
        [(f"{one.first_outlet} → {one.outlet}", one.articles) for one in pairs],
    )
    covered = {one.outlet: one.share for one in found.covered}
    shares = [(name, round(100 * share, 1)) for name in shown if (share := covered.get(name)) is not None]
    _bars(panels["covered"], "Per cent held of what is known to have existed", shares, highest=100)


def _months(
    axes: Any, published: Sequence[Published], outlets: Sequence[str], of: Callable[[Published], int]
) -> None:
    months = sorted({number(one.month) for one in published if one.month})
    if not months or not any(of(one) for one in published):
        _nothing(axes)
        return
    counts: dict[tuple[str, int], int] = {}
    for one in published:
        if one.month:
            counts[one.outlet, number(one.month)] = of(one)
    every = range(months[0], months[-1] + 1)
    days = [date(month // 12, month % 12 + 1, 1) for month in every]
    for colour, outlet in zip(COLOURS, outlets, strict=False):
        values = [counts.get((outlet, month), 0) for month in every]
        axes.plot(days, values, color=colour, label=outlet, drawstyle="steps-mid", linewidth=1.4)
    axes.set_ylim(bottom=0)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper left", frameon=False, ncols=4)
    _bare(axes)


def _bars(axes: Any, title: str, rows: Sequence[tuple[str, float]], highest: float | None = None) -> None:
    axes.set_title(title)
    if not rows:
        _nothing(axes)
        return
    drawn = axes.barh([name for name, _ in rows], [value for _, value in rows], color=BARS)
    axes.bar_label(drawn, labels=[f"{value:,}" for _, value in rows], padding=3)
    axes.set_ylim(max(len(rows), SLOTS) - 0.5, -0.5)  # the first on top, and no bar a block
    axes.set_xlim(0, 1.15 * (highest or max(value for _, value in rows)))
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    _bare(axes)
    axes.spines["bottom"].set_visible(False)


def _nothing(axes: Any) -> None:
    axes.axis("off")
    axes.text(0.5, 0.5, "none", ha="center", va="center", transform=axes.transAxes)


def _bare(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
