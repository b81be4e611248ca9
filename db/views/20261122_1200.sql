-- The views: what analysts read. Columns change only with a changelog line (DESIGN.md, Data).
-- One text for SQLite and PostgreSQL; a later schema brings its own file and leaves this one alone.

CREATE VIEW article_versions AS
SELECT v.id AS version_id, v.article_id, o.key AS outlet, u.url, v.seq AS version,
       d.title, d.standfirst, d.byline, d.section, d.published_at, d.published_on, d.published_raw,
       d.body, d.word_count, d.tags,
       v.valid_from, v.valid_to, v.changed_after, v.last_seen_at, v.ended_by,
       c.kind AS change_kind, c.words_added, c.words_removed, c.title_changed,
       x.layout, x.version AS layout_version, v.first_capture_id AS capture_id, v.recorded_at
FROM article_version v
JOIN article a ON a.id = v.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
JOIN document d ON d.id = t.document_id
JOIN extractor x ON x.id = t.extractor_id
LEFT JOIN article_change c ON c.version_id = v.id AND c.previous_version_id <> v.id
     AND c.superseded_at IS NULL
WHERE v.retracted_at IS NULL;

CREATE VIEW articles AS
SELECT a.id AS article_id, o.key AS outlet, u.url,
       d.title, d.standfirst, d.byline, d.section, d.published_at, d.published_on, d.published_raw,
       d.body, d.word_count, d.tags, e.comment_state,
       (SELECT count(*) FROM comment m WHERE m.article_id = a.id AND m.state = 'visible') AS comments,
       v.seq AS versions, a.state, a.state_since, a.first_seen_at, a.last_seen_at, a.last_checked_at,
       a.next_check_at, v.valid_from AS last_changed_at, x.layout
FROM article a
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN article_version v ON v.article_id = a.id AND v.retracted_at IS NULL
     AND v.seq = (SELECT max(w.seq) FROM article_version w WHERE w.article_id = a.id AND w.retracted_at IS NULL)
JOIN article_text t ON t.version_id = v.id AND t.superseded_at IS NULL
JOIN document d ON d.id = t.document_id
JOIN extractor x ON x.id = t.extractor_id
LEFT JOIN extraction e ON e.capture_id = v.last_capture_id AND e.extractor_id = t.extractor_id;

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
WHERE c.superseded_at IS NULL;

CREATE VIEW addresses AS
SELECT s.article_id, o.key AS outlet, u.url, s.role, s.valid_from, s.valid_to
FROM article_url s
JOIN article a ON a.id = s.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = s.url_id;

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
WHERE v.superseded_at IS NULL AND m.state <> 'erased';

CREATE VIEW comments AS
SELECT m.id AS comment_id, m.article_id, o.key AS outlet, u.url, p.pseudonym AS commenter,
       v.posted_at, v.posted_on, v.posted_raw, v.body, v.word_count, v.position, m.parent_id,
       v.seq AS versions, m.state, m.state_since, m.first_seen_at, m.last_seen_at
FROM comment m
JOIN article a ON a.id = m.article_id
JOIN outlet o ON o.id = a.outlet_id
JOIN url u ON u.id = a.canonical_url_id
JOIN comment_version v ON v.comment_id = m.id AND v.superseded_at IS NULL
     AND v.seq = (SELECT max(w.seq) FROM comment_version w WHERE w.comment_id = m.id AND w.superseded_at IS NULL)
LEFT JOIN commenter p ON p.id = v.commenter_id
WHERE m.state <> 'erased';

CREATE VIEW comments_named AS
SELECT c.comment_id, c.article_id, c.outlet, c.url, p.display_name AS commenter_name, c.commenter,
       c.posted_at, c.posted_on, c.posted_raw, c.body, c.word_count, c.position, c.parent_id,
       c.versions, c.state, c.state_since, c.first_seen_at, c.last_seen_at
FROM comments c
LEFT JOIN commenter p ON p.pseudonym = c.commenter;

CREATE VIEW captures AS
SELECT c.id AS capture_id, o.key AS outlet, u.url, c.captured_at, c.outcome, c.status,
       p.sha256, p.size, p.content_type, p.truncated, w.path AS warc_file, p.warc_offset, p.warc_length,
       e.article_id, x.layout, x.version AS layout_version, e.comment_state, c.run_id
FROM capture c
JOIN url u ON u.id = c.url_id
JOIN payload p ON p.id = c.payload_id
JOIN warc_file w ON w.id = p.warc_file_id
JOIN run r ON r.id = c.run_id
LEFT JOIN outlet o ON o.id = r.outlet_id
LEFT JOIN extraction e ON e.capture_id = c.id
     AND e.extractor_id = (SELECT f.extractor_id FROM extraction f WHERE f.capture_id = c.id
                           ORDER BY coalesce(f.reread_at, f.extracted_at) DESC, f.extractor_id DESC LIMIT 1)
LEFT JOIN extractor x ON x.id = e.extractor_id;

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
LEFT JOIN url u ON u.id = s.url_id;

CREATE VIEW rejections AS
SELECT j.id AS rejection_id, o.key AS outlet, u.url, j.rejected_at, j.reason, j.detail, j.capture_id, j.run_id
FROM rejection j
JOIN url u ON u.id = j.url_id
JOIN run r ON r.id = j.run_id
LEFT JOIN outlet o ON o.id = r.outlet_id;

CREATE VIEW dictionary AS
SELECT relation, column_name, relation_kind, position, description
FROM data_dictionary;
