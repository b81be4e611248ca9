"""Writes what is generated: the docs of commands, views and tables, and .env.example from the settings."""

from collections.abc import Iterator
from pathlib import Path

import click

from cli import view_docs
from cli.main import cli
from core.settings import example

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 100
HEAD = """\
# Commands

Made by `make docs` from the commands' own `--help`; a test keeps the two equal.
"""


def commands() -> str:
    """Give the text of docs/commands.md: the help of every command, outermost first."""
    parts = [HEAD]
    for path, command, context in _walk(cli, click.Context(cli, info_name="cuttings")):
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return "\n".join(parts)


def generated() -> dict[Path, str]:
    """Give every generated file of the repository with its text."""
    return {
        ROOT / "docs" / "commands.md": commands(),
        ROOT / "docs" / "views.md": view_docs.views(),
        ROOT / "docs" / "schema.md": view_docs.schema(),
        ROOT / ".env.example": example(),
    }


def _walk(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context.terminal_width = WIDTH
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (child := command.get_command(context, name)) and not child.hidden:
                yield from _walk(child, click.Context(child, info_name=name, parent=context))


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text)
        click.echo(f"wrote {path.relative_to(ROOT)}")
