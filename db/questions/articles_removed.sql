-- Which articles did the outlets take down?
--
-- Means: articles that are away now; gone was said by the outlet, missing and redirected were found three
-- times over 48 hours or more. It went after last_seen_at, by state_since.
-- Caveats: articles that came back are not among them (article_versions.ended_by has them); an outlet that
-- refuses or fails is never taken for a removal.
SELECT outlet, article_id, shown AS title, state, last_seen_at, state_since
FROM removals
WHERE kind = 'article'
ORDER BY state_since DESC, article_id
