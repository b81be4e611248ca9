"""Every outlet this project follows, by key and by address: what the outlet modules declare."""

import importlib
import os
import pkgutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType

from core.errors import SetupError
from core.settings import load_settings
from crawlers import outlets as shipped
from crawlers import own
from crawlers.outlet import Outlet


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """The outlets that could be read, by key, and what is wrong with modules of the home."""

    outlets: Mapping[str, Outlet]
    problems: tuple[str, ...]


def outlets() -> Mapping[str, Outlet]:
    """Give every outlet by its key: verified ones first, the invented ones last.

    An outlet is whatever module of crawlers/outlets/, or of the home's folder ``outlets``, names
    ``OUTLET``, or several as ``OUTLETS``. They are read once in the life of a process. Raises
    :class:`SetupError` where two have one key, and for a module of the home that cannot be loaded.
    """
    found = known()
    if found.problems:
        raise SetupError("\n".join(found.problems))
    return found.outlets


def known() -> Known:
    """Give the outlets that could be read, whatever is wrong with other modules."""
    return _known(os.environ.get("CUTTINGS_HOME"), _working_folder())


@cache
def _known(_home: str | None, _folder: str) -> Known:
    """Give them as the home now set has them: the arguments say which it is."""
    problems: list[str] = []
    found: dict[str, Outlet] = {}
    for outlet in sorted(_declared(problems), key=lambda one: (one.example, one.unverified)):
        if outlet.key in found:
            problems.append(
                f"two modules declare the outlet '{outlet.key}': rename one; they lie in"
                f" {' and '.join(str(place) for place in folders())}"
            )
        found.setdefault(outlet.key, outlet)
    return Known(outlets=MappingProxyType(found), problems=tuple(problems))


def folders() -> tuple[Path, Path]:
    """Give the folders outlet modules are looked for in: the shipped ones, and the home's own."""
    return Path(shipped.__path__[0]), load_settings().own_outlets.absolute()


def _working_folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it was removed; an absolute home needs none
        return ""


def _declared(problems: list[str]) -> Iterator[Outlet]:
    """Give what the modules declare; what is wrong with one of the home goes to ``problems``."""
    for module in sorted(pkgutil.iter_modules(shipped.__path__), key=lambda found: found.name):
        yield from _named_in(importlib.import_module(f"{shipped.__name__}.{module.name}"))
    mine = folders()[1]
    importlib.invalidate_caches()  # a module may have been written since the folder was last looked at
    for module in sorted(pkgutil.iter_modules([str(mine)]), key=lambda found: found.name):
        try:
            yield from _named_in(_own(mine, module.name, is_package=module.ispkg))
        except SetupError as error:  # told by whoever needs all outlets; a crawl of another one goes on
            problems.append(str(error))


def _named_in(module: ModuleType) -> Iterator[Outlet]:
    yield from getattr(module, "OUTLETS", ())
    if (outlet := getattr(module, "OUTLET", None)) is not None:
        yield outlet


def _own(folder: Path, word: str, *, is_package: bool) -> ModuleType:
    """Import a module of the home; raise :class:`SetupError` where it may be somebody else's or fails."""
    for place in _run_from(folder, word, is_package=is_package):
        if place.exists() and _anybody_may_write(place):
            raise SetupError(
                f"everybody may write {place}, and outlet modules there are run: chmod o-w '{place}'"
            )
    path = folder / word / "__init__.py" if is_package else folder / f"{word}.py"
    name = f"{own.__name__}.{word}"
    before = sys.modules.get(name)
    if before is not None and before.__file__ != str(path):
        del sys.modules[name]  # that of another home
    try:
        module = importlib.import_module(name)
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise SetupError(
            f"the outlet module {path} cannot be loaded ({told}): mend it or move it away"
        ) from error
    if strange := [thing for thing in _named_in(module) if not isinstance(thing, Outlet)]:
        raise SetupError(f"the outlet module {path} names {type(strange[0]).__name__} as OUTLET, no Outlet")
    return module


def _run_from(folder: Path, word: str, *, is_package: bool) -> Iterator[Path]:
    """Give what is run when a module is imported: its files, what is compiled of them, their folders."""
    yield from (folder, folder / "__pycache__", *folder.glob(f"{word}.*"))
    if is_package:
        yield from (folder / word, *(folder / word).rglob("*"))


def _anybody_may_write(place: Path) -> bool:
    """Say whether a folder or file is open to all; one that is mounted read-only is open to nobody."""
    if os.name != "posix" or not place.stat().st_mode & stat.S_IWOTH:
        return False
    return not os.statvfs(place).f_flag & os.ST_RDONLY


def outlet_for(url: str) -> Outlet | None:
    """Give the outlet that owns the address, None where none does."""
    return next((outlet for outlet in outlets().values() if outlet.owns(url)), None)


def find(key: str) -> Outlet:
    """Give the outlet of a key; raise :class:`SetupError` that lists the known keys."""
    outlet = known().outlets.get(key)
    if outlet is None:
        raise SetupError(f"there is no outlet '{key}'; known are: {', '.join(outlets())}")
    return outlet
