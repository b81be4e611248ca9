-- Which articles were edited, when, and how much?
--
-- Means: the last ten edits; each was made after changed_after and by changed_by.
-- Caveats: an edit that was undone between two visits was never seen; changes of quotes, dashes and spaces
-- alone (cosmetic) are left out, and so are readings that are held until somebody decides (holds).
SELECT outlet, title_after AS title, kind, changed_after, changed_by, words_added, words_removed
FROM article_changes WHERE kind <> 'cosmetic' ORDER BY changed_by DESC LIMIT 10
