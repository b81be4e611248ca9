"""How long a server asks to be left alone."""

from datetime import UTC, datetime

import pytest

from crawlers.middlewares.retry import retry_after

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        (b"", None),
        (b"120", 120),
        (b" 7 ", 7),
        (b"Wed, 01 May 2024 12:02:00 GMT", 120),
        (b"Wed, 01 May 2024 11:00:00 GMT", 0),
        (b"soon", None),
        (b"-5", None),
        (b"1.5", None),
        (b"9" * 400, 999_999_999),
        (b"\xff\xfe", None),
    ],
)
def test_seconds_and_dates_are_understood_and_nonsense_is_not(header, seconds):
    assert retry_after(header, NOW) == seconds
