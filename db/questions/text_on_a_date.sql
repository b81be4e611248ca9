-- What did an article say on a date?
--
-- Means: the text its outlet showed at that instant; as it stands here, that of the article edited last,
-- before that edit. For another put its number and your instant in the place of asked.article_id and
-- asked.moment, written as '2026-03-01 12:00:00Z'.
-- Caveats: between changed_after and valid_from of the next version either text may have been shown; for
-- whole views as of a date use `cuttings sql --as-of`.
WITH asked AS (
  SELECT article_id, changed_after AS moment
  FROM article_changes
  WHERE kind <> 'cosmetic'
  ORDER BY changed_by DESC, article_id
  LIMIT 1
)
SELECT v.outlet, v.article_id, v.version, v.valid_from, v.valid_to, v.title, v.body
FROM asked
JOIN article_versions v ON v.article_id = asked.article_id
WHERE v.valid_from <= asked.moment AND (v.valid_to IS NULL OR v.valid_to > asked.moment)
