"""Where captures of others come from: web archives, WARC files, saved pages."""
