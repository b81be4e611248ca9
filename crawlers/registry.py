"""Every outlet this project follows, by key and by address."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from core.errors import SetupError
from crawlers.outlet import Outlet


@cache
def outlets() -> Mapping[str, Outlet]:
    """Give every outlet by its key, the real ones first."""
    from crawlers.outlets import examples, nhe, pse, rtm

    known = (
        nhe.OUTLET,
        pse.OUTLET,
        rtm.OUTLET,
        examples.WARDROUND,
        examples.TOWNCLERK,
        examples.POINTSMAN,
    )
    return MappingProxyType({outlet.key: outlet for outlet in known})


def outlet_for(url: str) -> Outlet | None:
    """Give the outlet that owns the address, None where none does."""
    return next((outlet for outlet in outlets().values() if outlet.owns(url)), None)


def find(key: str) -> Outlet:
    """Give the outlet of a key; raise :class:`SetupError` that lists the known keys."""
    outlet = outlets().get(key)
    if outlet is None:
        raise SetupError(f"there is no outlet '{key}'; known are: {', '.join(outlets())}")
    return outlet
