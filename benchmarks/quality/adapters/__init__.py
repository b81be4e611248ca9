"""One module per reader: `read(html, url)` gives what it reads; each runs where its library is installed."""
