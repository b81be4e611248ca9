"""What a person asks a survey for, and the site as far as its address alone tells."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core import urls
from crawlers.outlet import Outlet
from crawlers.survey import names


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a person asked for: the site's address, and what she knows better than a survey finds out.

    ``base_url`` stands in for the site, as in a crawl; ``max_bytes`` bounds a packed sitemap.
    """

    url: str
    key: str | None = None
    timezone: str | None = None
    base_url: str | None = None
    max_bytes: int = 10 * 1024 * 1024

    @property
    def page(self) -> str | None:
        """The page that was named, where it is another than the home page."""
        return self.url if urlsplit(self.url).path.strip("/") else None


def stranger(url: str, key: str | None = None) -> Outlet:
    """Give an outlet of which only the address is known: what a survey may ask lies on its host."""
    host, parts = urls.host(url), urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    return Outlet(
        key=key or names.key(url), title=host, home=home, hosts=(host,), publisher="", forms=(), layouts=()
    )
