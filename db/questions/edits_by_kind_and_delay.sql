-- What kinds of edits does each outlet make, and how long after publication?
--
-- Means: edits by kind (article_changes.kind) and by the time from publication until the edit was seen.
-- Caveats: the edit was made earlier than it was seen, by up to changed_by less changed_after. A page that
-- states only a day counts from the beginning of that day in UTC, one without a date from its first sight.
WITH delays AS (
  SELECT c.outlet, c.kind, c.words_added + c.words_removed AS words,
         julianday(c.changed_by)
         - coalesce(julianday(a.published_at), julianday(a.published_on), julianday(a.first_seen_at)) AS days
  FROM article_changes c
  JOIN articles a ON a.article_id = c.article_id
  WHERE c.kind <> 'cosmetic'
)
SELECT outlet, kind,
       CASE WHEN days <= 1 THEN '1: within a day' WHEN days <= 7 THEN '2: within a week'
            WHEN days <= 30 THEN '3: within 30 days' ELSE '4: later' END AS delay,
       count(*) AS edits, sum(words) AS words
FROM delays
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
