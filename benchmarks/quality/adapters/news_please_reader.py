"""news-please's extractor on a page at hand, without fetching images."""

from typing import Any

from newsplease import NewsPlease


def read(html: str, url: str) -> dict[str, Any]:
    """Give the article; it knows no comments."""
    article = NewsPlease.from_html(html, url=url or None, fetch_images=False)
    published = article.date_publish
    return {
        "title": article.title,
        "authors": list(article.authors or []),
        "date": published.isoformat() if published else None,
        "body": article.maintext,
    }
