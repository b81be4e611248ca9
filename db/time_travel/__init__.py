"""The archive as of a date, and as it was believed then."""
