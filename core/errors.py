"""The three kinds of error: set-up (stop), page (count and go on), weather (retry, then fail)."""


class CuttingsError(Exception):
    """Any error this project raises on purpose; its message is a sentence for a person."""


class SetupError(CuttingsError):
    """The operator or developer must act; raised before the first request, ends with exit 1.

    The message names what is wrong, with what, and the command or setting that mends it.
    """


class PageError(CuttingsError):
    """A page surprised us: it is counted under ``reason``, its capture is kept, the crawl goes on."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep ``reason`` (a word from :class:`core.records.Reason`) and a detail for a person."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["PageError"], tuple[str, str]]:
        """Cross from the reading process whole."""
        return type(self), (self.reason, self.detail)


class WeatherError(CuttingsError):
    """The world failed us (network, database away): raised once the retries are used up."""
