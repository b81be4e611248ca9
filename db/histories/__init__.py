"""An article's history: evidence, spells, versions, edits, and what is held or read again."""
