"""Copies across outlets: shingles, overlaps, pairs, and the stories they make."""
