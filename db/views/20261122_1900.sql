-- The views: what analysts read. Columns change only with a changelog line (DESIGN.md, Data).
-- One text for SQLite and PostgreSQL; a later schema brings its own file and leaves this one alone.

CREATE VIEW article_versions AS
SELECT v.id AS version_id, v.article_id, o.key AS outlet, u.url, v.seq AS version,
       d.title, d.standfirst, d.byline, d.section, d.published_at, d.published_on, d.published_raw,
       d.body, d.word_count, d.tags,
       v.valid_from, v.valid_to, v.changed_after, v.last_seen_at, v.ended_by,
       c.kind AS change_kind, c.words_added, c.words_removed, c.title_changed,
       x.layout, x.version AS layout_version, v.first_capture_id AS capture_id, v.recorded_at, t.document_id
FROM article_version v
JOIN article a ON a.id = v.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
JOIN document d ON d.id = t.document_id
JOIN extractor x ON x.id = t.extractor_id
LEFT JOIN article_change c ON c.version_id = v.id AND c.previous_version_id <> v.id
     AND c.superseded_at IS NULL
WHERE v.retracted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = a.id AND h.lifted_at IS NULL);

CREATE VIEW articles AS
SELECT a.id AS article_id, o.key AS outlet, u.url,
       d.title, d.standfirst, d.byline, d.section, d.published_at, d.published_on, d.published_raw,
       d.body, d.word_count, d.tags, e.comment_state,
       (SELECT count(*) FROM comment m WHERE m.article_id = a.id AND m.state = 'visible'
        AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.comment_id = m.id AND h.lifted_at IS NULL)) AS comments,
       v.seq AS versions, a.state, a.state_since, a.first_seen_at, a.last_seen_at, a.last_checked_at,
       a.next_check_at, v.valid_from AS last_changed_at, x.layout, t.document_id
FROM article a
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN article_version v ON v.article_id = a.id AND v.retracted_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM article_version w
                     WHERE w.article_id = v.article_id AND w.seq > v.seq AND w.retracted_at IS NULL)
JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
JOIN document d ON d.id = t.document_id
JOIN extractor x ON x.id = t.extractor_id
LEFT JOIN extraction e ON e.capture_id = v.last_capture_id AND e.extractor_id = t.extractor_id
WHERE NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = a.id AND h.lifted_at IS NULL);

CREATE VIEW article_changes AS
SELECT c.version_id, c.article_id, o.key AS outlet, u.url, v.seq AS version, c.kind,
       c.changed_after, c.changed_by,
       pd.title AS title_before, d.title AS title_after, c.words_added, c.words_removed, c.similarity,
       c.title_changed, c.standfirst_changed, c.byline_changed, c.section_changed, c.date_changed,
       c.tags_changed, c.body_changed, c.correction_note
FROM article_change c
JOIN article_version v ON v.id = c.version_id AND v.retracted_at IS NULL
JOIN article a ON a.id = c.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN document d ON d.id = c.after_document_id
JOIN document pd ON pd.id = c.before_document_id
WHERE c.superseded_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = a.id AND h.lifted_at IS NULL);

CREATE VIEW addresses AS
SELECT s.article_id, o.key AS outlet, u.url, s.role, s.valid_from, s.valid_to
FROM article_url s
JOIN article a ON a.id = s.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = s.url_id
WHERE NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = a.id AND h.lifted_at IS NULL);

CREATE VIEW comment_versions AS
SELECT v.id AS comment_version_id, v.comment_id, m.article_id, o.key AS outlet, u.url, v.seq AS version,
       p.pseudonym AS commenter, v.posted_at, v.posted_on, v.posted_raw, v.body, v.word_count, v.position,
       v.valid_from, v.valid_to, v.changed_after, v.last_seen_at, v.ended_by, v.recorded_at
FROM comment_version v
JOIN comment m ON m.id = v.comment_id
JOIN article a ON a.id = m.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
LEFT JOIN commenter p ON p.id = v.commenter_id
WHERE v.superseded_at IS NULL AND m.state <> 'erased'
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.comment_id = m.id AND h.lifted_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = m.article_id AND h.lifted_at IS NULL);

CREATE VIEW comments AS
SELECT m.id AS comment_id, m.article_id, o.key AS outlet, u.url, p.pseudonym AS commenter,
       v.posted_at, v.posted_on, v.posted_raw, v.body, v.word_count, v.position, m.parent_id,
       v.seq AS versions, m.state, m.state_since, m.first_seen_at, m.last_seen_at, v.id AS comment_version_id
FROM comment m
JOIN article a ON a.id = m.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN comment_version v ON v.comment_id = m.id AND v.superseded_at IS NULL
     AND v.seq = (SELECT max(w.seq) FROM comment_version w WHERE w.comment_id = m.id AND w.superseded_at IS NULL)
LEFT JOIN commenter p ON p.id = v.commenter_id
WHERE m.state <> 'erased'
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.comment_id = m.id AND h.lifted_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = m.article_id AND h.lifted_at IS NULL);

CREATE VIEW comments_named AS
SELECT c.comment_id, c.article_id, c.outlet, c.url, nullif(p.display_name, p.pseudonym) AS commenter_name,
       c.commenter,
       c.posted_at, c.posted_on, c.posted_raw, c.body, c.word_count, c.position, c.parent_id,
       c.versions, c.state, c.state_since, c.first_seen_at, c.last_seen_at
FROM comments c
LEFT JOIN commenter p ON p.pseudonym = c.commenter;

CREATE VIEW captures AS
SELECT c.id AS capture_id, o.key AS outlet, u.url, c.captured_at, c.outcome, c.status,
       p.sha256, p.size, p.content_type, p.truncated, w.path AS warc_file, p.warc_offset, p.warc_length,
       e.article_id, x.layout, x.version AS layout_version, e.comment_state, c.run_id,
       f.via, m.archive, m.place AS archive_place
FROM capture c
JOIN url u ON u.id = c.url_id
JOIN payload p ON p.id = c.payload_id
JOIN warc_file w ON w.id = p.warc_file_id
JOIN run r ON r.id = c.run_id
LEFT JOIN fetch_attempt f ON f.id = (SELECT b.id FROM fetch_attempt b WHERE b.capture_id = c.id
                                     ORDER BY b.id LIMIT 1)
LEFT JOIN memento m ON m.id = (SELECT n.id FROM memento n
                               WHERE n.outlet_id = r.outlet_id AND n.via = f.via AND n.address_key = u.address_key
                                     AND n.run_id = c.run_id AND n.state = 'fetched' AND n.sha256 = p.sha256
                               ORDER BY n.archived_at, n.id LIMIT 1)
LEFT JOIN outlet o ON o.id = r.outlet_id
LEFT JOIN extraction e ON e.capture_id = c.id
     AND e.extractor_id = (SELECT f.extractor_id FROM extraction f WHERE f.capture_id = c.id
                           ORDER BY coalesce(f.reread_at, f.extracted_at) DESC, f.extractor_id DESC LIMIT 1)
LEFT JOIN extractor x ON x.id = e.extractor_id
WHERE NOT EXISTS (SELECT 1 FROM extraction t JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE t.capture_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM url w
                  JOIN article_url t ON t.url_id = w.id AND t.valid_to IS NULL
                  JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE w.url_key = u.url_key);

CREATE VIEW runs AS
SELECT r.id AS run_id, o.key AS outlet, r.kind, r.trigger, r.scheduled_for, r.started_at, r.ended_at,
       r.verdict, r.reason, r.counts, r.peak_memory_bytes, r.host, r.software_version
FROM run r
LEFT JOIN outlet o ON o.id = r.outlet_id;

CREATE VIEW holds AS
SELECT h.id AS hold_id, h.run_id, o.key AS outlet, h.layout, h.rechecked, h.affected, h.sign, h.held_at,
       h.decision, h.decided_at
FROM hold h
JOIN outlet o ON o.id = h.outlet_id;

CREATE VIEW outlet_daily AS
SELECT s.outlet, s.published_on AS day, count(*) AS articles, sum(s.word_count) AS words,
       count(DISTINCT s.byline) AS bylines, sum(s.comments) AS comments
FROM articles s
WHERE s.published_on IS NOT NULL
GROUP BY s.outlet, s.published_on;

CREATE VIEW removals AS
SELECT 'article' AS kind, s.article_id, NULL AS comment_id, s.outlet, s.url, s.title AS shown,
       s.state, s.last_seen_at, s.state_since
FROM articles s
WHERE s.state IN ('missing', 'gone', 'redirected')
UNION ALL
SELECT 'comment', c.article_id, c.comment_id, c.outlet, c.url, c.body, c.state, c.last_seen_at, c.state_since
FROM comments c
WHERE c.state = 'removed';

CREATE VIEW sightings AS
SELECT s.id AS sighting_id, o.key AS outlet, s.source, u.url, s.title, s.summary,
       s.published_at, s.published_on, s.published_raw, s.first_seen_at, s.last_seen_at
FROM sighting s
JOIN outlet o ON o.id = s.outlet_id
LEFT JOIN url u ON u.id = s.url_id
WHERE NOT EXISTS (SELECT 1 FROM url w
                  JOIN article_url t ON t.url_id = w.id
                  JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE w.url_key = u.url_key);

CREATE VIEW rejections AS
SELECT j.id AS rejection_id, o.key AS outlet, u.url, j.rejected_at, j.reason, j.detail, j.capture_id, j.run_id
FROM rejection j
JOIN url u ON u.id = j.url_id
JOIN run r ON r.id = j.run_id
LEFT JOIN outlet o ON o.id = r.outlet_id
WHERE NOT EXISTS (SELECT 1 FROM url w
                  JOIN article_url t ON t.url_id = w.id AND t.valid_to IS NULL
                  JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE w.url_key = u.url_key);

-- Months are UTC and 'YYYY-MM'; n counts them (12 * year + month - 1). The steps: months_held, what we hold
-- of each article; wanted, the other addresses that something says were articles' (announced by a source,
-- listed by a web archive, or read in vain), each once for all its spellings; lacking, those of them that
-- lead to no article, with what stands in the way, the most hopeful first; looked_at, what crawls and whole
-- lists of archives saw. datetime() is SQLite's own; PostgreSQL has one of ours (db/views/__init__.py).
CREATE VIEW coverage AS
WITH RECURSIVE months_held AS (
  SELECT a.outlet_id, coalesce(datetime(d.published_on), datetime(a.first_seen_at)) AS day,
         CASE WHEN d.id IS NULL THEN 'unknown'
              WHEN EXISTS (SELECT 1 FROM extraction e
                           JOIN fetch_attempt f ON f.capture_id = e.capture_id AND f.via = 'live'
                           WHERE e.article_id = a.id) THEN 'live'
              ELSE 'archive' END AS how
  FROM article a
  LEFT JOIN article_version v ON v.article_id = a.id AND v.retracted_at IS NULL
       AND v.seq = (SELECT max(w.seq) FROM article_version w WHERE w.article_id = a.id AND w.retracted_at IS NULL)
  LEFT JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
  LEFT JOIN document d ON d.id = t.document_id
  WHERE a.state <> 'merged'
), wanted AS (
  SELECT y.outlet_id, y.address_key, min(y.stated) AS stated, min(y.seen) AS seen,
         max(y.waits) AS waits, max(y.lacks) AS lacks, max(y.asked) AS asked
  FROM (
    SELECT s.outlet_id, u.address_key, s.published_on AS stated, s.first_seen_at AS seen,
           0 AS waits, 0 AS lacks, 0 AS asked
    FROM sighting s JOIN url u ON u.id = s.url_id
    UNION ALL
    SELECT m.outlet_id, m.address_key, NULL, m.archived_at,
           CASE WHEN m.state = 'chosen' THEN 1 ELSE 0 END, CASE WHEN m.state = 'lacking' THEN 1 ELSE 0 END, 1
    FROM memento m
    WHERE m.state NOT IN ('passed_over', 'listed') AND (m.status = 200 OR m.status IS NULL)
    UNION ALL
    SELECT r.outlet_id, u.address_key, NULL, j.rejected_at, 0, 0, 1
    FROM rejection j JOIN run r ON r.id = j.run_id AND r.outlet_id IS NOT NULL JOIN url u ON u.id = j.url_id
    WHERE j.reason IN ('no_title', 'no_body', 'unreadable', 'soft_404', 'out_of_dates')
  ) y
  GROUP BY y.outlet_id, y.address_key
), missing AS (
  SELECT w.*,
         (SELECT j.reason FROM url u JOIN rejection j ON j.url_id = u.id
          WHERE u.address_key = w.address_key ORDER BY j.rejected_at DESC, j.id DESC LIMIT 1) AS reason,
         (SELECT f.outcome FROM url u JOIN fetch_attempt f ON f.url_id = u.id
          WHERE u.address_key = w.address_key ORDER BY f.fetched_at DESC, f.id DESC LIMIT 1) AS outcome
  FROM wanted w
  WHERE NOT EXISTS (SELECT 1 FROM url u
                    JOIN article_url s ON s.url_id = u.id AND s.valid_to IS NULL
                    JOIN article a ON a.id = s.article_id AND a.outlet_id = w.outlet_id
                    WHERE u.address_key = w.address_key)
), found AS (
  SELECT h.outlet_id, h.day, h.how FROM months_held h
  UNION ALL
  SELECT m.outlet_id, coalesce(datetime(m.stated), datetime(m.seen)),
         CASE WHEN m.waits = 1 OR m.reason = 'out_of_dates' THEN 'waiting'
              WHEN m.reason IS NOT NULL AND m.reason <> 'soft_404' THEN 'unread'
              WHEN m.lacks = 1 THEN 'lacking'
              WHEN m.reason = 'soft_404' THEN 'gone'
              WHEN m.outcome IN ('not_found', 'gone', 'soft_404', 'redirect') THEN 'gone'
              WHEN m.outcome IN ('robots_denied', 'forbidden', 'rate_limited', 'client_error',
                                 'blocked_address') THEN 'refused'
              WHEN m.outcome IN ('server_error', 'network_error') THEN 'failed'
              WHEN m.outcome IS NOT NULL THEN 'unread'
              WHEN m.asked = 0 THEN 'waiting'
              ELSE 'unknown' END
  FROM missing m
  WHERE m.waits = 1 OR m.reason IS NULL OR m.reason NOT IN ('not_an_article', 'not_html')
), counted AS (
  SELECT k.outlet_id, k.n, count(*) AS expected,
         sum(CASE WHEN k.how = 'live' THEN 1 ELSE 0 END) AS held_live,
         sum(CASE WHEN k.how = 'archive' THEN 1 ELSE 0 END) AS held_archive,
         sum(CASE WHEN k.how = 'waiting' THEN 1 ELSE 0 END) AS missing_waiting,
         sum(CASE WHEN k.how = 'unread' THEN 1 ELSE 0 END) AS missing_unread,
         sum(CASE WHEN k.how = 'lacking' THEN 1 ELSE 0 END) AS missing_lacking,
         sum(CASE WHEN k.how = 'refused' THEN 1 ELSE 0 END) AS missing_refused,
         sum(CASE WHEN k.how = 'failed' THEN 1 ELSE 0 END) AS missing_failed,
         sum(CASE WHEN k.how = 'gone' THEN 1 ELSE 0 END) AS missing_gone,
         sum(CASE WHEN k.how = 'unknown' THEN 1 ELSE 0 END) AS missing_unknown
  FROM (SELECT f.outlet_id, f.how,
               12 * CAST(substr(f.day, 1, 4) AS integer) + CAST(substr(f.day, 6, 2) AS integer) - 1 AS n
        FROM found f) k
  GROUP BY k.outlet_id, k.n
), crawled AS (
  SELECT c.outlet_id, c.n, count(DISTINCT CASE WHEN c.whole = 1 THEN c.day END) AS days
  FROM (SELECT r.outlet_id, substr(datetime(r.started_at), 1, 10) AS day,
               12 * CAST(substr(datetime(r.started_at), 1, 4) AS integer)
               + CAST(substr(datetime(r.started_at), 6, 2) AS integer) - 1 AS n,
               CASE WHEN r.verdict IN ('ok', 'partial', 'held') THEN 1 ELSE 0 END AS whole
        FROM run r
        WHERE r.kind = 'crawl' AND r.outlet_id IS NOT NULL
              AND r.verdict IN ('ok', 'partial', 'held', 'failed', 'empty', 'stopped', 'lost')
              AND r.order_json ->> 'urls' IS NULL AND r.order_json ->> 'limit' IS NULL
              AND r.order_json ->> 'since' IS NULL AND r.order_json ->> 'until' IS NULL) c
  GROUP BY c.outlet_id, c.n
), listing AS (
  SELECT b.outlet_id, datetime(b.since) AS since, datetime(b.until) AS until,
         datetime(CASE WHEN q.done_at < b.started_at THEN q.done_at ELSE b.started_at END) AS made
  FROM backfill b
  JOIN (SELECT i.outlet_id, i.via, max(i.done_at) AS done_at,
               sum(CASE WHEN i.done_at IS NULL THEN 1 ELSE 0 END) AS undone
        FROM index_query i GROUP BY i.outlet_id, i.via) q ON q.outlet_id = b.outlet_id AND q.via = b.via
  WHERE b.via IN ('wayback', 'commoncrawl')
        AND (b.ended_by = 'done'
             OR (b.ended_at IS NULL AND q.undone = 0 AND q.done_at >= b.started_at
                 AND NOT EXISTS (SELECT 1 FROM memento m WHERE m.outlet_id = b.outlet_id AND m.via = b.via
                                 AND m.state = 'listed')))
), listed AS (
  SELECT l.outlet_id,
         CASE WHEN l.since IS NOT NULL THEN
              12 * CAST(substr(l.since, 1, 4) AS integer) + CAST(substr(l.since, 6, 2) AS integer) - 1
              + CASE WHEN substr(l.since, 9, 2) = '01' THEN 0 ELSE 1 END END AS first_n,
         CASE WHEN l.until IS NULL OR l.until >= l.made THEN
              12 * CAST(substr(l.made, 1, 4) AS integer) + CAST(substr(l.made, 6, 2) AS integer) - 2
         ELSE 12 * CAST(substr(l.until, 1, 4) AS integer) + CAST(substr(l.until, 6, 2) AS integer) - 2
              + CASE WHEN substr(l.until, 9, 2) = '31'
                          OR substr(l.until, 6, 5) IN ('02-29', '04-30', '06-30', '09-30', '11-30')
                          OR (substr(l.until, 6, 5) = '02-28'
                              AND CAST(substr(l.until, 1, 4) AS integer)
                                  <> 4 * (CAST(substr(l.until, 1, 4) AS integer) / 4))
                     THEN 1 ELSE 0 END END AS last_n
  FROM listing l
), span AS (
  SELECT p.outlet_id, min(p.n) AS first_n, max(p.n) AS last_n
  FROM (SELECT c.outlet_id, c.n FROM counted c
        UNION ALL SELECT c.outlet_id, c.n FROM crawled c
        UNION ALL SELECT l.outlet_id, l.first_n FROM listed l WHERE l.first_n <= l.last_n
        UNION ALL SELECT l.outlet_id, l.last_n FROM listed l WHERE coalesce(l.first_n, 0) <= l.last_n) p
  GROUP BY p.outlet_id
), calendar AS (
  SELECT s.outlet_id, s.first_n AS n, s.last_n FROM span s
  UNION ALL
  SELECT m.outlet_id, m.n + 1, m.last_n FROM calendar m WHERE m.n < m.last_n
), looked_at AS (
  SELECT m.outlet_id, m.n, coalesce(w.days, 0) AS days_crawled,
         CASE WHEN w.days > 0 THEN 'crawled'
              WHEN EXISTS (SELECT 1 FROM listed l WHERE l.outlet_id = m.outlet_id AND l.last_n >= m.n
                           AND (l.first_n IS NULL OR l.first_n <= m.n)) THEN 'listed'
              WHEN w.days = 0 THEN 'tried'
              WHEN c.n IS NOT NULL THEN 'partly'
              ELSE 'no' END AS looked
  FROM calendar m
  LEFT JOIN crawled w ON w.outlet_id = m.outlet_id AND w.n = m.n
  LEFT JOIN counted c ON c.outlet_id = m.outlet_id AND c.n = m.n
), filled AS (
  SELECT k.outlet_id, k.n, k.looked, k.days_crawled,
         CASE WHEN k.looked IN ('crawled', 'listed') THEN 0 END AS nought
  FROM looked_at k
)
SELECT o.key AS outlet,
       substr(CAST(10000 + k.n / 12 AS text), 2) || '-' || substr(CAST(101 + k.n - 12 * (k.n / 12) AS text), 2)
       AS month,
       k.looked, k.days_crawled, coalesce(c.expected, k.nought) AS expected,
       coalesce(c.held_live + c.held_archive, k.nought) AS held,
       coalesce(c.held_live, k.nought) AS held_live, coalesce(c.held_archive, k.nought) AS held_archive,
       coalesce(c.missing_waiting, k.nought) AS missing_waiting,
       coalesce(c.missing_unread, k.nought) AS missing_unread,
       coalesce(c.missing_lacking, k.nought) AS missing_lacking,
       coalesce(c.missing_refused, k.nought) AS missing_refused,
       coalesce(c.missing_failed, k.nought) AS missing_failed,
       coalesce(c.missing_gone, k.nought) AS missing_gone,
       coalesce(c.missing_unknown, k.nought) AS missing_unknown
FROM filled k
JOIN outlet o ON o.id = k.outlet_id
LEFT JOIN counted c ON c.outlet_id = k.outlet_id AND c.n = k.n;

CREATE VIEW outlets AS
SELECT o.key AS outlet, o.title, o.publisher, o.home, o.timezone, o.example,
       (SELECT min(r.started_at) FROM run r WHERE r.outlet_id = o.id AND r.kind = 'crawl') AS followed_since,
       (SELECT max(r.ended_at) FROM run r
        WHERE r.outlet_id = o.id AND r.kind = 'crawl' AND r.verdict IN ('ok', 'partial', 'held')) AS last_crawled_at
FROM outlet o;

CREATE VIEW mementos AS
SELECT m.id AS memento_id, o.key AS outlet, m.via, m.archive, m.url, m.archived_at, m.place,
       nullif(m.digest, '') AS digest, m.status, m.content_type, m.length, m.state, m.choice, m.detail,
       m.sha256, m.run_id,
       (SELECT a.id FROM url u
        JOIN article_url s ON s.url_id = u.id AND s.valid_to IS NULL
        JOIN article a ON a.id = s.article_id AND a.outlet_id = m.outlet_id
        WHERE u.address_key = m.address_key ORDER BY a.id LIMIT 1) AS article_id
FROM memento m
JOIN outlet o ON o.id = m.outlet_id
WHERE NOT EXISTS (SELECT 1 FROM url w
                  JOIN article_url t ON t.url_id = w.id
                  JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE w.url_key = m.address_key)
      AND NOT EXISTS (SELECT 1 FROM url u
                  JOIN url w ON w.url_key = u.url_key
                  JOIN article_url t ON t.url_id = w.id
                  JOIN withdrawal h ON h.article_id = t.article_id AND h.lifted_at IS NULL
                  WHERE u.address_key = m.address_key);

CREATE VIEW matches AS
SELECT m.id AS match_id, o.key AS outlet, m.article_id, u.url, m.other_id, w.url AS other_url,
       m.share, m.evidence, m.found_at, m.decision, m.decided_at, m.by_person
FROM article_match m
JOIN outlet o ON o.id = m.outlet_id
JOIN article a ON a.id = m.article_id
JOIN url u ON u.id = a.canonical_url_id
LEFT JOIN article b ON b.id = m.other_id
LEFT JOIN url w ON w.id = b.canonical_url_id
WHERE NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = m.article_id AND h.lifted_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM withdrawal h WHERE h.article_id = m.other_id AND h.lifted_at IS NULL);

-- One row an article of a story: who printed it first, and what each other one kept of it. Two articles of a
-- story need not be alike each other, only the first.
CREATE VIEW stories AS
SELECT m.story_id, m.article_id, s.outlet, s.url, s.title, s.published_at, s.published_on, s.word_count, s.state,
       m.article_id = m.first_id AS is_first, m.relation, m.share_kept, m.shared_words,
       m.first_id AS first_article_id, f.key AS first_outlet, m.hours_after AS hours_after_first,
       m.appeared_at, m.appeared_by, m.decided_by, m.recorded_at
FROM story_member m
JOIN articles s ON s.article_id = m.article_id
JOIN article a ON a.id = m.first_id
JOIN outlet f ON f.id = a.outlet_id
WHERE m.superseded_at IS NULL;

CREATE VIEW dictionary AS
SELECT relation, column_name, relation_kind, position, description
FROM data_dictionary;
