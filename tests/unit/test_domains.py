"""Registrable domains: what shares one budget of requests."""

import pytest

from scheduler.domains import registrable_domain


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.nationalhealthexecutive.com/articles", "nationalhealthexecutive.com"),
        ("https://news.example.co.uk:8443/", "example.co.uk"),
        ("https://trust.somewhere.nhs.uk/", "somewhere.nhs.uk"),
        ("http://127.0.0.1:8001", "127.0.0.1:8001"),  # each service of a machine for itself
        ("http://localhost/", "localhost"),
        ("http://www.wardround.example/", "www.wardround.example"),
        ("http://user@10.0.0.1:80/", "10.0.0.1:80"),
    ],
)
def test_what_is_registered_is_told_from_what_stands_under_it(url, domain):
    assert registrable_domain(url) == domain
