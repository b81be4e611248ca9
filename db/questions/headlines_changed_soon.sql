-- Which headlines were changed within 24 hours of being seen first?
--
-- Means: the headline before and after, for each change that was seen within a day of the article's first sight.
-- Caveats: first sight is the archive's, not the publication: published_on shows how far the two may lie
-- apart. Headlines that were changed before the first visit are not known.
WITH headlines AS (
  SELECT c.outlet, c.article_id, c.title_before, c.title_after, c.changed_after, c.changed_by,
         (SELECT a.published_on FROM articles a WHERE a.article_id = c.article_id) AS published_on,
         (SELECT a.first_seen_at FROM articles a WHERE a.article_id = c.article_id) AS first_seen_at
  FROM article_changes c
  WHERE c.title_changed
)
SELECT outlet, article_id, title_before, title_after, published_on, changed_after, changed_by
FROM headlines
WHERE julianday(changed_by) - julianday(first_seen_at) <= 1
ORDER BY changed_by DESC, article_id
