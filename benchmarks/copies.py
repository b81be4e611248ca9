"""What it costs to look for copies of one more article, in a small archive and in a large one.

``python -m benchmarks.copies 3000 300000`` measures archives of other sizes than those of ``make bench``.
"""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, create_engine, func, insert, select, text

from benchmarks import articles, databases, synthetic
from benchmarks.arguments import parser, positive
from benchmarks.figure import Bound, Figure
from core.records import ArticleRecord, Document, FetchAttempt, Moment
from db.copies.linking import Linked, link
from db.copies.shingles import shingled
from db.engine import open_engine, writing
from db.models import Article, Base, Shingle, table
from db.running import runs
from db.store import Store
from newsstand.agency import HOUSES, Agency

FEW, MANY = 1_000, 30_000
TURNS, AT_ONCE = 6, 20  # articles of either outlet, stored and linked turn about in both archives
SENTENCES = 30  # of an article: some 480 words
KEPT = 60  # shingles kept of each text of the archive: as many as of such an article
OUTLETS = 10  # of the archive; each has one text that shares a shingle of a new article: phrases of many
FLAT = 2.0  # times as long in the large archive as in the small one

ARTICLE, SHINGLE = table(Article), table(Shingle)
_RANDOM = {
    "sqlite": "(random() / 8) * 8",
    "postgresql": "((random() * 4e18)::bigint / 8) * 8",
}
_MORE_OUTLETS = """\
INSERT INTO outlet (id, key, title, home, publisher, timezone, example)
SELECT n, 'outlet-' || n, title, home, publisher, timezone, example
FROM outlet, ({}) more WHERE outlet.id = 1"""
_TEXTS = """\
INSERT INTO story_text (article_id, document_id, outlet_id, appeared_at, appeared_by, compared_at)
SELECT a.id, d.id, 1000 + d.id % {}, a.first_seen_at, 'first_seen', a.first_seen_at
FROM article a JOIN document d ON d.id = a.id"""
_SHINGLES = """\
INSERT INTO shingle (hash, document_id)
SELECT hash, document_id FROM (SELECT {} AS hash, d.id AS document_id FROM document d, ({}) more) made
ORDER BY hash"""
_NUMBER_ON = (
    "SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {0}), false)"
)
_DONE = """\
INSERT INTO story_progress (outlet_id, article_text_id, linked_at)
SELECT o.id, (SELECT max(id) FROM article_text), o.followed FROM
(SELECT outlet_id AS id, max(last_seen_at) AS followed FROM article GROUP BY outlet_id) o"""


@dataclass(frozen=True, kw_only=True)
class Courier:
    """The facts of the outlet that copies, in the shape the store wants."""

    key: str = "courier"
    title: str = "The Courier"
    home: str = articles.HOME
    publisher: str = "Nobody"
    timezone: str = "Europe/London"
    example: bool = True


def figures(few: int = FEW, many: int = MANY) -> list[Figure]:
    """Fill archives of both sizes with texts, then store and link the same new articles in either."""
    found = []
    for kind in databases.KINDS:
        with databases.of_kind(kind) as make:
            archives = {}
            for number in (few, many):
                url = make(f"of_{number}")
                synthetic.write(url, number)
                _fill(url)
                archives[number] = open_engine(url)
            taken = {number: list[float]() for number in archives}
            for turn in range(TURNS):
                for number, engine in archives.items():
                    taken[number].append(_turn(engine, number, turn))
            for engine in archives.values():
                engine.dispose()
        small, large = (statistics.median(taken[number]) for number in (few, many))
        found.append(
            Figure(
                name=f"one article looked for in other outlets, {few:,} and {many:,} articles, {kind}",
                ours=f"{large:.1f} ms",
                yardstick=f"{small:.1f} ms",
                ratio=large / small,
                bound=Bound.AT_MOST,
                wanted=FLAT,
            )
        )
    return found


def _fill(url: str) -> None:
    """Give every text of the archive shingles of its own, and let all be looked for already."""
    quick = create_engine(url)  # without the guards: the rows are known to fit
    with quick.begin() as connection:
        if quick.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in _statements(quick.dialect.name):
            connection.execute(text(statement))
        if quick.dialect.name == "postgresql":  # what comes now is numbered after the rows written by hand
            for one in Base.metadata.sorted_tables:
                if "id" in one.columns:
                    connection.execute(text(_NUMBER_ON.format(one.name)))
    quick.dispose()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    databases.settle(engine)


def _statements(dialect: str) -> Iterator[str]:
    yield _MORE_OUTLETS.format(_numbers(range(1000, 1000 + OUTLETS)))
    yield _TEXTS.format(OUTLETS)
    yield _SHINGLES.format(_RANDOM[dialect], _numbers(range(KEPT)))
    yield _DONE


def _numbers(several: range) -> str:
    return " UNION ALL ".join(f"SELECT {number} AS n" for number in several)


def _turn(engine: Engine, number: int, turn: int) -> float:
    """Store new articles and copies of half of each, link both outlets; give milliseconds an article."""
    agency, chance = Agency(turn), random.Random(turn)
    middle = datetime.fromtimestamp(synthetic.BEGAN + number * synthetic.EVERY // 2, UTC)
    originals = [agency.sentences(SENTENCES) for _ in range(AT_ONCE)]
    told = [agency.story(sentences, HOUSES[0]) for sentences in originals]
    retold = [agency.reprint(sentences, 0.5, HOUSES[1], replaced=True) for sentences in originals]
    taken = 0.0
    linked = Linked()
    for outlet, copies in ((articles.Gazette(), told), (Courier(), retold)):
        run_id = runs.start(engine, outlet, software_version="benchmark")
        store = Store(engine, outlet=outlet, run_id=run_id, pseudonym_key=b"key")
        documents = [_document(copy.title, copy.body, middle + timedelta(hours=turn)) for copy in copies]
        places = range(turn * AT_ONCE, (turn + 1) * AT_ONCE)
        store.write(list(_records(outlet.key, places, documents, middle)))
        _share(engine, documents, chance)
        start = time.perf_counter()
        linked += link(engine, outlet.key)
        taken += time.perf_counter() - start
    if linked.articles != 2 * AT_ONCE or linked.stories < AT_ONCE * 0.9:
        raise RuntimeError(f"the copies were not found: {linked}")
    return taken * 1000 / linked.articles


def _document(title: str, body: str, published: datetime) -> Document:
    known = articles.record(articles.visit(1, published), 1).document
    digest = articles._digest(title, body)  # noqa: SLF001 - of the same package
    moment = Moment(raw=published.isoformat(), at=published, on=published.date())
    return replace(known, title=title, body=body, sha256=digest, fingerprint=digest, published=moment)


def _records(
    outlet: str, places: range, documents: list[Document], at: datetime
) -> Iterator[FetchAttempt | ArticleRecord]:
    for place, document in zip(places, documents, strict=True):
        seen = articles.visit(10_000_000 + place + (5_000_000 if outlet == Courier.key else 0), at)
        yield seen
        yield replace(articles.record(seen, place), outlet=outlet, document=document, comments=())


def _share(engine: Engine, documents: list[Document], chance: random.Random) -> None:
    """Let some texts of the archive have phrases of the new articles, each phrase another few."""
    with writing(engine) as connection:
        most = connection.execute(select(func.count()).select_from(ARTICLE)).scalar_one() // (2 * OUTLETS)
        kept = {hash_ for document in documents for hash_ in shingled(document.body).kept}
        known = set(connection.execute(select(SHINGLE.c.hash).where(SHINGLE.c.hash.in_(kept))).scalars())
        fresh = [
            {"hash": hash_, "document_id": chance.randrange(1, most) * OUTLETS + outlet}
            for hash_ in sorted(kept - known)
            for outlet in range(OUTLETS)
        ]
        if fresh:
            connection.execute(insert(SHINGLE), fresh)


if __name__ == "__main__":
    wishes = parser("benchmarks.copies", __doc__)
    wishes.add_argument(
        "few", type=positive, nargs="?", default=FEW, help=f"articles of the small archive ({FEW})"
    )
    wishes.add_argument(
        "many", type=positive, nargs="?", default=MANY, help=f"articles of the large archive ({MANY})"
    )
    asked = wishes.parse_args()
    for figure in figures(asked.few, asked.many):
        print(figure)
