"""Every outlet this project follows, by key and by address: what the modules in outlets/ declare."""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from core.errors import SetupError
from crawlers import outlets as folder
from crawlers.outlet import Outlet


@cache
def outlets() -> Mapping[str, Outlet]:
    """Give every outlet by its key: verified ones first, the invented ones last.

    An outlet is whatever module of crawlers/outlets/ names ``OUTLET``, or several as ``OUTLETS``.
    Raises :class:`SetupError` where two have one key.
    """
    known: dict[str, Outlet] = {}
    for outlet in sorted(_declared(), key=lambda one: (one.example, one.unverified)):
        if outlet.key in known:
            raise SetupError(
                f"two modules of crawlers/outlets/ declare the outlet '{outlet.key}': rename one"
            )
        known[outlet.key] = outlet
    return MappingProxyType(known)


def _declared() -> Iterator[Outlet]:
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda found: found.name):
        declared = import_module(f"{folder.__name__}.{module.name}")
        yield from getattr(declared, "OUTLETS", ())
        if (outlet := getattr(declared, "OUTLET", None)) is not None:
            yield outlet


def outlet_for(url: str) -> Outlet | None:
    """Give the outlet that owns the address, None where none does."""
    return next((outlet for outlet in outlets().values() if outlet.owns(url)), None)


def find(key: str) -> Outlet:
    """Give the outlet of a key; raise :class:`SetupError` that lists the known keys."""
    outlet = outlets().get(key)
    if outlet is None:
        raise SetupError(f"there is no outlet '{key}'; known are: {', '.join(outlets())}")
    return outlet
