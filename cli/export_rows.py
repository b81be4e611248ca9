"""`cuttings export VIEW --to FILE`: rows into a file, with its manifest beside it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.meter import Meter
from cli.talk import print_json, talk
from cli.whole_files import replacing, replacing_both

if TYPE_CHECKING:
    from pipelines.exporting.exporting import Order
    from pipelines.exporting.manifest import Manifest


def export_rows(target: Path, order: "Order", *, manifest: bool, as_json: bool) -> None:
    """Write the rows and the manifest, which appear together, and say what came of it.

    Wrong usage where the query reads names of people and nobody allowed that.
    """
    from core.settings import load_settings
    from db.personal_names import reads_names
    from db.time_travel.asof_session import reading
    from pipelines.exporting import manifest as manifests
    from pipelines.exporting.exporting import export

    with reading(load_settings().database(), order.as_of, order.believed_at) as reader:
        if not order.with_names and reads_names(reader, order.question.statement):
            raise click.UsageError("names of people leave the archive only with --with-names")
        beside = manifests.beside(target)
        with Meter("export", 2) as meter:
            if manifest:
                with replacing_both(target, beside) as (stream, describe):
                    told = export(reader, order, stream, meter)
                    describe(told.text().encode())
            else:
                with replacing(target) as stream:
                    told = export(reader, order, stream, meter)
                    manifests.drop(target)  # it would speak of another file
    _show(target, told, beside if manifest else None, as_json=as_json)


def _show(target: Path, told: "Manifest", beside: Path | None, *, as_json: bool) -> None:
    if as_json:
        facts = {"rows": told.rows, "bytes": told.bytes, "sha256": told.sha256, "cite_as": told.cite_as}
        print_json({"file": target, "manifest": beside, **facts})
        return
    lines = [f"{told.view or 'query'}: {told.rows:,} rows in {target}"]
    if told.formulas and told.formulas["cells"]:
        cells = f"{told.formulas['cells']:,} cells begin like formulas and have an apostrophe before them"
        lines.append(f"{cells}; --raw leaves them as they are")
    for line in lines:
        talk().print(line, markup=False, soft_wrap=True)
