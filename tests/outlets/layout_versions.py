"""What each version of each layout made of the saved pages: a digest for each page, kept for good.

``python -m tests.outlets.layout_versions`` records the digests that are missing. It never replaces
one: a layout whose output changes needs a new version, or readers could not tell its edits from the
outlet's (ARCHIVE-FACTS.md section 1.2, rule 2).
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.outlets import saved

RECORD = Path(__file__).with_suffix(".json")
COMMAND = "python -m tests.outlets.layout_versions"

Recorded = Mapping[str, Mapping[str, Mapping[str, str]]]
"""``outlet/layout`` -> version -> case -> SHA-256."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """What one saved page reads to now; ``layout`` is ``outlet/layout``."""

    layout: str
    version: int
    case: str
    sha256: str


def outputs() -> tuple[Output, ...]:
    """Give what every saved page reads to now, its version aside."""
    found = []
    for path in saved.CASES:
        article = saved.reading(path)
        told = {name: value for name, value in saved.record(article).items() if name != "layout_version"}
        form = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
        layout, _, case = saved.name(path).rpartition("/")
        found.append(
            Output(
                layout=layout,
                version=article.layout_version,
                case=case,
                sha256=hashlib.sha256(form).hexdigest(),
            )
        )
    return tuple(found)


def recorded() -> Recorded:
    """Give what was recorded so far."""
    kept: Recorded = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    return kept


def altered(kept: Recorded, now: Iterable[Output]) -> list[str]:
    """Say which layouts read a page otherwise than recorded, under a version no newer."""
    found = []
    for output in now:
        versions = kept.get(output.layout, {})
        newest = max(map(int, versions), default=output.version)
        place = f"`version` in crawlers/families/{output.layout.rpartition('/')[2]}.py"
        if newest > output.version:
            found.append(
                f"{output.layout} is at version {output.version}, but {newest} is on record: set {place}"
            )
        elif output.sha256 != versions.get(str(output.version), {}).get(output.case, output.sha256):
            found.append(
                f"{output.layout} reads the saved page {output.case!r} otherwise, still at version "
                f"{output.version}: raise {place}, then run `{COMMAND}`"
            )
    return found


def unrecorded(kept: Recorded, now: Iterable[Output]) -> list[str]:
    """Say which pages have no digest on record for the version of the layout that reads them."""
    return [
        f"no output of {output.layout} version {output.version} for the saved page {output.case!r} "
        f"is on record: run `{COMMAND}` and commit {RECORD.name}"
        for output in now
        if output.case not in kept.get(output.layout, {}).get(str(output.version), {})
    ]


def lost(kept: Recorded, now: Iterable[Output]) -> list[str]:
    """Say which pages on record are saved no more."""
    there = {(output.layout, output.case) for output in now}
    gone = {
        (layout, case)
        for layout, versions in kept.items()
        for cases in versions.values()
        for case in cases
        if (layout, case) not in there
    }
    return [
        f"the saved page {layout}/{case} is gone: put it back, or take its lines out of {RECORD.name}"
        for layout, case in sorted(gone)
    ]


def completed(kept: Recorded, now: Iterable[Output]) -> Recorded:
    """Give the record with the digests that were missing; those it has stay as they are."""
    whole = {
        layout: {version: dict(cases) for version, cases in versions.items()}
        for layout, versions in kept.items()
    }
    for output in now:
        cases = whole.setdefault(output.layout, {}).setdefault(str(output.version), {})
        cases.setdefault(output.case, output.sha256)
    return whole


def main() -> int:
    """Record what is missing; give 1, and record nothing, where a known output has changed."""
    kept, now = recorded(), outputs()
    if problems := altered(kept, now):
        sys.stderr.write("Nothing recorded.\n" + "\n".join(problems) + "\n")
        return 1
    whole = json.dumps(completed(kept, now), ensure_ascii=False, indent=1, sort_keys=True)
    RECORD.write_text(whole + "\n", encoding="utf-8")
    sys.stderr.write(f"{len(unrecorded(kept, now))} outputs recorded in {RECORD.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
