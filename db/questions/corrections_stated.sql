-- Which corrections did the outlets state?
--
-- Means: each correction or clarification that a page states since an edit, in the page's words.
-- Caveats: only corrections that came while the article was followed, worded as corrections; silent ones are
-- among the other edits (articles_edited).
SELECT outlet, article_id, title_after AS title, correction_note, changed_after, changed_by
FROM article_changes
WHERE correction_note IS NOT NULL
ORDER BY changed_by DESC, article_id
