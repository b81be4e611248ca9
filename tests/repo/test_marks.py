"""Nothing is left for later, switched off or silenced without its reason."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.repo.tree import files, modules, shown

LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
SKIP = re.compile(r"pytest\.mark\.(?:skip|skipif|xfail)\b|pytest\.(?:skip|xfail)\(")
SKIP_WITH_REASON = re.compile(r"pytest\.(?:skip|xfail)\(\s*f?[\"'\w]")
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)")
CODES = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w, -]+\]|pragma: no cover)"
)
MACHINE = re.compile(r"/(?:root|home/\w+|Users/\w+)/|/work/(?:main|shared)")
TEXTS = (".py", ".md", ".toml", ".cfg", ".yml", ".yaml", ".sh", ".mako", "")


def others(paths: list[Path]) -> list[Path]:
    """Give the paths without this file, which names what it looks for."""
    return [path for path in paths if shown(path) != "tests/repo/test_marks.py"]


def lines(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in others(paths):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield f"{shown(path)}:{number}", line


def test_nothing_is_left_for_later():
    assert not [where for where, line in lines(files(*TEXTS)) if LATER.search(line)]


def test_no_path_of_one_machine():
    assert not [where for where, line in lines(files(*TEXTS)) if MACHINE.search(line)]


def test_every_skip_says_why():
    unexplained = []
    for path in others(modules()):
        text = path.read_text()
        for match in SKIP.finditer(text):
            call = text[match.start() : match.start() + 400]
            if "reason=" not in call and not SKIP_WITH_REASON.match(call):
                unexplained.append(f"{shown(path)}: {call[:60]}")
    assert not unexplained


def test_every_silenced_check_names_its_code():
    assert not [w for w, line in lines(modules()) if SILENCED.search(line) and not CODES.search(line)]


def test_the_first_silence_of_a_code_in_a_file_gives_its_reason():
    reasoned: set[tuple[str, str]] = set()
    unexplained = []
    for where, line in lines(modules()):
        if match := CODES.search(line):
            key = (where.split(":")[0], match.group())
            if re.search(r"\w", line[match.end() :]):
                reasoned.add(key)
            elif key not in reasoned:
                unexplained.append(where)
    assert not unexplained
