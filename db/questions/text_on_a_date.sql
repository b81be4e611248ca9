-- What did an article say on a date?
--
-- Means: the text its outlet showed at that instant; as it stands here, that of the article edited last,
-- before that edit. For another put its number and your instant, written as '2026-03-01 12:00:00Z', in the
-- place of (SELECT article_id FROM asked) and (SELECT moment FROM asked).
-- Caveats: between changed_after and valid_from of the next version either text may have been shown; for
-- whole views as of a date use `cuttings sql --as-of`.
WITH asked AS (
  SELECT article_id, changed_after AS moment
  FROM article_changes
  WHERE kind <> 'cosmetic'
        AND changed_by = (SELECT changed_by FROM article_changes WHERE kind <> 'cosmetic'
                          ORDER BY changed_by DESC LIMIT 1)
  ORDER BY article_id
  LIMIT 1
)
SELECT v.outlet, v.article_id, v.version, v.valid_from, v.valid_to, v.title, v.body
FROM article_versions v
WHERE v.article_id = (SELECT article_id FROM asked)
      AND v.valid_from <= (SELECT moment FROM asked)
      AND (v.valid_to IS NULL OR v.valid_to > (SELECT moment FROM asked))
