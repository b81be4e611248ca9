-- Where has the archive gaps, and what of the rest came from web archives only?
--
-- Means: for each outlet and year the months that were looked at as a whole, in part and not at all, and of
-- the articles known to have existed how many are held, held from archives only, and missing.
-- Caveats: expected counts what somebody announced, listed or met; in months that are partly or unseen there
-- were more. A month without a look is no month without articles.
SELECT outlet, substr(month, 1, 4) AS year,
       sum(CASE WHEN looked IN ('crawled', 'listed') THEN 1 ELSE 0 END) AS months_whole,
       sum(CASE WHEN looked IN ('partly', 'tried') THEN 1 ELSE 0 END) AS months_partly,
       sum(CASE WHEN looked = 'no' THEN 1 ELSE 0 END) AS months_unseen,
       sum(expected) AS expected, sum(held) AS held, sum(held_archive) AS held_archive,
       sum(expected - held) AS missing
FROM coverage
GROUP BY 1, 2
ORDER BY 1, 2
