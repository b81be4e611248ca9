-- Who was first with a story that several outlets print, and how much did the others keep?
--
-- Means: each copy with its story's first article, hours later, and the share of the first's words it kept.
-- Caveats: first is who is known to have appeared first; where a page states only a day, or nothing
-- (appeared_by), the order can be another. A press release of a third party has no author among them.
WITH printed AS (
  SELECT story_id, article_id, outlet, title, is_first, first_outlet, hours_after_first, relation, share_kept,
         appeared_by
  FROM stories
)
SELECT s.story_id, s.first_outlet, f.title AS first_title, s.outlet AS copied_by, s.title AS copy_title,
       s.hours_after_first, s.relation, s.share_kept, s.appeared_by
FROM printed s
JOIN printed f ON f.story_id = s.story_id AND f.is_first
WHERE NOT s.is_first
ORDER BY s.story_id, s.hours_after_first, s.article_id
