-- Which comments were taken down?
--
-- Means: the last ten comments that a page shows no more though it lists all its comments.
-- Caveats: nobody knows by whom, the outlet or the writer; on pages that list only some of their comments
-- no removal is ever said. Writers stand under pseudonyms, within one outlet.
SELECT outlet, article_id, commenter, posted_at, body, state_since
FROM comments WHERE state = 'removed' ORDER BY state_since DESC LIMIT 10
