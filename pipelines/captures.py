"""The WARC files a run of this program writes: what they say of themselves."""

import importlib.metadata
import logging
from collections.abc import Mapping

from core.settings import Settings
from db.outlets import OutletFacts
from pipelines.warc import WarcFiles, close_leftovers

_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

logger = logging.getLogger(__name__)


def software_version() -> str:
    """Give the version of this program; ``unknown`` where it runs without being installed."""
    try:
        return importlib.metadata.version("cuttings")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def captures_of(
    settings: Settings, outlet: OutletFacts, run_id: int | None, agent: str, more: Mapping[str, str]
) -> WarcFiles:
    """Give the files of a run, after closing what dead runs left open; ``more`` goes into their warcinfo."""
    settings.captures.mkdir(parents=True, exist_ok=True)
    for name in close_leftovers(settings.captures):
        logger.warning("closed the captures of a crawl that died: %s", name)
    about = {
        "software": f"Cuttings/{software_version()}",
        "format": "WARC File Format 1.1",
        "conformsTo": _CONFORMS_TO,
        **more,
        "http-header-user-agent": agent,
        "isPartOf": f"{outlet.title} ({outlet.key})",
        "description": f"run {run_id}",
    }
    if settings.contact:
        about["operator"] = settings.contact
    return WarcFiles(
        settings.home,
        outlet=outlet.key,
        label=f"run{run_id}",
        max_bytes=settings.warc_max_bytes,
        about=about,
    )
