"""The rows of an invented archive, table by table; they keep the rules that `cuttings db verify` checks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from benchmarks.large.lives import BEGAN, COMMENTED, DAY, ENDED, OUTLETS, comments, original
from benchmarks.large.plan import Plan, Version

Rows = dict[str, list[tuple[object, ...]]]
"""Rows by their table with its columns, as both INSERT and COPY name them."""

MONTHS = 12 * (1 + datetime.fromtimestamp(ENDED, UTC).year - datetime.fromtimestamp(BEGAN, UTC).year)
IN_A_FILE = 5_000  # captures
UNHELD = 50  # for so many articles one address was announced that leads to none

OUTLET = "outlet (id, key, title, home, publisher, timezone, example)"
RUN = "run (id, outlet_id, kind, trigger, started_at, ended_at, host, pid, verdict, software_version)"
EXTRACTOR = "extractor (id, layout, version, first_used_at)"
FILE = "warc_file (id, path)"
COMMENTER = "commenter (id, outlet_id, name_key, display_name, pseudonym)"
URL = "url (id, url, address_key, url_key, first_seen_at)"
SIGHTING = (
    "sighting (outlet_id, source, entry_key, url_id, title, published_at, published_on, published_raw, "
    "first_seen_at, last_seen_at)"
)
ARTICLE = (
    "article (id, outlet_id, identity, canonical_url_id, first_seen_at, last_seen_at, last_checked_at, "
    "state, state_since, last_changed_at, last_commented_at, next_check_at)"
)
ADDRESS = "article_url (article_id, url_id, role, valid_from)"
PAYLOAD = (
    "payload (id, sha256, sha1_base32, size, content_type, warc_file_id, warc_offset, warc_length, truncated)"
)
CAPTURE = "capture (id, run_id, url_id, captured_at, payload_id, outcome, status)"
ATTEMPT = (
    "fetch_attempt (run_id, url_id, fetched_at, via, outcome, status, etag, last_modified, elapsed_ms, "
    "capture_id)"
)
EXTRACTION = (
    "extraction (capture_id, extractor_id, run_id, article_id, document_id, comment_list_id, outcome, "
    "extracted_at, source, comment_state, comments_claimed, read_by, related, warnings)"
)
VERSION = (
    "article_version (id, article_id, seq, run_id, first_capture_id, last_capture_id, valid_from, valid_to, "
    "ended_by, ended_run_id, end_recorded_at, changed_after, last_seen_at, recorded_at)"
)
TEXT = "article_text (version_id, extractor_id, document_id, recorded_at)"
CHANGE = (
    "article_change (article_id, version_id, previous_version_id, before_document_id, after_document_id, "
    "changed_after, changed_by, kind, title_changed, standfirst_changed, byline_changed, section_changed, "
    "date_changed, tags_changed, body_changed, words_added, words_removed, similarity, correction_note, "
    "recorded_at)"
)
DOCUMENT = (
    "document (id, sha256, fingerprint, title, byline, section, published_at, published_on, published_raw, "
    "body, word_count, language, tags)"
)
_READ_BY = '{"body": "selector", "title": "h1", "published": "time"}'
_KINDS = {0: "headline_only", 1: "minor", 2: "major", 3: "major"}


def at(seconds: int) -> str:
    """Give an instant as SQLite holds it; PostgreSQL reads it so too."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.000000Z")


def day(seconds: int) -> str:
    """Give a day; at the hours of these articles and comments it is the same in London."""
    return at(seconds)[:10]


def digest(*parts: object) -> str:
    """Give a SHA-256 in hexadecimal."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def address(article: int) -> str:
    """Give the address of an article, without its scheme."""
    return f"outlet{1 + article % OUTLETS}.example.org/news/{article // 100}/an-invented-headline-{article}"


def run(outlet: int, seconds: int) -> int:
    """Give the number of the run of an outlet in a month: all that is seen then is its doing."""
    moment = datetime.fromtimestamp(seconds, UTC)
    months = 12 * (moment.year - datetime.fromtimestamp(BEGAN, UTC).year) + moment.month - 1
    return 1 + months * OUTLETS + outlet - 1


def ground(plan: Plan) -> Rows:
    """Give the outlets with their monthly runs, the layout and the files of captures."""
    first = datetime.fromtimestamp(BEGAN, UTC).year
    started = [
        int(datetime(first + month // 12, 1 + month % 12, 1, 3, tzinfo=UTC).timestamp())
        for month in range(MONTHS)
    ]
    return {
        OUTLET: [
            (n, f"outlet{n}", f"Outlet {n}", f"https://outlet{n}.example.org", "Nobody", "Europe/London", 1)
            for n in range(1, OUTLETS + 1)
        ],
        RUN: [
            (run(n, begun), n, "crawl", "schedule", at(begun), at(begun + DAY), "here", 1, "ok", "benchmark")
            for begun in started
            for n in range(1, OUTLETS + 1)
        ],
        EXTRACTOR: [(1, "plain", 1, at(BEGAN))],
        FILE: [(1 + n, f"captures/{n}.warc.gz") for n in range(1 + plan.versions // IN_A_FILE)],
    }


def articles(plan: Plan, several: range) -> Rows:
    """Give a range of articles with their addresses, and what announced them."""
    found: Rows = {URL: [], SIGHTING: [], ARTICLE: [], ADDRESS: [], ATTEMPT: []}
    for article in several:
        one, url = plan.lives[article - 1], f"https://{address(article)}"
        first, last = one.spells[0], one.spells[-1]
        title, feed = plan.texts.title(article, 0), f"https://outlet{one.outlet}.example.org/feed"
        published = (at(one.published), day(one.published), at(one.published))
        seen = at(first.since)
        found[URL].append((article, url, address(article), address(article), seen))
        found[SIGHTING].append(
            (one.outlet, feed, digest(article), article, title, *published, seen, at(first.since + DAY))
        )
        changed = max(spell.since for spell in one.spells) if len(one.spells) > 1 else one.published
        found[ARTICLE].append(
            (
                *(article, one.outlet, address(article), article, seen, at(last.seen)),
                *(at(last.until or last.seen), one.state, at(last.until or first.since), at(changed)),
                *(at(one.published + DAY) if comments(article) else None, at(ENDED + DAY)),
            )
        )
        found[ADDRESS].append((article, article, "canonical", seen))
        if article % UNHELD == 0:
            number = plan.articles + article // UNHELD
            gone = f"outlet{one.outlet}.example.org/gone/{article}"
            found[URL].append((number, f"https://{gone}", gone, gone, seen))
            found[SIGHTING].append((one.outlet, feed, digest(gone), number, title, *published, seen, seen))
            if article % (2 * UNHELD) == 0:
                asked = (
                    run(one.outlet, first.since),
                    number,
                    seen,
                    "live",
                    "not_found",
                    404,
                    None,
                    None,
                    90,
                    None,
                )
                found[ATTEMPT].append(asked)
    return found


def versions(plan: Plan, several: range) -> Rows:
    """Give a range of versions with their evidence: each was seen twice, with new bytes, then as a 304."""
    found: Rows = {name: [] for name in (PAYLOAD, CAPTURE, ATTEMPT, EXTRACTION, VERSION, TEXT, CHANGE)}
    for version in plan.some(several):
        number, spell, life = version.number, version.spell, version.life
        since, seen, ran = at(spell.since), at(spell.seen), run(life.outlet, spell.since)
        file, place = divmod(number - 1, IN_A_FILE)
        key = digest("payload", number)
        found[PAYLOAD].append(
            (
                number,
                key,
                key[:32].upper(),
                38_000,
                "text/html; charset=utf-8",
                1 + file,
                place * 12_000,
                11_000,
                0,
            )
        )
        found[CAPTURE].append((number, ran, version.article, since, number, "ok", 200))
        found[ATTEMPT] += _attempts(version, ran)
        commented = comments(version.article)
        # A page shows all its comments at first; some are gone when it is read again.
        listed = 2 * (version.article // COMMENTED) + min(version.place, 1) if commented else None
        found[EXTRACTION].append(
            (
                *(number, 1, ran, version.article, version.document, listed, _reading(spell.began), since),
                *(f"https://outlet{life.outlet}.example.org/feed", "listed" if commented else "none"),
                *(commented, _READ_BY, "[]", "[]"),
            )
        )
        until = at(spell.until) if spell.until else None
        ended_run = run(life.outlet, spell.until) if spell.until else None
        after = at(life.spells[version.place - 1].seen) if version.place else None
        found[VERSION].append(
            (
                *(number, version.article, version.place + 1, ran, number, number, since, until),
                *(spell.ended_by, ended_run, until, after, seen, since),
            )
        )
        found[TEXT].append((number, 1, version.document, since))
        if version.place:
            found[CHANGE].append(_change(plan, version, after or ""))
    return found


def documents(plan: Plan, several: range) -> Iterator[tuple[object, ...]]:
    """Give the texts that versions of a range of numbers showed first."""
    for version in plan.some(several):
        if version.document != version.number:
            continue
        article, wording, published = version.article, version.spell.wording, version.life.published
        count, body = plan.texts.body(plan.texts.sentences(article, wording, original(article)))
        title = plan.texts.title(article, wording)
        yield (
            *(
                version.number,
                digest(article, wording, title, body),
                digest("folded", article, wording, title, body),
            ),
            *(title, f"Reporter {article % 400}", ("News", "Opinion", "Events")[article % 3]),
            *(at(published), day(published), at(published), body, count, "en", '["one", "another"]'),
        )


def _attempts(version: Version, ran: int) -> Iterator[tuple[object, ...]]:
    spell, outlet = version.spell, version.life.outlet
    etag, modified = f'"{version.number:x}"', "Mon, 02 Mar 2026 09:00:00 GMT"
    url, number = version.article, version.number
    yield ran, url, at(spell.since), "live", "ok", 200, etag, modified, 120, number
    if spell.seen > spell.since:
        again = run(outlet, spell.seen)
        yield again, url, at(spell.seen), "live", "not_modified", 304, etag, modified, 90, number
    if spell.until and spell.ended_by != "changed":
        outcome, status = ("gone", 410) if spell.ended_by == "gone" else ("not_found", 404)
        yield run(outlet, spell.until), url, at(spell.until), "live", outcome, status, None, None, 90, None


def _reading(began: str) -> str:
    return "changed" if began == "reverted" else began


def _change(plan: Plan, version: Version, after: str) -> tuple[object, ...]:
    spell = version.spell
    replaced = len(plan.texts.edit(version.article, spell.wording)) if spell.began == "changed" else 0
    kind = _KINDS[replaced] if spell.began == "changed" else spell.began
    note = "Correction: an earlier version of this article named another month."
    noted = note if kind == "minor" and version.article % 20 == 0 else None
    headline = int(kind == "headline_only")
    return (
        *(version.article, version.number, version.before, version.before_document, version.document, after),
        *(at(spell.since), "correction_note" if noted else kind, headline, 0, 0, 0, 0, 0, int(replaced > 0)),
        *(15 * replaced + headline, 15 * replaced + headline, 1 - replaced / 30, noted, at(spell.since)),
    )
