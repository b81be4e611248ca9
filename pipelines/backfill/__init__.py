"""Backfills: what archives list is chosen from, fetched, kept, read and stored."""
