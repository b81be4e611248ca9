"""Outlets of one's own: the modules in the home's folder ``outlets`` are modules of this package.

They are the operator's own code and run with the archive's rights. Being a package's modules, they
are found by every process of the archive under one name: the crawls, and those that read pages.
"""

from collections.abc import Iterator

from core.settings import load_settings


class _Folder:
    """Where the modules lie, asked anew each time: it follows the home that is set."""

    def __iter__(self) -> Iterator[str]:
        yield str(load_settings().own_outlets.absolute())


__path__ = _Folder()  # type: ignore[assignment] # the import system takes any iterable of folders
