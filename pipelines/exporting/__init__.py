"""Rows on their way out: each format's writer, the manifest, and one export from end to end."""
