"""A Wayback Machine and a Common Crawl over loopback that hold pages of the newsstand."""

from newsstand.archives.archives import Archives, serve
from newsstand.archives.captures import Capture, Coding, Holdings, Row
from newsstand.archives.limits import TODAY, Limits, Service

__all__ = ["TODAY", "Archives", "Capture", "Coding", "Holdings", "Limits", "Row", "Service", "serve"]
