-- How many articles did each outlet publish each month, how long, and with how many comments?
--
-- Means: the articles held whose pages state that month, as last shown, also those that are gone by now.
-- Caveats: few articles can mean that few are held: coverage_gaps tells. Pages without a date stand under
-- NULL; comments are those shown now, and zero where a page's comments cannot be read (comment_state).
SELECT outlet, substr(CAST(published_on AS text), 1, 7) AS month, count(*) AS articles,
       sum(word_count) AS words, sum(comments) AS comments
FROM articles
GROUP BY 1, 2
ORDER BY 1, 2 NULLS LAST
