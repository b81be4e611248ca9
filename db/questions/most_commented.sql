-- Which articles have the most comments, and from how many people?
--
-- Means: the twenty articles with the most comments shown now, and the different names under them.
-- Caveats: a name is not certainly a person, and comments without a name count for nobody; where
-- comment_state is partial the page has more comments than are held.
SELECT a.outlet, a.article_id, a.title, a.published_on, a.comments, a.comment_state,
       (SELECT count(DISTINCT c.commenter) FROM comments c
        WHERE c.article_id = a.article_id AND c.state = 'visible') AS names
FROM articles a
WHERE a.comments > 0
ORDER BY a.comments DESC, a.article_id
LIMIT 20
