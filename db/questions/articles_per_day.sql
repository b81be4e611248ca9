-- How much did each outlet publish?
--
-- Means: the last ten days of publication with their articles and words.
-- Caveats: articles without a stated day are left out; a day that is not there had none that is held.
SELECT outlet, day, articles, words FROM outlet_daily ORDER BY day DESC, outlet LIMIT 10
