"""Where addresses are discovered: feeds, sitemaps, listings, robots.txt."""
