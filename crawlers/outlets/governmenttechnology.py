"""Government Technology: news of computing in the public sector, on its publisher's Drupal system."""

from crawlers.publishers import public_sector_information

OUTLET = public_sector_information.outlet(
    key="governmenttechnology",
    title="Government Technology",
    home="https://www.governmenttechnology.co.uk/",
    hosts=("governmenttechnology.co.uk",),
    short="GT",
)
