"""A spider for each outlet, where Scrapy looks for them: outlets themselves are facts, free of Scrapy."""

from crawlers.outlet import Outlet
from crawlers.registry import known
from crawlers.spider import OutletSpider


def spider_of(outlet: Outlet) -> type[OutletSpider]:
    """Give an outlet's spider; Scrapy takes the classes that say they are of the module it reads."""
    facts = {
        "name": outlet.key,
        "outlet": outlet,
        "__module__": __name__,
        "__doc__": f"Collects {outlet.title}.",
    }
    return type(f"{outlet.key.title()}Spider", (OutletSpider,), facts)


globals().update({spider.__name__: spider for spider in map(spider_of, known().outlets.values())})
