"""What the documents say is true: commands, settings, version, folders."""

import re
import shlex
import subprocess
import sys

import click
import pytest

from cli.main import COMMANDS, cli
from cli.reference import generated
from tests.repo.tree import PACKAGES, PROJECT, ROOT, files, shown

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:[A-Z_]+=\S+ )*(?:cuttings|make) [^`]+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")
DOCUMENTS = [path for path in files(".md") if path.parent in {ROOT, ROOT / "docs"}]
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))


def command_lines(text: str) -> list[list[str]]:
    """Give the words of each `cuttings …` and `make …` in a document, variables in front left out."""
    lines = [line for block in BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    found = []
    for line in [*lines, *INLINE.findall(text)]:
        words = shlex.split(line, comments=True)
        while words and re.match(r"[A-Z_]+=|\$$", words[0]):
            words.pop(0)
        if words and words[0].removeprefix(".venv/bin/") in {"cuttings", "make"}:
            found.append([words[0].removeprefix(".venv/bin/"), *words[1:]])
    return found


def misfits(words: list[str]) -> list[str]:
    """Give what is wrong with a command line: unknown command, unknown option, unknown target."""
    if words[0] == "make":
        return [word for word in words[1:] if "=" not in word and word not in TARGETS]
    command: click.Command = cli
    wrong = []
    for word in words[1:]:
        context = click.Context(command)
        if word.startswith("-") and word != "-":
            name = word.split("=")[0]
            options = {option for param in command.get_params(context) for option in param.opts}
            if name not in options | {"--help", "-h"}:
                wrong.append(f"{command.name} {name}")
        elif isinstance(command, click.Group) and not word.startswith(("…", "...")):
            child = command.get_command(context, word)
            if child is None and command.invoke_without_command:  # it takes an argument, `runs 12`
                continue
            if child is None:
                wrong.append(word)
                break
            command = child
    return wrong


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_command_a_document_names_exists(path):
    wrong = {" ".join(words): bad for words in command_lines(path.read_text()) if (bad := misfits(words))}
    assert not wrong


def test_the_check_of_command_lines_can_fail():
    assert misfits(["cuttings", "crwal", "nhe"]) == ["crwal"]
    assert misfits(["cuttings", "crawl", "nhe", "--everything"]) == ["crawl --everything"]
    assert misfits(["make", "tset"]) == ["tset"]


@pytest.mark.parametrize("path", list(generated()), ids=shown)
def test_generated_files_are_up_to_date(path):
    assert path.read_text() == generated()[path], "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_says_what_it_is_for(name):
    assert f"## cuttings {name}\n" in (ROOT / "docs" / "commands.md").read_text()
    command = cli.get_command(click.Context(cli), name)
    assert command.help
    assert all(param.help for param in command.params if isinstance(param, click.Option))


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_links_lead_somewhere(path):
    missing = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert not missing


def test_the_changelog_has_this_version():
    assert f"## [{PROJECT['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_readme_maps_every_folder():
    readme = (ROOT / "README.md").read_text()
    assert not [name for name in (*PACKAGES, "tests", "benchmarks", "docs") if f"`{name}/`" not in readme]


def test_help_is_fast():
    """Help imports no Scrapy, no SQLAlchemy, no trafilatura, no pydantic: that is what makes it fast."""
    code = (
        "import sys; from cli.main import run; code = run(['--help']); "
        "print(code, [n for n in ('scrapy', 'sqlalchemy', 'trafilatura', 'pydantic') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "0 []"
    assert all(name in result.stdout for name in COMMANDS)
