"""Readers' comments: which is which, their versions, when they came and went."""
