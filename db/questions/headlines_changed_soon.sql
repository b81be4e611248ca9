-- Which headlines were changed within 24 hours of being seen first?
--
-- Means: the headline before and after, for each change that was seen within a day of the article's first sight.
-- Caveats: first sight is the archive's, not the publication: published_on shows how far the two may lie
-- apart. Headlines that were changed before the first visit are not known.
SELECT c.outlet, c.article_id, c.title_before, c.title_after, a.published_on, c.changed_after, c.changed_by
FROM article_changes c
JOIN articles a ON a.article_id = c.article_id
WHERE c.title_changed AND julianday(c.changed_by) - julianday(a.first_seen_at) <= 1
ORDER BY c.changed_by DESC, c.article_id
