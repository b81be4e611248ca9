"""The parts of an article on any page: its blocks, title, writers, dates, text, and what is none of it."""
