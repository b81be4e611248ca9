"""Reader comments that lie on other pages than their article: found, asked for, read, put together."""
