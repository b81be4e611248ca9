"""What the documents of a site tell of it: platform, sources, article addresses, names, zone, samples."""
