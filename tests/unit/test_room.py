"""How many crawls run at once, in all, of an outlet, within a domain."""

import asyncio

from scheduler.room import Room


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """Crawls that stay inside until they are let out."""

    def __init__(self, room) -> None:
        self.room = room
        self.inside = []
        self._doors = {}
        self._jobs = []

    async def come(self, outlet, domain):
        self._doors[outlet] = asyncio.Event()
        self._jobs.append(asyncio.create_task(self._stay(outlet, domain)))
        await _settle()

    async def _stay(self, outlet, domain) -> None:
        async with self.room.place(outlet, domain):
            self.inside.append(outlet)
            await self._doors[outlet].wait()
            self.inside.remove(outlet)

    async def leave(self, outlet):
        self._doors[outlet].set()
        await _settle()

    async def everybody_leaves(self):
        for door in self._doors.values():
            door.set()
        await asyncio.gather(*self._jobs)


def test_no_more_than_the_total_are_inside_and_who_comes_first_goes_first():
    async def story() -> None:
        crowd = Crowd(Room(total=2, per_domain=9))
        for name in ("a", "b", "c", "d"):
            await crowd.come(name, name)
        assert crowd.inside == ["a", "b"]
        await crowd.leave("a")
        assert crowd.inside == ["b", "c"]
        await crowd.everybody_leaves()

    asyncio.run(story())


def test_a_busy_domain_keeps_nobody_else_waiting():
    async def story() -> None:
        crowd = Crowd(Room(total=3, per_domain=1))
        for name, domain in (("a", "one"), ("b", "one"), ("c", "two")):
            await crowd.come(name, domain)
        assert crowd.inside == ["a", "c"]
        await crowd.leave("a")
        assert crowd.inside == ["c", "b"]
        await crowd.everybody_leaves()

    asyncio.run(story())


def test_an_outlet_is_inside_once_however_much_its_domain_takes():
    async def story() -> None:
        room = Room(total=9, per_domain=9)
        async with room.place("a", "one"):
            second = asyncio.create_task(room.place("a", "one").__aenter__())
            await _settle()
            assert not second.done()
        await _settle()
        assert second.done()

    asyncio.run(story())


def test_who_gives_up_waiting_takes_no_place():
    async def story() -> None:
        crowd = Crowd(Room(total=1, per_domain=1))
        await crowd.come("a", "one")
        waiting = asyncio.create_task(crowd.room.place("b", "two").__aenter__())
        await _settle()
        waiting.cancel()
        await crowd.leave("a")
        await crowd.come("c", "three")
        assert crowd.inside == ["c"]
        await crowd.everybody_leaves()

    asyncio.run(story())


def test_new_bounds_hold_at_once():
    async def story() -> None:
        crowd = Crowd(Room(total=1, per_domain=1))
        for name in ("a", "b", "c"):
            await crowd.come(name, name)
        await crowd.room.resize(total=2, per_domain=1)
        await _settle()
        assert crowd.inside == ["a", "b"]
        await crowd.everybody_leaves()

    asyncio.run(story())
