"""Registrable domains: the outlets of one are asked as if they were one site."""

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core import urls

if TYPE_CHECKING:
    from tldextract import TLDExtract


def registrable_domain(url: str) -> str:
    """Give what was registered for an address: ``example.co.uk`` for ``https://a.example.co.uk/news``.

    Where nothing can have been (an IP address, ``localhost``, an invented ending) the host with its
    port. Goes by the list of public suffixes that tldextract ships; nothing is fetched.
    """
    parts = urlsplit(url)
    return _extractor()(urls.host(url)).top_domain_under_public_suffix or parts.netloc.rpartition("@")[2]


@cache
def _extractor() -> "TLDExtract":
    from tldextract import TLDExtract  # brings requests along, 0.1 s: only where crawls are given out

    return TLDExtract(suffix_list_urls=(), cache_dir=None)
