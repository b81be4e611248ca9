"""Fetch attempts and the bytes they brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core import urls
from core.records import FetchAttempt, Outcome, StoredPage, Via
from core.text import storable
from db import captures, rows
from db.models import Capture, CaptureSignal, Payload, WarcFile, table
from db.models import FetchAttempt as FetchAttemptRow
from db.work import Fetched, Work, key_of

CAPTURE, PAYLOAD = table(Capture), table(Payload)


@dataclass(slots=True)
class _Bytes:
    """A capture, not numbered before it is stored."""

    sha256: str
    id: int | None = None


_Seen = tuple[_Bytes | None, bool]  # the capture whose bytes an attempt saw, and whether it makes it


def record(work: Work, attempts: Sequence[FetchAttempt], url_ids: dict[str, int]) -> dict[str, Fetched]:
    """Store the attempts, in order; give what became of each, by its key.

    Of what was asked live, a capture is made only for bytes that differ from the last ones the address
    gave with the same outcome: an error page in between does not make an unchanged article new bytes, but
    where an attempt stands ``apart`` its bytes are a capture of their own. A
    304 stands for the last article's bytes. What archives saw comes in any order: a capture is made
    only for bytes that the address has none of, whenever that was made; those known by their SHA-256
    alone are those of such a capture, or stay unknown.
    """
    pages = [attempt.page for attempt in attempts if attempt.page]
    files = {page.warc_file for page in pages}
    file_ids = rows.numbered(work.connection, table(WarcFile), "path", files, lambda path: {"path": path})
    shown = _shown(work, attempts, url_ids)
    attempts, url_ids = _led(work, attempts, shown, url_ids)
    fresh = [
        (capture, attempt, attempt.page)
        for attempt, (capture, is_fresh) in zip(attempts, shown, strict=True)
        if is_fresh and capture and attempt.page
    ]
    payload_ids = _payloads(work, [page for *_, page in fresh], file_ids)
    made = [
        _capture(work, attempt, url_ids[attempt.url], payload_ids[page.sha256]) for _, attempt, page in fresh
    ]
    numbers = rows.put_numbered(work.connection, CAPTURE, made)
    for (capture, *_), number in zip(fresh, numbers, strict=True):
        capture.id = number
    _signals(work, {capture.id: attempt for capture, attempt, _ in fresh if capture.id is not None})
    fetched = {
        attempt.key: Fetched(
            attempt=attempt,
            url_id=url_ids[attempt.url],
            capture_id=capture.id if capture else None,
            fresh=is_fresh,
        )
        for attempt, (capture, is_fresh) in zip(attempts, shown, strict=True)
    }
    entries = [_attempt(work, fetched[attempt.key], url_ids, file_ids) for attempt in attempts]
    rows.put(work.connection, table(FetchAttemptRow), entries)
    return fetched


def _shown(work: Work, attempts: Sequence[FetchAttempt], url_ids: Mapping[str, int]) -> list[_Seen]:
    """Give for each attempt the capture whose bytes it saw, and whether it is to be made."""
    latest = _latest(work, attempts, url_ids)
    asked = {url_ids[one.url] for one in attempts if one.via is not Via.LIVE and (one.page or one.same_as)}
    alike = {key: _Bytes(key[2], number) for key, number in captures.alike(work, asked).items()}
    shown: list[_Seen] = []
    for attempt in attempts:
        chain = (url_ids[attempt.url], _chain(attempt.outcome))
        if attempt.page is None:
            shown.append((latest.get(chain) if attempt.outcome is Outcome.NOT_MODIFIED else None, False))
            continue
        own = (*chain, attempt.page.sha256)
        before = latest.get(chain) if attempt.via is Via.LIVE else alike.get(own)
        is_fresh = before is None or before.sha256 != attempt.page.sha256 or attempt.apart
        capture = _Bytes(attempt.page.sha256) if before is None or is_fresh else before
        alike.setdefault(own, capture)
        if attempt.via is Via.LIVE:
            latest[chain] = capture
        shown.append((capture, is_fresh))
    return _told_by_digest(attempts, shown, url_ids, alike)


def _told_by_digest(
    attempts: Sequence[FetchAttempt],
    shown: Sequence[_Seen],
    url_ids: Mapping[str, int],
    alike: Mapping[tuple[int, Outcome, str], _Bytes],
) -> list[_Seen]:
    """Give what the attempts saw, with the captures of those known by their SHA-256 alone.

    Only now are all pages of the batch known; a page of another spelling of the address will do too.
    """
    spelled = {
        (_key(attempt.url), _chain(attempt.outcome), capture.sha256): capture
        for attempt, (capture, _) in zip(attempts, shown, strict=True)
        if capture is not None and any(one.same_as for one in attempts)
    }
    told = list(shown)
    for place, one in enumerate(attempts):
        if one.same_as and one.page is None:
            chain = _chain(one.outcome)
            own = alike.get((url_ids[one.url], chain, one.same_as))
            told[place] = (own or spelled.get((_key(one.url), chain, one.same_as)), False)
    return told


def _signals(work: Work, made: Mapping[int, FetchAttempt]) -> None:
    """Keep what new captures state of their use."""
    entries = [
        {"capture_id": capture_id, "stated_in": one.stated_in, "name": one.name, "value": storable(one.value)}
        for capture_id, attempt in made.items()
        for one in attempt.signals
    ]
    rows.put_missing(work.connection, table(CaptureSignal), entries)


def _key(url: str) -> str:
    return key_of(urls.address_key, url)


def _latest(
    work: Work, attempts: Sequence[FetchAttempt], url_ids: Mapping[str, int]
) -> dict[tuple[int, Outcome], _Bytes]:
    """Give the last capture of each address and outcome of the batch that was asked for live."""
    asked: dict[Outcome, set[int]] = {}
    for attempt in attempts:
        if attempt.via is Via.LIVE and (attempt.page or attempt.outcome is Outcome.NOT_MODIFIED):
            asked.setdefault(_chain(attempt.outcome), set()).add(url_ids[attempt.url])
    return {
        (url_id, outcome): _Bytes(sha256, capture_id)
        for outcome, ids in asked.items()
        for url_id, (capture_id, sha256) in captures.last_live(work, outcome, ids).items()
    }


def _led(
    work: Work, attempts: Sequence[FetchAttempt], shown: Sequence[_Seen], url_ids: dict[str, int]
) -> tuple[Sequence[FetchAttempt], dict[str, int]]:
    """Give the attempts with where redirects led that are known by their bytes alone, and all addresses."""
    unknown = {
        place: capture.id
        for place, (attempt, (capture, _)) in enumerate(zip(attempts, shown, strict=True))
        if attempt.same_as and attempt.outcome is Outcome.REDIRECT and not attempt.redirect_to
        if capture and capture.id
    }
    if not unknown:
        return attempts, url_ids
    led_to = captures.led_to(work, set(unknown.values()))
    told = list(attempts)
    for place, capture_id in unknown.items():
        if capture_id in led_to:
            told[place] = replace(told[place], redirect_to=led_to[capture_id][1])
    return told, url_ids | {url: url_id for url_id, url in led_to.values()}


def _chain(outcome: Outcome) -> Outcome:
    return Outcome.OK if outcome is Outcome.NOT_MODIFIED else outcome


def _plain(header: str | None) -> str | None:
    """Give a header's text as a database takes it: servers send anything."""
    return storable(header) if header is not None else None


def _payloads(work: Work, pages: Sequence[StoredPage], file_ids: dict[str, int]) -> dict[str, int]:
    """Give the payloads' ids by sha256; a full record is preferred to a revisit of one batch."""
    wanted: dict[str, StoredPage] = {}
    for page in sorted(pages, key=lambda page: page.revisit):
        wanted.setdefault(page.sha256, page)

    def make(sha256: str) -> rows.Values:
        page = wanted[sha256]
        return {
            "sha256": sha256,
            "sha1_base32": page.sha1_base32,
            "size": page.size,
            "content_type": _plain(page.content_type),
            "warc_file_id": file_ids[page.warc_file],
            "warc_offset": page.offset,
            "warc_length": page.length,
            "truncated": page.truncated,
        }

    return rows.numbered(work.connection, PAYLOAD, "sha256", wanted, make)


def _capture(work: Work, attempt: FetchAttempt, url_id: int, payload_id: int) -> dict[str, Any]:
    return {
        "run_id": work.run_id,
        "url_id": url_id,
        "captured_at": attempt.fetched_at,
        "payload_id": payload_id,
        "outcome": attempt.outcome.value,
        "status": attempt.status,
    }


def _attempt(
    work: Work, fetched: Fetched, url_ids: dict[str, int], file_ids: dict[str, int]
) -> dict[str, Any]:
    attempt = fetched.attempt
    return {
        "run_id": work.run_id,
        "url_id": fetched.url_id,
        "fetched_at": attempt.fetched_at,
        "via": attempt.via.value,
        "outcome": attempt.outcome.value,
        "status": attempt.status,
        "error": _plain(attempt.error),
        "redirect_to_url_id": url_ids.get(attempt.redirect_to) if attempt.redirect_to else None,
        "etag": _plain(attempt.etag),
        "last_modified": _plain(attempt.last_modified),
        "elapsed_ms": attempt.elapsed_ms,
        "capture_id": fetched.capture_id,
        "warc_file_id": file_ids[attempt.page.warc_file] if attempt.page else None,
        "warc_offset": attempt.page.offset if attempt.page else None,
    }
