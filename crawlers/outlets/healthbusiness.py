"""Health Business: news for those who run health services, on its publisher's Drupal system."""

from crawlers.publishers import public_sector_information

OUTLET = public_sector_information.outlet(
    key="healthbusiness",
    title="Health Business",
    home="https://www.healthbusinessuk.net/",
    hosts=("healthbusinessuk.net",),
    short="HB",
)
