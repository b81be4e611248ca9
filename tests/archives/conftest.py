"""One pair of archives for all tests that plant nothing, and the public clients pointed at it."""

import re
from typing import Any

import cdx_toolkit
import cdx_toolkit.commoncrawl
import cdx_toolkit.myrequests
import pytest
import wayback

from newsstand.archives import Archives, serve


@pytest.fixture(scope="session")
def archives():
    with serve(Archives()) as served:
        yield served


@pytest.fixture
def own():
    """Archives of a test's own, for faults and limits."""
    made = []

    def make(**settings: Any) -> Archives:
        made.append(Archives(**settings).start())
        return made[-1]

    yield make
    for served in made:
        served.stop()


@pytest.fixture
def wayback_client(monkeypatch):
    """A client of the ``wayback`` package whose base address, and nothing else, is another."""
    sessions = []

    def make(served, **options: Any) -> wayback.WaybackClient:
        base = served.address("wayback")
        pattern = re.compile(rf"^{re.escape(base)}/web/(\d+)(\w\w_)?/(.+)$")
        monkeypatch.setattr("wayback._client.CDX_SEARCH_URL", f"{base}/cdx/search/cdx")
        monkeypatch.setattr("wayback._utils.MEMENTO_URL_PATTERN", pattern)
        monkeypatch.setattr("wayback._utils.MEMENTO_URL_TEMPLATE", base + "/web/{timestamp}{mode}/{url}")
        session = wayback.WaybackSession(
            search_calls_per_second=0, memento_calls_per_second=0, **{"retries": 0, **options}
        )
        sessions.append(session)
        return wayback.WaybackClient(session)

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def toolkit(monkeypatch, tmp_path):
    """A maker of cdx_toolkit fetchers: no waiting between requests, the list of crawls cached apart."""
    monkeypatch.setitem(cdx_toolkit.myrequests.retry_info["default"], "minimum_interval", 0.0)
    monkeypatch.setitem(
        cdx_toolkit.myrequests.retry_info, "127.0.0.1", {"next_fetch": 0, "minimum_interval": 0.0}
    )
    monkeypatch.setattr(cdx_toolkit.commoncrawl, "CACHE_DIR", f"{tmp_path}/")

    def make(served, source) -> cdx_toolkit.CDXFetcher:
        if source == "cc":
            base = served.address("commoncrawl")
            return cdx_toolkit.CDXFetcher(source="cc", cc_mirror=base, warc_download_prefix=base)
        base = served.address("wayback")
        return cdx_toolkit.CDXFetcher(source=f"{base}/cdx/search/cdx", wb=f"{base}/web")

    return make
