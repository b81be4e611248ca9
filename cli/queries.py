"""Three of the questions of db/questions, shown by the demo and in the README."""

from db.questions import question

SHOWN = ("articles_edited", "comments_removed", "articles_per_day")
QUERIES = tuple((question(name).sentence, question(name).sql) for name in SHOWN)
"""Each with the question it answers; they run on SQLite and on PostgreSQL."""
