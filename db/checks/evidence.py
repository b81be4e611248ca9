"""Checks of the evidence: attempts, captures, payloads, and the runs that brought them."""

from collections.abc import Iterator

from db.checks.check import Check, by_query


def checks() -> Iterator[Check]:
    """Give the checks of the evidence."""
    yield by_query(
        "captures.attempt",
        "an attempt to fetch an address brought each capture",
        "SELECT c.id AS capture_id, c.run_id, c.url_id FROM capture c "
        "WHERE NOT EXISTS (SELECT 1 FROM fetch_attempt f WHERE f.capture_id = c.id)",
        outlet_by="run_id",
    )
    yield by_query(
        "attempts.address",
        "the bytes an attempt saw are a capture of the address it asked",
        "SELECT f.id AS attempt_id, f.run_id, f.url_id, f.capture_id, c.url_id AS capture_url_id "
        "FROM fetch_attempt f JOIN capture c ON c.id = f.capture_id JOIN url a ON a.id = f.url_id "
        "JOIN url b ON b.id = c.url_id WHERE c.url_id <> f.url_id "
        "AND (f.via = 'live' OR a.address_key <> b.address_key)",  # archives' spellings vary
        outlet_by="run_id",
    )
    yield by_query(
        "attempts.position",
        "an attempt with a record of its own names its file and its place there",
        "SELECT f.id AS attempt_id, f.run_id, f.warc_file_id, f.warc_offset FROM fetch_attempt f "
        "WHERE (f.warc_file_id IS NULL) <> (f.warc_offset IS NULL) OR f.warc_offset < 0",
        outlet_by="run_id",
    )
    yield by_query(
        "payloads.digest",
        "a payload has digests of the right form, a size and a place",
        "SELECT p.id AS payload_id, p.sha256, p.sha1_base32, p.size, p.warc_offset, p.warc_length "
        "FROM payload p WHERE length(p.sha256) <> 64 OR p.sha256 <> lower(p.sha256) "
        "OR length(p.sha1_base32) <> 32 OR p.size < 0 OR p.warc_offset < 0 OR p.warc_length <= 0",
        outlet_by=None,
    )
    yield by_query(
        "runs.ended",
        "a run has a verdict once it has ended, not before",
        "SELECT r.id AS run_id, r.ended_at, r.verdict FROM run r "
        "WHERE (r.ended_at IS NULL) <> (r.verdict IS NULL) OR r.ended_at < r.started_at",
        outlet_by="run_id",
    )
