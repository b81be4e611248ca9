"""`cuttings export --verify FILE`: whether an export is still what its manifest says."""

from pathlib import Path

from cli.talk import print_json, talk
from core.errors import CuttingsError


def verify_export(file: Path, *, as_json: bool) -> None:
    """Compare a file with its manifest and say so; CuttingsError where they differ."""
    from pipelines.exporting.manifest import differences

    found = differences(file)
    if as_json:
        print_json({"file": file, "is_as_exported": not found, "differences": found})
    if found:
        raise CuttingsError(f"{file} is not what was exported: {'; '.join(found)}")
    if not as_json:
        talk().print(f"{file} is as it was exported", markup=False, soft_wrap=True)
