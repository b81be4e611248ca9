"""`cuttings export captures --to FILE.warc.gz`: raw captures of an outlet, whole or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.meter import Meter
from cli.talk import moment, print_json, talk
from cli.whole_files import replacing
from core.errors import CuttingsError, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from core.settings import Settings
    from crawlers.outlet import Outlet
    from db.record_places import Period, TitledCapture
    from pipelines.capture_export import CaptureExport, Exported, Missing

PACKAGE = ".wacz"
FORMS = (".warc.gz", PACKAGE)
SHOWN = 5  # reasons for missing records that are named in words; --json names all


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What an export came to: the file's records and size; ``pages`` are those a package lists."""

    exported: "Exported"
    size: int
    pages: int | None = None


def export_captures(target: Path, period: "Period", *, allow_missing: bool, as_json: bool) -> None:
    """Write the captures of a period into a file and say what is in it.

    CuttingsError, and no file, where records are missing that may not be (``allow_missing``).
    """
    from core.settings import load_settings
    from crawlers import registry
    from db import schema
    from db.engine import open_engine
    from pipelines.wacz import require_wacz

    outlet = registry.find(period.outlet)
    if _is_package(target):
        require_wacz()
    settings = load_settings()
    engine = open_engine(settings.database())
    try:
        schema.require_head(engine)
        done = _exported(target, period, outlet, settings, engine, allow_missing=allow_missing)
    finally:
        engine.dispose()
    if as_json:
        facts = {"file": target, "outlet": period.outlet, "since": period.since, "until": period.until}
        print_json({**facts, "bytes": done.size, "pages": done.pages, "records": done.exported})
    else:
        _show(target, done)


def _exported(  # noqa: PLR0913 - what one export is made of
    target: Path,
    period: "Period",
    outlet: "Outlet",
    settings: "Settings",
    engine: "Engine",
    *,
    allow_missing: bool,
) -> Done:
    from pipelines.capture_export import CaptureExport

    export = CaptureExport(engine, settings.home, outlet, period)
    if not export.count():
        raise SetupError(f"there is nothing to export: the archive holds no {period.said()}")
    with replacing(target) as stream, Meter("export", 2 if _is_package(target) else 1) as meter:
        meter.step("records")
        if not _is_package(target):
            exported = export.write(stream, target.name, _about(settings), meter)
            _refuse(exported, allow_missing=allow_missing)
            return Done(exported=exported, size=stream.tell())
        from pipelines.wacz import ARCHIVE, Package

        with Package(stream, target.parent) as package:
            with package.records() as out:
                exported = export.write(out, Path(ARCHIVE).name, _about(settings), meter)
            _refuse(exported, allow_missing=allow_missing)
            meter.step("index and pages")
            title = f"{outlet.title}: {period.said()}"
            pages = package.finish(_pages(export, engine, period), title, _described(exported))
        return Done(exported=exported, size=stream.seek(0, 2), pages=pages)


def _pages(export: "CaptureExport", engine: "Engine", period: "Period") -> "Iterator[TitledCapture]":
    """Give the articles whose captures are in the file."""
    from db.record_places import titled_captures

    return (page for page in titled_captures(engine, period) if export.holds(page.capture_id))


def _is_package(target: Path) -> bool:
    return target.name.lower().endswith(PACKAGE)


def _about(settings: "Settings") -> dict[str, str]:
    from pipelines.captures import software_version

    about = {"software": f"Cuttings/{software_version()}"}
    return about | ({"operator": settings.contact} if settings.contact else {})


def _refuse(exported: "Exported", *, allow_missing: bool) -> None:
    if exported.missing and not allow_missing:
        lines = "\n".join(f"  {line}" for line in _gaps(exported.missing))
        raise CuttingsError(
            f"nothing was written: {_number(exported.missing)} answers have no whole record any more\n"
            f"{lines}\n"
            "bring the files back (`cuttings db verify` names all that is wrong), or leave those answers"
            " out with --allow-missing"
        )


def _number(missing: "Sequence[Missing]") -> str:
    return f"{sum(gap.answers for gap in missing):,}"


def _gaps(missing: "Sequence[Missing]") -> list[str]:
    """Give a line for each reason."""
    lines = [
        f"{gap.warc_file}: {gap.answers:,}, {gap.detail}; the first is {gap.url} of {moment(gap.captured_at)}"
        for gap in missing[:SHOWN]
    ]
    further = len(missing) - SHOWN
    return lines + ([f"and {further} further reasons"] if further > 0 else [])


def _described(exported: "Exported") -> str:
    said = f"{exported.responses:,} responses and {exported.revisits:,} revisits"
    return f"{said}, written by Cuttings" if not exported.missing else f"{said}; some records are missing"


def _show(target: Path, done: Done) -> None:
    exported = done.exported
    said = f"captures: {exported.responses:,} responses, {exported.revisits:,} revisits"
    if done.pages is not None:
        said += f", {done.pages:,} pages"
    lines = [f"{said} in {target} ({done.size:,} bytes)"]
    if exported.missing:
        lines += [f"missing: {_number(exported.missing)}", *_gaps(exported.missing)]
    for line in lines:
        talk().print(line, markup=False, soft_wrap=True)
