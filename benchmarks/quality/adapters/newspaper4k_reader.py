"""newspaper4k without fetching images, which it would wait for."""

from typing import Any

import newspaper

_SOMEWHERE = "http://example.com/article"  # it reads no page without an address


def read(html: str, url: str) -> dict[str, Any]:
    """Give the article; it knows no comments."""
    article = newspaper.article(url or _SOMEWHERE, input_html=html, fetch_images=False)
    published = article.publish_date
    return {
        "title": article.title,
        "authors": list(article.authors or []),
        "date": published.isoformat() if hasattr(published, "isoformat") else published,
        "body": article.text,
    }
