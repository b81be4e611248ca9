"""Scrapy's settings: hardened, polite, each departure from Scrapy's default with its reason.

Facts and measurements: OPS-FACTS.md sections 2.2 and 7.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from scrapy.settings import default_settings

from core import text
from core.settings import Settings, load_settings
from crawlers.sources.robots import AGENT

BOT_NAME = "cuttings"
SPIDER_MODULES = ["crawlers.spiders"]

# --- Local doors -------------------------------------------------------------------------------
TELNETCONSOLE_ENABLED = False  # default True: listens on a port and executes code
REMOTE_CONTROL_ENABLED = False  # default True: the same over HTTP
HTTPPROXY_ENABLED = False  # default True: a proxy from the environment resolves names past our guard

# --- What may be asked ---------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {  # links to file:///etc/passwd and data: are fetched by default
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawlers.middlewares.guard.GuardedResolver"  # names that lead inwards
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
ROBOTSTXT_OBEY = True  # default False
ROBOTSTXT_USER_AGENT = AGENT  # the token a robots.txt names, not the whole User-Agent
ROBOTSTXT_PARSER = "crawlers.sources.robots.Rules"  # with its Sitemap lines
COOKIES_ENABLED = False  # default True: nothing here needs a session, and cookies make pages differ
REFERRER_POLICY = (
    "scrapy.spidermiddlewares.referer.NoReferrerPolicy"  # pages asked in turn are no trail of links
)
METAREFRESH_ENABLED = False  # default True: a page that refreshes itself is kept as it is, not chased
REDIRECT_MAX_TIMES = 10  # default 20: the longest honest chain is http, https, www, slash, new slug

# --- Traps: the frontier bounds sources, these bound the rest ------------------------------------
URLLENGTH_LIMIT = 2083  # Scrapy's default, stated because core.urls relies on it
DEPTH_LIMIT = 0  # depth counts our hand-overs from page to page, not hops of a trap
MEMUSAGE_LIMIT_MB = 2048  # default 0, no limit: 400,000 headers pass every other bound

DOWNLOAD_FAIL_ON_DATALOSS = False  # default True drops the bytes that came before the server hung up

# --- Middlewares, from the engine to the network -------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "crawlers.middlewares.guard.Guard": 25,  # first, so that redirects and robots.txt pass it too
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the guard knows ports and --base-url
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.middlewares.robots.Robots": 100,  # RFC 9309 instead of "any body is rules"
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.middlewares.retry.Retry": 550,  # with back-off and Retry-After
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawlers.middlewares.size.SizeLimit": 590,  # cuts off over-long bodies instead of dropping them
    "pipelines.capture.Capture": 990,  # next to the network: bytes as they came
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # see DEPTH_LIMIT
}
CUTTINGS_LEDGER = "pipelines.archive.CrawlLedger"  # what the spider may ask about the past
EXTENSIONS = {
    "pipelines.archive.Archive": 0,  # the crawl's writer, WARC file, run row and lock
}
EXTENSIONS_BASE = {  # without the doors switched off above: only to find that out would take 0.3 s of imports
    path: order
    for path, order in default_settings.EXTENSIONS_BASE.items()
    if not path.endswith((".TelnetConsole", ".RemoteControl"))
}
ITEM_PIPELINES = {
    "pipelines.clean.Clean": 100,
    "pipelines.check.Check": 200,
    "pipelines.store.StoreStage": 300,
}

# --- Order and waiting ---------------------------------------------------------------------------
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO would ask the oldest first
DOWNLOADER = "crawlers.downloader.Downloader"  # Scrapy's exceeds the limit of requests at once
HTTPERROR_ALLOW_ALL = True  # default False: the spider tells of every status itself
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]  # OPS-FACTS.md section 5, as story-indexer
RETRY_GIVE_UP_LOG_LEVEL = "WARNING"  # default ERROR: weather, told once more by the spider
CUTTINGS_RETRY_WAIT = 1.0  # seconds before the first further try, doubled with each
CUTTINGS_MAX_RETRY_WAIT = 120.0  # seconds; a Retry-After above it leaves the address for another run
CUTTINGS_MAX_CRAWL_DELAY = 120.0  # seconds, as CC-NEWS (OPS-FACTS.md section 5)
AUTOTHROTTLE_MAX_DELAY = 120.0  # default 60: never below a Crawl-delay
CONCURRENT_ITEMS = 8  # default 100: Scrapy begins that many tasks for every response, 2 ms of work
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True: it parses the callback's source for every response
DNS_TIMEOUT = 20  # default 60: a crawl should not hang on a name server


def for_operator(settings: Settings) -> dict[str, Any]:
    """Give the Scrapy settings that follow from the operator's."""
    return {
        "USER_AGENT": _user_agent(settings.contact),
        "DOWNLOAD_DELAY": settings.download_delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.concurrency_per_host,
        # One outlet a crawl; the rest is room for requests that wait to be tried again.
        "CONCURRENT_REQUESTS": settings.concurrency_per_host + 32,
        "AUTOTHROTTLE_ENABLED": settings.autothrottle,
        "AUTOTHROTTLE_START_DELAY": settings.download_delay,  # default 5 s before anything is known
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(settings.concurrency_per_host),
        "DOWNLOAD_TIMEOUT": settings.download_timeout,  # covers the whole transfer, drips included
        "DOWNLOAD_MAXSIZE": settings.max_body_bytes,  # default 1 GiB: 1,188 bytes of brotli fill it
        "DOWNLOAD_WARNSIZE": 0,  # the limit itself is told
        "RETRY_TIMES": settings.retries,
        "CLOSESPIDER_PAGECOUNT": settings.max_pages,  # default none: the last guard against traps
        "CUTTINGS_CONTACT": settings.contact,
        "CUTTINGS_RECHECK_BUDGET": settings.recheck_budget(),
        "CUTTINGS_STOP_AFTER_UNCHANGED": settings.stop_after_unchanged,
        "CUTTINGS_DISQUS_KEY": settings.disqus_key,
        "CUTTINGS_DISQUS_URL": settings.disqus_url,
    }


def _user_agent(contact: str) -> str:
    try:
        release = version("cuttings")
    except PackageNotFoundError:  # `scrapy crawl` in a checkout that is not installed
        release = "unreleased"
    shown = text.line(contact).encode("ascii", errors="ignore").decode()
    return f"{AGENT}/{release} (+{shown})" if shown else f"{AGENT}/{release}"


globals().update(for_operator(load_settings()))  # Scrapy reads this module's upper-case names
