"""How many crawls run at once: in all, within one registrable domain, and one of each outlet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Room:
    """Room for crawls; who waits for a busy outlet or domain lets others pass."""

    def __init__(self, *, total: int, per_domain: int) -> None:
        """Give an empty room."""
        self._total = total
        self._per_domain = per_domain
        self._inside: dict[str, str] = {}  # outlet: its domain
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def place(self, outlet: str, domain: str) -> AsyncIterator[None]:
        """Hold a place for a crawl of ``outlet`` within ``domain``, once there is one."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._takes(outlet, domain))
            self._inside[outlet] = domain
        try:
            yield
        finally:
            await asyncio.shield(self._leave(outlet))

    async def resize(self, *, total: int, per_domain: int) -> None:
        """Take other bounds; who is inside stays."""
        async with self._changed:
            self._total, self._per_domain = total, per_domain
            self._changed.notify_all()

    def _takes(self, outlet: str, domain: str) -> bool:
        busy = Counter(self._inside.values())
        return outlet not in self._inside and busy.total() < self._total and busy[domain] < self._per_domain

    async def _leave(self, outlet: str) -> None:
        async with self._changed:
            del self._inside[outlet]
            self._changed.notify_all()
