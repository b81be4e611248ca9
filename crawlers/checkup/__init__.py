"""The check of an outlet: a few of its pages read by its own facts, and what is wrong in sentences."""
