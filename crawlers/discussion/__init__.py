"""Reader comments on any article page: those in its markup, and the systems that keep them elsewhere."""
